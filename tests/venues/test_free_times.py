from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import CenterFactory, FloorFactory, RoomFactory
from venues import takings
from venues.free_times import FreeTimes, Stretch, _without
from venues.models import OpeningHours, TakingKind

pytestmark = pytest.mark.django_db

# A Tuesday.
DAY = date(2026, 12, 1)


def at(hour, minute=0, day=DAY):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@pytest.fixture
def center():
    center = CenterFactory()
    OpeningHours.objects.create(center=center, weekday=2, opens_at=time(9), closes_at=time(21))
    return center


@pytest.fixture
def room(center):
    return RoomFactory(floor=FloorFactory(center=center))


def take(room, first, last, kind=TakingKind.SESSION):
    return takings.take(room, at(first), at(last), kind=kind)


def spans(room):
    return [
        (timezone.localtime(a).hour, timezone.localtime(b).hour)
        for a, b in FreeTimes([room], DAY).free_spans(room, DAY)
    ]


def test_a_room_is_free_in_its_hours_less_what_takes_it(room):
    take(room, 10, 12)
    take(room, 14, 15)

    assert spans(room) == [(9, 10), (12, 14), (15, 21)]


def test_what_was_given_back_is_free(room):
    takings.free(take(room, 10, 12))

    assert spans(room) == [(9, 21)]


def test_a_hall_is_taken_by_its_parts_and_a_part_by_the_hall(room):
    left, right = [RoomFactory(floor=room.floor, whole=room) for _ in range(2)]
    take(left, 10, 11)
    take(room, 15, 16)

    assert spans(room) == [(9, 10), (11, 15), (16, 21)]
    assert spans(right) == [(9, 15), (16, 21)]


def test_a_room_with_hours_of_its_own_keeps_only_those(room, center):
    OpeningHours.objects.create(
        center=center, room=room, weekday=2, opens_at=time(18), closes_at=time(20)
    )

    assert spans(room) == [(18, 20)]


def test_on_a_day_without_hours_nothing_is_free(room):
    wednesday = DAY + timedelta(days=1)
    times = FreeTimes([room], wednesday)

    assert times.free_spans(room, wednesday) == []
    assert times.stretches(room, wednesday) == []


def test_the_day_is_cut_where_the_state_changes(room):
    mine = take(room, 10, 12)
    take(room, 12, 13)
    take(room, 13, 14)
    take(room, 16, 18, kind=TakingKind.CLOSURE)

    cut = FreeTimes([room], DAY).stretches(room, DAY, mine=[mine.pk])

    assert cut == [
        Stretch(at(9), at(10), "free"),
        Stretch(at(10), at(12), "mine"),
        Stretch(at(12), at(14), "taken"),
        Stretch(at(14), at(16), "free"),
        Stretch(at(16), at(18), "shut"),
        Stretch(at(18), at(21), "free"),
    ]


def test_a_room_that_opens_later_than_the_house_is_shut_until_then(room, center):
    late = RoomFactory(floor=room.floor)
    OpeningHours.objects.create(
        center=center, room=late, weekday=2, opens_at=time(12), closes_at=time(21)
    )

    cut = FreeTimes([room, late], DAY).stretches(late, DAY)

    assert [(each.kind, timezone.localtime(each.starts_at).hour) for each in cut] == [
        ("shut", 9),
        ("free", 12),
    ]


@pytest.mark.parametrize(
    ("start", "end", "does"),
    [
        (9, 10, True),
        (8, 10, False),
        (12, 13, True),
        (13, 15, False),
        (19, 21, True),
        (20, 22, False),
    ],
)
def test_a_time_fits_where_the_room_is_open_and_free(room, start, end, does):
    take(room, 14, 15)

    assert FreeTimes([room], DAY).fits(room, at(start), at(end)) is does


def test_getting_ready_and_tidying_up_have_to_be_free_too(room):
    room.setup_minutes, room.cleanup_minutes = 30, 15
    take(room, 12, 13)
    times = FreeTimes([room], DAY)

    assert not times.fits(room, at(13), at(14))
    assert times.fits(room, at(13, 30), at(14))
    assert not times.fits(room, at(11), at(12))
    assert times.fits(room, at(11), at(11, 45))


def test_starts_are_on_the_grid_of_the_room(room):
    room.step_minutes = 60
    take(room, 10, 19)

    starts = FreeTimes([room], DAY).starts(room, DAY, timedelta(hours=1), after=at(0))

    assert starts == [at(9), at(19), at(20)]


def test_what_has_passed_is_no_start(room):
    starts = FreeTimes([room], DAY).starts(room, DAY, timedelta(hours=1), after=at(19))

    assert starts == [at(19, 30), at(20)]


@pytest.mark.parametrize("number", [1, 12])
def test_many_rooms_cost_no_more_than_one(room, number, django_assert_num_queries):
    rooms = [room] + [RoomFactory(floor=room.floor) for _ in range(number - 1)]
    for each in rooms:
        take(each, 10, 11)

    # Parts, hours, exceptions, holidays, occupancies.
    with django_assert_num_queries(5):
        times = FreeTimes(rooms, DAY)
        assert all(times.fits(each, at(9), at(10)) for each in rooms)


hours = st.integers(0, 47)
stretches = st.tuples(hours, hours).filter(lambda ends: ends[0] < ends[1])


@given(stretches, st.lists(stretches, max_size=6))
def test_what_is_left_is_what_nothing_covers(span, busy):
    left = _without(span, sorted(busy))

    covered = {half for start, end in busy for half in range(start, end)}
    expected = [half for half in range(*span) if half not in covered]
    assert [half for start, end in left for half in range(start, end)] == expected
    assert all(start < end for start, end in left)
