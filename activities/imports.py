"""A timetable file becomes published classes with their sessions.

Each row goes in whole, in a transaction of its own, or is refused with its reasons. A class is
known again by the number its source gave it, else by what makes it this class. Once people have
booked it, a file changes only what moves nobody: words, ages, fee, category, booking window.
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
from activities.imported_classes import Where, add, update
from activities.known_days import known_days
from activities.models import Activity, Category, Session
from activities.plain_text import plain
from activities.spreadsheets import Row, Table
from activities.timetable import Calendar
from activities.timetable_rows import ClassRow, read_row
from venues.models import Center, Room
from venues.takings import RoomTaken

SOURCE = "timetable"


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
    house = _house(center, takes_rooms=takes_rooms, source=source, at=at or timezone.now())
    first_with: dict[str, int] = {}
    outcomes: dict[int, Outcome] = {}
    with transaction.atomic() if dry_run else nullcontext():
        for row in table.rows:
            try:
                wanted = _read(row, shift, calendar)
                first = first_with.setdefault(wanted.key, row.number)
                if first != row.number:
                    raise _repeated(first)
                outcomes[row.number] = _bring_in(wanted, house)
            except RowRefused as refused:
                outcomes[row.number] = Outcome(What.REFUSED, problems=tuple(refused.findings))
        if dry_run:
            transaction.set_rollback(True)
    return Report(outcomes, notes=table.notes, shift=shift)


def _shift_to(starting: date, rows: Iterable[Row], calendar: Calendar) -> timedelta:
    """As many whole weeks as bring the first session of the file to that day or soon after."""
    first_days = []
    for row in rows:
        try:
            first_days.append(_read(row, timedelta(0), calendar).sessions[0].day)
        except RowRefused:
            continue
    if not first_days:
        return timedelta(0)
    return timedelta(weeks=-((min(first_days) - starting).days // 7))


def _house(center: Center, *, takes_rooms: bool, source: str, at: datetime) -> House:
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


def _bring_in(wanted: ClassRow, house: House) -> Outcome:
    where = _where(wanted, house)
    activity = house.activities.get(wanted.key)
    try:
        with transaction.atomic():
            category = _category(wanted, house)
            outcome = _write(wanted, activity, category, where, house)
    except RoomTaken as taken:
        raise _refused(Problem.ROOM_TAKEN, taken.reason) from taken
    except (OperationalError, IntegrityError) as error:
        if not _somebody_was_first(error):
            raise
        reason = _("Somebody else was changing the same room or class. Please import it again.")
        raise _refused(Problem.BUSY, reason) from error
    # Not before the commit: a refused row takes its category back with it.
    house.categories[category.name] = category
    return outcome


def _write(
    wanted: ClassRow, activity: Activity | None, category: Category, where: Where, house: House
) -> Outcome:
    size, cautions = len(wanted.sessions), wanted.cautions
    if activity is None:
        add(
            wanted,
            source=house.source,
            center=house.center,
            category=category,
            where=where,
            at=house.at,
        )
        return Outcome(What.ADDED, sessions=size, cautions=cautions)
    changes = update(activity, wanted, category=category, where=where, at=house.at)
    what = What.UPDATED if changes else What.UNCHANGED
    return Outcome(what, sessions=size, changes=tuple(changes), cautions=cautions)


def _somebody_was_first(error: OperationalError | IntegrityError) -> bool:
    """A lock not granted in time, a deadlock, or a second import of the same file."""
    cause = error.__cause__
    if getattr(cause, "pgcode", None) in ("55P03", "40P01"):
        return True
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
    return constraint == "activity_is_imported_once" or constraint.startswith("activities_category")


def _where(wanted: ClassRow, house: House) -> Where:
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


def _category(wanted: ClassRow, house: House) -> Category:
    with translation.override(settings.LANGUAGE_CODE):
        name = wanted.category or _("Other")
    if name in house.categories:
        return house.categories[name]
    slug = free = slugify(name, allow_unicode=True)[:40] or "category"
    number = 1
    while Category.objects.filter(slug=free).exists():
        number += 1
        free = f"{slug}-{number}"
    return Category.objects.create(name=name, slug=free)


def _refused(kind: Problem, text: str) -> RowRefused:
    return RowRefused([Finding(kind, text)])
