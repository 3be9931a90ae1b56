from datetime import date

import pytest
import time_machine
from django.utils import timezone

from activities.models import Status
from tests.activities.dates import session_at
from tests.factories import ActivityFactory, CategoryFactory, SessionFactory

pytestmark = pytest.mark.django_db

CALENDAR = "/calendar/"
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _on_a_tuesday():
    with time_machine.travel("2026-11-24T09:10+08:00", tick=False):
        yield


def test_the_week_is_shown_unless_something_else_is_asked_for(client):
    session_at(0, 19, activity__title="Calligraphy")
    session_at(4, 9, activity__title="Market")
    session_at(6, 9, activity__title="Next Monday")

    days = client.get(CALENDAR).context["days"]

    assert [day.date.day for day in days] == [23, 24, 25, 26, 27, 28, 29]
    assert [day.total for day in days] == [0, 1, 0, 0, 0, 1, 0]
    assert [str(session.activity) for session in days[1].parts[2].sessions] == ["Calligraphy"]


def test_on_a_phone_one_goes_past_the_days_that_are_over(client):
    to_today = '<a class="text-link" href="#today">'

    this_week = client.get(CALENDAR).content.decode()
    next_week = client.get(CALENDAR, {"date": "2026-12-01"}).content.decode()

    assert to_today in this_week
    assert this_week.count('id="today"') == 1
    assert to_today not in next_week


def test_a_busy_part_of_a_day_shows_its_first_sessions_and_says_how_many_more(client):
    activity = ActivityFactory()
    for _ in range(8):
        session_at(0, 19, activity=activity)

    evening = client.get(CALENDAR).context["days"][1].parts[2]

    assert (len(evening.sessions), evening.total, evening.more) == (6, 8, 2)


def test_the_month_counts_every_day(client):
    activity = ActivityFactory()
    for _ in range(5):
        session_at(0, 19, activity=activity)

    weeks = client.get(CALENDAR, {"view": "month"}).context["weeks"]

    assert (weeks[0][0].date, weeks[-1][-1].date) == (date(2026, 10, 26), date(2026, 12, 6))
    today = next(day for week in weeks for day in week if day.date == TUESDAY)
    assert (today.total, len(today.sessions)) == (5, 3)


def test_the_day_shows_its_parts(client):
    session_at(1, 9, activity__title="Yoga")
    session_at(1, 19, activity__title="Choir")

    response = client.get(CALENDAR, {"view": "day", "date": "2026-11-25"})

    assert [part for part, _sessions in response.context["parts"]] == ["上午", "晚上"]


def test_a_session_late_in_the_evening_belongs_to_that_day(client):
    session_at(0, 23)

    assert client.get(CALENDAR).context["days"][1].total == 1


@pytest.mark.parametrize(
    ("view", "before", "after"),
    [
        ("day", "2026-11-23", "2026-11-25"),
        ("week", "2026-11-17", "2026-12-01"),
        ("month", "2026-10-24", "2026-12-24"),
    ],
)
def test_one_moves_by_what_one_sees_and_keeps_the_filters(client, view, before, after):
    page = client.get(CALENDAR, {"view": view, "age": "8"}).content.decode()

    assert f'href="?view={view}&amp;age=8&amp;date={before}"' in page
    assert f'href="?view={view}&amp;age=8&amp;date={after}"' in page


def test_the_calendar_answers_the_same_filters_as_the_list(client):
    session_at(0, 19, activity__category=CategoryFactory(slug="night"))
    session_at(0, 19)

    assert client.get(CALENDAR, {"category": "night"}).context["total"] == 1


def test_drafts_are_nobodys_business(client):
    SessionFactory(activity__status=Status.DRAFT)

    assert client.get(CALENDAR).context["total"] == 0


@pytest.mark.parametrize(
    "question",
    [
        {"view": "year"},
        {"date": "yesterday"},
        {"date": "0001-01-01"},
        {"date": "9999-12-31", "view": "month"},
        {"date": "2026-02-30", "view": "day"},
    ],
)
def test_what_cannot_be_understood_is_left_out(client, question):
    response = client.get(CALENDAR, question)

    assert response.status_code == 200
    assert response.context["day"] == TUESDAY


@pytest.mark.parametrize("view", ["month", "week", "day"])
@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_full_it_is(client, view, rows, django_assert_num_queries):
    for _ in range(rows):
        session_at(0, 19)

    # The center of the site, the sessions, what to choose from, and how many stand behind each.
    with django_assert_num_queries(4):
        client.get(CALENDAR, {"view": view})


def test_called_off_sessions_are_crossed_out(client):
    session_at(0, 19, canceled_at=timezone.now())

    assert "cat-book off" in client.get(CALENDAR).content.decode()
