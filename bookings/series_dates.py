"""The dates of a series before they are booked: which can be had, and why not the others.

All of them cost as many statements as a few.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person, User
from activities.known_days import known_days
from activities.timetable import Mark, Plan, PlannedSession, Rule, plan, plan_dates
from bookings import room_refusals
from bookings.models import BookingChannel
from bookings.rules import BookingRefused, Refusal
from partners.models import Partner
from venues.free_times import Use
from venues.models import CalendarDay, Room, RoomTerms, Taking, TakingKind

MOST_DATES = 200


@dataclass(frozen=True)
class Picked:
    """Dates that somebody has chosen one by one."""

    days: frozenset[date]
    starts_at: time
    ends_at: time


@dataclass(frozen=True)
class SeriesWish:
    """A room that somebody asks for on many dates. `without` are days of the rule they skip."""

    room: Room
    rule: Rule | Picked
    purpose: str
    headcount: int
    by: User
    request_key: str
    person: Person | None = None
    partner: Partner | None = None
    channel: str = BookingChannel.WEB
    terms: RoomTerms | None = None
    all_or_none: bool = False
    without: frozenset[date] = frozenset()


@dataclass(frozen=True)
class WantedDate:
    """One date of a series: `no` is why it cannot be had, `marks` what to know about it."""

    starts_at: datetime
    ends_at: datetime
    no: Refusal | None = None
    marks: tuple[str, ...] = ()

    @property
    def can_be_had(self) -> bool:
        return self.no is None

    @property
    def day(self) -> date:
        return timezone.localtime(self.starts_at).date()


def preview(wish: SeriesWish, *, at: datetime | None = None) -> list[WantedDate]:
    """Every date of the wish in order, also those that are left out.

    Raises BookingRefused where there are none, or too many.
    """
    at = at or timezone.now()
    planned = planned_dates(wish.rule)
    days = [each.day for each in planned.sessions] + [each.day for each in planned.left_out]
    if not planned.sessions:
        raise BookingRefused(no_dates())
    if len(days) > MOST_DATES:
        raise BookingRefused(_too_many_dates())
    judge = Judge(
        wish.room, min(days), max(days), headcount=wish.headcount, by=wish.by,
        person=wish.person, partner=wish.partner, channel=wish.channel, at=at,
    )  # fmt: skip
    names = dict(CalendarDay.objects.filter(date__in=days).values_list("date", "name"))
    wanted = [_wanted(planned_date, judge, names, wish) for planned_date in planned.sessions]
    wanted += [left_out(each.day, wish.rule, names) for each in planned.left_out]
    return sorted(wanted, key=lambda each: each.starts_at)


def planned_dates(rule: Rule | Picked) -> Plan:
    if isinstance(rule, Picked):
        return plan_dates(rule.days, rule.starts_at, rule.ends_at, known_days())
    return plan(rule, known_days())


class Judge:
    """Says of one date after the other whether it can be had; what was said yes to counts."""

    def __init__(self, room, first, last, *, headcount, by, person, partner, channel, at,
                 besides=()):  # fmt: skip
        """`besides` are bookings that do not count, because they are the ones in question."""
        self.room, self.at = room, at
        self._asked = {"headcount": headcount, "by": by, "person": person, "partner": partner,
                       "channel": channel}  # fmt: skip
        day = timedelta(days=1)  # The time to tidy up may reach into it.
        self._facts = room_refusals.Facts(
            room, first - day, last + day, by=by, person=person, partner=partner, besides=besides
        )
        self._given: list[tuple[datetime, datetime]] = []
        if self._facts.hours:
            # One date after the other is put aside: what cannot be changed keeps its hours.
            self._facts.hours.aside.clear()

    def refusal_instead(self, booking, starts_at, ends_at):
        """Of one of `besides`, which is not in its own way."""
        hours = self._facts.hours
        if hours:
            hours.aside.add(booking.pk)
        no = self.refusal(starts_at, ends_at, own=booking.taking_id)
        if hours and no:
            hours.aside.discard(booking.pk)
        return no

    def refusal(self, starts_at, ends_at, *, own=None):
        """`own` is the taking that this date has already, which is not in its way."""
        if reason := room_refusals.refusal(
            self.room, starts_at=starts_at, ends_at=ends_at, at=self.at, facts=self._facts,
            **self._asked,
        ):  # fmt: skip
            return reason
        begins, done = span = self.room.with_buffers(starts_at, ends_at)
        for use in self._facts.times.uses(self.room):
            if use.taking != own and use.starts_at < done and begins < use.ends_at:
                return self._in_the_way(use, starts_at, ends_at)
        if any(start < done and begins < end for start, end in self._given):
            return room_refusals.taken(self.room, starts_at, ends_at)
        self._given.append(span)
        if self._asked["person"] and self.room.per_month is not None:
            self._facts.had[room_refusals.month_of(starts_at)] += 1
        if self._facts.hours:
            self._facts.hours.give(starts_at, ends_at)
        return None

    def refusal_in_hours(self, starts_at, ends_at):
        """The same for whoever is bound by no rule of the room but its open days."""
        day = timezone.localtime(starts_at).date()
        times = self._facts.times
        if not times.open_spans(self.room, day):
            why = times.why_not_open(self.room, day)
            words = _("Closed: %(why)s") % {"why": why} if why else _("Closed on that day.")
            return Refusal("closed_that_day", words)
        return self.refusal(starts_at, ends_at)

    def _in_the_way(self, use: Use, starts_at: datetime, ends_at: datetime) -> Refusal:
        """What is public about it may be said: a closure, a class, an agreement. No names."""
        taken = room_refusals.taken(self.room, starts_at, ends_at)
        if use.kind == TakingKind.CLOSURE:
            words = _("Closed: %(why)s") % {"why": self._closures[use.taking] or self.room}
            return Refusal("room_closed", words, _("Please choose another day."))
        said = {
            TakingKind.SESSION: _("An activity is held in the room then."),
            TakingKind.STANDING_SLOT: _("A partner has the room then, by agreement."),
        }.get(TakingKind(use.kind))
        return Refusal(taken.code, said, taken.next_step) if said else taken

    @cached_property
    def _closures(self):
        uses = self._facts.times.uses(self.room)
        shut = [use.taking for use in uses if use.kind == TakingKind.CLOSURE]
        return dict(Taking.objects.filter(pk__in=shut).values_list("pk", "label"))


def no_dates() -> Refusal:
    return Refusal(
        "no_dates",
        _("No date is left between the first and the last day."),
        _("Please choose a later last day."),
    )


def _too_many_dates() -> Refusal:
    return Refusal(
        "too_many_dates",
        _("That is more than %(n)s dates.") % {"n": MOST_DATES},
        _("Please choose an earlier last day."),
    )


def _wanted(planned: PlannedSession, judge: Judge, names, wish: SeriesWish) -> WantedDate:
    if planned.day in wish.without:
        no = Refusal("left_out", _("Left out, as you wished"))
    else:
        no = judge.refusal(planned.starts_at, planned.ends_at)
    return WantedDate(planned.starts_at, planned.ends_at, no, tuple(_marks(planned, names)))


def left_out(day: date, rule: Rule | Picked, names) -> WantedDate:
    """A holiday of the rule, which is not wanted."""
    name = names.get(day) or _("public holiday")
    no = Refusal("holiday", _("Left out: %(name)s") % {"name": name})
    [as_planned] = plan_dates([day], rule.starts_at, rule.ends_at).sessions
    return WantedDate(as_planned.starts_at, as_planned.ends_at, no)


def _marks(planned: PlannedSession, names) -> Iterable[str]:
    if planned.mark == Mark.HOLIDAY:
        yield names.get(planned.day) or _("public holiday")
    if planned.mark == Mark.MAKEUP_WORKDAY:
        yield _("make-up workday")
    if planned.mark == Mark.UNKNOWN:
        yield _("holidays not announced yet")
