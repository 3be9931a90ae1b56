"""Sixty, thirty and seven days before an agreement ends both sides are told, each once."""

from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from partners import telling
from partners.models import Agreement, PartnerStatus, Role

DAYS_BEFORE = (7, 30, 60)


def remind(at=None) -> int:
    """Tell managers and staff of every agreement that is due; returns of how many.

    What is due follows from the date alone: a day on which no clock ran is made up for on the
    next. The key says which agreement, which end and which of the three it is, so whoever asks
    twice, or at the same time, tells once.
    """
    today = timezone.localdate(at)
    ending = _ending(today)
    for agreement in ending:
        _tell(agreement, today)
    return len(ending)


def _ending(today):
    """Of active partners, and not when the next agreement is made already."""
    follows = Agreement.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=OuterRef("ends_on")),
        partner=OuterRef("partner"),
        center=OuterRef("center"),
        ended_at=None,
        starts_on__gt=OuterRef("starts_on"),
    )
    due = Agreement.objects.in_force_on(today).filter(
        ends_on__lte=today + timedelta(days=DAYS_BEFORE[-1]), partner__status=PartnerStatus.ACTIVE
    )
    return list(due.filter(~Exists(follows)).select_related("partner", "center").order_by("pk"))


def _tell(agreement, today):
    left = (agreement.ends_on - today).days
    which = next(days for days in DAYS_BEFORE if left <= days)
    last_at = timezone.make_aware(datetime.combine(agreement.ends_on, time.min))
    said = {
        "key": f"agreement-{agreement.pk}-ends-{agreement.ends_on.isoformat()}-{which}",
        "context": {
            "partner": agreement.partner.name,
            "center": agreement.center.name,
            "title": agreement.title,
            "last_at": last_at.isoformat(),
        },
    }
    managers = telling.members_of(agreement.partner, roles=[Role.MANAGER])
    telling.tell(managers, "agreement_ends", link=f"/partner/{agreement.partner_id}/", **said)
    staff = telling.staff_at(agreement.center).exclude(pk__in=managers.values("pk"))
    link = f"/admin/partners/agreement/{agreement.pk}/change/"
    telling.tell(staff, "agreement_ends", link=link, **said)
