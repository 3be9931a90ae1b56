"""Rooms that residents, partners and staff book on their own.

The order of locks is rooms (leaf rooms by id), then people. That a room is used once is for the
exclusion constraint on occupancies to see to: every way in takes the room in `venues.takings`.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person, User
from bookings import room_hours, room_refusals
from bookings.models import (
    ROOM_IS_ASKED_FOR,
    BookingChannel,
    RoomBooking,
    RoomBookingStatus,
    RoomSeries,
    RoomWait,
    WantedEquipment,
)
from bookings.room_telling import tell_of_room
from bookings.rules import BookingRefused
from partners.models import Partner
from venues import stock, takings
from venues.models import Equipment, Room, RoomTerms, TakingKind
from venues.stock import EquipmentGone
from venues.takings import RoomTaken

CHECK_IN_BEGINS = timedelta(minutes=30)  # before the start


@dataclass(frozen=True)
class Wish:
    """A room that somebody asks for, as it came in."""

    room: Room
    starts_at: datetime
    ends_at: datetime
    purpose: str
    headcount: int
    by: User
    request_key: str
    person: Person | None = None
    partner: Partner | None = None
    channel: str = BookingChannel.WEB
    terms: RoomTerms | None = None
    series: RoomSeries | None = None  # of which it is one more date
    equipment: dict[Equipment, int] = field(default_factory=dict)


def ask_for(wish: Wish, *, at=None) -> RoomBooking:
    """Book the room, or leave the request with staff, as the rules of the room say.

    Asked again with the same request key, it answers with the same booking. Raises
    BookingRefused, with the code `room_taken` where somebody else has it.
    """
    at = at or timezone.now()
    try:
        with transaction.atomic():
            return _ask_for(wish, at)
    except IntegrityError:
        if earlier := _earlier(wish):
            return earlier
        raise


def cancel(booking, *, by, reason="", at=None):
    """Give the room back. Raises BookingRefused when it has begun, or is no longer asked for.

    With a `reason` it is the house that cancels, and may do so until the end.
    """
    at = at or timezone.now()
    with _reopened(booking) as booking:
        too_late = booking.ends_at if reason else booking.starts_at
        if booking.status not in ROOM_IS_ASKED_FOR or too_late <= at:
            raise BookingRefused(room_refusals.over())
        booking.status, booking.decision = RoomBookingStatus.CANCELED, reason
        booking.canceled_at, booking.canceled_by = at, by
        booking.save(update_fields=["status", "decision", "canceled_at", "canceled_by"])
        _give_back(booking, at)
        tell_of_room(booking, "room_canceled", at=at, reason=reason)
    return booking


def accept(booking, *, by, seen="", at=None):
    """Book what was asked for. Raises BookingRefused when it is taken or decided already.

    `seen` is the `wish` that was looked at: where it has changed meanwhile, it is looked at again.
    """
    at = at or timezone.now()
    with _reopened(booking) as booking:
        _still_undecided(booking, at)
        if seen and seen != booking.wish:
            raise BookingRefused(room_refusals.changed_meanwhile())
        if booking.taking_id is None:
            booking.taking = _take(booking, _wanted(booking))
        _decide(booking, RoomBookingStatus.CONFIRMED, by=by, at=at)
        tell_of_room(booking, "room_confirmed", at=at)
    return booking


def decline(booking, *, by, reason, at=None):
    """Say no, and why. Raises BookingRefused when somebody has decided already."""
    at = at or timezone.now()
    with _reopened(booking) as booking:
        _still_undecided(booking, at)
        _decide(booking, RoomBookingStatus.DECLINED, by=by, at=at, reason=reason)
        _give_back(booking, at)
        tell_of_room(booking, "room_declined", at=at, reason=reason)
    return booking


def ask_back(booking, *, by, question, at=None):
    """Ask whoever wants the room something first. Raises BookingRefused when decided already."""
    at = at or timezone.now()
    with _reopened(booking) as booking:
        _still_undecided(booking, at)
        booking.question, booking.answer = question, ""
        booking.save(update_fields=["question", "answer"])
        tell_of_room(booking, "room_asked", at=at, question=question)
    return booking


def answer(booking, *, text):
    """What the staff wanted to know. Raises BookingRefused when it is decided already."""
    with _reopened(booking) as booking:
        if booking.status != RoomBookingStatus.REQUESTED:
            raise BookingRefused(room_refusals.over())
        booking.answer = text
        booking.save(update_fields=["answer"])
    return booking


def change(booking, *, starts_at, ends_at, room=None, headcount=None, by_staff=False, at=None):
    """Another time, room or number of people, under all the rules of a new booking.

    The old time is kept until the new one is had. What staff look at, they look at again, but
    for fewer people in the same place. Staff are bound by no rule and decide nothing by it.
    Raises BookingRefused.
    """
    at = at or timezone.now()
    with _reopened(booking, *filter(None, [room])) as booking:
        room, headcount = room or booking.room, headcount or booking.headcount
        if booking.status not in ROOM_IS_ASKED_FOR or booking.starts_at <= at:
            raise BookingRefused(room_refusals.over())
        channel = BookingChannel.DESK if by_staff else booking.channel
        room_hours.hold(booking.partner)
        if reason := room_refusals.refusal(
            room, starts_at=starts_at, ends_at=ends_at, headcount=headcount,
            by=booking.booked_by, person=booking.person, partner=booking.partner,
            channel=channel, at=at, besides=booking,
        ):  # fmt: skip
            raise BookingRefused(reason)
        old_starts_at, old_room = booking.starts_at, booking.room
        is_had_already = (
            booking.status == RoomBookingStatus.CONFIRMED
            and (room, starts_at, ends_at) == (booking.room, booking.starts_at, booking.ends_at)
            and headcount <= booking.headcount
        )
        booking.room, booking.starts_at, booking.ends_at = room, starts_at, ends_at
        booking.headcount = headcount
        if not by_staff and not is_had_already:
            _ask_again(booking)
        _retake(booking)
        booking.save()
        tell_of_room(
            booking, "room_changed", at=at,
            old_starts_at=old_starts_at.isoformat(), old_room=old_room.name,
        )  # fmt: skip
    return booking


def equip(booking, wanted, *, at=None):
    """Staff give out equipment with the room, {it: how many}, instead of what was wanted.

    Raises BookingRefused.
    """
    at = at or timezone.now()
    with _reopened(booking) as booking:
        if booking.status not in ROOM_IS_ASKED_FOR or booking.ends_at <= at:
            raise BookingRefused(room_refusals.over())
        booking.wanted_equipment.all().delete()
        _want(booking, wanted)
        if booking.taking:
            with _refused_kindly(booking):
                stock.lend(booking.taking, wanted)


def may_check_in(booking, *, at=None):
    """From half an hour before the start until the end."""
    at = at or timezone.now()
    begins = booking.starts_at - CHECK_IN_BEGINS
    return (
        booking.status == RoomBookingStatus.CONFIRMED
        and booking.checked_in_at is None
        and begins <= at < booking.ends_at
    )


def check_in(booking, *, at=None):
    """They are here, and keep the room. Saying it again changes nothing. Raises BookingRefused."""
    at = at or timezone.now()
    with _reopened(booking) as booking:
        if booking.checked_in_at:
            return
        if not may_check_in(booking, at=at):
            raise BookingRefused(room_refusals.not_now(booking, CHECK_IN_BEGINS))
        booking.checked_in_at = at
        booking.save(update_fields=["checked_in_at"])


def free_unused(at=None):
    """Give back rooms that nobody came to, where the room says so; returns how many.

    Only the time that is left is given back: the taking ends now.
    """
    at, freed = at or timezone.now(), 0
    running = RoomBooking.objects.confirmed().filter(
        checked_in_at=None,
        starts_at__lte=at,
        ends_at__gt=at,
        room__frees_after_minutes__isnull=False,
    )
    for booking in running.select_related("room"):
        patience = timedelta(minutes=booking.room.frees_after_minutes)
        if booking.starts_at + patience <= at:
            freed += _lapse(booking, at)
    return freed


def lapse_undecided(at=None):
    """Requests that nobody decided on before their time came; returns how many."""
    at = at or timezone.now()
    late = RoomBooking.objects.requested().filter(starts_at__lte=at)
    return sum(
        _lapse(booking, at, before=RoomBookingStatus.REQUESTED, fact="room_undecided")
        for booking in late.select_related("room")
    )


def _lapse(booking, at, *, before=RoomBookingStatus.CONFIRMED, fact="room_lapsed"):
    with _reopened(booking) as booking:
        if booking.status != before or booking.checked_in_at or booking.starts_at > at:
            return False
        booking.status = RoomBookingStatus.LAPSED
        booking.save(update_fields=["status"])
        _give_back(booking, at)
        tell_of_room(booking, fact, at=at)
    return True


def _ask_for(wish, at):
    takings.lock_as_it_is(wish.room)
    people = list(Person.objects.filter(pk=wish.person and wish.person.pk).locked())
    if earlier := _earlier(wish):
        return earlier
    room_hours.hold(wish.partner)
    if reason := room_refusals.refusal(
        wish.room, starts_at=wish.starts_at, ends_at=wish.ends_at, headcount=wish.headcount,
        by=wish.by, person=people[0] if people else None, partner=wish.partner,
        channel=wish.channel, at=at,
    ):  # fmt: skip
        raise BookingRefused(reason)
    waits = room_refusals.needs_approval(
        wish.room, headcount=wish.headcount, by=wish.by, channel=wish.channel
    )
    booking = RoomBooking(
        room=wish.room,
        person=wish.person,
        partner=wish.partner,
        booked_by=wish.by,
        channel=wish.channel,
        purpose=wish.purpose,
        headcount=wish.headcount,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        request_key=wish.request_key,
        terms=wish.terms,
        series=wish.series,
        created_at=at,
        status=RoomBookingStatus.REQUESTED if waits else RoomBookingStatus.CONFIRMED,
    )
    _take_where_it_holds(booking, wish.equipment)
    booking.save(force_insert=True)
    _want(booking, wish.equipment)
    RoomWait.objects.met_by(booking).update(ended_at=at)
    tell_of_room(booking, "room_requested" if waits else "room_confirmed", at=at)
    return booking


def _earlier(wish):
    return RoomBooking.objects.answering(
        wish.request_key, by=wish.by, room=wish.room, starts_at=wish.starts_at
    )


def _want(booking, equipment):
    WantedEquipment.objects.bulk_create(
        WantedEquipment(booking=booking, equipment=each, number=number)
        for each, number in equipment.items()
        if number
    )


def _wanted(booking):
    wanted = booking.wanted_equipment.select_related("equipment")
    return {each.equipment: each.number for each in wanted}


def _take_where_it_holds(booking, equipment):
    """Take the room; a request takes it only where requests hold it, but it must be free."""
    if booking.room.requests_block or booking.status == RoomBookingStatus.CONFIRMED:
        booking.taking = _take(booking, equipment)
    elif takings.clashes(booking.room, *_span(booking)).exists():
        raise BookingRefused(room_refusals.taken(booking.room, booking.starts_at, booking.ends_at))


def _take(booking, equipment):
    with _refused_kindly(booking):
        return takings.take(
            booking.room,
            *_span(booking),
            kind=TakingKind.ROOM_BOOKING,
            label=booking.purpose,
            equipment=equipment,
        )


@contextmanager
def _refused_kindly(booking):
    try:
        yield
    except RoomTaken as error:
        raise BookingRefused(
            room_refusals.taken(booking.room, booking.starts_at, booking.ends_at)
        ) from error
    except EquipmentGone as error:
        raise BookingRefused(room_refusals.without(error.reason)) from error


def _ask_again(booking):
    waits = room_refusals.needs_approval(
        booking.room,
        headcount=booking.headcount,
        by=booking.booked_by,
        channel=booking.channel,
    )
    booking.status = RoomBookingStatus.REQUESTED if waits else RoomBookingStatus.CONFIRMED
    booking.decided_at, booking.decided_by, booking.decision = None, None, ""


def _retake(booking):
    if booking.taking is None:
        _take_where_it_holds(booking, _wanted(booking))
        return
    starts_at, ends_at = _span(booking)
    with _refused_kindly(booking):
        takings.move(booking.taking, room=booking.room, starts_at=starts_at, ends_at=ends_at)


def _span(booking):
    return booking.room.with_buffers(booking.starts_at, booking.ends_at)


def _give_back(booking, at):
    if booking.taking:
        takings.free(booking.taking, at=at)


def _still_undecided(booking, at):
    if reason := room_refusals.decided(booking, at):
        raise BookingRefused(reason)


def _decide(booking, status, *, by, at, reason=""):
    booking.status, booking.decided_by, booking.decided_at = status, by, at
    booking.decision = reason
    booking.save(update_fields=["status", "decided_by", "decided_at", "decision", "taking"])


@contextmanager
def _reopened(booking, *rooms):
    """The booking as it is now, with its row held, after the rooms it may take and its person."""
    with transaction.atomic():
        yield _held(booking, rooms)


def _held(booking, rooms):
    """Whoever finds that it has changed rooms meanwhile lets go and begins anew: rooms come first."""
    found = RoomBooking.objects.select_related(
        "room__floor__center", "person", "partner", "taking", "booked_by", "decided_by"
    )
    room = booking.room
    while True:
        savepoint = transaction.savepoint()
        takings.lock(room, *rooms)
        list(Person.objects.filter(pk=booking.person_id).locked())
        held = found.select_for_update(no_key=True, of=("self",)).get(pk=booking.pk)
        if held.room == room:
            transaction.savepoint_commit(savepoint)
            return held
        transaction.savepoint_rollback(savepoint)
        room = held.room
