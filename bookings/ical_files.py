"""Opening a calendar file (.ics, RFC 5545) that comes from anywhere.

It is looked over before it is parsed: what would keep a parser busy for hours, or teach it a
time zone that the next file then gets, never reaches it. A file that is none gets one sentence.
"""

import io
import re
import unicodedata
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from dateutil.tz import tzical
from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar.cal import Component
from icalendar.prop import vBroken

from activities.findings import Problem, Unclear
from activities.spreadsheets import FileUnreadable
from activities.timetable import ZONE

MOST_EVENTS = 5_000
MOST_ZONES = 50
FIRST_YEAR, LAST_YEAR = 1970, 2200
DEEPEST = 4  # a calendar holds dates, and dates hold alarms

# Folded lines are put together again before they are decoded: the fold may cut a character.
_FOLD = re.compile(rb"\r?\n[ \t]")
_LINE_END = re.compile(r"\r\n|\n|\r")
_BEGINS = re.compile(r"BEGIN:(.+)", re.IGNORECASE)
_ENDS = re.compile(r"END:(.+)", re.IGNORECASE)
# Clocks are changed once a year; every other rule in a time zone is nonsense or worse.
_RULE = re.compile(r"RRULE[:;]", re.IGNORECASE)
_YEARLY = re.compile(
    r"RRULE:FREQ=YEARLY"
    r"(;(BYMONTH=\d{1,2}|BYDAY=[-+]?\d?[A-Z]{2}|BYMONTHDAY=[-\d,]{1,40}|WKST=[A-Z]{2}"
    r"|INTERVAL=1|UNTIL=\d{8}(T\d{6}Z?)?))*",
    re.IGNORECASE,
)


@dataclass
class CalendarFile:
    events: list[Component]
    zones: dict[str, tzinfo] = field(default_factory=dict)

    def moment(self, prop) -> datetime | date:
        """A date, or a moment in its time zone; one without any is in that of the center.

        Raises Unclear.
        """
        value = None if isinstance(prop, vBroken) else getattr(prop, "dt", None)
        if not isinstance(value, date):
            raise Unclear(Problem.DATES, _("A date in it cannot be read."))
        return self.aware(value, getattr(prop, "params", {}).get("TZID"))

    def aware(self, value: datetime | date, zone: str | None = None) -> datetime | date:
        readable(value)
        if not isinstance(value, datetime) or value.tzinfo is not None:
            return value
        if not zone:
            return value.replace(tzinfo=ZONE)
        if zone not in self.zones:
            raise Unclear(
                Problem.TIMES, _("The time zone “%(zone)s” is not known.") % {"zone": zone}
            )
        return value.replace(tzinfo=self.zones[zone])


def readable(value: datetime | date) -> None:
    """Raises Unclear for years that are a slip, and in which no clock can be reckoned with."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Unclear(Problem.DATES, _("The year %(year)s cannot be meant.") % {"year": value.year})


def is_calendar(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR"


def read_calendar(content: bytes) -> CalendarFile:
    """Raises FileUnreadable."""
    lines, zones = _looked_over(_decoded(_FOLD.sub(b"", content)))
    try:
        with warnings.catch_warnings(action="ignore"):
            calendars = Calendar.from_ical("\r\n".join(lines).encode() + b"\r\n", multiple=True)
            events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except Exception as error:
        raise _no_calendar() from error
    return CalendarFile(events, _zones(zones))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(sign) == "Cc" and not sign.isspace() for sign in set(text)):
            return text
    raise _no_calendar()


def _looked_over(text: str) -> tuple[list[str], list[list[str]]]:
    """The lines without those of time zones, and the lines of each time zone."""
    rest: list[str] = []
    zones: list[list[str]] = []
    open_parts: list[str] = []
    events = 0
    for line in filter(None, map(str.strip, _LINE_END.split(text))):
        if begins := _BEGINS.fullmatch(line):
            open_parts.append(begins[1].upper())
            events += open_parts[-1] == "VEVENT"
            if len(open_parts) > DEEPEST:
                raise _no_calendar()
            if open_parts[-1] == "VTIMEZONE":
                zones.append([])
        (zones[-1] if "VTIMEZONE" in open_parts else rest).append(line)
        ends = _ENDS.fullmatch(line)
        if ends and (not open_parts or open_parts.pop() != ends[1].upper()):
            raise _no_calendar()
    if open_parts:
        raise FileUnreadable(_("The file is cut off. Please export the calendar again."))
    if events > MOST_EVENTS or len(zones) > MOST_ZONES:
        raise FileUnreadable(
            _("The calendar holds more than %(most)s entries. Please export a shorter time.")
            % {"most": MOST_EVENTS}
        )
    return rest, zones


def _zones(blocks: list[list[str]]) -> dict[str, tzinfo]:
    """Time zones that the file explains itself; what it explains badly is not known."""
    zones: dict[str, tzinfo] = {}
    for block in blocks:
        if any(_RULE.match(line) and not _YEARLY.fullmatch(line) for line in block):
            continue
        with suppress(Exception):  # The library lets all kinds of errors out.
            found = tzical(io.StringIO("\n".join(block)))
            names = found.keys()
            zones |= {str(name): found.get(name) for name in names}
    return zones


def _no_calendar() -> FileUnreadable:
    return FileUnreadable(
        _("This file cannot be read as a calendar. Please export it again as .ics.")
    )
