"""Who is in a session, who came, and who is let in at the door."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Session, midnight
from bookings import line_notes, rules
from bookings.locked import locked_sessions
from bookings.models import Booking, HowCheckedIn, Place, Status
from bookings.rules import BookingRefused, Refusal
from bookings.telling import tell

# As on a list on paper: by pinyin, the same on every machine.
BY_NAME = ("person__sort_key", "pk")

HOPES_FOR_A_PLACE = (Status.OFFERED, Status.WAITING)

CAME = Q(checked_in_at__isnull=False)
ABSENT = Q(absent_at__isnull=False)

UNMARKED = {
    "checked_in_at": None,
    "checked_in_by": None,
    "checked_in_how": "",
    "absent_at": None,
    "checked_out_at": None,
    "checked_out_with": "",
}


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

    def row(self, place):
        """The place as it is listed now, or None."""
        return next((row for row in self.places if row.pk == place.pk), None)

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


def mark_came(place, *, by, how=HowCheckedIn.STAFF, at=None):
    """They are here. Saying it again changes nothing. Raises BookingRefused.

    `at` is the moment of the tap, here and below: a phone without a network hands it in later.
    Each of them answers whether something changed.
    """
    at = at or timezone.now()
    return _mark(place, at, unless=CAME, checked_in_at=at, checked_in_by=by, checked_in_how=how)


def mark_absent(place, *, by, at=None):
    """They stayed away. Saying it again changes nothing. Raises BookingRefused."""
    at = at or timezone.now()
    return _mark(place, at, unless=ABSENT, absent_at=at)


def undo(place, *, by, at=None):
    """It was a slip of the finger: nothing is known yet. Raises BookingRefused."""
    return _mark(place, at or timezone.now(), unless=~(CAME | ABSENT))


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
        locked.notes.append(line_notes.moved_up(booking, at=at, by=by, reason=reason))
        tell(booking, "confirmed", at=at)


def _turn(row):
    return (row.booking.status != Status.OFFERED, row.booking.queue_no or 0)


def _mark(place, at, *, unless, **known):
    """The newest tap counts, in whichever order they arrive."""
    if at < midnight(timezone.localdate(place.session.starts_at)):
        raise BookingRefused(_too_early(place.session))
    # All of it on the row itself: whoever waited for the row looks at it once more.
    here = Place.objects.filter(
        pk=place.pk, canceled_at=None, booking__in=Booking.objects.confirmed()
    )
    fresh = here.filter(Q(marked_at=None) | Q(marked_at__lte=at))
    if fresh.exclude(unless).update(**UNMARKED | known, marked_at=at):
        return True
    if not fresh.filter(unless).update(marked_at=at) and not here.exists():
        raise BookingRefused(rules.over())
    return False


def _too_early(session):
    return Refusal(
        "too_early_to_mark",
        _("It is on %(when)s.") % {"when": rules.moment(session.starts_at)},
        _("Please mark it on the day."),
    )
