"""A booking as its carer sees it: its state in a few words, its people, its dates."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities.models import Allocation, Session
from bookings import rules, waitlist
from bookings.models import Booking, BookingChannel, Draw, Place, Status


def in_a_row(people):
    """Their names, as one writes them one after the other."""
    return pgettext("between names", ", ").join(person.name for person in people)


class Badge(NamedTuple):
    kind: str  # a class of .badge in the stylesheet
    icon: str
    words: str


@dataclass(frozen=True)
class Date:
    """One session of a booking and the places in it."""

    session: Session
    places: list[Place]

    @property
    def active(self):
        return [place for place in self.places if place.canceled_at is None]

    @property
    def is_given_up(self):
        return not self.active and not self.is_missed

    @property
    def is_missed(self):
        """Nobody came, and what was left went to somebody else."""
        return not self.active and any(place.absent_at for place in self.places)

    @property
    def is_called_off(self):
        return self.session.canceled_at is not None

    @property
    def names(self):
        return in_a_row(place.person for place in self.active or self.places)

    @property
    def day(self):
        return timezone.localtime(self.session.starts_at).date()


class Summary:
    """Of a booking with its places, from `for_pages(user)` or named; in lists `with_position()`."""

    def __init__(self, booking: Booking, at=None, places=None):
        self.booking = booking
        self.activity = booking.activity
        self.at = at or timezone.now()
        self.places = list(booking.places.all()) if places is None else places

    @cached_property
    def dates(self):
        """Every session of the booking in order of time; one that was swapped is gone."""
        here = self.booking.session_id
        places = [place for place in self.places if here in (None, place.session_id)]
        for place in places:
            place.session.activity = self.activity
        return [
            Date(session, list(found))
            for session, found in groupby(places, lambda place: place.session)
        ]

    @cached_property
    def coming(self):
        """The dates that still count."""
        return [date for date in self.dates if date.active and not date.session.is_over(self.at)]

    @cached_property
    def next(self):
        """The date to name first: the next one, else the last there was."""
        return (self.coming or self.dates[-1:])[0]

    @property
    def number(self):
        """Which of the dates the next one is, counted from 1."""
        return self.dates.index(self.next) + 1

    @cached_property
    def people(self):
        """Whoever is in it; of a booking that ended, whoever was."""
        places = [place for date in self.dates for place in date.places]
        counting = [place for place in places if place.canceled_at is None] or places
        return list({place.person_id: place.person for place in counting}.values())

    @cached_property
    def names(self):
        return in_a_row(self.people)

    @cached_property
    def is_to_come(self):
        return self.booking.is_alive and bool(self.coming) and not self.has_lapsed

    @cached_property
    def is_confirmed(self):
        return self.is_to_come and self.booking.status == Status.CONFIRMED

    @cached_property
    def is_waiting(self):
        return self.is_to_come and self.booking.status == Status.WAITING

    @cached_property
    def is_offered(self):
        return self.is_to_come and self.booking.status == Status.OFFERED

    @cached_property
    def is_applied(self):
        return self.is_to_come and self.booking.status == Status.APPLIED

    @cached_property
    def has_lapsed(self):
        return self.booking.has_lapsed(self.at)

    @cached_property
    def is_called_off(self):
        return self.booking.status == Status.CANCELED and all(
            date.is_called_off for date in self.dates
        )

    @cached_property
    def was_missed(self):
        """Its last date went to somebody else, because nobody came."""
        return self.booking.status == Status.CONFIRMED and not self.coming and self.next.is_missed

    @cached_property
    def position(self):
        """1 for whoever is next in line, None for what does not wait."""
        known = hasattr(self.booking, "position")
        return self.booking.position if known else waitlist.position(self.booking)

    @cached_property
    def draw(self):
        """The draw that this booking applied for, or None."""
        if self.activity.allocation != Allocation.DRAW:
            return None
        draw = Draw.objects.of(self.activity).filter(session=self.booking.session_id).first()
        was_in = draw and any(entry[0] == self.booking.reference for entry in draw.entries or [])
        return draw if was_in or self.booking.status == Status.APPLIED else None

    @property
    def lots(self):
        """How often its reference lies in the draw, once the list is closed."""
        entries = (self.draw.entries if self.draw else None) or []
        return next((lots for ref, _n, lots in entries if ref == self.booking.reference), None)

    @cached_property
    def cancel_deadline(self):
        return min(date.session.cancel_deadline() for date in self.coming)

    @property
    def is_late(self):
        """Whether canceling all of it now is kept as late, for one of its dates at least."""
        return bool(self.late)

    @cached_property
    def late(self):
        """The ids of the sessions that cannot be given back in good time any more."""
        sessions = [date.session for date in self.coming]
        return {each.pk for each in sessions if rules.is_late(self.booking, each, at=self.at)}

    @cached_property
    def stays(self):
        """Why nothing of it can be canceled any more, or None."""
        reasons = [self._stays([date]) for date in self.coming] or [rules.over()]
        return reasons[-1] if all(reasons) else None

    @cached_property
    def whole_stays(self):
        """Why it cannot be canceled as a whole, or None."""
        return self._stays(self.coming)

    @property
    def coming_places(self):
        """What can be given up one by one."""
        return [place for date in self.coming if not self._stays([date]) for place in date.active]

    def _stays(self, dates):
        return rules.stays(self.booking, [date.session for date in dates], at=self.at)

    @property
    def may_swap_person(self):
        """While a date has not begun; who holds an offer answers it first."""
        begins = any(date.session.starts_at > self.at for date in self.coming)
        return self.is_to_come and not self.is_offered and begins

    def is_all_of(self, user):
        """Whether nobody but this user has people in it."""
        return (
            self.booking.booked_by_id == user.pk and self.booking.channel == BookingChannel.WEB
        ) or len(self.people) == self.booking.party_size

    @cached_property
    def badge(self):
        status = self.booking.status
        if self.has_lapsed:
            return Badge("", "clock", _("Not confirmed in time"))
        if status == Status.CANCELED:
            called_off = Badge("", "cross", _("Called off"))
            return called_off if self.is_called_off else Badge("", "cross", _("Canceled"))
        if status == Status.NOT_DRAWN:
            return Badge("", "full", _("Not drawn"))
        if not self.coming:
            return self._badge_of_the_past()
        if status == Status.WAITING:
            words = _("Number %(position)s on the waitlist")
            return Badge("wait", "wait", words % {"position": self.position})
        return {
            Status.CONFIRMED: Badge("good", "check", _("Booked")),
            Status.OFFERED: Badge("wait", "bell", _("A place is held")),
            Status.APPLIED: Badge("soon", "clock", _("Waiting for the draw")),
        }[status]

    def _badge_of_the_past(self):
        if self.booking.status != Status.CONFIRMED:
            return Badge("", "full", _("No place came free"))
        places = [
            place
            for date in self.dates
            for place in (date.places if date.is_missed else date.active)
        ]
        if any(place.checked_in_at for place in places):
            return Badge("", "check", pgettext("attendance", "Came"))
        if places and all(place.absent_at for place in places):
            return Badge("", "full", pgettext("attendance", "Not there"))
        return Badge("", "check", _("Over"))
