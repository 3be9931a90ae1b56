"""What is free nearby when a wish is not: another time, another room, another day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from venues.free_times import FreeTimes
from venues.models import Room

LOOKS_AHEAD_DAYS = 14


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


def first_free(rooms, *, headcount, minutes, first, last, at):
    """The first time at which one of the rooms is free for so many people, or None."""
    fitting = [room for room in rooms if room.holds(headcount)]
    known, length = FreeTimes(fitting, first, last), timedelta(minutes=minutes)
    day = first
    while day <= last:
        starts = [
            (start, room.capacity or 0, room.pk, room)
            for room in fitting
            for start in known.starts(room, day, length, after=at)[:1]
        ]
        if starts:
            start, _people, _pk, room = min(starts)
            return Suggestion(_("First free time"), room, start, start + length)
        day += timedelta(days=1)
    return None


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
