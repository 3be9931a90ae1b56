"""Beside the choices of a filter stands how many sessions each would find."""

import pytest

from tests.activities.dates import session_at
from tests.factories import CategoryFactory, CenterFactory

pytestmark = pytest.mark.django_db

CATALOG, CALENDAR = "/activities/", "/calendar/"


@pytest.fixture
def night():
    return CategoryFactory(name="Night school", slug="night", order=1)


@pytest.fixture
def meals():
    return CategoryFactory(name="Meals", slug="meals", order=2)


def in_english(client, question=None, address=CATALOG):
    return client.get(address, question or {}, headers={"accept-language": "en"})


def texts(response, name="category"):
    select = response.content.decode().split(f'<select name="{name}"')[1].split("</select>")[0]
    # Before the first option stands the end of the select's own tag.
    return [
        option.split("<option")[1].split(">", 1)[1] for option in select.split("</option>")[:-1]
    ]


def test_each_choice_says_how_many_it_would_find(client, night, meals):
    CategoryFactory(name="Health", slug="health", order=3)
    for hour in (9, 19, 20):
        session_at(1, hour, activity__category=night)
    session_at(1, 11, activity__category=meals)
    session_at(-1, 11, activity__category=meals)

    assert texts(in_english(client)) == ["Any", "Night school (3)", "Meals (1)", "Health (0)"]


def test_all_the_other_filters_count(client, night, meals):
    for hour in (9, 19, 20):
        session_at(1, hour, activity__category=night)
    session_at(1, 11, activity__category=meals)

    response = in_english(client, {"category": "meals", "part": "morning"})

    assert texts(response) == ["Any", "Night school (1)", "Meals (1)"]


def test_of_two_counted_filters_each_counts_what_the_other_leaves(client, night, meals):
    east, west = CenterFactory(name="East", slug="east"), CenterFactory(name="West", slug="west")
    session_at(1, 9, activity__category=night, activity__center=east)
    session_at(1, 9, activity__category=night, activity__center=west)
    session_at(1, 9, activity__category=meals, activity__center=west)

    response = in_english(client, {"category": "meals", "center": "east"})

    assert texts(response) == ["Any", "Night school (1)", "Meals (0)"]
    assert texts(response, "center") == ["Any", "East (0)", "West (1)"]


def test_a_calendar_counts_the_days_it_shows(client, night):
    session_at(0, 9, activity__category=night)
    session_at(70, 9, activity__category=night)

    for view in ("day", "week", "month"):
        assert texts(in_english(client, {"view": view}, CALENDAR)) == ["Any", "Night school (1)"]


def test_the_filter_in_force_is_named_without_a_number(client, night):
    session_at(1, 9, activity__category=night)

    pills = in_english(client, {"category": "night"}).context["filters"].in_force

    assert [pill.words for pill in pills] == ["Night school"]


def test_htmx_gets_the_new_numbers_too(client, night, meals):
    session_at(1, 9, activity__category=night)

    piece = client.get(
        CATALOG,
        {"category": "meals"},
        headers={"hx-request": "true", "accept-language": "en"},
    )

    assert texts(piece) == ["Any", "Night school (1)", "Meals (0)"]
    assert '<select name="category" hx-swap-oob="true" id="id_category">' in piece.content.decode()
    assert '<option value="meals" selected>' in piece.content.decode()
    assert 'name="center"' not in piece.content.decode()


def test_more_of_the_same_needs_no_new_numbers(client, night):
    for _ in range(25):
        session_at(1, 9, activity__category=night)

    more = client.get(CATALOG, {"page": 2}, headers={"hx-request": "true"})

    assert "<select" not in more.content.decode()
