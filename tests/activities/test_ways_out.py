"""Where nothing is found, the page says which filter to take away."""

import pytest

from activities.ways_out import COUNTED
from tests.activities.dates import session_at
from tests.factories import ActivityFactory, CategoryFactory, SessionFactory

pytestmark = pytest.mark.django_db

CATALOG, CALENDAR = "/activities/", "/calendar/"


def ways_out_of(response):
    return [
        (str(way.pill.words), way.found, way.pill.address) for way in response.context["ways_out"]()
    ]


def test_each_filter_whose_going_helps_is_named_with_what_it_would_find(client):
    night = CategoryFactory(slug="night", name="Night school")
    for hour in (19, 20):
        session_at(1, hour, activity__category=night)
    session_at(1, 9)

    response = client.get(CATALOG, {"category": "night", "part": "morning", "free": "1"})

    assert ways_out_of(response) == [
        ("上午", 2, "?category=night&free=1"),
        ("Night school", 1, "?part=morning&free=1"),
    ]


def test_the_way_out_is_a_link_with_the_number(client):
    CategoryFactory(slug="night", name="Night school")
    session_at(1, 9)

    page = client.get(CATALOG, {"category": "night"}, headers={"accept-language": "en"})

    assert '<a class="text-link" href="?">Without Night school: 1 session</a>' in (
        page.content.decode()
    )


def test_where_two_filters_stand_in_the_way_it_says_so(client):
    session_at(1, 9, activity__max_age=6)

    response = client.get(
        CATALOG, {"age": "30", "part": "evening"}, headers={"accept-language": "en"}
    )

    assert ways_out_of(response) == []
    assert "Take more than one of the filters away" in response.content.decode()


def test_words_and_days_are_filters_too(client):
    session_at(1, 9, activity__title="Yoga")

    response = client.get(CATALOG, {"q": "no such words"})
    later = client.get(CATALOG, {"from": "2099-01-01"})

    assert [found for _words, found, _address in ways_out_of(response)] == [1]
    assert [found for _words, found, _address in ways_out_of(later)] == [1]


def test_a_newborn_is_an_age(client):
    session_at(1, 9, activity__min_age=3)

    assert [way[:2] for way in ways_out_of(client.get(CATALOG, {"age": "0"}))] == [("0 岁", 1)]


def test_very_many_are_not_counted_to_the_end(client):
    SessionFactory.create_batch(COUNTED + 3, activity=ActivityFactory())

    response = client.get(CATALOG, {"age": "8", "q": "none"}, headers={"accept-language": "en"})

    assert f"Without “none”: more than {COUNTED}" in response.content.decode()


def test_a_calendar_counts_in_the_days_it_shows(client):
    CategoryFactory(slug="night", name="Night school")
    session_at(0, 9)
    session_at(40, 9)

    for view in ("day", "week", "month"):
        response = client.get(CALENDAR, {"category": "night", "view": view})
        assert ways_out_of(response) == [("Night school", 1, f"?view={view}")]
        assert "Night school" in response.content.decode().split('class="plate empty"')[1]


def test_looking_for_a_way_out_costs_one_statement(client, django_assert_num_queries):
    CategoryFactory(slug="night")
    session_at(1, 9)

    # The center of the site, the sessions, what to choose from, its counts, and the ways out.
    with django_assert_num_queries(5):
        client.get(CATALOG, {"category": "night", "part": "evening", "age": "8", "free": "1"})


def test_a_page_beyond_the_end_leads_back_to_the_first(client):
    session_at(1, 9)

    page = client.get(CATALOG, {"page": "7", "age": "8"}, headers={"accept-language": "en"})

    assert "The list ends before this page" in page.content.decode()
    assert 'href="?age=8"' in page.content.decode()


def test_list_month_week_and_day_lead_to_each_other_with_all_the_filters(client):
    question = "category=night&part=evening&age=8&free=on&q=yj&from=2026-11-28&weekday=6&weekday=7"
    links = question.replace("&", "&amp;")
    CategoryFactory(slug="night")

    listed = client.get(f"{CATALOG}?{question}&page=2").content.decode()
    week = client.get(f"{CALENDAR}?{question}&view=week&date=2026-12-01").content.decode()

    for view in ("month", "week", "day"):
        assert f'href="{CALENDAR}?{links}&amp;view={view}"' in listed
        assert f'href="{CALENDAR}?{links}&amp;view={view}&amp;date=2026-12-01"' in week
    assert f'href="{CATALOG}?{links}"' in listed
    assert f'href="{CATALOG}?{links}"' in week


def test_a_calendar_keeps_to_the_days_that_are_asked_for(client):
    session_at(3, 9, activity__title="Before")
    session_at(9, 9, activity__title="Asked for")
    first = session_at(9, 10, activity__title="Asked for, too").starts_at.date()

    days = client.get(CALENDAR, {"view": "day", "from": first}).context["page"]
    earlier = client.get(CALENDAR, {"view": "day", "from": first, "date": "2026-01-01"})

    assert [str(session.activity) for session in days] == ["Asked for", "Asked for, too"]
    assert list(earlier.context["page"]) == []
