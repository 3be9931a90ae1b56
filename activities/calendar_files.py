"""Calendar files that other people's calendars follow, as RFC 5545 has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.text import slugify
from icalendar import Calendar, Event

# How often a calendar that follows a feed is asked to look again.
LOOK_AGAIN = timedelta(hours=4)
FIRST_MOMENT = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """What one date says in somebody's calendar. `uid` stays, however often the date moves."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    status: str = "CONFIRMED"
    location: str = ""
    description: str = ""
    url: str = ""


def answer(request, name: str, entries: Sequence[Entry], *, product: str, at=None):
    """The file, or 304 where the reader has it as it is.

    The tag is of what the entries say; the stamps in them are of the moment they were read.
    """
    at = at or timezone.now()
    content = repr((name, request.get_host(), entries)).encode()
    etag = f'W/"{sha256(content).hexdigest()[:32]}"'
    if known := get_conditional_response(request, etag=etag):
        return known
    response = HttpResponse(
        _file(name, entries, request, product, at), content_type="text/calendar; charset=utf-8"
    )
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    response["Content-Disposition"] = f'inline; filename="{slugify(product)}.ics"'
    return response


def _file(name, entries, request, product, at):
    file = Calendar()
    file.add("prodid", f"-//Community center//{product}//ZH")
    file.add("version", "2.0")
    file.add("x-wr-calname", name)
    file.add("x-wr-timezone", timezone.get_current_timezone_name())
    file.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", "PT4H")
    for entry in entries:
        file.add_component(_event(entry, request, at))
    file.add_missing_timezones()
    return file.to_ical()


def _event(entry, request, at):
    event = Event()
    event.add("uid", f"{entry.uid}@{request.get_host()}")
    # Whichever file was read later counts as the newer one.
    event.add("sequence", int((at - FIRST_MOMENT).total_seconds()))
    event.add("dtstamp", at.astimezone(UTC))
    event.add("last-modified", at.astimezone(UTC))
    event.add("dtstart", timezone.localtime(entry.starts_at))
    event.add("dtend", timezone.localtime(entry.ends_at))
    event.add("summary", entry.summary)
    event.add("status", entry.status)
    if entry.location:
        event.add("location", entry.location)
    if entry.description:
        event.add("description", entry.description)
    if entry.url:
        event.add("url", request.build_absolute_uri(entry.url))
    return event
