"""The weeks, months and years that a report on rooms speaks of, and those a year before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FIRST_YEAR, LAST_YEAR = 2000, 2100


class PeriodKind(TextChoices):
    WEEK = "week", gettext_lazy("Week")
    MONTH = "month", gettext_lazy("Month")
    YEAR = "year", gettext_lazy("Year")


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included."""

    kind: PeriodKind
    first: date
    last: date

    @classmethod
    def around(cls, kind: PeriodKind, day: date) -> "Period":
        if kind == PeriodKind.WEEK:
            monday = day - timedelta(days=day.weekday())
            return cls(kind, monday, monday + timedelta(days=6))
        if kind == PeriodKind.MONTH:
            first = day.replace(day=1)
            return cls(kind, first, _next_month(first) - timedelta(days=1))
        return cls(kind, date(day.year, 1, 1), date(day.year, 12, 31))

    @property
    def year_before(self) -> "Period":
        """The same month or year; of a week, the one 52 weeks before, with the same weekdays."""
        if self.kind == PeriodKind.WEEK:
            return Period.around(self.kind, self.first - timedelta(weeks=52))
        return Period.around(self.kind, self.first.replace(year=self.first.year - 1))

    @property
    def before(self) -> "Period":
        return Period.around(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> "Period":
        return Period.around(self.kind, self.last + timedelta(days=1))

    @property
    def days(self) -> Iterator[date]:
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)

    @property
    def span(self) -> tuple[datetime, datetime]:
        return _midnight(self.first), _midnight(self.last + timedelta(days=1))

    @property
    def bucket_kind(self) -> str:
        """What it is cut into: a year into months, a month into weeks, a week into days."""
        return {"year": "month", "month": "week", "week": "day"}[self.kind]

    def bucket_of(self, day: date) -> date:
        """The first day of the part that the day is in; the first week may begin before."""
        if self.kind == PeriodKind.YEAR:
            return day.replace(day=1)
        return day - timedelta(days=day.weekday()) if self.kind == PeriodKind.MONTH else day

    @property
    def buckets(self) -> list[date]:
        return list(dict.fromkeys(map(self.bucket_of, self.days)))

    def bucket_label(self, first: date) -> str:
        if self.kind == PeriodKind.YEAR:
            return date_format(first, "MONTH_FORMAT")
        if self.kind == PeriodKind.WEEK:
            return _day(first)
        last = min(first + timedelta(days=6), self.last)
        return f"{_day(max(first, self.first))} – {_day(last)}"

    def __str__(self) -> str:
        if self.kind == PeriodKind.YEAR:
            return _("Year %(year)s") % {"year": self.first.year}
        if self.kind == PeriodKind.MONTH:
            return date_format(self.first, "YEAR_MONTH_FORMAT")
        return f"{date_format(self.first, 'DATE_FORMAT')} – {_day(self.last)}"


def _day(day: date) -> str:
    return date_format(day, "MONTH_DAY_FORMAT")


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
