"""The rule of a series in words."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from activities.timetable import LAST_OF_MONTH
from venues.models import Weekday


def rule_in_words(series):
    """Every week: Tuesday 10:00–11:00, until 30 June. A standing slot has the same fields."""
    return _("%(how_often)s %(times)s, until %(day)s") % {
        "how_often": _how_often(series),
        "times": f"{series.starts_at:%H:%M}–{series.ends_at:%H:%M}",
        "day": date_format(series.last_day, "DATE_FORMAT"),
    }


def _how_often(series):
    if not series.weekdays:
        return _("On chosen days")
    days = pgettext("between names", ", ").join(str(Weekday(day).label) for day in series.weekdays)
    if series.nth_of_month:
        weeks = pgettext("between names", ", ").join(map(_nth, series.nth_of_month))
        return _("Every month, %(weeks)s %(days)s") % {"weeks": weeks, "days": days}
    if series.every_weeks == 1:
        return _("Every week, %(days)s") % {"days": days}
    return ngettext(
        "Every %(n)s week, %(days)s", "Every %(n)s weeks, %(days)s", series.every_weeks
    ) % {"n": series.every_weeks, "days": days}


def _nth(number):
    words = {
        1: _("the first"),
        2: _("the second"),
        3: _("the third"),
        4: _("the fourth"),
        5: _("the fifth"),
        LAST_OF_MONTH: _("the last"),
    }
    return words.get(number, str(number))
