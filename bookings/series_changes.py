"""Another time, room or number of people for all dates of a series, or from one date on.

What cannot be had is kept as it was and noted with its reason; what has begun stays.
"""

from datetime import datetime, time

from django.utils import timezone

from activities.timetable import RuleUnclear, plan_dates
from bookings import room_hours, room_refusals
from bookings.models import RoomBooking, RoomBookingStatus, RoomSeries
from bookings.room_series import Outcome, not_all, note_missed, reopened, take_for
from bookings.room_telling import tell_of_series
from bookings.rules import BookingRefused, Refusal
from bookings.series_dates import Judge, WantedDate
from venues import takings
from venues.models import Room
from venues.stock import EquipmentGone
from venues.takings import RoomTaken

CHANGED = [
    "room", "headcount", "starts_at", "ends_at", "status", "taking", "decided_at", "decided_by",
    "decision",
]  # fmt: skip


def change(
    series: RoomSeries,
    *,
    starts_at: time,
    ends_at: time,
    room: Room | None = None,
    headcount: int | None = None,
    since: RoomBooking | None = None,
    all_or_none: bool = False,
    at: datetime | None = None,
) -> Outcome:
    """Change what is to come, or what is to come from the date `since` on; days stay.

    Dates that were canceled or declined stay so. What staff look at, they look at again, but
    for fewer people in the same place.
    Raises BookingRefused when nothing is left or nothing can be had, or not all of it where
    all is wanted.
    """
    at, room = at or timezone.now(), room or series.room
    with reopened(series, since=since, also=[room], at=at) as (series, dates):
        headcount = headcount or series.headcount
        room_hours.hold(series.partner)
        judged = _judged(series, dates, room, headcount, starts_at, ends_at, at)
        moved = [(booking, each) for booking, each in judged if each.can_be_had]
        kept = [(each, booking) for booking, each in judged if not each.can_be_had]
        if kept and all_or_none:
            raise BookingRefused(not_all(kept[0][0]))
        if not moved:
            raise BookingRefused(kept[0][0].no)
        _move(moved, room, headcount)
        series.room, series.headcount = room, headcount
        series.starts_at, series.ends_at = starts_at, ends_at
        series.save(update_fields=["room", "headcount", "starts_at", "ends_at"])
        missed = note_missed(series, kept, at=at)
        changed = [booking for booking, each in moved]
        tell_of_series(series, "series_changed", changed, missed=missed, at=at)
    return Outcome(series, changed, missed)


def _judged(series, dates, room, headcount, starts_at, ends_at, at):
    """[(booking, its date as it is wanted)]; nobody's month grows by a change."""
    days = [timezone.localtime(each.starts_at).date() for each in dates]
    judge = Judge(
        room, days[0], days[-1], headcount=headcount, by=series.booked_by, person=series.person,
        partner=series.partner, channel=series.channel, at=at, besides=dates,
    )  # fmt: skip
    judged = []
    for booking, day in zip(dates, days, strict=True):
        start, end = _span(day, starts_at, ends_at)
        no = judge.refusal_instead(booking, start, end)
        judged.append((booking, WantedDate(start, end, no)))
    return judged


def _span(day, starts_at, ends_at):
    try:
        [planned] = plan_dates([day], starts_at, ends_at).sessions
    except RuleUnclear as unclear:
        raise BookingRefused(Refusal("order", unclear.reason)) from unclear
    return planned.starts_at, planned.ends_at


def _move(moved, room, headcount):
    one = moved[0][0]
    waits = room_refusals.needs_approval(
        room, headcount=headcount, by=one.booked_by, channel=one.channel
    )
    spans, untaken = {}, []
    for booking, wanted in moved:
        if not _is_had_already(booking, wanted, room, headcount):
            booking.status = RoomBookingStatus.REQUESTED if waits else RoomBookingStatus.CONFIRMED
            booking.decided_at, booking.decided_by, booking.decision = None, None, ""
        booking.room, booking.headcount = room, headcount
        booking.starts_at, booking.ends_at = wanted.starts_at, wanted.ends_at
        if booking.taking:
            spans[booking.taking] = room.with_buffers(booking.starts_at, booking.ends_at)
        elif room.requests_block or booking.status == RoomBookingStatus.CONFIRMED:
            untaken.append(booking)
    try:
        takings.move_all(spans, room=room)
    except RoomTaken as error:
        raise BookingRefused(room_refusals.taken(room, *_times(one))) from error
    except EquipmentGone as error:
        raise BookingRefused(room_refusals.without(error.reason)) from error
    take_for(untaken, room=room)
    RoomBooking.objects.bulk_update([booking for booking, wanted in moved], CHANGED)


def _is_had_already(booking, wanted, room, headcount):
    """Fewer people at the same time in the same room are nothing to decide about."""
    return (
        booking.status == RoomBookingStatus.CONFIRMED
        and booking.room == room
        and _times(booking) == _times(wanted)
        and headcount <= booking.headcount
    )


def _times(each):
    return each.starts_at, each.ends_at
