"""When a center is open: its weekly hours, what is shut, and which days are holidays."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from venues.models import CalendarDay, CalendarDayKind

LOOKS_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class OpenDay:
    """One day of a center. A holiday by itself does not shut it; a closure does."""

    date: date
    hours: list  # of OpeningHours, in order
    closures: list
    holiday: str

    def hours_at(self, moment):
        """The hours in which the center is open at that moment, or None."""
        clock = timezone.localtime(moment).time()
        open_now = (h for h in self.hours if h.opens_at <= clock < h.closes_at)
        return None if self.closure_at(moment) else next(open_now, None)

    def closure_at(self, moment):
        return next((c for c in self.closures if c.starts_at <= moment < c.ends_at), None)

    def opens_next(self, moment):
        """At what time it opens later on this day, or None."""
        clock = timezone.localtime(moment).time()
        later = (h.opens_at for h in self.hours if h.opens_at > clock)
        return None if self.closures else next(later, None)


@dataclass(frozen=True)
class Opening:
    """All that is known about a center from one day on, read at once."""

    hours: list
    closures: list
    calendar_days: list
    today: date

    def day(self, day):
        midnight = timezone.make_aware(datetime.combine(day, time.min))
        tomorrow = midnight + timedelta(days=1)
        return OpenDay(
            date=day,
            hours=[h for h in self.hours if not h.room_id and h.weekday == day.isoweekday()],
            closures=[c for c in self.closures if c.starts_at < tomorrow and c.ends_at > midnight],
            holiday=next((d.name for d in self.holidays if d.date == day), ""),
        )

    @property
    def week(self):
        return _runs(h for h in self.hours if not h.room_id)

    @property
    def of_rooms(self):
        """[(room, its week)] where a room keeps hours of its own."""
        rooms = {h.room_id: h.room for h in self.hours if h.room_id}
        return [
            (room, _runs(h for h in self.hours if h.room_id == pk)) for pk, room in rooms.items()
        ]

    @property
    def holidays(self):
        return [d for d in self.calendar_days if d.kind == CalendarDayKind.HOLIDAY]

    @property
    def coming_holidays(self):
        last = self.today + LOOKS_AHEAD
        return [d for d in self.holidays if self.today <= d.date <= last]

    @property
    def unknown_year(self):
        """The year that begins soon and whose holidays nobody has published yet, or None."""
        year = (self.today + LOOKS_AHEAD).year
        return None if any(d.date.year == year for d in self.calendar_days) else year


def of_center(center, today=None):
    """Three statements, for however many days one asks about afterwards."""
    today = today or timezone.localdate()
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    this_year_and_next = (date(today.year, 1, 1), date(today.year + 1, 12, 31))
    return Opening(
        hours=list(center.opening_hours.select_related("room")),
        closures=list(center.closures.filter(room=None, ends_at__gt=midnight)),
        calendar_days=list(CalendarDay.objects.filter(date__range=this_year_and_next)),
        today=today,
    )


def _runs(rows):
    """[(first weekday, last weekday, hours)]: neighbors that are alike stand together."""
    hours = {number: [] for number in range(1, 8)}
    for row in rows:
        hours[row.weekday].append((row.opens_at, row.closes_at))
    runs = []
    for weekday, spans in hours.items():
        if runs and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], weekday, spans)
        else:
            runs.append((weekday, weekday, spans))
    return runs
