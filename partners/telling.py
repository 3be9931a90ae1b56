"""Who is told what about a partner: its members, whoever applied, and the staff of its centers."""

from django.contrib.auth import get_user_model

from notices.services import leave_all, write
from partners.models import PartnerMember, Role
from venues.models import StaffMember, StaffRole


def members_of(partner, *, roles=tuple(Role)):
    acting = PartnerMember.objects.acting().filter(partner=partner, role__in=roles)
    return get_user_model().objects.filter(pk__in=acting.values("user"))


def staff_at(*centers):
    working = StaffMember.objects.active().exclude(role=StaffRole.DISTRICT)
    here = working.filter(center__in=centers)
    return get_user_model().objects.filter(pk__in=here.values("user"), is_active=True)


def tell(users, fact, *, key, context, link=""):
    """Leave the notice `partners/<fact>` once for each of them."""
    leave_all(
        write(f"partners/{fact}", key=f"{key}-{user.pk}", to=user, context=context, link=link)
        for user in users
    )
