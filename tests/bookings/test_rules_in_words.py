from datetime import time

import pytest
from django.utils import translation

from activities.models import Allocation, CenterRules, FreedPlace
from bookings import rules_in_words
from bookings.models import Limit
from tests.desk import words
from tests.factories import ActivityFactory, CategoryFactory, CenterFactory

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def center():
    return CenterFactory(slug="here", community="East Hill")


def said(client, center):
    return words(client.get(f"/centers/{center.slug}/rules/", headers=ENGLISH))


def test_a_center_that_decided_nothing_says_what_holds_anyway(client, center):
    page = said(client, center)

    assert "Booking opens as soon as a date is in the catalog." in page
    assert "You can cancel freely until 2 hours before the start." in page
    assert "3 times within 90 days: online booking rests for 30 days" in page
    assert "From the age of 60 on it is never counted." in page
    assert "Places given by lot" not in page


def test_it_says_what_the_center_has_decided(client, center):
    CenterRules.objects.create(
        center=center, opens_days_before=7, opens_at_time=time(12), own_residents_days=2,
        desk_places=4, freed_place=FreedPlace.OFFERED, offer_minutes=90, people_per_carer=3,
        cancel_minutes_before=1440, late_cancel_counts=True, excused_from_age=None,
    )  # fmt: skip

    page = said(client, center)

    assert "Booking opens 7 days before, at 12:00." in page
    assert "On the first 2 days only residents of East Hill book online" in page
    assert "In every session 4 places are kept for neighbors who call or come by" in page
    assert "held for the next in line for 90 minutes, counted from 08:00 to 21:00" in page
    assert "One account may book for 3 people in one session or course." in page
    assert "You can cancel freely until 1 day before the start." in page
    assert "it is kept as late, and counted like not coming." in page
    assert "From the age of" not in page


def test_limits_and_draws_are_said_where_there_are_any(client, center):
    night = CategoryFactory(name="Night school")
    Limit.objects.create(center=center, category=night, most=2, period="week")
    Limit.objects.create(center=center, most=1, period="day")
    Limit.objects.create(center=CenterFactory(), most=8, period="year")
    ActivityFactory(center=center, allocation=Allocation.DRAW)

    page = said(client, center)

    assert "For each person: Night school: 2 dates a week." in page
    assert "For each person: 1 date a day." in page
    assert "8 dates a year" not in page
    assert "Places given by lot" in page


def test_where_nothing_follows_from_not_coming_it_says_so(client, center):
    rules = CenterRules.objects.create(center=center, no_shows_until_pause=None)
    assert "online booking rests" not in said(client, center)

    rules.counts_no_shows = False
    rules.save()

    assert "That happens. It is not counted." in said(client, center)


def test_nothing_of_it_looks_like_points_or_a_ranking(client, center):
    page = said(client, center).lower()

    assert not any(word in page for word in ("score", "points", "ranking", "blacklist", "penalty"))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (45, "45 minutes"), (60, "1 hour"), (90, "90 minutes"), (2880, "2 days")],
)
def test_spans_are_said_in_the_largest_even_unit(minutes, words):
    with translation.override("en"):
        assert rules_in_words.span(minutes) == words


def test_it_is_there_for_everybody_and_only_of_open_centers(client, center):
    assert client.post(f"/centers/{center.slug}/rules/").status_code == 405
    assert client.get("/centers/nowhere/rules/").status_code == 404


def test_center_and_activity_lead_there(client, center):
    activity = ActivityFactory(center=center)

    assert "/centers/here/rules/" in words(client.get("/centers/here/"))
    assert "/centers/here/rules/" in words(client.get(f"/activities/{activity.pk}/"))
