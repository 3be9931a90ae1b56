"""Calendar files as programs write them, for tests."""

from datetime import UTC, datetime

from activities.timetable import ZONE
from bookings.ical_dates import read_dates

# A Saturday.
NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)

SHANGHAI = "DTSTART;TZID=Asia/Shanghai"


def calendar(*parts):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def event(*lines, uid="one", summary="Choir", location="Studio"):
    facts = [f"UID:{uid}", f"SUMMARY:{summary}", f"LOCATION:{location}"]
    return "\r\n".join(["BEGIN:VEVENT", *facts, *lines, "END:VEVENT"])


def dates(*parts):
    """(the starts as 12-01 10:00 on the clock of the center, what could not be read)."""
    rows = read_dates(calendar(*parts), at=NOW).rows
    starts = [_shown(row) for row in rows if not row.problem]
    return starts, [row.problem for row in rows if row.problem]


def _shown(row):
    if row.day:
        return f"{row.day:%m-%d}"
    local = row.starts_at.astimezone(ZONE), row.ends_at.astimezone(ZONE)
    return f"{local[0]:%m-%d %H:%M}–{local[1]:%H:%M}"
