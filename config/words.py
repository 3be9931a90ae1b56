"""What every template can say: icons, days, times, phones, codes to scan.

Moments are shown in the center's own time zone, whatever they are stored in.
"""

import re
from datetime import datetime, timedelta
from functools import cache, lru_cache

import segno
from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from lunar_python import Solar

from accounts import phones

register = template.Library()

WEEKDAYS = [
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
]

# Within half a year nobody asks which year is meant.
YEAR_GOES_WITHOUT_SAYING = timedelta(days=183)


@register.simple_tag
def icon(name):
    """A drawing from the sprite; the word beside it says what it means."""
    return _icon(name or "door")


@cache
def _icon(name):
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.filter
def day(value):
    """12月1日 周二; with the year when it is far away."""
    if not value:
        return ""
    return _day(_date(value), timezone.localdate(), get_language())


@lru_cache(maxsize=2000)
def _day(date, today, language):
    words = {"weekday": WEEKDAYS[date.weekday()], "date": _month_day(date, today)}
    return pgettext("a day", "%(weekday)s %(date)s") % words


@register.filter
def month_day(value):
    """12月1日, without its weekday."""
    return _month_day(_date(value), timezone.localdate()) if value else ""


@register.filter
def month(value):
    """11月, for the top of a calendar sheet."""
    return formats.date_format(_date(value), "MONTH_FORMAT") if value else ""


@register.filter
def weekday(value):
    return str(WEEKDAYS[_date(value).weekday()]) if value else ""


@register.filter
def iso_weekday(number):
    """Monday is 1."""
    return str(WEEKDAYS[number - 1])


@register.filter
def nearness(value):
    """今天, 明天, 后天; nothing for other days."""
    names = {0: _("today"), 1: _("tomorrow"), 2: _("the day after tomorrow")}
    return names.get((_date(value) - timezone.localdate()).days, "") if value else ""


@register.filter
def clock(value):
    """19:30"""
    return f"{_local(value):%H:%M}" if value else ""


@register.filter
def spoken_clock(value):
    """下午 2:30, as people say it; for the elder view."""
    if not value:
        return ""
    time = _local(value)
    words = {"part": part_of_day(time), "time": f"{(time.hour - 1) % 12 + 1}:{time:%M}"}
    return pgettext("time of day", "%(time)s %(part)s") % words


@register.filter
def part_of_day(value):
    hour = _local(value).hour
    if hour < 12:
        return pgettext("part of day", "in the morning")
    return (
        pgettext("part of day", "in the afternoon")
        if hour < 18
        else pgettext("part of day", "in the evening")
    )


@register.filter
def timespan(thing):
    """19:30–21:00 of anything that starts and ends; with both days when it goes past midnight."""
    starts, ends = _local(thing.starts_at), _local(thing.ends_at)
    if starts.date() == ends.date():
        return f"{starts:%H:%M}–{ends:%H:%M}"
    return f"{day(starts)} {starts:%H:%M} – {day(ends)} {ends:%H:%M}"


@register.filter
def when(thing):
    """12月1日 周二 19:30–21:00"""
    starts, ends = _local(thing.starts_at), _local(thing.ends_at)
    return f"{day(starts)} {timespan(thing)}" if starts.date() == ends.date() else timespan(thing)


@register.filter
def moment(value):
    """12月1日 周二 09:00"""
    return f"{day(value)} {clock(value)}" if value else ""


@register.filter
def in_a_row(names):
    """李敏、小禾"""
    return pgettext("between names", ", ").join(map(str, names))


@register.filter
def iso(value):
    """For the `datetime` attribute, which programs read."""
    return _local(value).isoformat(timespec="minutes") if value else ""


@register.filter
def lunar(value):
    """农历十月十六, and the solar term when one begins on that day."""
    date = _date(value)
    lunar_day = Solar.fromYmd(date.year, date.month, date.day).getLunar()
    if not get_language().startswith("zh"):
        words = {"month": abs(lunar_day.getMonth()), "day": lunar_day.getDay()}
        return _("lunar month %(month)s, day %(day)s") % words
    text = f"农历{lunar_day.getMonthInChinese()}月{lunar_day.getDayInChinese()}"
    return " ".join(filter(None, [text, *lunar_day.getFestivals(), lunar_day.getJieQi()]))


@register.filter
def phone(value):
    """To its owner, or of a desk: 138 1234 5678."""
    return phones.spoken(value) if value and value.startswith("+") else value


@register.filter
def masked_phone(value):
    """To everybody else: 138****5678."""
    return phones.masked(value)


@register.filter
def tel(value):
    """The address behind a phone number, so that a tap calls it."""
    digits = re.sub(r"[^\d+]", "", value or "")
    if digits.startswith("+") or digits[:3] in ("400", "800") or len(digits) < 9:
        return f"tel:{digits}"
    return f"tel:+86{digits.removeprefix('0')}"


@register.simple_tag
def qr(text, label):
    """A code to scan, drawn into the page; `label` is for those who cannot see it."""
    # Never the tiny kind of code, which phones do not read. Every pattern can be read; looking
    # for the prettiest of eight takes longer than all the rest of a page.
    drawing = segno.make(text, error="m", micro=False, mask=4).svg_inline(border=2, omitsize=True)
    # The label says it; the drawing in it would be a second picture, without a name.
    drawing = drawing.replace("<svg ", '<svg aria-hidden="true" ', 1)
    return format_html(
        '<span class="qr" role="img" aria-label="{}">{}</span>',
        label,
        mark_safe(drawing),  # noqa: S308 - segno draws rectangles and quotes nothing of the text
    )


def _date(value):
    return _local(value).date() if isinstance(value, datetime) else value


def _local(value):
    aware = isinstance(value, datetime) and timezone.is_aware(value)
    return timezone.localtime(value) if aware else value


def _month_day(date, today):
    near = abs(date - today) <= YEAR_GOES_WITHOUT_SAYING
    return formats.date_format(date, "MONTH_DAY_FORMAT" if near else "DATE_FORMAT")
