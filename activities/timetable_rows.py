"""One row of a timetable file becomes one class with its sessions, whole or not at all."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.cell_texts import (
    Ages,
    Fee,
    read_ages,
    read_date,
    read_fee,
    read_moment,
    read_places,
    read_time,
    read_times,
)
from activities.date_texts import Run, days_named, read_dates
from activities.day_texts import Days, is_cut_off, read_days
from activities.findings import Caution, Finding, Problem, Unclear
from activities.plain_text import plain
from activities.timetable import (
    NOTHING_KNOWN,
    Calendar,
    Mark,
    PlannedSession,
    Rule,
    RuleUnclear,
    plan,
    plan_dates,
)
from activities.weekday_texts import read_weekdays

LONGEST_TITLE = 120
LONGEST_CATEGORY = 40
LONGEST_PLACE = 120
LONGEST_FEE = 120
LONGEST_NUMBER = 80
# A list of dates may go on for so long after a first date that names the year.
LONGEST_LIST = timedelta(days=300)

# What lists of classes write for places that are given by lot.
BY_LOT = {"b", "ballot", "draw", "by lot", "抽签", "摇号"}
# The end of a list of exceptions that did not fit into the day column.
_REST_OF_LIST = re.compile(r"([\d/,;、，；\s~-]+[)）]\s*除外)[\s/]*")

Cells = Mapping[str, str]


@dataclass(frozen=True)
class ClassRow:
    """A class as one row says it.

    `key` names the class over repeated imports: its number in the source, or what makes it
    this class and no other (title, place, weekdays, first date, times).
    """

    key: str
    title: str
    category: str
    district: str
    location: str
    room: str
    sessions: tuple[PlannedSession, ...]
    ages: Ages
    places: int
    fee: Fee
    booking_opens_at: datetime | None
    booking_closes_at: datetime | None
    is_by_lot: bool
    draw_on: date | None
    notes: str
    cautions: tuple[Finding, ...]


class RowRefused(Exception):
    """Every reason why a row cannot be read, so that all can be mended at once."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(" ".join(finding.text for finding in findings))
        self.findings = findings


@dataclass(frozen=True)
class _When:
    """The run of the class as written, and its days."""

    run: Run
    days: Days


def read_row(
    cells: Cells, *, shift: timedelta = timedelta(0), calendar: Calendar = NOTHING_KNOWN
) -> ClassRow:
    """The class of a row, moved by whole weeks. Raises RowRefused with every reason.

    Holidays are those of the dates after the move; the cautions speak of dates as written.
    """
    cells, mended = _with_whole_list(cells)
    parts = _read_each(cells)
    when, (starts_at, ends_at) = parts["when"], parts["times"]
    sessions, needless = _sessions(when, starts_at, ends_at, shift, calendar)
    if mended and needless:
        raise RowRefused([_cut_off(cells["days"])])
    opens_at, closes_at = parts["window"]
    cautions = [*mended, *when.days.cautions, *_doubts(cells, when, sessions, needless, shift)]
    return ClassRow(
        key=parts["source_id"] or _content_key(cells, when, starts_at),
        title=parts["title"],
        category=parts["category"],
        **parts["place"],
        sessions=sessions,
        ages=parts["ages"],
        places=parts["places"],
        fee=parts["fee"],
        booking_opens_at=opens_at and opens_at + shift,
        booking_closes_at=closes_at and closes_at + shift,
        is_by_lot=_is_by_lot(cells),
        draw_on=parts["draw_on"] and parts["draw_on"] + shift,
        notes=cells.get("notes", ""),
        cautions=tuple(cautions),
    )


def _read_each(cells: Cells) -> dict[str, Any]:
    """Every part of the row, or every reason why not."""
    readers: dict[str, Callable[[Cells], Any]] = {
        "source_id": lambda cells: _short(cells, "source_id", LONGEST_NUMBER),
        "title": _title,
        "category": lambda cells: _short(cells, "category", LONGEST_CATEGORY),
        "place": _place,
        "when": _when,
        "times": _times,
        "ages": _ages,
        "places": lambda cells: read_places(_needed(cells, "places", _("the number of places"))),
        "fee": _fee,
        "window": _window,
        "draw_on": lambda cells: read_date(cells["draw_on"]) if cells.get("draw_on") else None,
    }
    parts: dict[str, Any] = {}
    problems: list[Finding] = []
    for name, reader in readers.items():
        try:
            parts[name] = reader(cells)
        except Unclear as unclear:
            problems.append(unclear.finding)
    if problems:
        raise RowRefused(problems)
    return parts


def _needed(cells: Cells, column: str, label: str) -> str:
    if not cells.get(column):
        raise Unclear(Problem.MISSING, _("The row does not say %(what)s.") % {"what": label})
    return cells[column]


def _short(cells: Cells, column: str, longest: int) -> str:
    text = cells.get(column, "")
    if len(text) > longest:
        raise Unclear(
            Problem.TEXT,
            _("“%(text)s…” is longer than %(longest)s characters.")
            % {"text": text[:20], "longest": longest},
        )
    return text


def _title(cells: Cells) -> str:
    _needed(cells, "title", _("the title"))
    return _short(cells, "title", LONGEST_TITLE)


def _place(cells: Cells) -> dict[str, str]:
    place = {name: cells.get(name, "") for name in ("district", "location", "room")}
    _short({"place": " ".join(place.values())}, "place", LONGEST_PLACE)
    return place


def _fee(cells: Cells) -> Fee:
    return read_fee(_short(cells, "fee", LONGEST_FEE))


def _ages(cells: Cells) -> Ages:
    return read_ages(*(cells.get(name, "") for name in ("age_min", "age_max", "ages")))


def _times(cells: Cells) -> tuple[time, time]:
    if cells.get("starts") and cells.get("ends"):
        starts_at, ends_at = read_time(cells["starts"]), read_time(cells["ends"])
    else:
        starts_at, ends_at = read_times(
            cells.get("times") or _needed(cells, "starts", _("the time"))
        )
    try:
        plan_dates([], starts_at, ends_at)
    except RuleUnclear as unclear:
        raise Unclear(Problem.TIMES, unclear.reason) from unclear
    return starts_at, ends_at


def _window(cells: Cells) -> tuple[datetime | None, datetime | None]:
    """When booking opens and closes; a last day counts to its end."""
    opens, closes = cells.get("booking_opens"), cells.get("booking_closes")
    opens_at = read_moment(opens) if opens else None
    closes_at = read_moment(closes, end_of_day=True) if closes else None
    if opens_at and closes_at and closes_at <= opens_at:
        raise Unclear(
            Problem.DATES,
            _("Booking closes on %(closes)s, before it opens on %(opens)s.")
            % {"closes": closes, "opens": opens},
        )
    return opens_at, closes_at


def _is_by_lot(cells: Cells) -> bool:
    return plain(cells.get("allocation", "")) in BY_LOT


def _when(cells: Cells) -> _When:
    if cells.get("dates"):
        return _when_listed(cells)
    first_day = read_date(_needed(cells, "first_day", _("the first date")))
    last_day = read_date(cells["last_day"]) if cells.get("last_day") else first_day
    if last_day < first_day:
        raise Unclear(
            Problem.DATES,
            _("The last date %(last)s is before the first date %(first)s.")
            % {"last": last_day, "first": first_day},
        )
    run = Run(first_day, last_day)
    return _When(run, _with_exceptions(cells, run, _days(cells, run)))


def _when_listed(cells: Cells) -> _When:
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
    return _When(
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
    if text and numbers and not days.held_on and read_weekdays(numbers) != days.weekdays:
        return _doubting(days, text, numbers)
    return days


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


def _with_whole_list(cells: Cells) -> tuple[Cells, list[Finding]]:
    """The row with a cut-off list of exceptions completed by what stands in the notes."""
    days, notes = cells.get("days", ""), cells.get("notes", "")
    rest = _REST_OF_LIST.match(notes)
    if not (rest and is_cut_off(days)):
        return cells, []
    whole = f"{days.rstrip(',、，')},{rest[1]}"
    note = _("The list of dates goes on in the notes and was put together: “%(text)s”.")
    finding = Finding(Caution.CONTINUED, note % {"text": whole})
    return {**cells, "days": whole, "notes": notes[rest.end() :]}, [finding]


def _sessions(
    when: _When, starts_at: time, ends_at: time, shift: timedelta, calendar: Calendar
) -> tuple[tuple[PlannedSession, ...], list[date]]:
    """The sessions after the move, and the exceptions, as written, that except nothing."""
    run, days = when.run, when.days
    held = {day + shift for day in days.held_on - days.except_on}
    sessions = {s.day: s for s in plan_dates(held, starts_at, ends_at, calendar).sessions}
    needless = days.except_on - days.held_on
    if days.weekdays or days.school_days:
        try:
            rule = Rule(
                first_day=run.first_day + shift,
                last_day=run.last_day + shift,
                starts_at=starts_at,
                ends_at=ends_at,
                weekdays=days.weekdays,
                every_weeks=days.every_weeks,
                nth_of_month=days.nth_of_month,
                skip_holidays=days.skip_holidays,
                school_days=days.school_days,
                except_on=frozenset(day + shift for day in days.except_on),
            )
        except RuleUnclear as unclear:
            raise RowRefused([Finding(Problem.DATES, unclear.reason)]) from unclear
        planned = plan(rule, calendar)
        sessions |= {s.day: s for s in planned.sessions}
        needless = frozenset(day - shift for day in planned.needless_exceptions) - days.held_on
    if not sessions:
        raise RowRefused([_no_session(run)])
    return tuple(sessions[day] for day in sorted(sessions)), sorted(needless)


def _no_session(run: Run) -> Finding:
    return Finding(
        Problem.NO_SESSION,
        _("Between %(first)s and %(last)s there is no class day.")
        % {"first": run.first_day, "last": run.last_day},
    )


def _cut_off(text: str) -> Finding:
    return Finding(
        Problem.CUT_OFF,
        _("“%(text)s” was put together from two columns and does not fit the class days.")
        % {"text": text},
    )


def _content_key(cells: Cells, when: _When, starts_at: time) -> str:
    """A name for a row without a number, the same however the file is saved."""
    place = [plain(cells.get(name, "")) for name in ("title", "district", "location", "room")]
    weekdays = "".join(map(str, sorted(when.days.weekdays)))
    content = [*place, weekdays, when.run.first_day.isoformat(), f"{starts_at:%H:%M}"]
    return "row-" + hashlib.sha256("\n".join(content).encode()).hexdigest()[:32]


def _doubts(
    cells: Cells,
    when: _When,
    sessions: tuple[PlannedSession, ...],
    needless: list[date],
    shift: timedelta,
) -> Iterator[Finding]:
    held_on = frozenset(session.day - shift for session in sessions)
    yield from _doubts_about_exceptions(when.run, needless)
    if not when.days.nth_of_month:
        yield from _doubts_about_ends(when.run, held_on)
    if when.days.skip_holidays or when.days.school_days:
        yield from _doubts_about_holidays(sessions)
    yield from _doubts_about_notes(cells, when.run, held_on)
    if not cells.get("category"):
        yield Finding(Caution.CATEGORY, _("The row names no category."))
    if _is_by_lot(cells):
        yield Finding(
            Caution.DRAW, _("Places were given by lot; here they go first come, first served.")
        )


def _doubts_about_exceptions(run: Run, needless: list[date]) -> Iterator[Finding]:
    for day in needless:
        if day in run:
            note = _("%(day)s is to be left out, but is no class day anyway.")
            yield Finding(Caution.EXCEPTION_IDLE, note % {"day": _day(day)})
        else:
            note = _("%(day)s is to be left out, but lies outside the first and the last date.")
            yield Finding(Caution.EXCEPTION_OUTSIDE, note % {"day": _day(day)})


def _doubts_about_ends(run: Run, held_on: frozenset[date]) -> Iterator[Finding]:
    if run.first_day not in held_on:
        note = _("The first date, %(day)s, is no class day; the first session is on %(other)s.")
        words = {"day": _day(run.first_day), "other": _day(min(held_on))}
        yield Finding(Caution.FIRST_DAY, note % words)
    if run.last_day not in held_on:
        note = _("The last date, %(day)s, is no class day; the last session is on %(other)s.")
        words = {"day": _day(run.last_day), "other": _day(max(held_on))}
        yield Finding(Caution.LAST_DAY, note % words)


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
