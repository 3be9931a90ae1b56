"""A timetable file becomes published classes with their sessions.

Each row goes in whole or is refused with its reasons. A class is known again by the number its
source gave it, else by what makes it this class. Once people have booked it, a file changes only
what moves nobody: words, ages, fee, category, booking window.
"""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from activities.findings import Finding, Problem, RowRefused
from activities.import_reports import Outcome, Report, What
from activities.imported_classes import Arrival, Where, add, add_elsewhere, update
from activities.known_days import known_days
from activities.models import Activity, Category, Session
from activities.plain_text import plain
from activities.spreadsheets import Row, Table
from activities.timetable import Calendar
from activities.timetable_rows import ClassRow, read_row
from venues.models import Center, Room
from venues.takings import RoomTaken

SOURCE = "timetable"
# So many new classes are written at once where no room can be in the way.
AT_ONCE = 100


@dataclass
class House:
    """Where the classes go, and what is there already. `rooms` None: none of them is taken."""

    center: Center
    source: str
    at: datetime
    rooms: dict[str, list[Room]] | None
    activities: dict[str, Activity]
    categories: dict[str, Category]


def import_timetable(
    table: Table,
    center: Center,
    *,
    takes_rooms: bool = True,
    source: str = SOURCE,
    starting: date | None = None,
    dry_run: bool = False,
    at: datetime | None = None,
) -> Report:
    """Bring every row in, or say why not; a dry run says the same and leaves nothing.

    Without `takes_rooms` every place is one in words. `starting` moves the whole file by whole
    weeks, so that its first session falls on that day or within the six days after it.
    """
    calendar = known_days()
    shift = _shift_to(starting, table.rows, calendar) if starting else timedelta(0)
    house = house_of(center, takes_rooms=takes_rooms, source=source, at=at or timezone.now())
    with transaction.atomic() if dry_run else nullcontext():
        outcomes = _bring_in(read_all(table.rows, shift, calendar), house)
        if dry_run:
            transaction.set_rollback(True)
    return Report(dict(sorted(outcomes.items())), notes=table.notes, shift=shift)


def _shift_to(starting: date, rows: Iterable[Row], calendar: Calendar) -> timedelta:
    """As many whole weeks as bring the first session of the file to that day or soon after."""
    read = read_all(rows, timedelta(0), calendar).values()
    first_days = [each.sessions[0].day for each in read if isinstance(each, ClassRow)]
    if not first_days:
        return timedelta(0)
    return timedelta(weeks=-((min(first_days) - starting).days // 7))


def house_of(center: Center, *, takes_rooms: bool, source: str, at: datetime) -> House:
    source = f"{center.pk}:{source}"
    sessions = Session.objects.select_related("taking")
    activities = Activity.objects.filter(source=source).select_related("category")
    return House(
        center=center,
        source=source,
        at=at,
        rooms=_rooms_by_name(center) if takes_rooms else None,
        activities={
            activity.source_id: activity
            for activity in activities.prefetch_related(Prefetch("sessions", sessions))
        },
        categories={category.name: category for category in Category.objects.all()},
    )


def _rooms_by_name(center: Center) -> dict[str, list[Room]]:
    """Rooms under their own name, and under the name of their floor and their own."""
    rooms: dict[str, list[Room]] = {}
    for room in Room.objects.active().filter(floor__center=center).select_related("floor"):
        for name in {room.name, f"{room.floor}{room.name}"}:
            rooms.setdefault(_name(name), []).append(room)
    return rooms


def _name(text: str) -> str:
    return plain(text).replace(" ", "")


def read_all(
    rows: Iterable[Row], shift: timedelta, calendar: Calendar
) -> dict[int, ClassRow | RowRefused]:
    """What every row says, or why it cannot be read, by its number."""
    read: dict[int, ClassRow | RowRefused] = {}
    first_with: dict[str, int] = {}
    for row in rows:
        try:
            wanted = _read(row, shift, calendar)
        except RowRefused as refused:
            read[row.number] = refused
            continue
        first = first_with.setdefault(wanted.key, row.number)
        read[row.number] = wanted if first == row.number else _repeated(first)
    return read


def _read(row: Row, shift: timedelta, calendar: Calendar) -> ClassRow:
    if row.surplus:
        raise _refused(
            Problem.SURPLUS,
            _("The row has more cells than the header. Text with commas needs quotation marks."),
        )
    return read_row(row.cells, shift=shift, calendar=calendar)


def _repeated(number: int) -> RowRefused:
    reason = _("Row %(number)s is the same class. Please give each its own number (编号).")
    return _refused(Problem.REPEATED, reason % {"number": number})


def _bring_in(read: dict[int, ClassRow | RowRefused], house: House) -> dict[int, Outcome]:
    """Each row by itself, except new ones elsewhere: nothing can be in the way of those."""
    outcomes: dict[int, Outcome] = {}
    elsewhere: list[tuple[int, Arrival]] = []
    for number, wanted in read.items():
        try:
            arrival = _arrival(wanted, house)
        except RowRefused as refused:
            outcomes[number] = _no(refused)
            continue
        if arrival.activity is None and arrival.where.room is None:
            elsewhere.append((number, arrival))
        else:
            outcomes[number] = _bring_in_one(arrival, house)
    for start in range(0, len(elsewhere), AT_ONCE):
        outcomes |= _bring_in_some(elsewhere[start : start + AT_ONCE], house)
    return outcomes


def _no(refused: RowRefused) -> Outcome:
    return Outcome(What.REFUSED, problems=tuple(refused.findings))


def _arrival(wanted: ClassRow | RowRefused, house: House) -> Arrival:
    if isinstance(wanted, RowRefused):
        raise wanted
    with translation.override(settings.LANGUAGE_CODE):
        category = wanted.category or _("Other")
    return Arrival(wanted, category, where_of(wanted, house), house.activities.get(wanted.key))


def _bring_in_some(arrivals: list[tuple[int, Arrival]], house: House) -> dict[int, Outcome]:
    try:
        with transaction.atomic():
            categories = _categories([arrival for _number, arrival in arrivals], house)
            add_elsewhere(
                [(arrival, categories[arrival.category]) for _number, arrival in arrivals],
                source=house.source,
                center=house.center,
                at=house.at,
            )
    except (OperationalError, IntegrityError) as error:
        if not _somebody_was_first(error):
            raise
        return {number: _bring_in_one(arrival, house) for number, arrival in arrivals}
    house.categories |= categories
    return {number: _outcome(What.ADDED, arrival) for number, arrival in arrivals}


def _bring_in_one(arrival: Arrival, house: House) -> Outcome:
    """The row in a transaction of its own."""
    try:
        with transaction.atomic():
            categories = _categories([arrival], house)
            outcome = _write(arrival, categories[arrival.category], house)
    except RowRefused as refused:
        return _no(refused)
    except RoomTaken as taken:
        return _no(_refused(Problem.ROOM_TAKEN, taken.reason))
    except (OperationalError, IntegrityError) as error:
        if not _somebody_was_first(error):
            raise
        reason = _("Somebody else was changing the same room or class. Please import it again.")
        return _no(_refused(Problem.BUSY, reason))
    # Not before the commit: a refused row takes its category back with it.
    house.categories |= categories
    return outcome


def _write(arrival: Arrival, category: Category, house: House) -> Outcome:
    if arrival.activity is None:
        add(arrival, category, source=house.source, center=house.center, at=house.at)
        return _outcome(What.ADDED, arrival)
    changes = update(arrival.activity, arrival, category, at=house.at)
    return _outcome(What.UPDATED if changes else What.UNCHANGED, arrival, changes)


def _outcome(what: What, arrival: Arrival, changes: Iterable[str] = ()) -> Outcome:
    return Outcome(
        what,
        sessions=len(arrival.wanted.sessions),
        changes=tuple(changes),
        cautions=arrival.wanted.cautions,
    )


def _somebody_was_first(error: OperationalError | IntegrityError) -> bool:
    """A lock not granted in time, a deadlock, or a second import of the same file."""
    cause = error.__cause__
    if getattr(cause, "pgcode", None) in ("55P03", "40P01"):
        return True
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
    return constraint == "activity_is_imported_once" or constraint.startswith("activities_category")


def where_of(wanted: ClassRow, house: House) -> Where:
    location = _name(wanted.location)
    if house.rooms is not None and location in ("", _name(house.center.name)):
        return Where(room=_room(wanted.room, house.rooms, house.center))
    place = " ".join(dict.fromkeys(filter(None, (wanted.district, wanted.location, wanted.room))))
    if not place:
        raise _refused(Problem.MISSING, _("The row does not say where it takes place."))
    return Where(outside_place=place)


def _room(name: str, rooms: dict[str, list[Room]], center: Center) -> Room:
    if not name:
        raise _refused(Problem.MISSING, _("The row does not say in which room."))
    match rooms.get(_name(name), []):
        case [room]:
            return room
        case []:
            names = dict.fromkeys(room.name for namesakes in rooms.values() for room in namesakes)
            reason = _("“%(room)s” is no room of %(center)s. Its rooms are: %(rooms)s.")
            words = {"room": name, "center": center, "rooms": ", ".join(names)}
        case [room, *_others]:
            reason = _(
                "There are several rooms “%(room)s”. Please write its floor before it, like %(example)s."
            )
            words = {"room": name, "example": f"{room.floor}{room.name}"}
    raise _refused(Problem.ROOM_UNKNOWN, reason % words)


def _categories(arrivals: Iterable[Arrival], house: House) -> dict[str, Category]:
    """The categories of these by name, made where they are new."""
    names = dict.fromkeys(arrival.category for arrival in arrivals)
    return {name: house.categories.get(name) or _new_category(name) for name in names}


def _new_category(name: str) -> Category:
    slug = free = slugify(name, allow_unicode=True)[:40] or "category"
    number = 1
    while Category.objects.filter(slug=free).exists():
        number += 1
        free = f"{slug}-{number}"
    return Category.objects.create(name=name, slug=free)


def _refused(kind: Problem, text: str) -> RowRefused:
    return RowRefused([Finding(kind, text)])
