"""Series of room bookings: asked for, added to and given back as one thing.

The order of locks is that of single room bookings: rooms, people, then the series and its dates.
Each date is a room booking, so all that holds for one holds for it.
"""

import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from activities.timetable import Rule
from bookings import room_hours, room_refusals, rooms
from bookings.models import MissedDate, RoomBooking, RoomBookingStatus, RoomSeries
from bookings.room_telling import tell_of_series
from bookings.rules import BookingRefused, Refusal, moment
from bookings.series_dates import SeriesWish, preview
from venues import takings
from venues.models import Room, TakingKind
from venues.takings import RoomTaken


@dataclass(frozen=True)
class Outcome:
    """What became of a series: the dates it was about, and those that could not be had."""

    series: RoomSeries
    dates: list[RoomBooking]
    missed: list[MissedDate] = field(default_factory=list)


def ask_for_series(wish: SeriesWish, *, at: datetime | None = None) -> RoomSeries:
    """Book every date that can be had, or none unless all can, and tell once.

    What could not be had is kept with its reason. Where staff decide, they decide on all of it.
    Asked again with the same request key, it answers with the same series. Raises
    BookingRefused.
    """
    at = at or timezone.now()
    try:
        with transaction.atomic():
            return _ask_for_series(wish, at)
    except IntegrityError:
        if earlier := RoomSeries.objects.answering(wish.request_key, by=wish.by):
            return earlier
        raise


def add_date(series, *, starts_at, ends_at, by, request_key, channel=None, at=None):
    """One more date, under all the rules of a room booking. Raises BookingRefused."""
    wish = rooms.Wish(
        room=series.room,
        starts_at=starts_at,
        ends_at=ends_at,
        purpose=series.purpose,
        headcount=series.headcount,
        by=by,
        request_key=request_key,
        person=series.person,
        partner=series.partner,
        channel=channel or series.channel,
        terms=series.terms,
        series=series,
    )
    return rooms.ask_for(wish, at=at)


def cancel(series: RoomSeries, *, by, since=None, at: datetime | None = None) -> Outcome:
    """Give back all dates to come, or those from the date `since` on, and tell once.

    Raises BookingRefused when none is left.
    """
    at = at or timezone.now()
    with reopened(series, since=since, at=at) as (series, dates):
        RoomBooking.objects.filter(pk__in=[each.pk for each in dates]).update(
            status=RoomBookingStatus.CANCELED, canceled_at=at, canceled_by=by
        )
        takings.free_all([each.taking for each in dates if each.taking], at=at)
        tell_of_series(series, "series_canceled", dates, at=at)
    return Outcome(series, dates)


@contextmanager
def reopened(series, *, since=None, also=(), at):
    """The series and its dates to come, or those from `since` on, held after their rooms.

    `also` are rooms that are to be taken, too. Raises BookingRefused when no date is left.
    """
    with transaction.atomic():
        coming = RoomBooking.objects.alive().filter(series=series, starts_at__gt=at)
        if since:
            coming = coming.filter(starts_at__gte=since.starts_at)
        held = {*Room.objects.filter(pk__in=coming.order_by().values("room")), *also}
        takings.lock(*held)
        list(Person.objects.filter(pk=series.person_id).locked())
        rows = RoomSeries.objects.with_room().select_for_update(no_key=True, of=("self",))
        series = rows.get(pk=series.pk)
        dates = list(
            coming.select_related("room__floor__center", "person", "taking", "booked_by")
            .select_for_update(no_key=True, of=("self",))
            .order_by("starts_at", "pk")
        )
        if not dates:
            raise BookingRefused(no_dates_left())
        if any(each.room not in held for each in dates):
            raise BookingRefused(_changed_just_now())
        yield series, dates


def note_missed(series, wanted, *, at):
    """Keep what could not be had: `wanted` is [(date as it was wanted, booking kept or None)]."""
    return MissedDate.objects.bulk_create(
        MissedDate(
            series=series,
            kept=kept,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            code=each.no.code,
            reason=each.no.text,
            noted_at=at,
        )
        for each, kept in wanted
    )


def take_for(bookings, *, room):
    """Take the room for these dates. Raises BookingRefused."""
    if not bookings:
        return
    spans = [room.with_buffers(each.starts_at, each.ends_at) for each in bookings]
    first = bookings[0]
    try:
        taken = takings.take_all(room, spans, kind=TakingKind.ROOM_BOOKING, label=first.purpose)
    except RoomTaken as error:
        raise BookingRefused(room_refusals.taken(room, first.starts_at, first.ends_at)) from error
    for booking, taking in zip(bookings, taken, strict=True):
        booking.taking = taking


def no_dates_left():
    return Refusal(
        "no_dates_left",
        _("This series has no dates to come any more."),
        _("Please book a new one."),
    )


def not_all(wanted):
    """Why none is had where all were wanted: the first date in question, and its reason."""
    return Refusal(
        "not_all",
        _("Not all dates can be had. %(when)s: %(why)s")
        % {"when": moment(wanted.starts_at), "why": wanted.no.text},
        _("Please take the others, or another time or room."),
    )


def _ask_for_series(wish, at):
    takings.lock_as_it_is(wish.room)
    list(Person.objects.filter(pk=wish.person and wish.person.pk).locked())
    if earlier := RoomSeries.objects.answering(wish.request_key, by=wish.by):
        return earlier
    room_hours.hold(wish.partner)
    wanted = preview(wish, at=at)
    had = [each for each in wanted if each.can_be_had]
    missed = [each for each in wanted if not each.can_be_had]
    if clashing := [each for each in missed if each.no.code not in ("left_out", "holiday")]:
        if not had:
            raise BookingRefused(clashing[0].no)
        if wish.all_or_none:
            raise BookingRefused(not_all(clashing[0]))
    if not had:
        raise BookingRefused(missed[0].no)
    series = RoomSeries.objects.create(
        room=wish.room, all_or_none=wish.all_or_none, request_key=wish.request_key,
        **_rule_of(wish.rule, wanted), **_common(wish, at),
    )  # fmt: skip
    bookings = _book(series, had, wish, at)
    noted = note_missed(series, [(each, None) for each in missed], at=at)
    waits = bookings[0].status == RoomBookingStatus.REQUESTED
    fact = "series_requested" if waits else "series_confirmed"
    tell_of_series(series, fact, bookings, missed=noted, at=at)
    return series


def _book(series, had, wish, at):
    waits = room_refusals.needs_approval(
        wish.room, headcount=wish.headcount, by=wish.by, channel=wish.channel
    )
    bookings = [
        RoomBooking(
            room=wish.room,
            series=series,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            status=RoomBookingStatus.REQUESTED if waits else RoomBookingStatus.CONFIRMED,
            request_key=uuid.uuid4().hex,
            **_common(wish, at),
        )
        for each in had
    ]
    if wish.room.requests_block or not waits:
        take_for(bookings, room=wish.room)
    return RoomBooking.objects.bulk_create(bookings)


def _common(wish, at):
    return {
        "person": wish.person,
        "partner": wish.partner,
        "booked_by": wish.by,
        "channel": wish.channel,
        "purpose": wish.purpose,
        "headcount": wish.headcount,
        "terms": wish.terms,
        "created_at": at,
    }


def _rule_of(rule, wanted):
    days = {"first_day": wanted[0].day, "last_day": wanted[-1].day}
    times = {"starts_at": rule.starts_at, "ends_at": rule.ends_at}
    if not isinstance(rule, Rule):
        return days | times | {"picked": sorted(rule.days)}
    return times | {
        "first_day": rule.first_day,
        "last_day": rule.last_day,
        "weekdays": sorted(rule.weekdays),
        "every_weeks": rule.every_weeks,
        "nth_of_month": sorted(rule.nth_of_month),
        "skip_holidays": rule.skip_holidays,
    }


def _changed_just_now():
    return Refusal(
        "changed_just_now",
        _("Somebody has just changed these dates."),
        _("Please look at them again."),
    )
