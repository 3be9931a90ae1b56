"""What one person does on one day, to read in large letters or to print."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Person
from activities.models import midnight
from bookings.models import IS_ALIVE, Booking, Place, Status
from bookings.summaries import Badge

# A shorter break is just the way from one room to the next.
WORTH_A_REST = timedelta(minutes=15)


@dataclass(frozen=True)
class Stop:
    place: Place
    badge: Badge
    rest: timedelta | None  # since the stop before

    @property
    def session(self):
        return self.place.session

    @property
    def is_off(self):
        return self.session.canceled_at is not None

    @property
    def waits(self):
        return not self.is_off and self.place.booking.status == Status.WAITING

    @property
    def is_missed(self):
        """Nobody came, and the place went to somebody else."""
        return not self.is_off and self.place.canceled_at is not None

    @property
    def is_booked(self):
        is_confirmed = self.place.booking.status == Status.CONFIRMED
        return is_confirmed and not (self.is_off or self.is_missed)

    @property
    def rest_in_words(self):
        minutes = int(self.rest.total_seconds() // 60) if self.rest else 0
        hours, minutes = divmod(minutes, 60)
        words = [ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}] if hours else []
        if minutes:
            words.append(ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes})
        return pgettext("hours and minutes", " ").join(words)


def day_named(text):
    """The day an address names; today when it names none of this century."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not date(2000, 1, 1) <= day <= date(2099, 12, 30):
        return timezone.localdate()
    return day


def next_day(person: Person, day: date):
    """The first day after this one for which something is booked or waited for; None without any."""
    coming = Place.objects.filter(
        person=person,
        canceled_at=None,
        booking__status__in=IS_ALIVE,
        session__starts_at__gte=midnight(day, 1),
    )
    first = coming.order_by("session__starts_at").values_list("session__starts_at").first()
    return first and timezone.localdate(first[0])


def stops(person: Person, day: date):
    bookings = Booking.objects.with_position()
    places = (
        person.places.on_day(day)
        .with_session()
        .select_related("session__activity")
        .prefetch_related(Prefetch("booking", bookings))
    )
    # Whoever lost a place and came after all is there once.
    there = {place.session_id for place in places if place.canceled_at is None}
    found: list[Stop] = []
    last_end = None
    for place in places:
        if place.absent_at and place.canceled_at and place.session_id in there:
            continue
        rest = place.session.starts_at - last_end if last_end else timedelta(0)
        found.append(Stop(place, _badge(place), rest if rest >= WORTH_A_REST else None))
        if place.session.canceled_at is None:
            last_end = place.session.ends_at
    return found


def _badge(place):
    if place.session.canceled_at:
        return Badge("", "cross", _("Called off"))
    if place.canceled_at:
        return Badge("", "full", pgettext("attendance", "Not there"))
    if place.booking.status == Status.WAITING:
        words = _("Number %(position)s on the waitlist") % {"position": place.booking.position}
        return Badge("wait", "wait", words)
    return {
        Status.CONFIRMED: Badge("good", "check", _("Booked")),
        Status.OFFERED: Badge("wait", "bell", _("A place is held")),
        Status.APPLIED: Badge("soon", "clock", _("Waiting for the draw")),
    }[place.booking.status]
