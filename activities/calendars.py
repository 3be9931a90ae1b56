"""Sessions laid out in days: a month, a week, a day.

A busy center has more sessions in a week than a page can hold, so each part of a day shows
its first few and says how many more there are; the database counts and cuts.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Case, Count, F, Value, When, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone

from activities.filters import PartOfDay, View

SHOWN_IN_A_PART = 6
SHOWN_IN_A_MONTHS_DAY = 3


@dataclass
class Part:
    """A stretch of a day: its first sessions, and how many there are in all."""

    name: str
    sessions: list = field(default_factory=list)
    total: int = 0

    @property
    def more(self):
        return self.total - len(self.sessions)


@dataclass
class Day:
    date: date
    parts: list

    @property
    def is_today(self):
        return self.date == timezone.localdate()

    @property
    def total(self):
        return sum(part.total for part in self.parts)

    @property
    def sessions(self):
        return [session for part in self.parts for session in part.sessions]


def days_in(view, day):
    """The days that this view shows around that day."""
    return {
        View.MONTH: lambda: [each for week in weeks_of_month(day) for each in week],
        View.WEEK: lambda: week_of(day),
        View.DAY: lambda: [day],
    }[view]()


def week_of(day):
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]


def weeks_of_month(day):
    return calendar.Calendar().monthdatescalendar(day.year, day.month)


def lay_out_week(sessions, days):
    """One Day for each of the days, in three parts. One statement."""
    name = Case(
        When(starts_at__hour__lt=PartOfDay.AFTERNOON.hours[0], then=Value("morning")),
        When(starts_at__hour__lt=PartOfDay.EVENING.hours[0], then=Value("afternoon")),
        default=Value("evening"),
    )
    laid = {day: Day(day, [Part(part.label) for part in PartOfDay]) for day in days}
    order = [part.value for part in PartOfDay]
    rows = _first_few(sessions.annotate(part=name), days, SHOWN_IN_A_PART, "day", "part")
    for (day, part), found in groupby(rows, lambda session: (session.day, session.part)):
        _fill(laid[day].parts[order.index(part)], found)
    return list(laid.values())


def lay_out_month(sessions, day):
    """Weeks of Days with one part each. One statement."""
    weeks = weeks_of_month(day)
    laid = {day: Day(day, [Part("")]) for week in weeks for day in week}
    rows = _first_few(sessions, list(laid), SHOWN_IN_A_MONTHS_DAY, "day")
    for day, found in groupby(rows, lambda session: session.day):
        _fill(laid[day].parts[0], found)
    return [[laid[day] for day in week] for week in weeks]


def _first_few(sessions, days, shown, *partition):
    """The first sessions of each stretch, each with the `total` of its stretch."""
    by = [F(name) for name in partition]
    return (
        sessions.annotate(day=TruncDate("starts_at"))
        .annotate(
            row=Window(RowNumber(), partition_by=by, order_by=["starts_at", "pk"]),
            total=Window(Count("pk"), partition_by=by),
        )
        .filter(row__lte=shown)
        .order_by("starts_at", "pk")
    )


def _fill(part, sessions):
    part.sessions = list(sessions)
    part.total = part.sessions[0].total
