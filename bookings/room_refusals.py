"""Who may book which room when, and the kind word when not."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from bookings.models import BY_STAFF, BookingChannel, RoomBooking, RoomBookingStatus
from bookings.room_hours import Hours
from bookings.rules import Refusal, moment
from venues.free_times import FreeTimes
from venues.models import Room
from venues.staffing import duty_of


class Facts:
    """What the rules ask of the house about one room, read when needed, once for many dates."""

    def __init__(self, room: Room, first: date, last: date, *, by, person=None, partner=None,
                 besides=()):  # fmt: skip
        self.room, self.first, self.last = room, first, last
        self.by, self.person, self.partner = by, person, partner
        self._besides = [each.pk for each in besides if each]
        self.hours = Hours(partner, room, besides=filter(None, besides)) if partner else None

    @cached_property
    def times(self) -> FreeTimes:
        return FreeTimes([self.room], self.first, self.last)

    @cached_property
    def are_their_people(self) -> bool:
        mine = Person.objects.in_care_of(self.by)
        return mine.filter(pk=self.person and self.person.pk).exists()

    @cached_property
    def had(self) -> Counter:
        """How often the person has a room of the center, by the first day of the month."""
        bookings = RoomBooking.objects.alive().filter(
            person=self.person,
            room__in=Room.objects.filter(floor__center=self.room.floor.center_id),
            starts_at__gte=_midnight(self.first.replace(day=1)),
            starts_at__lt=_midnight(_next_month(self.last)),
        )
        months = bookings.exclude(pk__in=self._besides).annotate(month=TruncMonth("starts_at"))
        counts = months.order_by().values("month").annotate(n=Count("pk"))
        return Counter({row["month"].date(): row["n"] for row in counts})


def refusal(room, *, starts_at, ends_at, headcount, by, person=None, partner=None,
            channel=BookingChannel.WEB, at=None, besides=None, facts=None):  # fmt: skip
    """Why this room may not be booked for that, or None. Whether it is free is asked apart.

    Staff are bound by nothing but order and time that has not passed: they answer for the house.
    `besides` is a booking of theirs that does not count, because it is the one in question.
    `facts` are those of whoever asks about many dates.
    """
    at = at or timezone.now()
    day = timezone.localtime(starts_at).date()
    facts = facts or Facts(room, day, day, by=by, person=person, partner=partner, besides=[besides])
    if reason := _impossible(room, starts_at, ends_at, at):
        return reason
    if channel in BY_STAFF:
        return None
    return (
        _not_for_you(facts)
        or refusal_of_room(room, starts_at=starts_at, ends_at=ends_at, headcount=headcount, at=at)
        or _too_young(room, starts_at, person)
        or _outside_hours(facts, starts_at, ends_at)
        or _too_many(facts, starts_at)
        or (facts.hours and facts.hours.refusal(starts_at, ends_at))
    )


def refusal_of_room(room, *, starts_at, ends_at, headcount, at):
    """What the room's own rules say against that, whoever asks, or None. It asks no database."""
    return (
        _impossible(room, starts_at, ends_at, at)
        or _wrong_length(room, starts_at, ends_at)
        or _wrong_start(room, starts_at)
        or _too_far_ahead(room, starts_at, at)
        or _wrong_size(room, headcount)
        or _group_too_late(room, headcount, starts_at, at)
    )


def refusal_of_import(room, *, starts_at, ends_at, headcount, times, at):
    """What nobody means who brings in a file, though staff could book it one by one."""
    day = timezone.localtime(starts_at).date()
    facts = Facts(room, day, day, by=None)
    facts.times = times
    return (
        _impossible(room, starts_at, ends_at, at)
        or _wrong_size(room, headcount)
        or _outside_hours(facts, starts_at, ends_at)
    )


def needs_approval(room, *, headcount, by, channel=BookingChannel.WEB):
    """Whoever would decide on it asks nobody."""
    if channel in BY_STAFF or duty_of(by).is_at(room.center):
        return False
    return room.by_approval or bool(room.group_from and headcount >= room.group_from)


def taken(room, starts_at, ends_at):
    """By whom and what for is nobody's business."""
    return Refusal(
        "room_taken",
        _("%(room)s is not free then: %(when)s.")
        % {"room": room, "when": _span(starts_at, ends_at)},
        _("Please take one of the times nearby, or another room."),
    )


def without(reason):
    """What is wanted with the room is not there."""
    return Refusal("equipment_gone", reason, _("Please take another time, or book without it."))


def changed_meanwhile():
    return Refusal(
        "changed_meanwhile",
        _("The request has changed since you opened it."),
        _("Please look at it again."),
    )


def over():
    return Refusal("over", _("This room booking is already over or canceled."))


def decided(booking, at):
    """Why nobody can decide on it now, or None. The second is told who was first."""
    if booking.status == RoomBookingStatus.REQUESTED and booking.starts_at > at:
        return None
    if booking.decided_by:
        return Refusal(
            "decided",
            _("%(who)s has decided on this already: %(state)s.")
            % {"who": booking.decided_by, "state": booking.get_status_display()},
        )
    return over()


def not_now(booking, before):
    """Why nobody can say that they are here."""
    if not booking.is_alive or booking.ends_at <= timezone.now():
        return over()
    return Refusal(
        "check_in_not_yet",
        _("Checking in begins on %(when)s.") % {"when": moment(booking.starts_at - before)},
        _("Please come back then."),
    )


def _impossible(room, starts_at, ends_at, at):
    if ends_at <= starts_at:
        return Refusal("order", _("The end must be after the start."))
    if starts_at <= at:
        return Refusal(
            "in_the_past",
            _("That time has passed already."),
            _("Please choose a time that is still to come."),
        )
    day = timezone.localtime(starts_at).date()
    closed = room.retired_on and room.retired_on <= day
    if closed or (room.opened_on and room.opened_on > day):
        return Refusal(
            "room_not_in_use",
            _("%(room)s is not in use on that day.") % {"room": room},
            _("Please choose another room."),
        )
    return None


def _not_for_you(facts):
    room = facts.room
    if not room.is_bookable or not (room.for_partners if facts.partner else room.for_residents):
        return Refusal(
            "not_for_you",
            _("%(room)s cannot be booked online.") % {"room": room},
            _("Please ask at the desk: %(phone)s.") % {"phone": room.center.phone},
        )
    if facts.partner or facts.are_their_people:
        return None
    return Refusal("not_your_people", _("You can only book for yourself and your people."))


def _wrong_length(room, starts_at, ends_at):
    minutes = (ends_at - starts_at) / timedelta(minutes=1)
    if minutes < room.shortest_minutes:
        return Refusal(
            "too_short",
            _("%(room)s is booked for at least %(minutes)s minutes.")
            % {"room": room, "minutes": room.shortest_minutes},
            _("Please choose a later end."),
        )
    if minutes > room.longest_minutes:
        return Refusal(
            "too_long",
            _("%(room)s is booked for at most %(minutes)s minutes.")
            % {"room": room, "minutes": room.longest_minutes},
            _("Please choose an earlier end, or ask at the desk."),
        )
    return None


def _wrong_start(room, starts_at):
    local = timezone.localtime(starts_at)
    if (local.hour * 60 + local.minute) % room.step_minutes == 0 and not local.second:
        return None
    return Refusal(
        "off_the_grid",
        _("Bookings begin every %(minutes)s minutes.") % {"minutes": room.step_minutes},
        _("Please choose another start."),
    )


def _too_far_ahead(room, starts_at, at):
    last = timezone.localtime(at).date() + timedelta(days=room.days_ahead)
    if timezone.localtime(starts_at).date() <= last:
        return None
    return Refusal(
        "too_far_ahead",
        _("Rooms can be booked %(days)s days ahead.") % {"days": room.days_ahead},
        _("Please come back nearer to the day."),
    )


def _wrong_size(room, headcount):
    if room.fewest_people and headcount < room.fewest_people:
        return Refusal(
            "room_too_large",
            _("%(room)s is for at least %(n)s people.") % {"room": room, "n": room.fewest_people},
            _("Please choose a smaller room."),
        )
    if room.holds(headcount):
        return None
    return Refusal(
        "room_too_small",
        ngettext("%(room)s holds %(n)s person.", "%(room)s holds %(n)s people.", room.capacity)
        % {"room": room, "n": room.capacity},
        _("Please choose a larger room."),
    )


def _too_young(room, starts_at, person):
    """Whose age nobody has said is asked at the door; a partner answers for its people."""
    age = person and person.age_on(timezone.localtime(starts_at).date())
    if room.youngest is None or age is None or age >= room.youngest:
        return None
    return Refusal(
        "too_young",
        _("%(room)s is booked by people from %(age)s.") % {"room": room, "age": room.youngest},
        _("Please let a grown-up of yours book it, or choose another room."),
    )


def _group_too_late(room, headcount, starts_at, at):
    if not room.group_from or headcount < room.group_from:
        return None
    first = timezone.localtime(at).date() + timedelta(days=room.group_days)
    if timezone.localtime(starts_at).date() >= first:
        return None
    return Refusal(
        "group_too_late",
        _("Groups of %(n)s or more ask %(days)s days ahead.")
        % {"n": room.group_from, "days": room.group_days},
        _("Please choose a later day, or call the desk: %(phone)s.") % {"phone": room.center.phone},
    )


def _outside_hours(facts, starts_at, ends_at):
    room, day = facts.room, timezone.localtime(starts_at).date()
    spans, why = facts.times.open_spans(room, day), facts.times.why_not_open(room, day)
    if any(opens <= starts_at and ends_at <= closes for opens, closes in spans):
        return None
    if not spans:
        return Refusal(
            "closed_that_day",
            _("%(room)s is not open on that day: %(why)s.") % {"room": room, "why": why}
            if why
            else _("%(room)s is not open on that day.") % {"room": room},
            _("Please choose another day."),
        )
    words = ", ".join(
        f"{timezone.localtime(a):%H:%M}–{timezone.localtime(b):%H:%M}" for a, b in spans
    )
    return Refusal(
        "outside_hours",
        _("%(room)s is open %(hours)s on that day.") % {"room": room, "hours": words},
        _("Please choose a time within."),
    )


def _too_many(facts, starts_at):
    """Judged by the month of the date, under the lock on the person."""
    room = facts.room
    if room.per_month is None or facts.person is None:
        return None
    if facts.had[month_of(starts_at)] < room.per_month:
        return None
    return Refusal(
        "too_many",
        ngettext(
            "One person can book rooms %(n)s time a month.",
            "One person can book rooms %(n)s times a month.",
            room.per_month,
        )
        % {"n": room.per_month},
        _("Please choose a day in another month, or call the desk: %(phone)s.")
        % {"phone": room.center.phone},
    )


def month_of(moment):
    return timezone.localtime(moment).date().replace(day=1)


def _next_month(day):
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _span(starts_at, ends_at):
    return f"{moment(starts_at)}–{timezone.localtime(ends_at):%H:%M}"
