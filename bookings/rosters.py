"""Who is in a session, who came, and who is let in at the door."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Session, midnight
from bookings import rules
from bookings.models import HowCheckedIn, Place, Status
from bookings.rules import BookingRefused, Refusal
from bookings.telling import tell
from bookings.waitlist import locked_sessions

# As on a list on paper: by pinyin, the same on every machine.
BY_NAME = ("person__sort_key", "pk")

HOPES_FOR_A_PLACE = (Status.OFFERED, Status.WAITING)

CAME = Q(checked_in_at__isnull=False)
ABSENT = Q(absent_at__isnull=False)


@dataclass(frozen=True)
class Roster:
    session: Session

    @cached_property
    def places(self):
        """Everybody who has a place."""
        return [row for row in self._all if row.booking.status == Status.CONFIRMED]

    @cached_property
    def waiting(self):
        """Whoever has been offered a place, then the line, whoever came first in front."""
        hoping = [row for row in self._all if row.booking.status in HOPES_FOR_A_PLACE]
        return sorted(hoping, key=_turn)

    @property
    def booked(self):
        return len(self.places)

    @property
    def came(self):
        return sum(place.checked_in_at is not None for place in self.places)

    @property
    def absent(self):
        return sum(place.absent_at is not None for place in self.places)

    @property
    def open(self):
        return self.booked - self.came - self.absent

    @property
    def rows(self):
        return (
            self.session.places.active()
            .select_related("person", "booking__booked_by", "booking__asked_by")
            .order_by(*BY_NAME)
        )

    @cached_property
    def _all(self):
        return list(self.rows)


def mark_came(place, *, by, at=None):
    """They are here. Saying it again changes nothing. Raises BookingRefused."""
    at = at or timezone.now()
    _mark(place, at, unless=CAME, by=by, came_at=at, how=HowCheckedIn.STAFF)


def mark_absent(place, *, by, at=None):
    """They stayed away. Saying it again changes nothing. Raises BookingRefused."""
    at = at or timezone.now()
    _mark(place, at, unless=ABSENT, by=by, absent_at=at)


def undo(place, *, by, at=None):
    """It was a slip of the finger: nothing is known yet. Raises BookingRefused."""
    _mark(place, at or timezone.now(), unless=~(CAME | ABSENT), by=None)


def let_in(booking, *, by, reason, at=None):
    """Give a party that waits its places beyond the capacity. Raises BookingRefused."""
    at = at or timezone.now()
    session = booking.session
    if session is None:
        raise BookingRefused(
            Refusal("waits_for_course", _("They wait for the whole course, not for one date."))
        )
    with locked_sessions(session.activity, session, at=at) as locked:
        row = locked.by_id[session.pk]
        booking.refresh_from_db()
        if row.canceled_at or booking.status != Status.WAITING:
            raise BookingRefused(rules.over())
        people = booking.places.filter(canceled_at=None).count()
        row.capacity += people
        row.save(update_fields=["capacity"])
        row.places_taken += people
        row.places_waiting -= people
        booking.status, booking.confirmed_at, booking.note = Status.CONFIRMED, at, reason
        booking.save(update_fields=["status", "confirmed_at", "note"])
        tell(booking, "confirmed", at=at)


def _turn(row):
    return (row.booking.status != Status.OFFERED, row.booking.queue_no or 0)


def _mark(place, at, *, unless, by, came_at=None, absent_at=None, how=""):
    session = place.session
    if at < midnight(timezone.localtime(session.starts_at).date()):
        raise BookingRefused(
            Refusal(
                "too_early_to_mark",
                _("It is on %(when)s.") % {"when": rules.moment(session.starts_at)},
                _("Please mark it on the day."),
            )
        )
    here = Place.objects.confirmed().filter(pk=place.pk)
    marked = here.exclude(unless).update(
        checked_in_at=came_at, checked_in_by=by, checked_in_how=how, absent_at=absent_at
    )
    if not marked and not here.exists():
        raise BookingRefused(rules.over())
