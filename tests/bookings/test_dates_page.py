"""Twelve weeks of evenings, from the form through the preview to the dates."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from activities.models import BookingMode, Session, WishedTime
from bookings.counting import drifts
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
)
from venues import takings
from venues.models import Occupancy, TakingKind

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def evenings(**given):
    return {
        "weekdays": ["2", "4", "6"],
        "starts_at": "19:00",
        "ends_at": "20:30",
        "first_day": (TODAY + timedelta(days=1)).isoformat(),
        "weeks": "12",
        "rhythm": "1",
        "capacity": "20",
    } | given


def address(activity):
    return f"/admin/dates/{activity.pk}/"


def save(desk, activity, given, *, only=None):
    """Look at the preview, then save all of it or some of its days."""
    context = desk.post(address(activity), given | {"preview": "1"}).context
    days = [str(row.day) for row, is_ticked in context["rows"] if is_ticked]
    chosen = days if only is None else only(days)
    ticked = {"save": "1", "seen": context["seen"], "date": chosen}
    return desk.post(address(activity), given | ticked)


def at(day, hour):
    return timezone.make_aware(timezone.datetime.combine(day, time(hour)))


def test_the_preview_saves_nothing(desk, center):
    activity = ActivityFactory(center=center)

    page = desk.post(address(activity), evenings() | {"preview": "1"})

    assert page.status_code == 200
    assert "36 dates can be made" in words(page)
    assert not Session.objects.exists()


def test_twelve_weeks_of_evenings_are_made_with_their_room(desk, center):
    activity = ActivityFactory(center=center)
    room = RoomFactory(floor__center=center)

    answer = save(desk, activity, evenings(room=room.pk))

    assert answer.status_code == 302
    assert Session.objects.filter(activity=activity, capacity=20).count() == 36
    assert Occupancy.objects.filter(room=room, active=True).count() == 36
    assert "36 dates have been made." in words(desk.get(answer.url))


def test_single_dates_can_be_unticked(desk, center):
    activity = ActivityFactory(center=center)

    save(desk, activity, evenings(), only=lambda days: days[2:4])

    assert Session.objects.count() == 2


def test_what_clashes_is_marked_and_left_out(desk, center):
    activity, room = ActivityFactory(center=center), RoomFactory(floor__center=center)
    first = next(d for d in (TODAY + timedelta(days=n) for n in range(1, 8)) if d.isoweekday() == 2)
    takings.take(room, at(first, 20), at(first, 21), kind=TakingKind.ROOM_BOOKING, label="Choir")

    page = desk.post(address(activity), evenings(room=room.pk) | {"preview": "1"})
    save(desk, activity, evenings(room=room.pk))

    assert "“Choir” 20:00–21:00" in words(page)
    assert Session.objects.count() == 35


def test_a_clash_between_preview_and_save_makes_nothing_and_keeps_the_form(desk, center):
    activity, room = ActivityFactory(center=center), RoomFactory(floor__center=center)
    given = evenings(room=room.pk, topic="Ink")
    context = desk.post(address(activity), given | {"preview": "1"}).context
    days = [row.day for row, _ticked in context["rows"]]
    takings.take(
        room, at(days[5], 19), at(days[5], 20), kind=TakingKind.ROOM_BOOKING, label="Choir"
    )

    ticked = {"save": "1", "seen": context["seen"], "date": [str(day) for day in days]}
    answer = desk.post(address(activity), given | ticked)

    assert answer.status_code == 422
    assert "Nothing was made yet." in words(answer)
    assert "Choir" in words(answer)
    assert 'value="Ink"' in words(answer)
    assert not Session.objects.exists()


def test_a_form_that_changed_after_the_preview_is_shown_again_first(desk, center):
    activity = ActivityFactory(center=center)
    context = desk.post(address(activity), evenings() | {"preview": "1"}).context
    ticked = {"save": "1", "seen": context["seen"], "date": [str(TODAY + timedelta(days=2))]}

    answer = desk.post(address(activity), evenings(starts_at="18:00") | ticked)

    assert answer.status_code == 422
    assert not Session.objects.exists()


def test_a_leader_who_is_busy_by_now_is_refused(desk, center):
    activity, leader = ActivityFactory(center=center), PersonFactory()
    given = evenings(leader=leader.pk)
    context = desk.post(address(activity), given | {"preview": "1"}).context
    days = [row.day for row, _ticked in context["rows"]]
    SessionFactory(leader=leader, starts_at=at(days[0], 19), ends_at=at(days[0], 20))

    ticked = {"save": "1", "seen": context["seen"], "date": [str(day) for day in days]}
    answer = desk.post(address(activity), given | ticked)

    assert answer.status_code == 422
    assert "The leader already has a session at that time." in words(answer)
    assert Session.objects.filter(activity=activity).count() == 0


def test_whoever_booked_the_course_is_in_its_new_dates(desk, center):
    activity = ActivityFactory(center=center, booking_mode=BookingMode.COURSE)
    SessionFactory(activity=activity)
    book_for(PersonFactory(), activity=activity)

    save(desk, activity, evenings(weeks="1"))

    assert [s.places_taken for s in activity.sessions.order_by("pk")] == [1, 1, 1, 1]
    assert drifts() == []


def test_the_form_starts_like_the_last_date(desk, center):
    room = RoomFactory(floor__center=center)
    activity = ActivityFactory(center=center)
    save(desk, activity, evenings(room=room.pk, weeks="1"))

    form = desk.get(address(activity)).context["form"]

    assert (form["starts_at"].value(), form["room"].value()) == (time(19), room.pk)
    assert form["capacity"].value() == 20


def test_wrong_input_says_why_and_keeps_the_rest(desk, center):
    activity = ActivityFactory(center=center)

    answer = desk.post(address(activity), evenings(ends_at="18:00", topic="Ink"))

    assert answer.status_code == 422
    assert "The end must be after the start." in words(answer)
    assert 'value="Ink"' in words(answer)


def test_dates_of_another_center_are_not_there(desk):
    assert desk.get(address(ActivityFactory())).status_code == 404


def test_who_looks_on_makes_no_dates(center):
    desk = at_the_desk(district_office(center.district))

    assert desk.get(address(ActivityFactory(center=center))).status_code == 404


def test_the_form_begins_with_the_time_that_its_partner_has_wished_for(desk, center):
    activity = ActivityFactory(center=center)
    room = RoomFactory(floor__center=center)
    day = TODAY + timedelta(days=9)
    wish = WishedTime.objects.create(
        activity=activity, first_day=day, weeks=6, starts_at=time(15), ends_at=time(16),
        room=room, people=12,
    )  # fmt: skip

    wished = desk.get(f"{address(activity)}?wish={wish.pk}").context["form"].initial

    assert wished["weekdays"] == [day.isoweekday()]
    assert (wished["first_day"], wished["weeks"], wished["room"]) == (day, 6, room)
    assert (wished["starts_at"], wished["capacity"]) == (time(15), 12)


@pytest.mark.parametrize("number", ["0", "x", "²"])
def test_a_wish_that_is_none_is_left_out(desk, center, number):
    page = desk.get(f"{address(ActivityFactory(center=center))}?wish={number}")

    assert page.context["form"].initial["weeks"] == 12


def test_the_page_of_a_posting_shows_what_is_free_at_the_times_wished_for(desk, center):
    activity = ActivityFactory(center=center, status="submitted")
    room = RoomFactory(floor__center=center)
    wish = WishedTime.objects.create(
        activity=activity, first_day=TODAY + timedelta(days=9), weeks=2,
        starts_at=time(15), ends_at=time(16), room=room,
    )  # fmt: skip

    page = words(desk.get(f"/admin/activities/activity/{activity.pk}/change/"))

    assert "free on 0 of 2 dates" in page
    assert f"/admin/dates/{activity.pk}/?wish={wish.pk}" in page
