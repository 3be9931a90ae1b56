"""Many at once want the same room, by every way in; and the same with the guards taken out."""

import os
import sys
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import PersonQuerySet
from bookings import changes, merging, rooms
from bookings.models import BookingChannel, RoomBooking, RoomBookingStatus
from bookings.rules import BookingRefused
from tests.bookings.booking import carer
from tests.bookings.room_rounds import THREADS, House, overlaps
from tests.bookings.test_rooms import a_room, a_wish, at, book
from tests.factories import (
    ActivityFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
    UserFactory,
)
from tests.races import together, while_held, without_constraint
from venues import takings
from venues.models import Occupancy, Room, RoomQuerySet, Taking
from venues.takings import RoomTaken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

RIVALS = 8
# `make prove` walks for long; so few rounds need not come by everything.
ROUNDS, ENOUGH = int(os.environ.get("EXAMPLES") or 25), 200


def singles():
    room = a_room()
    return [partial(rooms.ask_for, a_wish(room)) for _ in range(RIVALS)]


def whole_and_parts():
    hall = a_room()
    parts = [
        RoomFactory(floor=hall.floor, whole=hall, group_from=None, per_month=None) for _ in range(2)
    ]
    return [partial(rooms.ask_for, a_wish(each)) for each in [hall, *parts] * 3]


def sessions_and_bookings():
    room, by = a_room(), UserFactory()
    activity = ActivityFactory(center=room.center)
    sessions = [
        SessionFactory(activity=activity, starts_at=at(18 + n // 2), ends_at=at(20))
        for n in range(RIVALS // 2)
    ]
    to = {"starts_at": at(10), "ends_at": at(11), "room": room, "by": by}
    moves = [partial(changes.move, each, **to) for each in sessions]
    return moves + [partial(rooms.ask_for, a_wish(room)) for _ in range(RIVALS // 2)]


def approvals_and_bookings():
    room = a_room(by_approval=True, requests_block=False)
    accepts = [partial(rooms.accept, book(room), by=UserFactory()) for _ in range(RIVALS // 2)]
    desk = [a_wish(room, channel=BookingChannel.DESK) for _ in range(RIVALS // 2)]
    return accepts + [partial(rooms.ask_for, wish) for wish in desk]


def moves_and_bookings():
    room = a_room()
    others = [
        RoomFactory(floor=room.floor, group_from=None, per_month=None) for _ in range(RIVALS // 2)
    ]
    to = {"starts_at": at(10), "ends_at": at(11), "room": room}
    moves = [partial(rooms.change, book(each, 14, 15), **to) for each in others]
    return moves + [partial(rooms.ask_for, a_wish(room)) for _ in range(RIVALS // 2)]


PAIRS = [
    singles,
    whole_and_parts,
    sessions_and_bookings,
    approvals_and_bookings,
    moves_and_bookings,
]


@pytest.mark.parametrize("rivals", PAIRS)
def test_nobody_is_in_a_room_with_somebody_else(rivals):
    answers = together(*rivals())

    assert overlaps() == 0
    refused = [each for each in answers if isinstance(each, BookingRefused | RoomTaken)]
    errors = [each for each in answers if isinstance(each, Exception) and each not in refused]
    assert errors == []
    assert len(refused) >= len(answers) - 2  # Of a hall both parts may be had.


@pytest.mark.parametrize("rivals", PAIRS)
def test_control_without_locks_and_constraint_they_are_all_in_it(rivals, monkeypatch):
    for queryset in (PersonQuerySet, RoomQuerySet):
        monkeypatch.setattr(queryset, "locked", lambda self: self.order_by("pk"))
    with without_constraint(Occupancy, "room_is_taken_once"):
        calls = rivals()
        # All of them have looked and found the room free before the first of them takes it.
        with while_held(Occupancy, *calls) as answers:
            assert overlaps() == 0

        assert not any(isinstance(each, BookingRefused | RoomTaken) for each in answers)
        assert overlaps() > 0


def test_nobody_books_a_room_that_is_given_up_while_they_wait_for_it():
    hall = a_room()
    part = RoomFactory(floor=hall.floor, whole=hall, group_from=None, per_month=None)
    wishes = [partial(rooms.ask_for, a_wish(each)) for each in [hall, part] * (RIVALS // 2)]

    with while_held(Room.objects.filter(pk=part.pk), *wishes) as answers:
        Room.objects.update(retired_on=timezone.localdate())

    assert {each.reason.code for each in answers} == {"room_not_in_use"}
    assert not RoomBooking.objects.exists()


def test_control_who_goes_by_what_the_page_said_books_a_room_that_is_given_up(monkeypatch):
    monkeypatch.setattr(takings, "lock_as_it_is", takings.lock)
    room = a_room()

    with while_held(Room.objects.filter(pk=room.pk), partial(rooms.ask_for, a_wish(room))):
        Room.objects.update(retired_on=timezone.localdate())

    assert RoomBooking.objects.exists()


def test_who_decides_on_what_has_moved_holds_nothing_while_waiting_for_its_room():
    asked = book(a_room(by_approval=True, requests_block=False))
    other = RoomFactory(floor=asked.room.floor, by_approval=True, group_from=None)
    as_it_was = RoomBooking.objects.select_related("room__floor__center").get(pk=asked.pk)
    rooms.change(asked, starts_at=at(10), ends_at=at(11), room=other)

    accept = partial(rooms.accept, as_it_was, by=UserFactory())
    with while_held(Room.objects.filter(pk=other.pk), accept) as answers:
        RoomBooking.objects.select_for_update(nowait=True).get(pk=asked.pk)

    assert answers[0].status == RoomBookingStatus.CONFIRMED


@pytest.mark.parametrize("how", ["call_off", "merge"])
def test_who_gives_a_room_back_holds_it_first(how):
    """What a taking has and the taking itself are locked in either order, under the room only."""
    room, by = a_room(), UserFactory()
    session, other = SessionFactory.create_batch(
        2, activity=ActivityFactory(center=room.center), starts_at=at(10), ends_at=at(11)
    )
    changes.move(session, room=room, starts_at=at(10), ends_at=at(11), by=by)
    how_it_goes = {
        "call_off": partial(changes.call_off, session, reason="Rain", by=by),
        "merge": partial(merging.merge, session, other, reason="Few", by=by),
    }

    with while_held(Room.objects.filter(pk=room.pk), how_it_goes[how]):
        Taking.objects.select_for_update(nowait=True).get(pk=session.taking_id)
        list(Occupancy.objects.select_for_update(nowait=True).filter(taking=session.taking_id))

    session.refresh_from_db()
    assert session.canceled_at
    assert session.taking.released_at


def test_who_calls_off_frees_the_room_it_has_moved_to_meanwhile():
    room, by = a_room(), UserFactory()
    other = RoomFactory(floor=room.floor)
    session = SessionFactory(activity__center=room.center, starts_at=at(10), ends_at=at(11))
    to = {"starts_at": at(10), "ends_at": at(11), "by": by}
    changes.move(session, room=room, **to)

    call_off = partial(changes.call_off, session, reason="Rain", by=by)
    with while_held(Room.objects.filter(pk=room.pk), call_off):
        changes.move(session, room=other, **to)

    session.refresh_from_db()
    assert session.canceled_at
    assert not Occupancy.objects.filter(active=True).exists()


def test_who_moves_a_session_holds_nothing_while_waiting_for_the_new_room():
    room, by = a_room(), UserFactory()
    other = RoomFactory(floor=room.floor)
    session = SessionFactory(activity__center=room.center, starts_at=at(10), ends_at=at(11))
    to = {"starts_at": at(10), "ends_at": at(11), "by": by}
    changes.move(session, room=room, **to)

    with while_held(
        Room.objects.filter(pk=other.pk), partial(changes.move, session, room=other, **to)
    ) as answers:
        Taking.objects.select_for_update(nowait=True).get(pk=session.taking_id)

    assert answers == [None]
    session.refresh_from_db()
    assert session.room == other


def test_any_rounds_of_eight_at_once_end_without_a_deadlock(capsys):
    hall = a_room(by_approval=True, requests_block=False, frees_after_minutes=15)
    parts = [RoomFactory(floor=hall.floor, whole=hall, group_from=None) for _ in range(2)]
    other = RoomFactory(floor=hall.floor, by_approval=True, group_from=None, setup_minutes=30)
    people = PersonFactory.create_batch(6)
    activity = ActivityFactory(center=hall.center)
    house = House(hall, parts, other, activity, people, carer(*people))

    seen = house.walk(ROUNDS, seed="rooms")

    if os.environ.get("EXAMPLES"):
        with capsys.disabled():
            sys.stdout.write(f"\n{seen.total()} steps of {THREADS} at once: {dict(seen)}\n")
    known = {"done", "RoomTaken", "NothingThere", "room_taken", "over", "decided", "too_many"}
    assert {outcome for _, outcome in seen} - known - EXPECTED == set()
    if ROUNDS >= ENOUGH:
        assert {step for step, outcome in seen if outcome == "done"} == ALL_STEPS
    assert overlaps() == 0
    for booking in RoomBooking.objects.select_related("taking", "room"):
        assert _leaves_held(booking) == _leaves_due(booking)


EXPECTED = {"moved", "in_the_past", "called_off", "outside_hours", "off_the_grid"}
ALL_STEPS = {
    *("book", "change", "cancel", "accept", "decline", "teach", "move_a_session"),
    *("call_off", "close", "open_again", "free_unused"),
}


def _leaves_held(booking):
    if booking.taking is None:
        return set()
    return set(booking.taking.occupancies.filter(active=True).values_list("room", flat=True))


def _leaves_due(booking):
    """A booked room holds all its parts; a request what it was allowed to; the rest nothing."""
    if booking.status == RoomBookingStatus.CONFIRMED:
        return {leaf.pk for leaf in takings.leaves_of(booking.room)}
    if booking.status == RoomBookingStatus.REQUESTED and booking.taking:
        return {leaf.pk for leaf in takings.leaves_of(booking.room)}
    return set()
