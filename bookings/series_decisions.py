"""What staff decide about a series: one answer for all of it that waits."""

from datetime import datetime
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import BookingChannel, RoomBooking, RoomBookingStatus, RoomSeries
from bookings.room_series import Outcome, note_missed, reopened, take_for
from bookings.room_telling import tell_of_room, tell_of_series
from bookings.rules import BookingRefused, Refusal
from bookings.series_dates import Judge, WantedDate
from venues import takings


def accept(series: RoomSeries, *, by, at: datetime | None = None) -> Outcome:
    """Book all of it that waits; what somebody else has by now is declined with that reason.

    Raises BookingRefused when nothing waits any more, or nothing can be had.
    """
    at = at or timezone.now()
    with reopened(series, at=at) as (series, dates):
        waiting = _waiting(dates)
        late = _take_what_is_not(series, waiting, at)
        if len(late) == len(waiting):
            raise BookingRefused(late[0][0].no)
        gone = {booking for wanted, booking in late}
        given = [each for each in waiting if each not in gone]
        _decide(given, RoomBookingStatus.CONFIRMED, by=by, at=at)
        for wanted, booking in late:
            _decide(
                [booking], RoomBookingStatus.DECLINED, by=by, at=at, reason=wanted.no.text[:200]
            )
        missed = note_missed(series, [(wanted, None) for wanted, booking in late], at=at)
        tell_of_series(series, "series_confirmed", given, missed=missed, at=at)
    return Outcome(series, given, missed)


def decline(series: RoomSeries, *, by, reason: str, at: datetime | None = None) -> Outcome:
    """Say no to all of it that waits, and why. Raises BookingRefused when nothing waits."""
    at = at or timezone.now()
    with reopened(series, at=at) as (series, dates):
        waiting = _waiting(dates)
        _decide(waiting, RoomBookingStatus.DECLINED, by=by, at=at, reason=reason)
        takings.free_all([each.taking for each in waiting if each.taking], at=at)
        tell_of_series(series, "series_declined", waiting, at=at, reason=reason)
    return Outcome(series, waiting)


def ask_back(series: RoomSeries, *, by, question: str, at: datetime | None = None) -> RoomBooking:
    """Ask whoever wants the room something first, once: with the first date that waits.

    Raises BookingRefused when nothing waits.
    """
    at = at or timezone.now()
    with reopened(series, at=at) as (series, dates):
        first = _waiting(dates)[0]
        first.question, first.answer = question, ""
        first.save(update_fields=["question", "answer"])
        tell_of_room(first, "room_asked", at=at, question=question)
    return first


def _waiting(dates):
    waiting = [each for each in dates if each.status == RoomBookingStatus.REQUESTED]
    if waiting:
        return waiting
    decided = next((each for each in dates if each.decided_by_id), None)
    if decided:
        text = _("%(who)s has decided on this already: %(state)s.") % {
            "who": decided.decided_by,
            "state": decided.get_status_display(),
        }
        raise BookingRefused(Refusal("decided", text))
    raise BookingRefused(Refusal("nothing_waits", _("No date of this series waits any more.")))


def _take_what_is_not(series, waiting, at):
    """Take the rooms that requests do not hold; [(wanted date, booking)] that came too late."""
    late = []
    open_yet = sorted((each for each in waiting if not each.taking), key=_by_room)
    for room, dates in groupby(open_yet, key=lambda each: each.room):
        dates = list(dates)
        days = [timezone.localtime(each.starts_at).date() for each in dates]
        judge = Judge(
            room, days[0], days[-1], headcount=series.headcount, by=series.booked_by,
            person=None, partner=None, channel=BookingChannel.DESK, at=at,
        )  # fmt: skip
        free = []
        for each in dates:
            if no := judge.refusal(each.starts_at, each.ends_at):
                late.append((WantedDate(each.starts_at, each.ends_at, no), each))
            else:
                free.append(each)
        take_for(free, room=room)
    RoomBooking.objects.bulk_update(open_yet, ["taking"])
    return late


def _by_room(booking):
    return booking.room_id, booking.starts_at


def _decide(bookings, status, *, by, at, reason=""):
    RoomBooking.objects.filter(pk__in=[each.pk for each in bookings]).update(
        status=status, decided_by=by, decided_at=at, decision=reason
    )
