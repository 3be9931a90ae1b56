import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from activities.models import BookingMode, Status, Tint
from tests.activities.dates import session_at
from tests.factories import (
    ActivityFactory,
    FloorFactory,
    PartnerFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
)
from venues import takings
from venues.models import TakingKind

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}


def page_of(client, activity):
    response = client.get(reverse("activities:detail", args=[activity.pk]), headers=ENGLISH)
    assert response.status_code == 200
    return response.content.decode()


def linked_data(page):
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(script[1])["@graph"]


def test_says_what_it_is_when_where_for_whom_and_for_how_much(client):
    room = RoomFactory(name="Studio", floor=FloorFactory(level=4), way="Left of the lift")
    activity = ActivityFactory(
        title="Calligraphy",
        summary="From the first stroke.",
        min_age=16,
        fee_amount=Decimal("15.00"),
        partner=PartnerFactory(name="Yantian Books"),
        center=room.floor.center,
    )
    starts_at, ends_at = (session_at(3, 19).starts_at, session_at(3, 19).ends_at)
    taking = takings.take(room, starts_at, ends_at, kind=TakingKind.SESSION)
    session_at(3, 19, activity=activity, taking=taking, leader=PersonFactory(name="Shen Yanqiu"))

    page = page_of(client, activity)

    for words in (
        "Calligraphy",
        "From the first stroke.",
        "From 16 years",
        "¥15",
        "Yantian Books",
        "Led by Shen Yanqiu",
        "Floor 4 Studio",
        "Left of the lift",
        "19:00–20:00",
        "Step-free, by lift",
    ):
        assert words in page


def test_a_course_shows_all_its_dates_also_the_past_ones(client):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    for days in (-7, 0, 7):
        session_at(days, 23, activity=activity, topic=f"Topic {days}")

    page = page_of(client, activity)

    assert [f"Topic {days}" in page for days in (-7, 0, 7)] == [True, True, True]


def test_one_date_elsewhere_is_pointed_out(client):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    for days, place in ((1, "Library"), (8, "Library"), (15, "Town hall")):
        session_at(days, 19, activity=activity, outside_place=place)

    page = page_of(client, activity)

    assert page.count("This one is at Town hall") == 1
    assert "This one is at Library" not in page


def test_a_date_that_is_called_off_says_why(client):
    session = session_at(1, 19, canceled_at=timezone.now(), cancel_reason="The teacher is ill")

    assert "Called off: The teacher is ill" in page_of(client, session.activity)


def test_without_dates_it_says_so(client):
    assert "No dates yet" in page_of(client, ActivityFactory())


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.CHANGES_ASKED])
def test_what_is_not_published_is_not_there(client, status):
    activity = ActivityFactory(status=status)

    assert client.get(reverse("activities:detail", args=[activity.pk])).status_code == 404


def test_what_was_archived_can_still_be_looked_up(client):
    page_of(client, ActivityFactory(status=Status.ARCHIVED))


def test_programs_read_the_next_dates(client):
    session = session_at(1, 19, activity__title="Yoga", capacity=10, places_taken=4)
    SessionFactory(activity=session.activity, canceled_at=timezone.now())

    first, second = sorted(
        linked_data(page_of(client, session.activity)), key=lambda event: event["startDate"]
    )

    assert first["name"] == "Yoga"
    assert first["startDate"] == timezone.localtime(session.starts_at).isoformat()
    assert first["remainingAttendeeCapacity"] == 6
    assert first["eventStatus"] == "https://schema.org/EventScheduled"
    assert second["eventStatus"] == "https://schema.org/EventCancelled"


@pytest.mark.parametrize(
    ("about", "availability"),
    [
        ({"capacity": 5, "places_taken": 2}, "InStock"),
        ({"capacity": 5, "places_taken": 5}, "SoldOut"),
        ({"capacity": 5, "canceled_at": timezone.now()}, "Discontinued"),
    ],
)
def test_programs_read_whether_there_are_places_and_what_they_cost(client, about, availability):
    session = session_at(1, 19, **about)

    [event] = linked_data(page_of(client, session.activity))

    assert event["offers"]["availability"] == f"https://schema.org/{availability}"
    assert (event["isAccessibleForFree"], event["offers"]["price"]) == (True, "0.00")


def test_programs_read_the_new_time_and_place_of_what_has_moved(client):
    session = session_at(1, 19, outside_place="Red Square")
    session.starts_at = session.ends_at
    session.ends_at += timedelta(hours=1)
    session.outside_place = "Green Square"
    session.save()

    [event] = linked_data(page_of(client, session.activity))

    assert event["startDate"] == timezone.localtime(session.starts_at).isoformat()
    assert event["location"]["address"] == "Green Square"


@pytest.mark.parametrize(
    ("mode", "kinds"), [("on_site", ["Place"]), ("online", ["VirtualLocation"]),
                        ("both", ["Place", "VirtualLocation"])],
)  # fmt: skip
def test_programs_read_whether_one_comes_or_calls_in(client, mode, kinds):
    session = session_at(1, 19, activity__attendance_mode=mode)

    [event] = linked_data(page_of(client, session.activity))

    where = event["location"] if isinstance(event["location"], list) else [event["location"]]
    assert [each["@type"] for each in where] == kinds


def test_without_a_picture_a_shared_link_brings_that_of_its_category(client):
    for tint in Tint:
        page = page_of(client, ActivityFactory(category__tint=tint))

        card = re.search(r'og:image" content="http://testserver(/static/cards/[^"]+)"', page)[1]
        assert (settings.BASE_DIR / card.removeprefix("/")).is_file()


def test_a_title_cannot_break_out_of_the_data(client):
    title = '</script><script>alert("1")</script>'
    session = session_at(1, 19, activity__title=title)

    page = page_of(client, session.activity)

    assert "<script>alert" not in page
    assert linked_data(page)[0]["name"] == title


def test_a_link_that_is_shared_brings_title_and_summary_along(client):
    activity = session_at(1, 19, activity__title="Yoga", activity__summary="Slow.").activity

    page = page_of(client, activity)

    assert '<meta property="og:title" content="Yoga">' in page
    assert f'content="http://testserver/activities/{activity.pk}/"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_many_dates_it_has(client, rows, django_assert_num_queries):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    for days in range(rows):
        session_at(days + 1, 19, activity=activity, leader=PersonFactory())
    address = reverse("activities:detail", args=[activity.pk])

    # The activity, its sessions, the center of the site; for the button, when the course is
    # open, and who waits for it.
    with django_assert_num_queries(5):
        client.get(address)


@time_machine.travel("2026-11-24T09:10+08:00", tick=False)
def test_the_run_of_a_weekly_course_is_said_in_one_line(client):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    for week in range(8):
        session_at(7 + 7 * week, 19, activity=activity)

    page = page_of(client, activity)

    assert "1 Dec–19 Jan" in page
    assert "Every Tue" in page
    assert "8 sessions" in page
