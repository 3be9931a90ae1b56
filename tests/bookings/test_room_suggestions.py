from datetime import time, timedelta

import pytest

from bookings.room_suggestions import first_free, soonest, suggestions
from tests.bookings.test_rooms import a_room, at, book
from tests.factories import RoomFactory
from venues.models import OpeningHours

pytestmark = pytest.mark.django_db

NOW = at(0, days=0)


def nearby(room, *rooms, start=10, end=11, people=4):
    found = suggestions(
        room,
        starts_at=at(start),
        ends_at=at(end),
        headcount=people,
        rooms=[room, *rooms],
        at=NOW,
    )
    return [(each.room, each.starts_at, each.ends_at) for each in found]


def test_the_nearest_free_time_that_day_and_the_next_day_are_suggested():
    room = a_room()
    book(room, 10, 11)

    assert nearby(room) == [(room, at(9), at(10)), (room, at(10, days=6), at(11, days=6))]


def test_the_smallest_other_room_that_fits_is_suggested():
    room = a_room(capacity=30)
    small, large = [RoomFactory(floor=room.floor, capacity=n) for n in (4, 40)]
    book(room, 10, 11)

    assert (small, at(10), at(11)) in nearby(room, large, small)
    assert (large, at(10), at(11)) in nearby(room, large, small, people=5)


def test_a_room_that_is_taken_too_is_no_suggestion():
    room = a_room()
    other = RoomFactory(floor=room.floor, group_from=None)
    book(room, 10, 11)
    book(other, 10, 11)

    assert other not in {found for found, _start, _end in nearby(room, other)}


def test_with_nothing_free_nothing_is_suggested():
    room = a_room(days_ahead=5)
    book(room, 8, 12)
    book(room, 12, 16)
    book(room, 16, 20)
    book(room, 20, 22)

    assert nearby(room) == []


def first(*rooms, people=4, minutes=60):
    found = first_free(
        rooms,
        headcount=people,
        minutes=minutes,
        first=at(0).date(),
        last=at(0).date() + timedelta(days=3),
        at=NOW,
    )
    return found and (found.room, found.starts_at, found.ends_at)


def test_the_first_free_time_is_in_whichever_room_fits_first():
    room = a_room(capacity=4)
    large = RoomFactory(floor=room.floor, capacity=40, group_from=None)
    book(room, 8, 9)

    assert first(room, large) == (large, at(8), at(9))
    assert first(room, large, people=41) is None


def test_what_is_too_long_for_every_gap_is_had_on_a_later_day():
    room = a_room(longest_minutes=900)
    OpeningHours.objects.filter(center=room.center).update(closes_at="12:00")
    book(room, 9, 10)

    assert first(room, minutes=180) == (room, at(8, days=6), at(11, days=6))


def test_of_each_room_the_soonest_time_that_its_rules_allow_in_that_part_of_the_day():
    room = a_room(capacity=4)
    group = RoomFactory(floor=room.floor, capacity=40, group_from=4, group_days=7)
    partner = RoomFactory(floor=room.floor, capacity=40, group_from=None, longest_minutes=30)
    book(room, 18, 20)

    found = soonest(
        [partner, group, room],
        headcount=4,
        minutes=60,
        first=at(0).date(),
        last=at(0, days=9).date(),
        at=NOW,
        clock=(time(18), time.max),
    )

    assert [(each.room, each.starts_at) for each in found] == [
        (room, at(20)),
        (group, at(18, days=7)),
    ]
