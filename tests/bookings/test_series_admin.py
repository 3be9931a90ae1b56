"""Series of rooms at the staff's desk."""

import pytest

from bookings import rooms
from bookings.models import RoomBookingStatus
from notices.models import Notice
from tests.bookings.test_room_series import a_hall, ask, week, weeks
from tests.desk import at_the_desk, social_worker, words
from tests.factories import RoomFactory
from venues import takings
from venues.models import TakingKind

pytestmark = pytest.mark.django_db

LIST = "/admin/bookings/roomseries/"


@pytest.fixture
def room():
    return a_hall(by_approval=True, requests_block=False)


@pytest.fixture
def desk(room):
    return at_the_desk(social_worker(room.center))


def test_a_series_is_one_row_that_says_how_many_dates_wait(room, desk):
    series = ask(room)
    takings.take(room, week(2, 10), week(2, 11), kind=TakingKind.SESSION, label="Yoga")

    assert "4 dates wait" in words(desk.get(f"{LIST}?state=waits"))
    assert "Yoga" in words(desk.get(f"{LIST}{series.pk}/change/"))
    assert "waits" not in words(desk.get(f"{LIST}{series.pk}/change/"))
    assert "1 series of rooms waits" in words(desk.get("/admin/"))
    assert "Choir" not in words(desk.get("/admin/bookings/roombooking/?series=no"))
    assert "Choir" in words(desk.get("/admin/bookings/roombooking/?series=yes"))
    for state in ("coming", "over", "nonsense"):
        assert desk.get(f"{LIST}?state={state}").status_code == 200


def test_all_that_waits_is_decided_at_once(room, desk):
    series, other = ask(room), ask(room)

    desk.post(f"{LIST}{series.pk}/accept/")
    assert desk.post(f"{LIST}{other.pk}/decline/", {"reason": ""}).status_code == 422
    desk.post(f"{LIST}{other.pk}/decline/", {"reason": "Somebody was first"})

    assert weeks(series) == weeks(other, RoomBookingStatus.DECLINED) == [0, 1, 2, 3]
    told = Notice.objects.filter(kind__in=["bookings/series_confirmed", "bookings/series_declined"])
    assert told.count() == 2
    again = desk.post(f"{LIST}{series.pk}/accept/", follow=True)
    assert "has decided on this already" in words(again)
    desk.post(f"{LIST}{series.pk}/cancel/")
    assert weeks(series) == []


def test_staff_of_another_house_see_none_of_it(room):
    series, elsewhere = ask(room), at_the_desk(social_worker(RoomFactory().center))

    assert "Choir" not in words(elsewhere.get(LIST))
    assert elsewhere.post(f"{LIST}{series.pk}/accept/").status_code == 404
    assert weeks(series) == []


@pytest.mark.parametrize("number", [1, 3])
def test_a_long_list_costs_no_more_statements(room, desk, number, django_assert_max_num_queries):
    for _ in range(number):
        ask(room)
    desk.get(LIST)

    with django_assert_max_num_queries(11):
        desk.get(LIST)


def test_staff_ask_back_once_about_all_of_it_and_read_the_answer(room, desk):
    series = ask(room)

    desk.post(f"{LIST}{series.pk}/ask_back/", {"question": "Do you bring chairs?"})

    first = series.dates.order_by("starts_at")[0]
    assert [each.question for each in series.dates.exclude(question="")] == [first.question]
    assert Notice.objects.filter(kind="bookings/room_asked").count() == 1
    rooms.answer(first, text="Ten of them")
    page = words(desk.get(f"{LIST}{series.pk}/change/"))
    assert "Do you bring chairs?" in page
    assert "Ten of them" in page


def test_nobody_is_asked_about_what_is_decided(room, desk):
    series = ask(room)
    desk.post(f"{LIST}{series.pk}/decline/", {"reason": "No"})

    desk.post(f"{LIST}{series.pk}/ask_back/", {"question": "Why?"})

    assert not Notice.objects.filter(kind="bookings/room_asked").exists()
