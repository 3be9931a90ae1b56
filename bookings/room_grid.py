"""Rooms × hours of one day, as a page shows it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from venues.free_times import FreeTimes, Stretch
from venues.models import Room

AN_HOUR = 60

WORDS = {
    "free": _("Free"),
    "taken": _("Taken"),
    "mine": _("Yours"),
    "shut": _("Not open"),
    "over": _("Over"),
}


@dataclass(frozen=True)
class Cell:
    """A stretch of the day. `halves` is how many half hours wide it stands on a wide screen."""

    stretch: Stretch
    kind: str
    halves: int
    ends_at: datetime  # of a booking that begins with the stretch, as the form is filled in

    @property
    def words(self):
        return WORDS[self.kind]

    @property
    def is_free(self):
        return self.kind == "free"


@dataclass(frozen=True)
class Row:
    room: Room
    cells: list[Cell]
    fits: bool | None  # whether the time that is looked for is free; None where none is


class Grid:
    def __init__(self, rooms, day: date, *, mine, span=None, at=None):
        """`mine` are room bookings of whoever looks; `span` is the time that is looked for."""
        self.day, self.span, self.at = day, span, at or timezone.now()
        self._mine = mine
        self.times = FreeTimes(rooms, day)

    @cached_property
    def rows(self):
        """Rooms by floor; where a time is looked for, those that are free then come first."""
        mine = set(self._mine.filter(taking__isnull=False).values_list("taking", flat=True))
        rows = [self._row(room, mine) for room in self.times.rooms]
        return sorted(rows, key=lambda row: not row.fits) if self.span else rows

    @cached_property
    def hours(self):
        """What stands above each half hour: the hour at its begin; empty where all is shut."""
        house = self.times.day_of_the_house(self.day)
        if house is None:
            return []
        return ["" if half % 2 else half // 2 for half in range(*map(_line, house))]

    @property
    def why(self):
        """Why the hours are not the usual ones: the reason of the center, or of its one room."""
        room = self.times.rooms[0].pk if len(self.times.rooms) == 1 else None
        return self.times.hours.why(self.day, room)

    @property
    def unknown_year(self):
        """The year of the day where nobody has published its holidays yet, or None."""
        is_known = not self.times.rooms or self.times.hours.knows_holidays(self.day)
        return None if is_known else self.day.year

    def _row(self, room, mine):
        cells = [
            Cell(stretch, self._kind(stretch), _halves(stretch), _end(stretch, room))
            for stretch in self._cut(self.times.stretches(room, self.day, mine=mine))
        ]
        fits = self.times.fits(room, *self.span) if self.span else None
        return Row(room, cells, fits and self.span[0] > self.at if self.span else None)

    def _kind(self, stretch):
        is_over = stretch.ends_at <= self.at
        return "over" if is_over and stretch.kind == "free" else stretch.kind

    def _cut(self, stretches):
        """What is free today begins now, on the next half hour: nobody books what has passed."""
        soon = _next_half_hour(self.at)
        for each in stretches:
            if each.kind == "free" and each.starts_at < soon < each.ends_at:
                yield Stretch(each.starts_at, soon, "over")
                yield Stretch(soon, each.ends_at, "free")
            else:
                yield each


def _end(stretch, room):
    minutes = min(max(room.shortest_minutes, AN_HOUR), room.longest_minutes)
    return min(stretch.starts_at + timedelta(minutes=minutes), stretch.ends_at)


def _halves(stretch):
    """By the clock, so that stretches of all rooms end on the same lines."""
    return max(1, _line(stretch.ends_at) - _line(stretch.starts_at))


def _line(moment):
    local = timezone.localtime(moment)
    return round((local.hour * 60 + local.minute) / 30)


def _next_half_hour(moment):
    local = timezone.localtime(moment).replace(second=0, microsecond=0)
    return local + timedelta(minutes=30 - local.minute % 30)
