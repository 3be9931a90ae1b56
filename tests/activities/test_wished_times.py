"""What is free at the times a partner wishes for."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from activities import posting, wished_times
from activities.models import Activity, Status, WishedTime
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    FloorFactory,
    PartnerMemberFactory,
    RoomFactory,
)
from venues import takings
from venues.models import OpeningHours, TakingKind

pytestmark = pytest.mark.django_db

FIRST = timezone.localdate() + timedelta(days=10)


@pytest.fixture
def center():
    center = CenterFactory()
    for weekday in range(1, 8):
        OpeningHours.objects.create(
            center=center, weekday=weekday, opens_at=time(8), closes_at=time(22)
        )
    return center


@pytest.fixture
def floor(center):
    return FloorFactory(center=center)


def wish(**fields):
    return WishedTime(
        **{"first_day": FIRST, "weeks": 1, "starts_at": time(19), "ends_at": time(20)} | fields
    )


def take(room, day):
    span = [timezone.make_aware(datetime.combine(day, time(hour))) for hour in (19, 20)]
    takings.take(room, *span, kind=TakingKind.ROOM_BOOKING, label="Tea")


def test_a_room_is_free_on_all_dates_or_says_on_which_it_is_not(center, floor):
    room = RoomFactory(floor=floor)
    take(room, FIRST + timedelta(weeks=1))

    [once, thrice] = wished_times.chances([wish(room=room), wish(room=room, weeks=3)], center)

    assert (once.room, once.taken, once.free) == (room, [], 1)
    assert (thrice.taken, thrice.free) == ([FIRST + timedelta(weeks=1)], 2)


def test_any_room_is_the_smallest_that_holds_all_and_is_free_most(center, floor):
    _small, right, _large = (RoomFactory(floor=floor, capacity=n) for n in (5, 20, 80))
    busy = RoomFactory(floor=floor, capacity=15)
    take(busy, FIRST)

    [chance] = wished_times.chances([wish(people=12)], center)

    assert (chance.room, chance.taken) == (right, [])


def test_a_room_that_is_taken_names_a_better_one(center, floor):
    wished, other = RoomFactory(floor=floor), RoomFactory(floor=floor)
    take(wished, FIRST)

    [chance] = wished_times.chances([wish(room=wished)], center)

    assert (chance.taken, chance.other) == ([FIRST], other)


def test_nothing_holds_so_many(center, floor):
    RoomFactory(floor=floor, capacity=5)

    [chance] = wished_times.chances([wish(people=12)], center)

    assert (chance.room, chance.free) == (None, 0)


def test_outside_the_hours_nothing_is_free(center, floor):
    RoomFactory(floor=floor)

    [chance] = wished_times.chances([wish(starts_at=time(22), ends_at=time(23))], center)

    assert chance.free == 0


def test_looking_takes_as_many_statements_for_three_as_for_one(
    center, floor, django_assert_num_queries
):
    RoomFactory.create_batch(3, floor=floor)
    for wishes in ([wish()], [wish(), wish(weeks=8), wish(people=9)]):
        with django_assert_num_queries(6):
            wished_times.chances(wishes, center)


def test_wishes_are_kept_with_the_draft_and_are_a_version_of_it(center):
    member = PartnerMemberFactory()
    draft = Activity(partner=member.partner, center=center, category=CategoryFactory(), title="Tea")
    draft = posting.save_draft(draft, by=member.user, wishes=[wish()])
    same = posting.save_draft(draft, by=member.user, wishes=[wish()], version=1)
    assert same.text_version == 1

    other = posting.save_draft(draft, by=member.user, wishes=[wish(weeks=2), wish()], version=1)

    assert other.text_version == 2
    assert [each.weeks for each in draft.wished_times.all()] == [2, 1]
    posting.save_draft(draft, by=member.user)
    assert draft.wished_times.count() == 2


def test_whoever_wished_for_a_time_need_not_say_it_in_words(center):
    activity = ActivityFactory(center=center, status=Status.DRAFT, description="Tea", wish="")
    wished_times.replace(activity, [wish()])

    posting.submit(activity, by=PartnerMemberFactory().user)

    assert activity.status == Status.SUBMITTED
