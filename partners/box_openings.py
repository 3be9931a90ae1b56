"""The box of wood is opened once a week: the clock makes a task of it, staff say that they did."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import BoxOpening
from partners.staff_notices import tell_staff
from venues.models import Center

# Also when the clock stood still for a night.
CATCHES_UP = timedelta(days=2)
# Nobody is reminded of what has been standing there for longer.
OLDEST_REMINDED = timedelta(days=7)


class OpeningRefused(Exception):
    """Somebody else has opened it already."""

    def __init__(self, reason):
        self.reason = reason
        super().__init__(reason)


def make_due(at=None) -> int:
    """Make the task of every center whose hour has come, and tell its staff; returns how many."""
    at = at or timezone.now()
    made = 0
    for center in Center.objects.open_to_public():
        day = _last_day(center, at)
        if day is not None:
            made += _make(center, day)
    return made


def remind(at=None):
    """Tell the staff, once and from the next day on, that a box was not opened."""
    at = at or timezone.now()
    overdue = BoxOpening.objects.overdue(at).select_related("center")
    for opening in overdue.filter(due_on__gte=timezone.localdate(at) - OLDEST_REMINDED):
        _tell(opening, "box_overdue")


@transaction.atomic
def open_box(opening, *, by, papers, at=None):
    """Say that it was opened, and how many letters on paper lay in it. Raises OpeningRefused."""
    opening.refresh_from_db(from_queryset=BoxOpening.objects.select_for_update(no_key=True))
    if opening.opened_at is not None:
        raise OpeningRefused(
            _("%(name)s has opened it already.") % {"name": opening.opened_by or "—"}
        )
    opening.opened_at, opening.opened_by, opening.papers = at or timezone.now(), by, papers
    opening.save(update_fields=["opened_at", "opened_by", "papers"])


@transaction.atomic
def _make(center, day):
    opening, is_new = BoxOpening.objects.get_or_create(center=center, due_on=day)
    if is_new:
        _tell(opening, "box_due")
    return is_new


def _last_day(center, at):
    """The last day on which its hour has come, or None where that is too long ago."""
    now = timezone.localtime(at)
    day = now.date() - timedelta(days=(now.isoweekday() - center.box_weekday) % 7)
    due = timezone.make_aware(datetime.combine(day, center.box_time))
    return day if due <= at < due + CATCHES_UP else None


def _tell(opening, fact):
    tell_staff(
        opening.center,
        fact,
        key=f"box-{opening.pk}",
        link=f"/admin/partners/boxopening/{opening.pk}/opened/",
    )
