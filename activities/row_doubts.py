"""What somebody should look at although a row is in."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.cell_texts import Cells, is_by_lot
from activities.class_days import When
from activities.date_texts import Run, days_named
from activities.findings import Caution, Finding
from activities.timetable import Mark, PlannedSession


def doubts(
    cells: Cells,
    when: When,
    sessions: tuple[PlannedSession, ...],
    needless: list[date],
    shift: timedelta,
) -> Iterator[Finding]:
    held_on = frozenset(session.day - shift for session in sessions)
    yield from _doubts_about_exceptions(when.run, needless)
    if not when.days.nth_of_month:
        yield from _doubts_about_the_first_day(when.run, held_on)
    if when.days.skip_holidays or when.days.school_days:
        yield from _doubts_about_holidays(sessions)
    yield from _doubts_about_notes(cells, when.run, held_on)
    if not cells.get("category"):
        yield Finding(Caution.CATEGORY, _("The row names no category."))
    if is_by_lot(cells):
        note = _("Places were given by lot; here they go first come, first served.")
        yield Finding(Caution.DRAW, note)


def _doubts_about_exceptions(run: Run, needless: list[date]) -> Iterator[Finding]:
    for day in needless:
        if day in run:
            note = _("%(day)s is to be left out, but is no class day anyway.")
            yield Finding(Caution.EXCEPTION_IDLE, note % {"day": _day(day)})
        else:
            note = _("%(day)s is to be left out, but lies outside the first and the last date.")
            yield Finding(Caution.EXCEPTION_OUTSIDE, note % {"day": _day(day)})


def _doubts_about_the_first_day(run: Run, held_on: frozenset[date]) -> Iterator[Finding]:
    if run.first_day not in held_on:
        note = _("The first date, %(day)s, is no class day; the first session is on %(other)s.")
        words = {"day": _day(run.first_day), "other": _day(min(held_on))}
        yield Finding(Caution.FIRST_DAY, note % words)


def _doubts_about_holidays(sessions: tuple[PlannedSession, ...]) -> Iterator[Finding]:
    if years := sorted({s.day.year for s in sessions if s.mark is Mark.UNKNOWN}):
        note = _("The holidays of %(years)s are not known yet; please check its dates.")
        yield Finding(Caution.HOLIDAYS_UNKNOWN, note % {"years": ", ".join(map(str, years))})


def _doubts_about_notes(cells: Cells, run: Run, held_on: frozenset[date]) -> Iterator[Finding]:
    named = days_named(cells.get("notes", ""), run) & held_on
    if named:
        note = _("The notes speak about %(day)s, one of the dates; please check it: “%(notes)s”.")
        words = {"day": _day(min(named)), "notes": cells["notes"]}
        yield Finding(Caution.DATE_IN_NOTES, note % words)


def _day(day: date) -> str:
    return f"{day.isoformat()} ({date_format(day, 'D')})"
