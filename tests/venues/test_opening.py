from datetime import date, datetime, time

import pytest
from django.utils import timezone

from tests.factories import CenterFactory, FloorFactory, RoomFactory
from venues import opening
from venues.models import CalendarDay, CalendarDayKind, Closure, OpeningHours

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 24)


def at(hour, minute=0, day=TUESDAY):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@pytest.fixture
def center():
    """Open on Tuesdays, with a break at noon."""
    center = CenterFactory()
    for opens, closes in ((8, 12), (14, 21)):
        hours = {"opens_at": time(opens), "closes_at": time(closes)}
        OpeningHours.objects.create(center=center, weekday=2, **hours)
    return center


def day_of(center, day=TUESDAY):
    return opening.of_center(center, day).day(day)


@pytest.mark.parametrize(
    ("moment", "closes", "opens_next"),
    [
        (at(7, 59), None, time(8)),
        (at(8), time(12), time(14)),
        (at(12), None, time(14)),
        (at(20, 59), time(21), None),
        (at(21), None, None),
    ],
)
def test_is_open_from_the_first_minute_until_before_the_last(center, moment, closes, opens_next):
    day = day_of(center)

    hours = day.hours_at(moment)

    assert (hours and hours.closes_at) == closes
    assert day.opens_next(moment) == opens_next


def test_a_day_without_hours_is_a_day_off(center):
    wednesday = date(2026, 11, 25)

    assert day_of(center, wednesday).hours == []


def test_a_closure_shuts_the_center_while_it_lasts(center):
    Closure.objects.create(center=center, starts_at=at(15), ends_at=at(16), reason="Fire drill")

    day = day_of(center)

    assert day.hours_at(at(15)) is None
    assert day.closure_at(at(15)).reason == "Fire drill"
    assert day.hours_at(at(16)).closes_at == time(21)


def test_a_closure_of_one_room_does_not_shut_the_center(center):
    room = RoomFactory(floor=FloorFactory(center=center))
    Closure.objects.create(
        center=center, room=room, starts_at=at(15), ends_at=at(16), reason="Painting"
    )

    assert day_of(center).hours_at(at(15)) is not None


def test_a_holiday_is_said_and_a_year_that_nobody_knows_too(center):
    CalendarDay.objects.create(date=TUESDAY, kind=CalendarDayKind.HOLIDAY, name="Neighbors' day")

    known = opening.of_center(center, TUESDAY)

    assert known.day(TUESDAY).holiday == "Neighbors' day"
    assert [day.name for day in known.coming_holidays] == ["Neighbors' day"]
    assert known.unknown_year == 2027


def test_a_year_that_was_published_is_not_called_unknown(center):
    CalendarDay.objects.create(date=date(2027, 1, 1), kind=CalendarDayKind.HOLIDAY, name="New Year")

    assert opening.of_center(center, TUESDAY).unknown_year is None


def test_days_that_are_alike_stand_together(center):
    for weekday in (3, 4):
        for row in center.opening_hours.filter(weekday=2):
            row.pk, row.weekday = None, weekday
            row.save()

    week = opening.of_center(center, TUESDAY).week

    long_day = [(time(8), time(12)), (time(14), time(21))]
    assert week == [(1, 1, []), (2, 4, long_day), (5, 7, [])]


def test_a_room_may_keep_hours_of_its_own(center):
    canteen = RoomFactory(floor=FloorFactory(center=center))
    lunch = {"opens_at": time(11, 30), "closes_at": time(13)}
    OpeningHours.objects.create(center=center, room=canteen, weekday=2, **lunch)

    known = opening.of_center(center, TUESDAY)

    assert known.of_rooms == [
        (canteen, [(1, 1, []), (2, 2, [(time(11, 30), time(13))]), (3, 7, [])])
    ]
    assert len(known.day(TUESDAY).hours) == 2


def test_everything_is_read_at_once(center, django_assert_num_queries):
    with django_assert_num_queries(4):
        known = opening.of_center(center, TUESDAY)
        _ = known.week, known.of_rooms, known.day(TUESDAY), known.unknown_year
