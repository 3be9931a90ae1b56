"""Who is in a session, who came, and who is let in at the door."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import search
from accounts.models import Person
from activities.models import Session, midnight
from bookings import answers, leaving, rules
from bookings.models import Booking, HowCheckedIn, Place, Status
from bookings.passing_on import bring_back
from bookings.rules import BookingRefused, Refusal

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
    "checked_out_by": None,
}


@dataclass(frozen=True)
class Roster:
    session: Session

    @cached_property
    def places(self):
        """Everybody who has a place."""
        return [row for row in self._all if _has_a_place(row)]

    @cached_property
    def waiting(self):
        """Whoever has been offered a place, then the line, whoever came first in front."""
        hoping = [row for row in self._all if row.booking.status in HOPES_FOR_A_PLACE]
        return sorted(hoping, key=_turn)

    @cached_property
    def passed_on(self):
        """Whose place went to somebody else, unless they are on the list again."""
        here = {row.person_id for row in self.places}
        return [row for row in self._all if row.canceled_at and row.person_id not in here]

    @property
    def booked(self):
        return len(self.places)

    @property
    def came(self):
        return sum(place.checked_in_at is not None for place in self.places)

    @property
    def absent(self):
        return sum(place.absent_at is not None for place in self.places) + len(self.passed_on)

    @property
    def open(self):
        return sum(not (place.checked_in_at or place.absent_at) for place in self.places)

    def row(self, place):
        """The place as it is listed now, or None."""
        listed = [*self.places, *self.passed_on]
        return next((row for row in listed if row.pk == place.pk), None)

    def called(self, words):
        """Of those who have a place, whoever is found by a name, its pinyin or some digits."""
        people = Person.objects.filter(pk__in=[row.person_id for row in self.places])
        found = set(search.found(people, words).values_list("pk", flat=True))
        return [row for row in self.places if row.person_id in found]

    @property
    def rows(self):
        places = self.session.places
        return (
            (places.active() | places.passed_on())
            .select_related("person", "booking__booked_by", "booking__asked_by")
            .order_by(*BY_NAME)
        )

    @cached_property
    def _all(self):
        """Each row with what its person has `told`, and whether there is more (`has_health`)."""
        rows = list(answers.with_health(self.rows))
        told = answers.told_by(rows, self.session.activity)
        for row in rows:
            row.told = told[row.pk]
        if self.session.activity.is_fetched:
            found = leaving.fetchers([row.person_id for row in rows])
            for row in rows:
                row.fetchers = found[row.person_id]
        return rows


def mark_came(place, *, by, how=HowCheckedIn.STAFF, at=None):
    """They are here. Saying it again changes nothing. Raises BookingRefused.

    `at` is the moment of the tap, here and below: a phone without a network hands it in later.
    Each of them answers whether something changed.
    """
    at = at or timezone.now()
    changed = _mark(place, at, unless=CAME, checked_in_at=at, checked_in_by=by, checked_in_how=how)
    if changed is not None:
        return changed
    # Staff see somebody in the room whose place was passed on; whoever came in time, and was
    # ticked by a phone without a network, among them.
    passed_on = Place.objects.passed_on().filter(pk=place.pk)
    if how == HowCheckedIn.SELF or not passed_on.exists():
        raise BookingRefused(rules.over())
    if not passed_on.filter(_not_after(at)).exists():
        return False
    bring_back(place, by=by, how=how, at=at)
    return True


def mark_absent(place, *, by, at=None):
    """They stayed away. Saying it again changes nothing. Raises BookingRefused."""
    at = at or timezone.now()
    changed = _mark(place, at, unless=ABSENT, absent_at=at)
    if changed is None and not Place.objects.passed_on().filter(pk=place.pk).exists():
        raise BookingRefused(rules.over())
    return bool(changed)


def undo(place, *, by, at=None):
    """It was a slip of the finger: nothing is known yet. Raises BookingRefused."""
    changed = _mark(place, at or timezone.now(), unless=~(CAME | ABSENT))
    if changed is not None:
        return changed
    if Place.objects.passed_on().filter(pk=place.pk).exists():
        raise BookingRefused(
            Refusal(
                "passed_on",
                _("This place was passed on."),
                _("When they are here after all, tap “Came”."),
            )
        )
    raise BookingRefused(rules.over())


def mark_rest_absent(session, *, by, at=None):
    """Whoever nobody has ticked stayed away; returns how many. Raises BookingRefused.

    It says nothing about anybody in particular, so a tap that comes late still counts.
    """
    at = at or timezone.now()
    if at < session.starts_at:
        raise BookingRefused(_too_early(session))
    return _booked(session).filter(checked_in_at=None, absent_at=None).update(absent_at=at)


def _has_a_place(row):
    return row.canceled_at is None and row.booking.status == Status.CONFIRMED


def _turn(row):
    return (row.booking.status != Status.OFFERED, row.booking.queue_no or 0)


def _mark(place, at, *, unless, **known):
    """Whether the mark changed something; the newest tap counts, whenever it arrives.

    None where the place is no longer theirs.
    """
    if at < midnight(timezone.localdate(place.session.starts_at)):
        raise BookingRefused(_too_early(place.session))
    here = _booked(place.session_id).filter(pk=place.pk)
    fresh = here.filter(_not_after(at))
    if fresh.exclude(unless).update(**UNMARKED | known, marked_at=at):
        return True
    is_here = fresh.filter(unless).update(marked_at=at) or here.exists()
    return False if is_here else None


def _booked(session):
    """Only columns of the place itself: whoever waited for the row looks at it once more."""
    return Place.objects.filter(
        session=session, canceled_at=None, booking__in=Booking.objects.confirmed()
    )


def _not_after(at):
    return Q(marked_at=None) | Q(marked_at__lte=at)


def _too_early(session):
    return Refusal(
        "too_early_to_mark",
        _("It is on %(when)s.") % {"when": rules.moment(session.starts_at)},
        _("Please mark it on the day."),
    )
