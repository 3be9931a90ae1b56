"""What clashes in a timetable file before it is brought in, with one another and with the house.

An import says of each row what is in its way first; this says of every date what meets it, each
clash once, in seconds for thousands of classes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.findings import RowRefused
from activities.imports import SOURCE, House, house_of, read_all, where_of
from activities.known_days import known_days
from activities.spreadsheets import Table
from activities.timetable_rows import ClassRow
from venues import clashes
from venues.clashes import Wanted
from venues.free_times import leaves_of_each
from venues.models import Center, Room, Taking

# Of a file in which everything clashes with everything so many are enough to see it.
MOST_CLASHES = 50_000


@dataclass(frozen=True)
class Meeting:
    """A date of a row, in its room, as the file has it."""

    row: int
    title: str
    room: Room
    starts_at: datetime
    ends_at: datetime
    key: str


@dataclass(frozen=True)
class Clash:
    """Two dates that cannot both be: one of the file, and another of it or a taking."""

    one: Meeting
    other: Meeting | Taking

    @property
    def pair(self) -> tuple[int, str]:
        """All dates on which the same two meet stand together."""
        if isinstance(self.other, Taking):
            return self.one.row, str(self.other)
        return self.one.row, _("row %(number)s “%(title)s”") % {
            "number": self.other.row,
            "title": self.other.title,
        }

    @property
    def starts_at(self) -> datetime:
        return max(self.one.starts_at, self.other.starts_at)


@dataclass(frozen=True)
class Group:
    """Two that meet, on how many dates, and where and when first."""

    row: int
    title: str
    other: str
    room: Room
    dates: int
    first: datetime

    def __str__(self) -> str:
        return _(
            "row %(number)s “%(title)s” and %(other)s: %(room)s, %(dates)s, first %(first)s"
        ) % {
            "number": self.row,
            "title": self.title,
            "other": self.other,
            "room": self.room,
            "dates": ngettext("%(count)s date", "%(count)s dates", self.dates)
            % {"count": self.dates},
            "first": f"{timezone.localtime(self.first):%Y-%m-%d %H:%M}",
        }


@dataclass(frozen=True)
class Clashes:
    """`unread` rows were refused: what the import says of them counts."""

    found: tuple[Clash, ...]
    dates: int
    unread: int

    @property
    def groups(self) -> list[Group]:
        ordered = sorted(self.found, key=lambda each: (each.pair, each.starts_at))
        groups = []
        for (row, other), same in groupby(ordered, key=lambda each: each.pair):
            first, *more = same
            one = first.one
            groups.append(Group(row, one.title, other, one.room, 1 + len(more), first.starts_at))
        return groups

    def lines(self) -> Iterator[str]:
        yield ngettext(
            "%(count)s date in a room was looked at.",
            "%(count)s dates in rooms were looked at.",
            self.dates,
        ) % {"count": self.dates}
        if self.unread:
            yield ngettext(
                "%(count)s row cannot be read or has no room here; the import says why.",
                "%(count)s rows cannot be read or have no room here; the import says why.",
                self.unread,
            ) % {"count": self.unread}
        yield ngettext(
            "%(count)s clash was found.", "%(count)s clashes were found.", len(self.found)
        ) % {"count": len(self.found)}
        if len(self.found) >= MOST_CLASHES:
            yield _("There may be more: it was not looked any further.")
        yield from (f"  {group}" for group in self.groups)


def find_clashes(table: Table, center: Center, *, source: str = SOURCE, at=None) -> Clashes:
    """Every clash once. What the same file brought in before does not clash with itself."""
    house = house_of(center, takes_rooms=True, source=source, at=at or timezone.now())
    read = read_all(table.rows, timedelta(0), known_days())
    meetings, unread = _meetings(read, house)
    leaves = leaves_of_each({each.room.pk: each.room for each in meetings}.values())
    wanted = [Wanted(each.room.pk, each.starts_at, each.ends_at) for each in meetings]
    pairs = islice(clashes.among(wanted, leaves), MOST_CLASHES)
    found = [Clash(meetings[one], meetings[other]) for one, other in pairs]
    in_the_way = clashes.with_takings(wanted, leaves)
    takings = _takings(in_the_way)
    for position, pks in in_the_way.items():
        own = house.activities.get(meetings[position].key)
        found += [
            Clash(meetings[position], takings[pk])
            for pk in pks
            if own is None or _activity_of(takings[pk]) != own.pk
        ]
    return Clashes(tuple(found), dates=len(meetings), unread=unread)


def _meetings(read: dict[int, ClassRow | RowRefused], house: House) -> tuple[list[Meeting], int]:
    meetings, unread = [], 0
    for number, wanted in read.items():
        try:
            if isinstance(wanted, RowRefused):
                raise wanted
            room = where_of(wanted, house).room
        except RowRefused:
            unread += 1
            continue
        if room:
            meetings += [
                Meeting(number, wanted.title, room, each.starts_at, each.ends_at, wanted.key)
                for each in wanted.sessions
            ]
    return meetings, unread


def _takings(in_the_way: dict[int, list[int]]) -> dict[int, Taking]:
    pks = {pk for found in in_the_way.values() for pk in found}
    return Taking.objects.select_related("session").in_bulk(pks)


def _activity_of(taking: Taking) -> int | None:
    session = getattr(taking, "session", None)
    return session and session.activity_id
