"""Who works where, and what that lets them see and change at the staff's desk.

Django's groups know nothing of centers, so the desk asks the memberships instead. Whoever
works at a center sees its people and runs its days; a manager also keeps its house in order;
the district office looks on: it sees how many, never who.
"""

from dataclasses import dataclass

from django.db.models import Q

from venues.models import Center, StaffMember, StaffRole


@dataclass(frozen=True)
class Duty:
    """The memberships of one user, in short."""

    is_superuser: bool
    roles: frozenset
    centers: frozenset  # ids of the centers where they work
    districts: frozenset  # ids of districts whose centers they all work for

    @property
    def looks_on(self):
        """May open the desk at all."""
        return self.is_superuser or bool(self.roles)

    @property
    def works(self):
        """May see people by name and run the days of a center."""
        return self.is_superuser or bool(self.roles - {StaffRole.DISTRICT})

    @property
    def manages(self):
        """May change the house itself: its rooms, its hours, its staff."""
        return self.is_superuser or StaffRole.MANAGER in self.roles

    def is_at(self, center):
        is_here = center.pk in self.centers or center.district_id in self.districts
        return self.is_superuser or is_here


def duty_of(user):
    """Asked many times for one page, looked up once."""
    if not hasattr(user, "_duty"):
        user._duty = _look_up(user)
    return user._duty


def workplaces(user):
    """Centers where this user works, and so may know people by name."""
    if not (user.is_active and user.is_staff):
        return Center.objects.none()
    if user.is_superuser:
        return Center.objects.all()
    work = StaffMember.objects.active().filter(user=user).exclude(role=StaffRole.DISTRICT)
    return Center.objects.filter(
        Q(pk__in=work.values("center")) | Q(district__in=work.values("district"))
    )


def _look_up(user):
    memberships = []
    if user.is_active and user.is_staff:
        memberships = list(StaffMember.objects.active().filter(user=user))
    work = [each for each in memberships if each.role != StaffRole.DISTRICT]
    return Duty(
        is_superuser=user.is_active and user.is_superuser,
        roles=frozenset(each.role for each in memberships),
        centers=frozenset(each.center_id for each in work if each.center_id),
        districts=frozenset(each.district_id for each in work if each.district_id),
    )
