"""Lists of dates as people write them: `21,25/12,1/1`, `12-14/2`, `12月24、31日`, `2026-12-24`.

The year comes from the run of the class. A day without a month borrows it from the date
beside it: from the right where the day comes first, from the left where the month does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from activities.findings import Caution, Finding, Problem, Unclear
from activities.plain_text import plain

LONGEST_RANGE = timedelta(days=62)

_TOKEN = re.compile(
    r"""
      (?P<full>(?P<fy>\d{4})\s*[-/.年]\s*(?P<fm>\d{1,2})\s*[-/.月]\s*(?P<fd>\d{1,2})\s*[日号]?)
    | (?P<long>(?P<l1>\d{1,2})/(?P<l2>\d{1,2})/(?P<ly>\d{4}|\d{2})(?!\d))
    | (?P<words>(?P<wm>\d{1,2})月(?P<wd>\d{1,2})[日号]?)
    | (?P<slash>(?P<s1>\d{1,2})[/.](?P<s2>\d{1,2})(?!\d))
    | (?P<bare>(?P<b>\d{1,2})[日号]?(?!\d))
    | (?P<range>[-~至到])
    | (?P<between>[,;和及&\s]+)
    """,
    re.VERBOSE,
)
_ANY_DATE = re.compile(r"\d{1,2}[/.月]\d{1,2}")


@dataclass(frozen=True)
class Run:
    """From the first to the last date of a class, and the weekdays it meets on."""

    first_day: date
    last_day: date
    weekdays: frozenset[int] = frozenset()

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def meets_on(self, day: date) -> bool:
        return day in self and (not self.weekdays or day.isoweekday() in self.weekdays)


@dataclass(frozen=True)
class _Written:
    """One date as it was written; `a` and `b` are the two numbers around a slash."""

    a: int | None = None
    b: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    ends_range: bool = False

    def read(self, *, month_first: bool) -> "_Written":
        if self.a is None or self.b is None:
            return self
        month, day = (self.a, self.b) if month_first else (self.b, self.a)
        return replace(self, day=day, month=month)


def read_dates(text: str, run: Run) -> tuple[tuple[date, ...], tuple[Finding, ...]]:
    """The dates of a list, in order, and what to look at.

    Day before month, unless only month before day makes every one of them a class day.
    Raises Unclear where a text is no list of dates.
    """
    written = _written_dates(plain(text))
    if all(item.a is None for item in written):
        month_first = bool(written) and written[0].month is not None
        return _resolved(written, run, month_first=month_first), ()
    usual = _attempt(written, run, month_first=False)
    if isinstance(usual, tuple) and all(map(run.meets_on, usual)):
        return usual, ()
    turned = _attempt(written, run, month_first=True)
    if isinstance(turned, tuple) and (isinstance(usual, Unclear) or all(map(run.meets_on, turned))):
        note = _("The dates “%(text)s” were read as month/day.") % {"text": text.strip()}
        return turned, (Finding(Caution.MONTH_FIRST, note),)
    if isinstance(usual, Unclear):
        raise usual
    return usual, ()


def days_named(text: str, run: Run, *, either_way: bool = False) -> frozenset[date]:
    """The class days that a text might speak of; `either_way` reads 5/12 as 12/5 too."""
    return frozenset(
        day
        for found in _ANY_DATE.findall(plain(text))
        for month_first in {"月" in found, "月" in found or either_way}
        for day in _possible_days(found, run, month_first=month_first)
        if run.meets_on(day)
    )


def _written_dates(text: str) -> list[_Written]:
    items: list[_Written] = []
    ends_range = False
    for match in _tokens(text):
        if match["range"]:
            ends_range = True
        elif not match["between"]:
            items.append(replace(_item(match), ends_range=ends_range and bool(items)))
            ends_range = False
    if ends_range or not items:
        raise _no_dates(text)
    return items


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _no_dates(text)
        yield match
        at = match.end()


def _item(match: re.Match[str]) -> _Written:
    if match["full"]:
        return _Written(year=int(match["fy"]), month=int(match["fm"]), day=int(match["fd"]))
    if match["long"]:
        year = int(match["ly"])
        year += 2000 if year < 100 else 0
        return _Written(a=int(match["l1"]), b=int(match["l2"]), year=year)
    if match["words"]:
        return _Written(month=int(match["wm"]), day=int(match["wd"]))
    if match["slash"]:
        return _Written(a=int(match["s1"]), b=int(match["s2"]))
    return _Written(day=int(match["b"]))


def _attempt(written: list[_Written], run: Run, *, month_first: bool) -> tuple[date, ...] | Unclear:
    try:
        return _resolved(written, run, month_first=month_first)
    except Unclear as unclear:
        return unclear


def _resolved(written: list[_Written], run: Run, *, month_first: bool) -> tuple[date, ...]:
    items = [item.read(month_first=month_first) for item in written]
    days: list[date] = []
    for item in _with_months(items, from_left=month_first):
        if item.ends_range:
            days += _range(days[-1], item)
        else:
            days.append(_in_run(item, run))
    return tuple(dict.fromkeys(days))


def _with_months(items: list[_Written], *, from_left: bool) -> list[_Written]:
    """The items with every missing month borrowed from the neighbor."""
    month: int | None = None
    filled: list[_Written] = []
    for item in items if from_left else reversed(items):
        month = item.month or month
        if month is None:
            raise Unclear(
                Problem.DAYS,
                _("“%(day)s” in the dates has no month beside it.") % {"day": item.day},
            )
        filled.append(replace(item, month=month))
    return filled if from_left else filled[::-1]


def _range(start: date, end: _Written) -> list[date]:
    """The days after `start` up to the end of its range."""
    last = None
    for year in (end.year,) if end.year else (start.year, start.year + 1):
        last = _day(year, end.month, end.day)
        if last and last >= start:
            break
    if last is None or not start <= last <= start + LONGEST_RANGE:
        raise Unclear(
            Problem.DAYS,
            _("The dates from %(start)s to %(day)s/%(month)s are no short stretch of days.")
            % {"start": start, "day": end.day, "month": end.month},
        )
    return [start + timedelta(days=n + 1) for n in range((last - start).days)]


def _in_run(item: _Written, run: Run) -> date:
    """The date in the year that puts it into the run, else as near to it as can be."""
    years = range(run.first_day.year - 1, run.last_day.year + 2)
    days = [
        day
        for year in ([item.year] if item.year else years)
        if (day := _day(year, item.month, item.day))
    ]
    if not days:
        raise Unclear(
            Problem.DAYS,
            _("There is no day %(day)s of month %(month)s.")
            % {"day": item.day, "month": item.month},
        )
    inside = [day for day in days if day in run]
    if len(inside) > 1:
        raise Unclear(
            Problem.DAYS,
            _(
                "%(day)s/%(month)s comes twice between the first and the last date. Please add the year."
            )
            % {"day": item.day, "month": item.month},
        )
    return inside[0] if inside else min(days, key=lambda day: _distance(day, run))


def _distance(day: date, run: Run) -> timedelta:
    return min(abs(day - run.first_day), abs(day - run.last_day))


def _day(year: int, month: int | None, day: int | None) -> date | None:
    try:
        return date(year, month or 0, day or 0)
    except ValueError:
        return None


def _possible_days(found: str, run: Run, *, month_first: bool) -> list[date]:
    numbers = [int(number) for number in re.split(r"[/.月]", found)]
    month, day = numbers if month_first else reversed(numbers)
    years = range(run.first_day.year, run.last_day.year + 1)
    return [possible for year in years if (possible := _day(year, month, day))]


def _no_dates(text: str) -> Unclear:
    return Unclear(Problem.DAYS, _("“%(text)s” is no list of dates.") % {"text": text.strip()})
