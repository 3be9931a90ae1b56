"""What is free nearby when a wish is not: another time, another room, another day."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bookings.room_refusals import refusal_of_room
from venues.free_times import FreeTimes
from venues.models import Room

LOOKS_AHEAD_DAYS = 14
ANY_TIME = (time.min, time.max)
ENOUGH = 8
A_WEEK = timedelta(days=6)  # both ends included


@dataclass(frozen=True)
class Suggestion:
    """`label` says what is different: earlier, another room, another day."""

    label: str
    room: Room
    starts_at: datetime
    ends_at: datetime


def suggestions(room, *, starts_at, ends_at, headcount, rooms, at):
    """The nearest free time that day, the best other room, the next day at the same time.

    `rooms` are those that whoever asks may book. Three statements and one for each depth of parts.
    """
    day = timezone.localtime(starts_at).date()
    last = min(
        day + timedelta(days=LOOKS_AHEAD_DAYS),
        timezone.localtime(at).date() + timedelta(days=room.days_ahead),
    )
    known = FreeTimes(rooms, day, max(last, day))
    found = [
        _shifted(known, room, starts_at, ends_at, at),
        _elsewhere(known, room, starts_at, ends_at, headcount),
        _another_day(known, room, starts_at, ends_at, last),
    ]
    return [each for each in found if each]


def rooms_for_all(rooms, spans, *, headcount, at):
    """Rooms in which every span is free, the smallest that fit first; `spans` in order."""
    days = [timezone.localtime(spans[at][at]).date() for at in (0, -1)]
    known = FreeTimes([room for room in rooms if room.holds(headcount)], *days)
    fitting = [
        room
        for room in known.rooms
        if all(_can_be_had(known, room, *span, headcount=headcount, at=at) for span in spans)
    ]
    return sorted(fitting, key=lambda room: (room.capacity or 0, room.pk))


def first_free(rooms, *, headcount, minutes, first, last, at, clock=ANY_TIME):
    """The first time at which one of the rooms is free for so many people, or None."""
    found = soonest(
        rooms, headcount=headcount, minutes=minutes, first=first, last=last, at=at, clock=clock,
        enough=1,
    )  # fmt: skip
    return found[0] if found else None


def soonest(
    rooms, *, headcount, minutes, first, last, at, clock=ANY_TIME, enough=ENOUGH
):  # fmt: skip
    """Of each room the first time it can be had, the soonest first, small rooms before large.

    `clock` is (from, to): between which hours it may begin. It is looked for week by week, until
    there are enough; what a later week has is later than all of them.
    """
    left, found = [room for room in rooms if room.holds(headcount)], []
    length = timedelta(minutes=minutes)
    while left and first <= last and len(found) < enough:
        until = min(first + A_WEEK, last)
        known = FreeTimes(left, first, until)
        starts = {room: _first_start(known, room, length, headcount, clock, at) for room in left}
        found += sorted(
            (
                Suggestion("", room, start, start + length)
                for room, start in starts.items()
                if start
            ),
            key=lambda each: (each.starts_at, each.room.capacity or 0, each.room.pk),
        )
        left = [room for room in left if not starts[room]]
        first = until + timedelta(days=1)
    return found[:enough]


def _first_start(known, room, length, headcount, clock, at):
    for start in known.each_start(room, length, after=at):
        if clock[0] <= timezone.localtime(start).time() < clock[1] and not refusal_of_room(
            room, starts_at=start, ends_at=start + length, headcount=headcount, at=at
        ):
            return start
    return None


def _can_be_had(known, room, starts_at, ends_at, *, headcount, at):
    return known.fits(room, starts_at, ends_at) and not refusal_of_room(
        room, starts_at=starts_at, ends_at=ends_at, headcount=headcount, at=at
    )


def _shifted(known, room, starts_at, ends_at, at):
    day, length = timezone.localtime(starts_at).date(), ends_at - starts_at
    starts = known.starts(room, day, length, after=at)
    if not starts:
        return None
    start = min(starts, key=lambda each: (abs(each - starts_at), each))
    label = pgettext("time", "Earlier") if start < starts_at else pgettext("time", "Later")
    return Suggestion(label, room, start, start + length)


def _elsewhere(known, room, starts_at, ends_at, headcount):
    """The smallest room that fits, so that the large ones stay for those who need them."""
    fitting = [
        each
        for each in known.rooms
        if each != room and each.holds(headcount) and known.fits(each, starts_at, ends_at)
    ]
    if not fitting:
        return None
    best = min(fitting, key=lambda each: (each.capacity or 0, each.pk))
    return Suggestion(_("Another room"), best, starts_at, ends_at)


def _another_day(known, room, starts_at, ends_at, last):
    shift = timedelta(days=1)
    while timezone.localtime(starts_at + shift).date() <= last:
        if known.fits(room, starts_at + shift, ends_at + shift):
            return Suggestion(_("Another day"), room, starts_at + shift, ends_at + shift)
        shift += timedelta(days=1)
    return None
