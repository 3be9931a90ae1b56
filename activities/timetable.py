"""A rule becomes dated sessions: which weekdays, at what time, which dates are left out.

Pure: holidays come in as plain data, and a year nobody has told us about is said to be
unknown instead of being taken for a year without holidays.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dateutil.rrule import MO, MONTHLY, WEEKLY, rrule, weekday
from django.utils.translation import gettext as _

# China has one zone, without summer time since 1991.
ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = time(0)

WORKING_WEEK = frozenset({1, 2, 3, 4, 5})
EVERY_DAY = WORKING_WEEK | {6, 7}
LAST_OF_MONTH = -1

# A slip of the finger in a year must not make sixty thousand sessions.
LONGEST_RUN = timedelta(days=2 * 366)


class Mark(StrEnum):
    """What is known about a date. The middle two are the kinds of a calendar day."""

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"
    UNKNOWN = "unknown"


class WhyLeftOut(StrEnum):
    EXCEPTED = "excepted"
    HOLIDAY = "holiday"


class RuleUnclear(ValueError):
    """A rule that cannot be meant, with the reason for the person who wrote it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Calendar:
    """The days that are not like other days ("holiday" or "makeup_workday").

    Only in `known_years` is a day that is not listed an ordinary one.
    """

    days: Mapping[date, str] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()

    def mark(self, day: date) -> Mark:
        if kind := self.days.get(day):
            return Mark(kind)
        return Mark.ORDINARY if day.year in self.known_years else Mark.UNKNOWN


@dataclass(frozen=True)
class Rule:
    """When sessions are held; weekdays are ISO numbers, Monday is 1.

    `school_days` without weekdays, or with all of Monday to Friday, is every school day:
    Monday to Friday without holidays, and the make-up workdays at weekends. With fewer
    weekdays only these are taken, because which weekday's timetable a make-up workday
    follows is up to each school.

    `nth_of_month` holds 1 to 5, or -1 for the last such weekday of the month.
    `ends_at` midnight is the end of the day.
    """

    first_day: date
    last_day: date
    starts_at: time
    ends_at: time
    weekdays: frozenset[int] = frozenset()
    every_weeks: int = 1
    nth_of_month: frozenset[int] = frozenset()
    skip_holidays: bool = False
    school_days: bool = False
    except_on: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if reason := _problem(self):
            raise RuleUnclear(reason)

    def dates(self) -> Iterator[date]:
        """Every date of the rule in order, before holidays and exceptions."""
        days = self.weekdays
        if self.school_days and (not days or days >= WORKING_WEEK):
            days = EVERY_DAY
        by_weekday = [weekday(number - 1) for number in sorted(days)]
        if self.nth_of_month:
            by_weekday = [day(nth) for day in by_weekday for nth in sorted(self.nth_of_month)]
        moments = rrule(
            MONTHLY if self.nth_of_month else WEEKLY,
            dtstart=datetime.combine(self.first_day, MIDNIGHT),
            until=datetime.combine(self.last_day, MIDNIGHT),
            interval=self.every_weeks,
            byweekday=by_weekday,
            wkst=MO,
        )
        return (moment.date() for moment in moments)


@dataclass(frozen=True)
class PlannedSession:
    starts_at: datetime
    ends_at: datetime
    mark: Mark

    @property
    def day(self) -> date:
        return self.starts_at.date()


@dataclass(frozen=True)
class LeftOut:
    day: date
    why: WhyLeftOut


@dataclass(frozen=True)
class Plan:
    """What a rule comes to: the sessions, the dates left out, and the doubts.

    `needless_exceptions` are excepted dates on which nothing would have been held anyway.
    """

    sessions: tuple[PlannedSession, ...]
    left_out: tuple[LeftOut, ...] = ()
    needless_exceptions: tuple[date, ...] = ()

    @property
    def unknown_years(self) -> tuple[int, ...]:
        """Years of its sessions whose holidays nobody has told us."""
        return tuple(sorted({s.day.year for s in self.sessions if s.mark is Mark.UNKNOWN}))


NOTHING_KNOWN = Calendar()


def plan(rule: Rule, calendar: Calendar = NOTHING_KNOWN) -> Plan:
    sessions, left_out = [], []
    days = [day for day in rule.dates() if _is_meant(day, rule, calendar)]
    for day in days:
        if why := _why_left_out(day, rule, calendar):
            left_out.append(LeftOut(day, why))
        else:
            sessions.append(_session_on(day, rule.starts_at, rule.ends_at, calendar))
    needless = tuple(sorted(rule.except_on.difference(days)))
    return Plan(tuple(sessions), tuple(left_out), needless)


def plan_dates(
    days: Iterable[date], starts_at: time, ends_at: time, calendar: Calendar = NOTHING_KNOWN
) -> Plan:
    """The plan of dates that were written out one by one."""
    if reason := _problem_with_times(starts_at, ends_at):
        raise RuleUnclear(reason)
    return Plan(tuple(_session_on(day, starts_at, ends_at, calendar) for day in sorted(set(days))))


def _is_meant(day: date, rule: Rule, calendar: Calendar) -> bool:
    """A weekend is a school day only when it makes up for a holiday."""
    if not rule.school_days or day.isoweekday() in WORKING_WEEK:
        return True
    return calendar.mark(day) is Mark.MAKEUP_WORKDAY


def _why_left_out(day: date, rule: Rule, calendar: Calendar) -> WhyLeftOut | None:
    if day in rule.except_on:
        return WhyLeftOut.EXCEPTED
    if (rule.skip_holidays or rule.school_days) and calendar.mark(day) is Mark.HOLIDAY:
        return WhyLeftOut.HOLIDAY
    return None


def _session_on(day: date, starts_at: time, ends_at: time, calendar: Calendar) -> PlannedSession:
    last_day = day + timedelta(days=1) if ends_at == MIDNIGHT else day
    return PlannedSession(
        starts_at=datetime.combine(day, starts_at, tzinfo=ZONE),
        ends_at=datetime.combine(last_day, ends_at, tzinfo=ZONE),
        mark=calendar.mark(day),
    )


def _problem(rule: Rule) -> str | None:
    if rule.last_day < rule.first_day:
        return _("The last date is before the first.")
    if rule.last_day - rule.first_day > LONGEST_RUN:
        return _("From the first to the last date is more than two years. Please check the year.")
    if not (rule.weekdays or rule.school_days):
        return _("Please choose at least one weekday.")
    if not rule.weekdays <= EVERY_DAY:
        return _("Weekdays are numbered 1 (Monday) to 7 (Sunday).")
    if rule.every_weeks < 1:
        return _("Sessions are held every week, or every 2, 3, 4 … weeks.")
    return _problem_with_months(rule) or _problem_with_times(rule.starts_at, rule.ends_at)


def _problem_with_months(rule: Rule) -> str | None:
    if not rule.nth_of_month:
        return None
    if not rule.nth_of_month <= {1, 2, 3, 4, 5, LAST_OF_MONTH}:
        return _("A month has a first to fifth weekday, and a last one.")
    if rule.every_weeks > 1:
        return _("Please choose either certain weeks of the month, or every so many weeks.")
    if not rule.weekdays:
        return _("Please choose at least one weekday.")
    return None


def _problem_with_times(starts_at: time, ends_at: time) -> str | None:
    if ends_at != MIDNIGHT and ends_at <= starts_at:
        return _("The end must be after the start.")
    return None
