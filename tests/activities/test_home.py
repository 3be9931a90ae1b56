from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from activities.models import Status
from bookings import services
from bookings.models import BookingChannel
from tests.activities.dates import at, session_at
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PersonFactory,
    SessionFactory,
    carer_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_tuesday_morning():
    with time_machine.travel("2026-11-24T09:10+08:00", tick=False):
        yield


def test_shows_what_is_still_on_today_by_part_of_day(client):
    session_at(0, 7, activity__title="Over")
    session_at(0, 10, activity__title="Yoga")
    session_at(0, 19, activity__title="Choir")
    session_at(1, 10, activity__title="Tomorrow")

    parts = client.get("/").context["parts"]

    assert [(part, [str(s.activity) for s in sessions]) for part, sessions in parts] == [
        ("上午", ["Yoga"]),
        ("晚上", ["Choir"]),
    ]


def test_when_today_is_over_the_next_day_is_shown(client):
    session_at(2, 10)

    assert client.get("/").context["day"] == timezone.localdate() + timedelta(days=2)


def test_an_empty_house_says_so(client):
    page = client.get("/", headers={"accept-language": "en"}).content.decode()

    assert "Nothing more today" in page
    assert "Nothing on these days" in page


def test_counts_what_is_left_today_and_what_has_places(client):
    SessionFactory.create_batch(2, starts_at=at(0, 19), ends_at=at(0, 20))
    session_at(0, 19, places_taken=10)
    session_at(0, 19, canceled_at=timezone.now())

    tally = client.get("/").context["tally"]

    assert (tally.sessions, tally.coming, tally.bookable) == (3, 3, 2)


def test_the_doors_are_the_first_categories(client):
    night = CategoryFactory(name="Night school", slug="night", order=1)
    CategoryFactory(name="Canteen", order=2)
    session_at(3, 19, activity__category=night)

    doors = client.get("/").context["doors"]

    assert [(str(category), tally.sessions) for category, tally in doors] == [
        ("Night school", 1),
        ("Canteen", 0),
    ]


def test_opening_soon_names_each_activity_that_cannot_be_booked_yet_once(client):
    soon = timezone.now() + timedelta(days=2)
    course = ActivityFactory(title="Baking")
    for days in (9, 16):
        session_at(days, 14, activity=course, booking_opens_at=soon)
    lunch = ActivityFactory(title="Lunch")
    session_at(1, 11, activity=lunch)
    session_at(9, 11, activity=lunch, booking_opens_at=soon)
    session_at(9, 11, activity__status=Status.DRAFT, booking_opens_at=soon)

    opening = client.get("/").context["opening"]

    assert [str(session.activity) for session in opening] == ["Baking"]


def test_a_resident_sees_what_comes_next(client):
    child = PersonFactory(name="Xiaohe")
    carer = carer_of(PersonFactory(name="Li Min"), child)
    session = session_at(2, 19, activity__title="Parents' school")
    for each in (session, session_at(3, 19)):
        services.book(
            each.activity,
            session=each,
            people=[child],
            by=carer,
            channel=BookingChannel.WEB,
            request_key="once",
        )
    client.force_login(carer)

    page = client.get("/").content.decode()

    assert page.count('class="leaf"') == 1
    assert "Parents&#x27; school" in page
    assert "Xiaohe" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_much_is_on(client, rows, django_assert_num_queries):
    CenterFactory()
    for _ in range(rows):
        session_at(0, 19)
        session_at(9, 19, booking_opens_at=timezone.now() + timedelta(days=1))

    # The next sessions, the counts of seven days, the doors, what opens soon; the center of
    # the site and its hours, exceptions, closures and holidays, and an open survey, which are
    # otherwise remembered.
    with django_assert_num_queries(10):
        client.get("/")
