"""One row of a timetable file becomes one class with its sessions, whole or not at all."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from activities.cell_texts import (
    Ages,
    Cells,
    Fee,
    is_by_lot,
    needed,
    read_ages,
    read_date,
    read_fee,
    read_moment,
    read_places,
    read_time,
    read_times,
    short,
)
from activities.class_days import When, read_when, sessions_of, with_whole_list
from activities.findings import Finding, Problem, RowRefused, Unclear
from activities.plain_text import plain
from activities.row_doubts import doubts
from activities.timetable import (
    NOTHING_KNOWN,
    Calendar,
    PlannedSession,
    RuleUnclear,
    plan_dates,
)

LONGEST_TITLE = 120
LONGEST_CATEGORY = 40
LONGEST_PLACE = 120
LONGEST_FEE = 120
LONGEST_NUMBER = 80


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


def read_row(
    cells: Cells, *, shift: timedelta = timedelta(0), calendar: Calendar = NOTHING_KNOWN
) -> ClassRow:
    """The class of a row, moved by whole weeks. Raises RowRefused with every reason.

    Holidays are those of the dates after the move; the cautions speak of dates as written.
    """
    cells, mended = with_whole_list(cells)
    parts = _read_each(cells)
    when, (starts_at, ends_at) = parts["when"], parts["times"]
    sessions, needless = sessions_of(when, starts_at, ends_at, shift, calendar)
    if mended and needless:
        reason = _("“%(text)s” was put together from two columns and does not fit the class days.")
        raise RowRefused([Finding(Problem.CUT_OFF, reason % {"text": cells["days"]})])
    opens_at, closes_at = parts["window"]
    cautions = [*mended, *when.days.cautions, *doubts(cells, when, sessions, needless, shift)]
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
        is_by_lot=is_by_lot(cells),
        draw_on=parts["draw_on"] and parts["draw_on"] + shift,
        notes=cells.get("notes", ""),
        cautions=tuple(cautions),
    )


def _read_each(cells: Cells) -> dict[str, Any]:
    """Every part of the row, or every reason why not."""
    readers = {
        "source_id": lambda cells: short(cells.get("source_id", ""), LONGEST_NUMBER),
        "title": _title,
        "category": lambda cells: short(cells.get("category", ""), LONGEST_CATEGORY),
        "place": _place,
        "when": read_when,
        "times": _times,
        "ages": _ages,
        "places": lambda cells: read_places(needed(cells, "places", _("the number of places"))),
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


def _title(cells: Cells) -> str:
    return short(needed(cells, "title", _("the title")), LONGEST_TITLE)


def _place(cells: Cells) -> dict[str, str]:
    place = {name: cells.get(name, "") for name in ("district", "location", "room")}
    short(" ".join(place.values()), LONGEST_PLACE)
    return place


def _fee(cells: Cells) -> Fee:
    return read_fee(short(cells.get("fee", ""), LONGEST_FEE))


def _ages(cells: Cells) -> Ages:
    return read_ages(*(cells.get(name, "") for name in ("age_min", "age_max", "ages")))


def _times(cells: Cells) -> tuple[time, time]:
    starts, ends = cells.get("starts") or cells.get("times"), cells.get("ends")
    if starts and ends:
        starts_at, ends_at = read_time(starts), read_time(ends)
    else:
        both = starts or needed(cells, "starts", _("the time"))
        starts_at, ends_at = read_times(both)
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


def _content_key(cells: Cells, when: When, starts_at: time) -> str:
    """A name for a row without a number, the same however the file is saved."""
    place = [plain(cells.get(name, "")) for name in ("title", "district", "location", "room")]
    weekdays = "".join(map(str, sorted(when.days.weekdays)))
    content = [*place, weekdays, when.run.first_day.isoformat(), f"{starts_at:%H:%M}"]
    return "row-" + hashlib.sha256("\n".join(content).encode()).hexdigest()[:32]
