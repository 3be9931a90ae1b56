"""What would become of a file with room bookings, row by row, before anything is done.

A few statements for however many rows: what stands in the way is looked for once for all.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import phones
from accounts.models import Person
from activities.plain_text import plain
from bookings import ical_dates, ical_files, room_refusals, room_rows
from bookings.models import RoomBooking, RoomImport
from bookings.people import known_at
from bookings.room_rows import RoomRow, RoomRows
from bookings.rules import moment
from partners.models import Partner
from venues import clashes
from venues.clashes import Wanted
from venues.free_times import FreeTimes, leaves_of_each
from venues.models import CalendarDay, CalendarDayKind, Center, Room, Taking


class State(TextChoices):
    NEW = "new", gettext_lazy("Can be booked")
    CLASHES = "clashes", gettext_lazy("Clashes")
    REFUSED = "refused", gettext_lazy("Refused")
    THERE = "there", gettext_lazy("There already")


@dataclass
class Line:
    """A row of the file, what it means here, and what would become of it."""

    row: RoomRow
    state: State = State.NEW
    reason: str = ""
    room: Room | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    headcount: int = 1
    partner: Partner | None = None
    person: Person | None = None
    request_key: str = ""

    def refuse(self, reason: str, state: State = State.REFUSED) -> None:
        self.state, self.reason = state, str(reason)

    @property
    def is_new(self) -> bool:
        return self.state == State.NEW

    @property
    def span(self):
        return self.room.with_buffers(self.starts_at, self.ends_at)


@dataclass
class Plan:
    lines: list[Line]
    notes: list[str] = field(default_factory=list)

    def of(self, state: State) -> list[Line]:
        return [line for line in self.lines if line.state == state]

    @property
    def new(self) -> list[Line]:
        return self.of(State.NEW)

    @property
    def counts(self) -> dict[State, int]:
        found = Counter(line.state for line in self.lines)
        return {state: found[state] for state in State}

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the file would stay out."""
        return all(line.state in (State.NEW, State.THERE) for line in self.lines)


def read(content: bytes, *, at: datetime) -> RoomRows:
    """The rows of a file of any kind. Raises FileUnreadable."""
    if ical_files.is_calendar(content):
        return ical_dates.read_dates(content, at=at)
    return room_rows.read_rows(content)


def plan(file: RoomImport, *, at: datetime | None = None) -> Plan:
    """Raises FileUnreadable."""
    at = at or timezone.now()
    found = read(bytes(file.content), at=at)
    house = _House(file, found.rows, at)
    lines = [house.line(row) for row in found.rows]
    _look_for_clashes(lines)
    return Plan(lines, [*found.notes, *house.notes])


class _House:
    """What the rows speak of, looked up once for all of them."""

    def __init__(self, file: RoomImport, rows: tuple[RoomRow, ...], at: datetime):
        self.file, self.at = file, at
        self.rooms = rooms_by_name(file.center)
        today = timezone.localdate(at)
        self.last_day = today + room_rows.LOOKS_AHEAD
        days = [day for row in rows if (day := _day(row)) and today <= day <= self.last_day]
        first, last = min(days, default=today), max(days, default=today)
        everything = list({room.pk: room for each in self.rooms.values() for room in each}.values())
        self.times = FreeTimes(everything, first, last)
        self.special_days = {
            each.date: each for each in CalendarDay.objects.filter(date__range=(first, last))
        }
        self.notes = _unknown_years({day.year for day in days})
        self.partners = {plain(partner.name): partner for partner in file.center.partners.active()}
        self.people = _people_by_phone(rows, file.center)
        self.there = _imported_before(rows, file.center)

    def line(self, row: RoomRow) -> Line:
        line = Line(row, headcount=row.headcount or self.file.headcount)
        line.request_key = _request_key(self.file.center, row)
        if row.problem:
            line.refuse(row.problem)
            return line
        line.starts_at, line.ends_at = row.starts_at, row.ends_at
        for step in (
            self._not_too_far,
            self._room,
            self._times,
            self._there,
            self._rules,
            self._holiday,
            self._who,
        ):
            if line.is_new:
                step(line)
        return line

    def _not_too_far(self, line):
        if _day(line.row) > self.last_day:
            line.refuse(_("That is more than two years ahead."))

    def _room(self, line):
        name = line.row.room
        if not name and self.file.room:
            line.room = self.file.room
            return
        found = _rooms_named(name, self.rooms)
        if len(found) == 1:
            line.room = found[0]
        elif not name:
            line.refuse(_("The row does not say in which room."))
        elif found:
            line.refuse(_("There are several rooms “%(room)s”.") % {"room": name})
        else:
            line.refuse(
                _("“%(room)s” is no room of %(center)s.")
                % {"room": name, "center": self.file.center}
            )

    def _times(self, line):
        """A whole day is as long as the room is open."""
        if line.row.day is None:
            return
        spans = self.times.open_spans(line.room, line.row.day)
        if spans:
            line.starts_at, line.ends_at = spans[0][0], max(end for _start, end in spans)
        else:
            line.refuse(_("%(room)s is not open on that day.") % {"room": line.room})

    def _there(self, line):
        before = self.there.get(line.request_key)
        if before is None:
            return
        same = (line.room, line.starts_at, line.ends_at) == (
            before.room, before.starts_at, before.ends_at,
        )  # fmt: skip
        reason = _("Imported before, state: %(state)s.") % {"state": before.get_status_display()}
        if not same:
            reason += " " + _("Here it is: %(room)s, %(when)s.") % {
                "room": before.room,
                "when": _when(before.starts_at, before.ends_at),
            }
        line.refuse(reason, State.THERE)

    def _rules(self, line):
        if no := room_refusals.refusal_of_import(
            line.room, starts_at=line.starts_at, ends_at=line.ends_at, headcount=line.headcount,
            times=self.times, at=self.at,
        ):  # fmt: skip
            line.refuse(no.text)

    def _holiday(self, line):
        day = self.special_days.get(timezone.localtime(line.starts_at).date())
        if day and day.kind == CalendarDayKind.HOLIDAY and not self.file.on_holidays:
            line.refuse(_("That day is a public holiday: %(name)s.") % {"name": day.name})

    def _who(self, line):
        """The partner or the person that the row names, else the partner of the whole file."""
        row = line.row
        if row.partner:
            line.partner = self.partners.get(plain(row.partner))
            if line.partner is None:
                line.refuse(
                    _("“%(name)s” is no partner of %(center)s.")
                    % {"name": row.partner, "center": self.file.center}
                )
            return
        if row.phone:
            namesakes = self.people.get(phones.parse(row.phone), [])
            named = [each for each in namesakes if not row.person or each.name == row.person]
            line.person = named[0] if len(named) == 1 else None
        line.partner = None if line.person else self.file.partner
        if not (line.person or line.partner):
            line.refuse(
                _("It does not say for whom: a partner by name, or a person we know by phone.")
            )


def rooms_by_name(center: Center) -> dict[str, list[Room]]:
    """Rooms in use under the names that people give them, with their floor and without."""
    found: dict[str, list[Room]] = {}
    for room in Room.objects.in_use().filter(floor__center=center).select_related("floor__center"):
        level = room.floor.level
        names = {
            room.name,
            f"{room.floor}{room.name}",
            *(f"{floor}{room.name}" for floor in (f"{level}楼", f"{level}F", f"Floor{level}")),
        }
        for name in {_squeezed(name) for name in names}:
            found.setdefault(name, []).append(room)
    return found


def _rooms_named(text: str, rooms: dict[str, list[Room]]) -> list[Room]:
    """Calendars write the address of the house behind the room, after a comma."""
    written = plain(text)
    for name in (written, written.split(",")[0]):
        if found := rooms.get(_squeezed(name)):
            return found
    return []


def _squeezed(text: str) -> str:
    return plain(text).replace(" ", "")


def _day(row: RoomRow):
    if row.day or row.starts_at is None:
        return row.day
    return timezone.localtime(row.starts_at).date()


def _unknown_years(years: set[int]) -> list[str]:
    known = CalendarDay.objects.filter(date__year__in=years).dates("date", "year")
    return [
        _("The holidays of %(year)s are not entered yet, so nothing was left out for them.")
        % {"year": year}
        for year in sorted(years - {day.year for day in known})
    ]


def _people_by_phone(rows, center) -> dict[str, list[Person]]:
    numbers = {number for row in rows if row.phone and (number := phones.parse(row.phone))}
    found: dict[str, list[Person]] = {}
    if not numbers:
        return found
    here = Center.objects.filter(pk=center.pk)
    for person in known_at(Person.objects.active().filter(phone__in=numbers), here):
        found.setdefault(person.phone, []).append(person)
    return found


def _imported_before(rows, center) -> dict[str, RoomBooking]:
    keys = [_request_key(center, row) for row in rows if row.key]
    found = RoomBooking.objects.imported().filter(request_key__in=keys).select_related("room")
    return {booking.request_key: booking for booking in found}


def _request_key(center, row: RoomRow) -> str:
    return f"{center.pk}-{row.key}" if row.key else ""


def _look_for_clashes(lines):
    """Against what is there, and among themselves: of two, the one further up is booked."""
    new = [line for line in lines if line.is_new]
    leaves = leaves_of_each({line.room.pk: line.room for line in new}.values())
    wanted = [Wanted(line.room.pk, *line.span) for line in new]
    in_the_way = clashes.with_takings(wanted, leaves)
    takings = Taking.objects.in_bulk({pk for found in in_the_way.values() for pk in found})
    for position, found in in_the_way.items():
        words = "; ".join(_in_words(takings[pk]) for pk in found)
        new[position].refuse(words, State.CLASHES)
    for earlier, later in sorted(clashes.among(wanted, leaves), key=lambda pair: pair[::-1]):
        if new[earlier].is_new and new[later].is_new:
            other = new[earlier]
            words = _("Row %(number)s wants it then: “%(purpose)s”, %(when)s.") % {
                "number": other.row.number,
                "purpose": other.row.purpose,
                "when": _when(other.starts_at, other.ends_at),
            }
            new[later].refuse(words, State.CLASHES)


def _in_words(taking: Taking) -> str:
    return _("“%(label)s”, %(when)s") % {
        "label": taking,
        "when": _when(taking.starts_at, taking.ends_at),
    }


def _when(starts_at: datetime, ends_at: datetime) -> str:
    ends = timezone.localtime(ends_at)
    if ends.date() - timezone.localtime(starts_at).date() >= timedelta(days=1):
        return f"{moment(starts_at)}–{moment(ends_at)}"
    return f"{moment(starts_at)}–{ends:%H:%M}"
