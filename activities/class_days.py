"""The days of a row: its first and last date, its day column, and what other columns add."""

import re
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from django.utils.translation import gettext as _

from activities.cell_texts import Cells, needed, read_date
from activities.date_texts import Run, read_dates
from activities.day_texts import Days, is_cut_off, read_days
from activities.findings import Caution, Finding, Problem, RowRefused, Unclear
from activities.timetable import Calendar, PlannedSession, Rule, RuleUnclear, plan, plan_dates
from activities.weekday_texts import read_weekdays

# A list of dates may go on for so long after a first date that names the year.
LONGEST_LIST = timedelta(days=300)

# The end of a list of exceptions that did not fit into the day column.
_REST_OF_LIST = re.compile(r"([\d/,;、，；\s~-]+[)）]\s*除外)[\s/]*")


@dataclass(frozen=True)
class When:
    """The run of the class as written, and its days."""

    run: Run
    days: Days


def read_when(cells: Cells) -> When:
    if cells.get("dates"):
        return _listed(cells)
    first_day = read_date(needed(cells, "first_day", _("the first date")))
    last_day = read_date(cells["last_day"]) if cells.get("last_day") else first_day
    if last_day < first_day:
        raise Unclear(
            Problem.DATES,
            _("The last date %(last)s is before the first date %(first)s.")
            % {"last": last_day, "first": first_day},
        )
    run = Run(first_day, last_day)
    return When(run, _with_exceptions(cells, run, _days(cells, run)))


def _listed(cells: Cells) -> When:
    """Dates written out one by one; the first of them, or the first date, names the year."""
    first_day = read_date(cells.get("first_day") or re.split(r"[,;、，；\s至~]", cells["dates"])[0])
    last_day = read_date(cells["last_day"]) if cells.get("last_day") else first_day + LONGEST_LIST
    run = Run(first_day, last_day)
    dates, cautions = read_dates(cells["dates"], run)
    if outside := [day for day in dates if day not in run]:
        raise Unclear(
            Problem.DATES,
            _("%(day)s in the list is not between %(first)s and %(last)s.")
            % {"day": outside[0], "first": run.first_day, "last": run.last_day},
        )
    run = Run(min(dates), max(dates))
    return When(
        run, _with_exceptions(cells, run, Days(held_on=frozenset(dates), cautions=cautions))
    )


def _days(cells: Cells, run: Run) -> Days:
    text, numbers = cells.get("days", ""), cells.get("weekday_numbers", "")
    if not (text or numbers):
        if run.first_day == run.last_day:
            return Days(held_on=frozenset({run.first_day}))
        raise Unclear(
            Problem.MISSING,
            _("From %(first)s to %(last)s, but the row does not say on which weekdays.")
            % {"first": run.first_day, "last": run.last_day},
        )
    days = read_days(text or numbers, run.first_day, run.last_day)
    agree = not (text and numbers) or days.held_on or _same_weekdays(numbers, days.weekdays)
    return days if agree else _doubting(days, text, numbers)


def _same_weekdays(numbers: str, weekdays: frozenset[int]) -> bool:
    try:
        return read_weekdays(numbers) == weekdays
    except Unclear:
        return False


def _with_exceptions(cells: Cells, run: Run, days: Days) -> Days:
    """Days with the exceptions of their own column, where the text has none itself."""
    column = cells.get("except_on", "")
    if not column:
        return days
    meeting = replace(run, weekdays=days.weekdays)
    if not days.except_on:
        dates, cautions = read_dates(column, meeting)
        return replace(days, except_on=frozenset(dates), cautions=days.cautions + cautions)
    try:
        agrees = days.except_on == frozenset(read_dates(column, meeting)[0])
    except Unclear:
        agrees = False
    return days if agrees else _doubting(days, cells.get("days", ""), column)


def _doubting(days: Days, text: str, column: str) -> Days:
    note = _("The day column says “%(text)s”, another one “%(column)s”; the day column counts.")
    finding = Finding(Caution.COLUMNS_DIFFER, note % {"text": text, "column": column})
    return replace(days, cautions=(*days.cautions, finding))


def with_whole_list(cells: Cells) -> tuple[Cells, list[Finding]]:
    """The row with a cut-off list of exceptions completed by what stands in the notes."""
    days, notes = cells.get("days", ""), cells.get("notes", "")
    rest = _REST_OF_LIST.match(notes)
    if not (rest and is_cut_off(days)):
        return cells, []
    whole = f"{days.rstrip(',、，')},{rest[1]}"
    note = _("The list of dates goes on in the notes and was put together: “%(text)s”.")
    finding = Finding(Caution.CONTINUED, note % {"text": whole})
    return {**cells, "days": whole, "notes": notes[rest.end() :]}, [finding]


def sessions_of(
    when: When, starts_at: time, ends_at: time, shift: timedelta, calendar: Calendar
) -> tuple[tuple[PlannedSession, ...], list[date]]:
    """The sessions after the move, and the exceptions, as written, that except nothing."""
    days = when.days
    held = {day + shift for day in days.held_on - days.except_on}
    sessions = {s.day: s for s in plan_dates(held, starts_at, ends_at, calendar).sessions}
    needless = days.except_on - days.held_on
    if days.weekdays or days.school_days:
        planned = plan(_rule(when, starts_at, ends_at, shift), calendar)
        sessions |= {s.day: s for s in planned.sessions}
        needless &= {day - shift for day in planned.needless_exceptions}
    if not sessions:
        reason = _("Between %(first)s and %(last)s there is no class day.")
        words = {"first": when.run.first_day, "last": when.run.last_day}
        raise RowRefused([Finding(Problem.NO_SESSION, reason % words)])
    return tuple(sessions[day] for day in sorted(sessions)), sorted(needless)


def _rule(when: When, starts_at: time, ends_at: time, shift: timedelta) -> Rule:
    try:
        return Rule(
            first_day=when.run.first_day + shift,
            last_day=when.run.last_day + shift,
            starts_at=starts_at,
            ends_at=ends_at,
            weekdays=when.days.weekdays,
            every_weeks=when.days.every_weeks,
            nth_of_month=when.days.nth_of_month,
            skip_holidays=when.days.skip_holidays,
            school_days=when.days.school_days,
            except_on=frozenset(day + shift for day in when.days.except_on),
        )
    except RuleUnclear as unclear:
        raise RowRefused([Finding(Problem.DATES, unclear.reason)]) from unclear
