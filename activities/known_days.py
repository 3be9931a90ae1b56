"""The holidays that the house knows, as plain data for timetables."""

from activities.timetable import Calendar
from venues.models import CalendarDay


def known_days() -> Calendar:
    """A year without any day in it has not been announced, and is unknown."""
    days = dict(CalendarDay.objects.values_list("date", "kind"))
    return Calendar(days, frozenset(day.year for day in days))
