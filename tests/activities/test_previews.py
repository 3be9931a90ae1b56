from datetime import date, time, timedelta

import pytest
from django.utils import timezone, translation

from activities.known_days import known_days
from activities.previews import preview
from activities.services import add_sessions
from activities.timetable import Rule, plan
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
)
from venues import takings
from venues.models import CalendarDay, OpeningHours, TakingKind

pytestmark = pytest.mark.django_db

MONDAY = date(2028, 3, 6)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def mondays(weeks=3, starts_at=time(19), ends_at=time(20, 30), **more):
    """A plan of Monday evenings from 6 March 2028 on."""
    last_day = MONDAY + timedelta(weeks=weeks - 1)
    rule = Rule(MONDAY, last_day, starts_at, ends_at, frozenset({1}), **more)
    return plan(rule, known_days())


def at(day, hour, minute=0):
    return timezone.make_aware(timezone.datetime.combine(day, time(hour, minute)))


def known_year():
    CalendarDay.objects.create(date=date(2028, 1, 1), kind="holiday", name="New Year")


def test_ordinary_dates_have_nothing_to_say():
    known_year()

    rows = preview(ActivityFactory(), mondays())

    assert [(row.day, row.marks, row.obstacle) for row in rows] == [
        (MONDAY + timedelta(weeks=n), (), "") for n in range(3)
    ]


def test_a_holiday_is_named_whether_it_is_skipped_or_not():
    CalendarDay.objects.create(date=MONDAY, kind="holiday", name="Spring Festival")

    [kept] = preview(ActivityFactory(), mondays(weeks=1))[:1]
    skipped = preview(ActivityFactory(), mondays(weeks=2, skip_holidays=True))[0]

    assert (kept.marks, kept.can_be_made) == (("Spring Festival",), True)
    assert (skipped.left_out, skipped.can_be_made) == ("Left out: Spring Festival", False)


def test_a_make_up_workday_is_marked():
    CalendarDay.objects.create(date=MONDAY, kind="makeup_workday")

    assert preview(ActivityFactory(), mondays(weeks=1))[0].marks == ("make-up workday",)


def test_a_year_nobody_has_announced_is_said_to_be_unknown():
    rows = preview(ActivityFactory(), mondays(weeks=1))

    assert rows[0].marks == ("holidays not announced yet",)


def test_a_room_in_use_says_by_what():
    known_year()
    room = RoomFactory(name="Studio")
    span = (at(MONDAY, 20), at(MONDAY, 21))
    takings.take(room, *span, kind=TakingKind.ROOM_BOOKING, label="Choir")

    first, *others = preview(ActivityFactory(), mondays(), room=room)

    assert first.obstacle == "Studio is taken: “Choir” 20:00–21:00"
    assert [row.can_be_made for row in others] == [True, True]


def test_a_part_of_a_hall_in_use_takes_the_whole_hall():
    hall = RoomFactory()
    part = RoomFactory(whole=hall, floor=hall.floor)
    takings.take(part, at(MONDAY, 19), at(MONDAY, 20), kind=TakingKind.ROOM_BOOKING, label="Choir")

    assert "Choir" in preview(ActivityFactory(), mondays(), room=hall)[0].obstacle


def test_a_leader_is_in_one_place():
    leader = PersonFactory(name="Ms Shen")
    SessionFactory(
        leader=leader,
        activity=ActivityFactory(title="Tai chi"),
        starts_at=at(MONDAY, 20),
        ends_at=at(MONDAY, 22),
    )

    row = preview(ActivityFactory(), mondays(), leader=leader)[0]

    assert row.obstacle == "Ms Shen leads “Tai chi” then"


def test_the_same_date_is_not_made_twice():
    activity = ActivityFactory()
    room = RoomFactory()
    add_sessions(activity, [(at(MONDAY, 19), at(MONDAY, 20))], capacity=5, room=room)

    row = preview(activity, mondays(), room=room)[0]

    assert row.obstacle == "this activity already has a date then"


@pytest.mark.parametrize(
    ("closes_at", "marks"), [(time(21), ()), (time(20), ("outside opening hours",))]
)
def test_dates_outside_opening_hours_are_marked(closes_at, marks):
    known_year()
    room = RoomFactory()
    OpeningHours.objects.create(
        center=room.center, weekday=1, opens_at=time(9), closes_at=closes_at
    )

    row = preview(ActivityFactory(center=room.center), mondays(), room=room)[0]

    assert (row.marks, row.can_be_made) == (marks, True)


def test_a_room_with_hours_of_its_own_goes_by_them():
    known_year()
    room = RoomFactory()
    hours = {"center": room.center, "weekday": 1, "opens_at": time(9)}
    OpeningHours.objects.create(**hours, closes_at=time(18))
    OpeningHours.objects.create(**hours, closes_at=time(22), room=room)

    row = preview(ActivityFactory(center=room.center), mondays(), room=room)[0]

    assert row.marks == ()


def test_a_year_of_dates_costs_as_many_statements_as_one(django_assert_num_queries):
    room, leader = RoomFactory(), PersonFactory()
    activity = ActivityFactory(center=CenterFactory())

    for weeks in (1, 52):
        plan_of_it = mondays(weeks=weeks)
        with django_assert_num_queries(6):
            preview(activity, plan_of_it, room=room, leader=leader)
