"""At what hours a center and its rooms are open on which day: whoever asks, asks here.

An exception for a day goes before a season, and a season before the hours of all year. What a room
has of its own goes before what its center has; only a day on which the center keeps other hours
holds for all of its rooms, unless a room has an exception itself.
"""

from collections import defaultdict
from datetime import date, time
from typing import NamedTuple

from venues.models import (
    CalendarDay,
    CalendarDayKind,
    Center,
    HolidayHours,
    OpeningException,
    OpeningHours,
)

SUNDAY = 7


class Hours(NamedTuple):
    opens_at: time
    closes_at: time


class KnownHours:
    """All that is known of the hours of one center; nothing is looked up any more."""

    def __init__(self, rows, exceptions=(), calendar_days=(), on_holidays=HolidayHours.USUAL):
        self.rows, self.exceptions = list(rows), list(exceptions)
        self.calendar_days = list(calendar_days)
        self._on_holidays = on_holidays
        self._rows: dict[int | None, list[OpeningHours]] = defaultdict(list)
        for row in self.rows:
            self._rows[row.room_id].append(row)
        self._exceptions: dict[tuple, list[OpeningException]] = defaultdict(list)
        for each in self.exceptions:
            self._exceptions[each.room_id, each.date].append(each)
        self._holidays = {
            each.date: each.name
            for each in self.calendar_days
            if each.kind == CalendarDayKind.HOLIDAY
        }
        self._known_years = {each.date.year for each in self.calendar_days}

    def on(self, day: date, room: int | None = None) -> list[Hours]:
        """The hours of that day, of the center or of the room with that id, in order."""
        if own := self._exceptions.get((room, day)):
            return _hours(own)
        of_center = self._exceptions.get((None, day))
        if not of_center:
            return self._usual(day, room)
        if not self._own_week(day, room):
            return _hours(of_center)
        return _common(_hours(self._week(day, room), day.isoweekday()), _hours(of_center))

    def why(self, day: date, room: int | None = None) -> str:
        """The reason for other hours on that day; empty where there is none."""
        found = self._exceptions.get((room, day)) or self._exceptions.get((None, day)) or []
        if reason := next((each.reason for each in found if each.reason), ""):
            return reason
        shut = self._on_holidays == HolidayHours.SHUT and not found
        return self.holiday(day) if shut else ""

    def holiday(self, day: date) -> str:
        return self._holidays.get(day, "")

    def knows_holidays(self, day: date) -> bool:
        """Whether the holidays of its year have been published and loaded."""
        return day.year in self._known_years

    @property
    def are_written_down(self) -> bool:
        return bool(self.rows or self.exceptions)

    def week_on(self, day: date, room: int | None = None) -> list[OpeningHours]:
        """The hours of all weekdays as they are around that day, exceptions left out."""
        return self._week(day, room)

    def _usual(self, day, room):
        weekday = day.isoweekday()
        if day in self._holidays:
            if self._on_holidays == HolidayHours.SHUT:
                return []
            if self._on_holidays == HolidayHours.SUNDAY:
                weekday = SUNDAY
        return _hours(self._week(day, room), weekday)

    def _week(self, day, room):
        return self._own_week(day, room) or _in_force(self._rows.get(None, []), day)

    def _own_week(self, day, room):
        return [] if room is None else _in_force(self._rows.get(room, []), day)


def of(center: Center, first: date, last: date) -> KnownHours:
    """What is known for these days, both included; three statements for however many."""
    years = (date(first.year, 1, 1), date(last.year, 12, 31))
    return KnownHours(
        center.opening_hours.select_related("room"),
        center.opening_exceptions.filter(date__range=(first, last)).select_related("room"),
        CalendarDay.objects.filter(date__range=years),
        center.holiday_hours,
    )


def _in_force(rows, day):
    """Of the weeks that somebody has written down the one that holds on that day."""
    season = [row for row in rows if row.season and row.is_in_season(day)]
    return season or [row for row in rows if not row.season]


def _hours(rows, weekday=None):
    return sorted(
        Hours(row.opens_at, row.closes_at)
        for row in rows
        if row.opens_at and (weekday is None or row.weekday == weekday)
    )


def _common(some, others):
    """What lies in both."""
    both = [
        Hours(max(one.opens_at, other.opens_at), min(one.closes_at, other.closes_at))
        for one in some
        for other in others
    ]
    return sorted(each for each in both if each.opens_at < each.closes_at)
