"""Rooms, their parts and their buffers against half hours that are ticked off on paper."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bookings import rooms
from bookings.models import BookingChannel, RoomBooking
from bookings.rules import BookingRefused
from tests.bookings.booking import carer
from tests.bookings.test_rooms import a_room, a_wish, at
from tests.factories import PersonFactory, RoomFactory
from venues.free_times import FreeTimes
from venues.models import Taking

pytestmark = pytest.mark.django_db

HALF_AN_HOUR = timedelta(minutes=30)
# A hall of two parts, one of them divisible again, and a room beside: which leaves each has.
LEAVES = {
    "hall": {"front", "back", "right"},
    "left": {"front", "back"},
    "right": {"right"},
    "front": {"front"},
    "back": {"back"},
    "beside": {"beside"},
}

halves = st.integers(0, 3)
buffers = st.fixed_dictionaries({name: st.tuples(halves, halves) for name in LEAVES})
# Until ten in the evening at most, when the house closes.
wish = st.tuples(st.sampled_from(sorted(LEAVES)), st.integers(18, 38), st.integers(1, 6))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("book"), wish),
        st.tuples(st.just("change"), st.tuples(st.integers(0, 9), wish)),
        st.tuples(st.just("cancel"), st.integers(0, 9)),
    ),
    min_size=4,
    max_size=10,
)


class OnPaper:
    """Which half hours of which leaves each booking has ticked off, buffers included."""

    def __init__(self, buffers):
        self.buffers, self.ticks = buffers, {}

    def wanted(self, name, start, length):
        before, after = self.buffers[name]
        span = range(start - before, start + length + after)
        return {(leaf, half) for leaf in LEAVES[name] for half in span}

    def is_free(self, ticks, besides=None):
        others = [had for each, had in self.ticks.items() if each != besides]
        return all(ticks.isdisjoint(had) for had in others)


@pytest.fixture
def house():
    """By the database; buffers are set anew for each example."""
    hall = a_room(longest_minutes=999, step_minutes=30)
    more = {"floor": hall.floor, "group_from": None, "longest_minutes": 999, "per_month": None}
    left, right = (RoomFactory(whole=hall, **more) for _ in range(2))
    front, back = (RoomFactory(whole=left, **more) for _ in range(2))
    known = {"hall": hall, "left": left, "right": right, "front": front, "back": back}
    return known | {"beside": RoomFactory(**more)}, carer(PersonFactory())


def test_what_is_free_is_what_nobody_ticked_off(house):
    known, by = house

    @settings(max_examples=15, deadline=None, phases=[Phase.generate])
    @given(buffers, steps)
    def anything_in_any_order(buffers, steps):
        RoomBooking.objects.all().delete()
        Taking.objects.all().delete()
        for name, (before, after) in buffers.items():
            room = known[name]
            room.setup_minutes, room.cleanup_minutes = 30 * before, 30 * after
            room.save(update_fields=["setup_minutes", "cleanup_minutes"])
        walk(known, by, OnPaper(buffers), steps)

    anything_in_any_order()


def walk(known, by, paper, steps):
    made = []
    for what, given_to in steps:
        if what == "book":
            name, start, length = given_to
            ticks = paper.wanted(name, start, length)
            assert fits(known, given_to) == paper.is_free(ticks)
            booking = done(rooms.ask_for, desk_wish(known, by, given_to))
            assert bool(booking) == paper.is_free(ticks)
            if booking:
                made.append(booking)
                paper.ticks[booking] = ticks
        elif made and what == "change":
            number, (name, start, length) = given_to
            booking, ticks = made[number % len(made)], paper.wanted(name, start, length)
            span = {"starts_at": half(start), "ends_at": half(start + length)}
            moved = done(rooms.change, booking, room=known[name], **span)
            assert bool(moved) == paper.is_free(ticks, besides=booking)
            if moved:
                paper.ticks[booking] = ticks
        elif made:
            booking = made.pop(given_to % len(made))
            rooms.cancel(booking, by=booking.booked_by)
            del paper.ticks[booking]


def half(number):
    return at(0) + number * HALF_AN_HOUR


def fits(known, given_to):
    name, start, length = given_to
    room = known[name]
    return FreeTimes([room], timezone.localdate(at(0))).fits(
        room, half(start), half(start + length)
    )


def desk_wish(known, by, given_to):
    name, start, length = given_to
    span = half(start), half(start + length)
    return a_wish(known[name], *span, person=PersonFactory(), by=by, channel=BookingChannel.DESK)


def done(call, *args, **more):
    try:
        return call(*args, **more)
    except BookingRefused as no:
        if no.reason.code != "room_taken":
            raise
        return None
