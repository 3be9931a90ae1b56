"""How much rooms are used, held against minutes ticked off on paper."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from activities.timetable import ZONE
from bookings import rooms as room_bookings
from bookings.models import BookingChannel, RoomBooking, RoomBookingStatus
from bookings.room_use import Who, rooms_of, use_of
from bookings.use_periods import Period, PeriodKind
from tests.factories import (
    CenterFactory,
    FloorFactory,
    PartnerFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
    UserFactory,
)
from venues import closures, takings
from venues.models import Closure, OpeningHours, TakingKind

pytestmark = pytest.mark.django_db

# A Monday, long past: what is over does not change any more.
MONDAY = date(2026, 9, 7)
WEEK = Period.around(PeriodKind.WEEK, MONDAY)


def at(day, hour, minute=0):
    return datetime.combine(MONDAY, time(), tzinfo=ZONE) + timedelta(
        days=day, hours=hour, minutes=minute
    )


def open_on(center, *spans, room=None, weekdays=range(1, 8)):
    for weekday in weekdays:
        for opens, closes in spans:
            OpeningHours.objects.create(
                center=center,
                room=room,
                weekday=weekday,
                opens_at=time(opens),
                closes_at=time(closes),
            )


@pytest.fixture
def room():
    center = CenterFactory()
    open_on(center, (10, 20))
    return RoomFactory(floor=FloorFactory(center=center), name="Studio")


def take(room, day, start, end, kind=TakingKind.SESSION):
    return takings.take(room, at(day, start), at(day, end), kind=kind)


def a_booking(room, day, start, end, **more):
    taking = take(room, day, start, end, TakingKind.ROOM_BOOKING)
    return RoomBooking.objects.create(
        room=room, taking=taking, starts_at=taking.starts_at, ends_at=taking.ends_at,
        booked_by=UserFactory(), headcount=5, purpose="Reading", request_key=f"{day}{start}",
        status=RoomBookingStatus.CONFIRMED, **more,
    )  # fmt: skip


def test_use_is_booked_hours_over_open_hours(room):
    take(room, 0, 10, 17)
    take(room, 1, 18, 22)
    take(room, 7, 10, 20)

    use = use_of(room.center, WEEK)

    assert (use.total.booked, use.total.open, use.total.percent) == (9, 70, 13)
    assert use.buckets[MONDAY].booked == 7
    assert use.buckets[MONDAY + timedelta(days=1)].booked == 2
    assert use.heat[1, 16].booked == 1
    assert use.heat[1, 17].booked == 0
    assert use.heat[1, 17].open == 1
    assert (2, 21) not in use.heat


def test_what_was_given_back_is_no_use_and_what_is_closed_is_not_open(room):
    takings.free(take(room, 0, 10, 12))
    booking = a_booking(room, 1, 10, 12, person=PersonFactory())
    room_bookings.cancel(booking, by=booking.booked_by, at=at(0, 9))
    shut = {"starts_at": at(2, 0), "ends_at": at(4, 12), "reason": "Paint"}
    closures.shut(Closure(center=room.center, room=room, **shut))

    use = use_of(room.center, WEEK)

    assert (use.total.booked, use.total.open) == (0, 70 - 22)
    assert use.heat[3, 10].open == 0
    assert [each.times for each in use.by_whom] == [0, 0, 0, 0]


def test_a_hall_is_the_rooms_it_is_made_of(room):
    hall = RoomFactory(floor=room.floor, name="Hall")
    parts = [RoomFactory(floor=room.floor, whole=hall, name=name) for name in ("Left", "Right")]
    take(hall, 0, 10, 12)
    take(parts[0], 0, 12, 13)

    use = use_of(room.center, WEEK)

    assert [each.name for each in rooms_of(room.center)] == ["Studio", "Left", "Right"]
    assert [use.rooms[part.pk].booked for part in parts] == [3, 2]
    assert use.total.open == 3 * 70
    assert use.by_whom[0].times == 2


def test_a_room_counts_while_it_is_in_use(room):
    room.opened_on, room.retired_on = MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)
    room.save()

    assert use_of(room.center, WEEK).total.open == 20


def test_who_uses_what_with_how_many_people(room):
    session = take(room, 0, 10, 13)
    SessionFactory(
        taking=session, starts_at=session.starts_at, ends_at=session.ends_at, outside_place="",
        activity__center=room.center, capacity=30, places_taken=25,
    )  # fmt: skip
    a_booking(room, 1, 10, 12, person=PersonFactory())
    a_booking(room, 2, 10, 11, partner=PartnerFactory(), channel=BookingChannel.DESK)
    take(room, 3, 10, 12, TakingKind.STANDING_SLOT)
    take(room, 4, 10, 11, TakingKind.ROOM_BOOKING)

    found = {
        each.who: (each.hours, each.times, each.people)
        for each in use_of(room.center, WEEK).by_whom
    }

    assert found == {
        Who.CLASSES: (3, 1, 25),
        Who.RESIDENTS: (2, 1, 5),
        Who.PARTNERS: (3, 2, 5),
        Who.STAFF: (1, 1, 0),
    }


def test_the_year_before_is_the_same_time_of_the_year():
    assert WEEK.year_before.first == date(2025, 9, 8)
    assert Period.around(PeriodKind.MONTH, date(2028, 2, 29)).year_before.last == date(2027, 2, 28)
    assert len(Period.around(PeriodKind.YEAR, MONDAY).buckets) == 12
    assert Period.around(PeriodKind.MONTH, MONDAY).buckets[0] == date(2026, 8, 31)


@pytest.mark.parametrize("number", [1, 4])
@pytest.mark.parametrize("kind", PeriodKind)
def test_a_report_costs_the_same_for_many_rooms_and_days(
    room, number, kind, django_assert_num_queries
):
    for each in range(number):
        more = RoomFactory(floor=room.floor, name=f"Room {each}")
        take(more, each, 10, 12)

    with django_assert_num_queries(6):
        use_of(room.center, Period.around(kind, MONDAY))


def _apart(spans):
    """Hours of a center do not overlap; they may touch."""
    kept = []
    for start, length in sorted(spans):
        if not kept or sum(kept[-1]) <= start:
            kept.append((start, length))
    return kept


class Minutes(TestCase):
    """Hours that touch, a hall with parts, nights, and all of it given back now and then."""

    spans = st.lists(st.tuples(st.integers(0, 22), st.integers(1, 6)), min_size=1, max_size=3)
    uses = st.lists(
        st.tuples(
            st.integers(0, 2),  # which room
            st.integers(-60, 7 * 24 * 60),
            st.integers(1, 30 * 60),
            st.sampled_from(["session", "room_booking", "closure"]),
            st.booleans(),  # given back again
        ),
        max_size=8,
    )

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(spans, uses)
    def test_booked_and_open_hours_are_those_on_paper(self, spans, uses):
        center = CenterFactory()
        spans = _apart(spans)
        open_on(center, *((start, min(start + length, 23)) for start, length in spans))
        floor = FloorFactory(center=center)
        hall = RoomFactory(floor=floor)
        rooms = [hall, *(RoomFactory(floor=floor, whole=hall) for _ in range(2))]
        booked, closed = set(), set()
        for which, start, minutes, kind, given_back in uses:
            starts_at = at(0, 0, start)
            try:
                taking = takings.take(
                    rooms[which], starts_at, starts_at + timedelta(minutes=minutes), kind=kind
                )
            except takings.RoomTaken:
                continue
            if given_back:
                takings.free(taking)
                continue
            leaves = rooms[1:] if which == 0 else [rooms[which]]
            ticked = closed if kind == "closure" else booked
            ticked |= {(leaf.pk, n) for leaf in leaves for n in range(start, start + minutes)}
        opened = {
            (room.pk, day * 1440 + minute)
            for room in rooms[1:]
            for day in range(7)
            for start, length in spans
            for minute in range(start * 60, min(start + length, 23) * 60)
        }

        use = use_of(center, WEEK)

        assert round(use.total.booked * 60) == len(booked & opened)
        assert round(use.total.open * 60) == len(opened - closed)
        for room in rooms[1:]:
            mine = {minute for pk, minute in booked & opened if pk == room.pk}
            assert round(use.rooms[room.pk].booked * 60) == len(mine)
        for (weekday, hour), cell in use.heat.items():
            there = {
                (pk, minute)
                for pk, minute in booked & opened
                if (minute // 1440 + 1, minute % 1440 // 60) == (weekday, hour)
            }
            assert round(cell.booked * 60) == len(there)
        assert round(sum(each.booked for each in use.heat.values()) * 60) == len(booked & opened)
        assert round(sum(each.open for each in use.heat.values()) * 60) == len(opened - closed)
