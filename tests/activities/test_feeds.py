import pytest
from django.utils import timezone
from icalendar import Calendar

from activities.models import Status
from tests.activities.dates import session_at
from tests.factories import ActivityFactory, CenterFactory

pytestmark = pytest.mark.django_db


def read(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content)


def test_the_dates_of_an_activity_go_into_a_calendar(client):
    session = session_at(3, 19, activity__title="Yoga", outside_place="Square")

    calendar = read(client.get(f"/activities/{session.activity.pk}/calendar.ics"))
    (event,) = calendar.walk("VEVENT")

    assert str(event["SUMMARY"]) == "Yoga"
    assert event.decoded("DTSTART") == session.starts_at
    assert event.decoded("DTEND") == session.ends_at
    assert str(event["LOCATION"]) == "Square"
    assert str(event["UID"]) == f"session-{session.pk}@testserver"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]


def test_what_is_called_off_is_called_off_in_the_calendar_too(client):
    session = session_at(3, 19, canceled_at=timezone.now())

    calendar = read(client.get(f"/activities/{session.activity.pk}/calendar.ics"))

    assert [str(event["STATUS"]) for event in calendar.walk("VEVENT")] == ["CANCELLED"]


def test_a_center_has_a_calendar_of_its_own(client):
    center = CenterFactory(slug="east")
    session_at(3, 19, activity__center=center, activity__title="Here")
    session_at(3, 19, activity__title="Elsewhere")
    session_at(3, 19, activity__center=center, activity__status=Status.DRAFT)
    session_at(-60, 19, activity__center=center)

    calendar = read(client.get("/centers/east/calendar.ics"))

    assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] == ["Here"]


def test_drafts_have_no_calendar(client):
    draft = ActivityFactory(status=Status.DRAFT)

    assert client.get(f"/activities/{draft.pk}/calendar.ics").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_feed_costs_the_same_however_long_it_is(client, rows, django_assert_num_queries):
    center = CenterFactory(slug="east")
    for _ in range(rows):
        session_at(3, 19, activity__center=center)

    with django_assert_num_queries(2):
        client.get("/centers/east/calendar.ics")
