"""When a center is open: its weekly hours, what is shut, and which days are holidays."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from venues import hours
from venues.hours import KnownHours
from venues.models import CalendarDayKind

LOOKS_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class OpenDay:
    """One day of a center."""

    date: date
    hours: list[hours.Hours]
    closures: list
    holiday: str
    why: str = ""  # the hours are not the usual ones

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

    hours: KnownHours
    closures: list
    today: date

    def day(self, day):
        midnight = timezone.make_aware(datetime.combine(day, time.min))
        tomorrow = midnight + timedelta(days=1)
        return OpenDay(
            date=day,
            hours=self.hours.on(day),
            closures=[c for c in self.closures if c.starts_at < tomorrow and c.ends_at > midnight],
            holiday=self.hours.holiday(day),
            why=self.hours.why(day),
        )

    @property
    def week(self):
        return _runs(self.hours.week_on(self.today))

    @property
    def season_until(self):
        """Until when the week is that of a season; None where it is that of all year."""
        return next((row.ends_on for row in self.hours.week_on(self.today)), None)

    @property
    def coming_seasons(self):
        """[(first day, last day, its week)] of the center, for those that begin soon."""
        last = self.today + LOOKS_AHEAD
        coming = [
            row
            for row in self.hours.rows
            if not row.room_id and row.starts_on and self.today < row.starts_on <= last
        ]
        seasons = sorted({row.season for row in coming}, key=lambda season: season[0])
        return [(*season, _runs(r for r in coming if r.season == season)) for season in seasons]

    @property
    def exceptions(self):
        """[(date, room or None, its hours, reason)] of the days ahead that keep other hours."""
        found = {}
        for each in self.hours.exceptions:
            hours, reasons = found.setdefault((each.date, each.room), ([], []))
            reasons += [each.reason] if each.reason else []
            hours += [] if each.is_shut else [(each.opens_at, each.closes_at)]
        return [(*which, hours, "; ".join(why)) for which, (hours, why) in found.items()]

    @property
    def of_rooms(self):
        """[(room, its week)] where a room keeps hours of its own."""
        rooms = {h.room_id: h.room for h in self.hours.rows if h.room_id}
        return [(room, _runs(self.hours.week_on(self.today, pk))) for pk, room in rooms.items()]

    @property
    def holidays(self):
        return [d for d in self.hours.calendar_days if d.kind == CalendarDayKind.HOLIDAY]

    @property
    def coming_holidays(self):
        last = self.today + LOOKS_AHEAD
        return [d for d in self.holidays if self.today <= d.date <= last]

    @property
    def unknown_year(self):
        """The year that begins soon and whose holidays nobody has published yet, or None."""
        soon = self.today + LOOKS_AHEAD
        return None if self.hours.knows_holidays(soon) else soon.year


def of_center(center, today=None):
    """Four statements, for however many days one asks about afterwards."""
    today = today or timezone.localdate()
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    return Opening(
        hours=hours.of(center, today, today + LOOKS_AHEAD),
        closures=list(center.closures.filter(room=None, ends_at__gt=midnight)),
        today=today,
    )


def _runs(rows):
    """[(first weekday, last weekday, hours)]: neighbors that are alike stand together."""
    of_weekdays = {number: [] for number in range(1, 8)}
    for row in rows:
        of_weekdays[row.weekday].append((row.opens_at, row.closes_at))
    runs = []
    for weekday, spans in of_weekdays.items():
        if runs and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], weekday, spans)
        else:
            runs.append((weekday, weekday, spans))
    return runs
