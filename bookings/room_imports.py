"""Bringing a file with room bookings in, all in one go.

Nobody is told: what is in the file was agreed on before. The same file again makes nothing new.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import (
    BookingChannel,
    MissedDate,
    RoomBooking,
    RoomBookingStatus,
    RoomImport,
    RoomSeries,
)
from bookings.room_import_plans import Line, Plan, State, plan
from bookings.rules import BookingRefused, Refusal
from venues import takings
from venues.models import Room, TakingKind
from venues.takings import RoomTaken

KEPT_FOR = timedelta(days=30)


def receive(file: RoomImport, *, at=None) -> RoomImport:
    """Keep a file for the preview. Raises FileUnreadable."""
    at = at or timezone.now()
    plan(file, at=at)
    file.created_at = at
    file.save(force_insert=True)
    return file


def throw_away(*, at=None) -> int:
    """Files may name people, and are of no use for long; returns how many went."""
    old = RoomImport.objects.filter(created_at__lt=(at or timezone.now()) - KEPT_FOR)
    return old.delete()[0]


@transaction.atomic
def bring_in(file: RoomImport, *, by, all_or_none=False, at=None) -> Plan:
    """Book what can be had, or nothing unless all can be. Raises BookingRefused."""
    at = at or timezone.now()
    takings.lock(*Room.objects.filter(floor__center=file.center))
    planned = plan(file, at=at)
    if all_or_none and not planned.is_whole:
        raise BookingRefused(
            Refusal(
                "not_all",
                _("Not everything in the file can be had, so nothing was booked."),
                _("Please mend the file, or book the rest without those rows."),
            )
        )
    try:
        _book(file, planned, by, at)
    except RoomTaken as error:
        raise BookingRefused(Refusal("room_taken", error.reason)) from error
    file.booked_at = at
    file.save(update_fields=["booked_at"])
    return planned


def _book(file, planned, by, at):
    lines = planned.new
    if not lines:
        return
    taken = takings.take_these(
        file.center,
        [(line.room, *line.span, line.row.purpose) for line in lines],
        kind=TakingKind.ROOM_BOOKING,
    )
    series = _series_of(file, planned, by, at)
    RoomBooking.objects.bulk_create(
        RoomBooking(
            room=line.room,
            taking=taking,
            person=line.person,
            partner=line.partner,
            booked_by=by,
            channel=BookingChannel.IMPORT,
            purpose=line.row.purpose,
            headcount=line.headcount,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            series=series.get(_series_key(line)),
            request_key=line.request_key,
            status=RoomBookingStatus.CONFIRMED,
            created_at=at,
            decided_by=by,
            decided_at=at,
        )
        for line, taking in zip(lines, taken, strict=True)
    )


def _series_of(file, planned, by, at):
    """{key: the series} of what repeats in one room at one time: one thing, not many."""
    groups = defaultdict(list)
    for line in planned.new:
        if line.row.series:
            groups[_series_key(line)].append(line)
    keys = {_request_key(file, key): key for key in groups}
    found = RoomSeries.objects.filter(channel=BookingChannel.IMPORT, request_key__in=keys)
    known = {keys[series.request_key]: series for series in found}
    for key, series in known.items():
        _add_days(series, groups[key])
    RoomSeries.objects.bulk_update(known.values(), ["picked", "first_day", "last_day"])
    made = {
        key: _new_series(key, lines, by, at, _request_key(file, key))
        for key, lines in groups.items()
        if key not in known and len(lines) > 1
    }
    RoomSeries.objects.bulk_create(made.values())
    _note_missed(made, planned, at)
    return known | made


def _new_series(key, lines: list[Line], by, at, request_key):
    days = sorted(_day(line) for line in lines)
    line = lines[0]
    return RoomSeries(
        room=line.room,
        person=line.person,
        partner=line.partner,
        booked_by=by,
        channel=BookingChannel.IMPORT,
        purpose=line.row.purpose,
        headcount=max(each.headcount for each in lines),
        first_day=days[0],
        last_day=days[-1],
        starts_at=_clock(line.starts_at),
        ends_at=_clock(line.ends_at),
        picked=days,
        request_key=request_key,
        created_at=at,
    )


def _add_days(series, lines):
    series.picked = sorted({*series.picked, *map(_day, lines)})
    series.first_day, series.last_day = series.picked[0], series.picked[-1]


def _note_missed(made, planned, at):
    """What clashed is kept with its reason, beside the dates that were had."""
    MissedDate.objects.bulk_create(
        MissedDate(
            series=made[_series_key(line)],
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            code="room_taken",
            reason=line.reason[:300],
            noted_at=at,
        )
        for line in planned.of(State.CLASHES)
        if line.row.series and _series_key(line) in made
    )


def _series_key(line):
    who = (line.person and line.person.pk, line.partner and line.partner.pk)
    return line.row.series, line.room.pk, _clock(line.starts_at), _clock(line.ends_at), *who


def _request_key(file, key):
    """Room and time are in it: a date that was moved elsewhere is none of the series."""
    series, room, starts, ends, *_who = key
    return f"{file.center_id}-{room}-{starts:%H%M}-{ends:%H%M}-{series[-32:]}"


def _day(line: Line):
    return timezone.localtime(line.starts_at).date()


def _clock(moment):
    return timezone.localtime(moment).time()
