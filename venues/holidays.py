"""Holidays and make-up workdays of a year, from a library or from a published file.

The State Council announces a year in the autumn before it. Until then the statutory days can
be computed but the make-up workdays cannot, and such a year is unknown: nothing is loaded.
"""

import json
import re
from datetime import date, timedelta

import holidays
from django.utils.translation import gettext as _

from venues.models import CalendarDay, CalendarDayKind

DAY = timedelta(days=1)
SATURDAY = 5

# How the library writes "day off, in exchange for the workday 2026-01-04".
IN_EXCHANGE_FOR = re.compile(r"(\d{4}-\d{2}-\d{2}) 调休")
# What it adds to the name of a holiday: "（补假）" is a day off after the weekend.
REMARK = re.compile(r"（.*）|^农历除夕$")


class HolidaysUnclear(ValueError):
    """A file that cannot be meant, with the reason for the person who loads it."""

    def __init__(self, reason):
        self.reason = reason
        super().__init__(reason)


def announced(year):
    """Calendar days of that year, not saved; none when it has not been announced yet."""
    known = holidays.CN(years=year, language="zh_CN")
    names = {day: name for day, name in known.items() if day.year == year}
    workdays = {day: _workday_for(name) for day, name in names.items() if _workday_for(name)}
    if not workdays:
        return []
    days = []
    for run in _runs(names, set(workdays.values())):
        title = _title(names[day] for day in run if day in names)
        days += [_day(day, CalendarDayKind.HOLIDAY, title, "holidays") for day in run]
        days += [
            _day(workdays[day], CalendarDayKind.MAKEUP_WORKDAY, title, "holidays")
            for day in run
            if day in workdays
        ]
    return sorted(days, key=lambda day: day.date)


def read(text):
    """(year, calendar days) of a file in the shape of holiday-cn. Raises HolidaysUnclear."""
    try:
        content = json.loads(text)
        year = int(content["year"])
        source = (content.get("papers") or [""])[0][:60]
        days = [
            _day(
                date.fromisoformat(each["date"]),
                CalendarDayKind.HOLIDAY if each["isOffDay"] else CalendarDayKind.MAKEUP_WORKDAY,
                each["name"],
                source,
            )
            for each in content["days"]
        ]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise HolidaysUnclear(
            _("This is no holiday file: it needs a year and days with name, date and isOffDay.")
        ) from error
    if not days:
        raise HolidaysUnclear(
            _("The file names no days: %(year)s is not announced yet.") % {"year": year}
        )
    return year, days


def load(days):
    """Write the days down; what was known about them before is replaced."""
    CalendarDay.objects.bulk_create(
        days,
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["kind", "name", "source"],
    )


def load_announced(year):
    """Whether that year is known now. A year that has days already is left as it is."""
    if not CalendarDay.objects.knows(year):
        load(announced(year))
    return CalendarDay.objects.knows(year)


def _runs(names, workdays):
    """Days off that hang together, the weekend between or beside them included."""
    # Beyond the last one a weekend may follow, and a working day that ends the run.
    first, last = min(names) - 2 * DAY, max(names) + 3 * DAY
    run = []
    for number in range((last - first).days + 1):
        day = first + number * DAY
        weekend = day.weekday() >= SATURDAY and day not in workdays
        if day in names or weekend:
            run.append(day)
            continue
        if names.keys() & run:
            yield run
        run = []


def _workday_for(name):
    found = IN_EXCHANGE_FOR.search(name)
    return date.fromisoformat(found[1]) if found else None


def _title(names):
    holidays_in_order = dict.fromkeys(
        REMARK.sub("", name) for name in names if not _workday_for(name)
    )
    return "、".join(filter(None, holidays_in_order))


def _day(day, kind, name, source):
    return CalendarDay(date=day, kind=kind, name=name, source=source)
