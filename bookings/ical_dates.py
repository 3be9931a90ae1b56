"""The dates of a calendar file: rules, dates added and left out, dates moved and canceled."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from time import thread_time

from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar.prop import vRecur

from activities.findings import Problem, Unclear
from activities.plain_text import tidy
from activities.timetable import ZONE
from bookings.ical_files import CalendarFile, read_calendar, readable
from bookings.room_rows import LONGEST_PURPOSE, LOOKS_AHEAD, RoomRow, RoomRows, key_of, too_many

MOST_DATES = 5_000
LONGEST = timedelta(days=62)
# A rule is followed day by day from its first date on: so many days for all rules of a file.
MOST_DAYS_FOLLOWED = 600_000
# The library looks for a date that never comes for a second or two; not again and again.
MOST_SECONDS = 10
LEAP_YEAR = 2028
NOT_OF_DAYS = {"BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYEASTER"}
ONCE_A_DAY_AT_MOST = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY"}

Start = datetime | date


@dataclass
class _Reader:
    file: CalendarFile
    at: datetime
    rows: list[RoomRow] = field(default_factory=list)
    followed: int = 0
    over: int = 0
    canceled: int = 0
    is_endless: bool = False
    patience: float = field(default_factory=lambda: thread_time() + MOST_SECONDS)

    @property
    def last(self) -> datetime:
        return self.at + LOOKS_AHEAD


def read_dates(content: bytes, *, at: datetime) -> RoomRows:
    """Every date to come, and what cannot be read. Raises FileUnreadable."""
    reader = _Reader(read_calendar(content), at)
    for number, versions in enumerate(_by_uid(reader.file.events).values(), start=1):
        for row in _rows(reader, number, versions):
            reader.rows.append(row)
            if len(reader.rows) > MOST_DATES:
                raise too_many(MOST_DATES)
    return RoomRows(tuple(reader.rows), tuple(_notes(reader)))


def _by_uid(events) -> dict[str, list]:
    found: dict[str, list] = {}
    for position, event in enumerate(events):
        found.setdefault(str(event.get("UID", "")) or f"without-{position}", []).append(event)
    return found


def _rows(reader, number, versions) -> Iterator[RoomRow]:
    """The dates of one entry, its moved ones included."""
    main, moved = _newest(reader.file, versions)
    try:
        if main is None:
            for event in moved.values():
                yield from _dates_of(reader, number, event, _start(reader.file, event))
            return
        yield from _with_moved(reader, number, main, moved)
    except Unclear as unclear:
        yield _unread(number, main or versions[0], unclear.finding.text)
    except (ValueError, TypeError, OverflowError, AttributeError):
        # What no rule foresees: the one entry is refused, and the rest of the file is read.
        yield _unread(number, main or versions[0], str(_("This entry cannot be read.")))


def _newest(file, versions):
    """(the entry, {the moment a date had: the date as it is now}), each in its newest version."""
    main, moved, newest = None, {}, {}
    for event in versions:
        named = event.get("RECURRENCE-ID")
        try:
            which = _instant(file.moment(named)) if named is not None else None
        except Unclear:
            continue
        if _version(event) < newest.get(which, (0, "")):
            continue
        newest[which] = _version(event)
        if which is None:
            main = event
        else:
            moved[which] = event
    return main, moved


def _version(event):
    stamp = getattr(event.get("DTSTAMP"), "dt", None)
    try:
        number = int(event.get("SEQUENCE", 0))
    except (TypeError, ValueError):
        number = 0
    return number, str(stamp or "")


def _with_moved(reader, number, main, moved) -> Iterator[RoomRow]:
    first = _start(reader.file, main)
    if _is_canceled(main):
        reader.canceled += 1
        return
    if any("RANGE" in event["RECURRENCE-ID"].params for event in moved.values()):
        raise Unclear(
            Problem.DATES,
            _("It was changed from one date on, in a way that cannot be read. Please type it in."),
        )
    left_out = _left_out(reader.file, main)
    repeats = any(name in main for name in ("RRULE", "RDATE"))
    for start, length in _starts(reader, main, first).items():
        named = _instant(start)
        if named in left_out or _local_day(start) in left_out:
            continue
        if event := moved.pop(named, None):
            yield from _moved(reader, number, main, event)
        elif repeats and _instant(start) <= reader.at:
            reader.over += 1
        else:
            yield from _dates_of(reader, number, main, start, length, repeats=repeats)
    for named, event in moved.items():
        if named not in left_out and reader.at < named < reader.last:
            yield from _moved(reader, number, main, event)


def _moved(reader, number, main, event):
    try:
        start = _start(reader.file, event)
        yield from _dates_of(reader, number, event, start, like=main, repeats=True)
    except Unclear as unclear:
        yield _unread(number, event, unclear.finding.text)


def _dates_of(reader, number, event, start, length=None, *, like=None, repeats=False):
    """The rows of one date: one, or one for each of several whole days."""
    if _is_canceled(event):
        reader.canceled += 1
        return
    length = length or _length(reader.file, event, _start(reader.file, event))
    named = event.get("RECURRENCE-ID")
    which = _instant(reader.file.moment(named)) if named is not None else _instant(start)
    like = like or event
    facts = {
        "number": number,
        "purpose": _purpose(event) or _purpose(like),
        "room": _text(event, "LOCATION") or _text(like, "LOCATION"),
        "series": key_of(event["UID"]) if repeats and event.get("UID") else "",
    }
    uid = str(event.get("UID", "")) or f"{facts['purpose']}{facts['room']}"
    if isinstance(start, datetime):
        key = key_of(uid, which.isoformat())
        yield RoomRow(key=key, starts_at=start, ends_at=_end(start, length), **facts)
        return
    for day in range(max(length.days, 1)):
        yield RoomRow(
            key=key_of(uid, which.isoformat(), day), day=start + timedelta(days=day), **facts
        )


def _starts(reader, event, first: Start) -> dict[Start, timedelta | None]:
    """Every start that rules and added dates make, in order, with a length of its own or None."""
    is_whole_day = not isinstance(first, datetime)
    found: dict[Start, timedelta | None] = {}
    rules = _listed(event, "RRULE")
    if not rules:
        found[first] = None
    for rule in rules:
        found |= dict.fromkeys(_following(reader, rule, first))
    for rule in _listed(event, "EXRULE"):
        for start in _following(reader, rule, first):
            found.pop(start, None)
    for start, length in _added(reader.file, event):
        if isinstance(start, datetime) is not is_whole_day:
            found.setdefault(start, length)
    return dict(sorted(found.items(), key=lambda each: _instant(each[0])))


def _following(reader, rule, first: Start) -> Iterator[Start]:
    """The dates of a rule up to our horizon, reckoned by the clock of its own time zone."""
    if not isinstance(rule, vRecur):
        raise _no_rule()
    zone = first.tzinfo if isinstance(first, datetime) else None
    clock = _on_the_clock(first, zone)
    parts = {name.upper(): values for name, values in rule.items()}
    until = _on_the_clock(reader.last, zone or ZONE)
    if "UNTIL" in parts:
        until = min(until, _until(parts["UNTIL"][0], zone))
    _bounded(reader, parts, clock, until)
    if _never_comes(parts):
        return
    reader.is_endless |= not {"UNTIL", "COUNT"} & parts.keys()
    text = ";".join(
        part
        for part in rule.to_ical().decode().split(";")
        if part.split("=")[0].upper() not in ("UNTIL", "COUNT")
    )
    try:
        dates = rrulestr(f"{text};UNTIL={until:%Y%m%dT%H%M%S}", dtstart=clock)
        # How many there are to be is counted here: the library would look for ever.
        for start in islice(dates, int(parts["COUNT"][0]) if "COUNT" in parts else None):
            yield start.replace(tzinfo=zone) if zone else start.date()
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise _no_rule() from error


def _bounded(reader, parts, clock, until):
    """Refuse what would never end, or not before the tea is cold."""
    frequency = str(parts.get("FREQ", [""])[0]).upper()
    of_the_clock = [len(parts.get(name, [])) for name in ("BYHOUR", "BYMINUTE", "BYSECOND")]
    if frequency not in ONCE_A_DAY_AT_MOST or max(of_the_clock) > 1:
        raise Unclear(Problem.DATES, _("It repeats more often than once a day."))
    if any(int(step) < 1 for step in parts.get("INTERVAL", [])):
        raise _no_rule()
    if frequency == "DAILY" and NOT_OF_DAYS & parts.keys():
        raise _no_rule()
    reader.followed += max((until - clock).days, 0) + 1
    if reader.followed > MOST_DAYS_FOLLOWED or thread_time() > reader.patience:
        raise Unclear(Problem.DATES, _("The repeats of the file began too long ago."))


def _never_comes(parts) -> bool:
    """The 30th of February: the library would look for it until the year 9999."""
    months = [int(month) for month in parts.get("BYMONTH", [])]
    days = [abs(int(day)) for day in parts.get("BYMONTHDAY", [])]
    if not all(1 <= month <= 12 for month in months) or not all(1 <= day <= 31 for day in days):
        raise _no_rule()
    longest = max((monthrange(LEAP_YEAR, month)[1] for month in months), default=31)
    return bool(days) and min(days) > longest


def _until(until: Start, zone) -> datetime:
    readable(until)
    if not isinstance(until, datetime):
        return datetime.combine(until, time.max.replace(microsecond=0))
    return _on_the_clock(until, zone or ZONE)


def _on_the_clock(moment: Start, zone) -> datetime:
    """The moment as the clock of that zone shows it, without the zone."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min)
    if moment.tzinfo and zone:
        moment = moment.astimezone(zone)
    return moment.replace(tzinfo=None)


def _added(file, event) -> Iterator[tuple[Start, timedelta | None]]:
    for lists in _listed(event, "RDATE"):
        zone = getattr(lists, "params", {}).get("TZID")
        for each in getattr(lists, "dts", []):
            if isinstance(each.dt, tuple):
                start, end = each.dt
                start = file.aware(start, zone)
                length = end if isinstance(end, timedelta) else file.aware(end, zone) - start
                yield start, _sensible(length)
            else:
                yield file.aware(each.dt, zone), None


def _left_out(file, event) -> set:
    """Moments that are left out, and days: some programs leave a date out by its day alone."""
    found = set()
    for lists in _listed(event, "EXDATE"):
        zone = getattr(lists, "params", {}).get("TZID")
        for each in getattr(lists, "dts", []):
            value = file.aware(each.dt, zone)
            found.add(_instant(value) if isinstance(value, datetime) else value)
    return found


def _listed(event, name) -> list:
    value = event.get(name, [])
    return value if isinstance(value, list) else [value]


def _start(file, event) -> Start:
    if event.get("DTSTART") is None:
        raise Unclear(Problem.DATES, _("It does not say when it begins."))
    return file.moment(event["DTSTART"])


def _length(file, event, start: Start) -> timedelta:
    if event.get("DTEND") is not None:
        end = file.moment(event["DTEND"])
        if isinstance(end, datetime) is not isinstance(start, datetime):
            raise Unclear(Problem.TIMES, _("It begins with a time and ends without, or so."))
        length = end - start
    elif event.get("DURATION") is not None:
        length = getattr(event["DURATION"], "dt", None)
    elif isinstance(start, datetime):
        raise Unclear(Problem.TIMES, _("It does not say when it ends."))
    else:
        length = timedelta(days=1)
    return _sensible(length)


def _sensible(length) -> timedelta:
    if not isinstance(length, timedelta) or length <= timedelta(0):
        raise Unclear(Problem.TIMES, _("The end must be after the start."))
    if length > LONGEST:
        raise Unclear(Problem.TIMES, _("It lasts longer than two months."))
    return length


def _end(start: datetime, length: timedelta) -> datetime:
    return (start.astimezone(UTC) + length).astimezone(start.tzinfo)


def _instant(start: Start) -> datetime:
    """Something to compare: whole days stand for their first moment at the center."""
    if isinstance(start, datetime):
        return start.astimezone(UTC)
    return datetime.combine(start, time.min, tzinfo=ZONE).astimezone(UTC)


def _local_day(start: Start) -> date:
    return start.date() if isinstance(start, datetime) else start


def _is_canceled(event) -> bool:
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def _purpose(event) -> str:
    return _text(event, "SUMMARY")[:LONGEST_PURPOSE]


def _text(event, name) -> str:
    value = event.get(name, "")
    return tidy(str(value[0] if isinstance(value, list) else value))


def _unread(number, event, problem) -> RoomRow:
    purpose, room = _purpose(event), _text(event, "LOCATION")
    return RoomRow(number, purpose=purpose, room=room, problem=problem)


def _no_rule() -> Unclear:
    return Unclear(Problem.DATES, _("How it repeats cannot be read."))


def _notes(reader) -> Iterator[str]:
    if reader.over:
        yield ngettext(
            "%(count)s date of something that repeats is over and was passed over.",
            "%(count)s dates of things that repeat are over and were passed over.",
            reader.over,
        ) % {"count": reader.over}
    if reader.canceled:
        yield ngettext(
            "%(count)s entry is canceled in the file and was passed over.",
            "%(count)s entries are canceled in the file and were passed over.",
            reader.canceled,
        ) % {"count": reader.canceled}
    if reader.is_endless:
        yield _("What repeats without an end was read until %(day)s.") % {
            "day": reader.last.astimezone(ZONE).date()
        }
