"""The page of help, and the three steps for who is here for the first time."""

import pytest
from django.core.cache import caches
from django.urls import reverse

from activities.models import CenterRules
from tests.desk import at_the_desk, words
from tests.factories import CenterFactory, UserFactory

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}
HINT = "First time here? Three steps"


def page(client, address="/help/"):
    return words(client.get(address, headers=ENGLISH))


def test_help_says_what_this_house_has_decided(client, django_assert_num_queries):
    center = CenterFactory(slug="here", phone="0588-555 0100")
    CenterRules.objects.create(center=center, opens_days_before=7, cancel_minutes_before=1440)

    # The center and its rules; for the frame, whose house it is and when it is open.
    with django_assert_num_queries(7):
        said = page(client)

    assert "Booking opens 7 days before, at 09:00." in said
    assert "You can cancel freely until 1 day before the start." in said
    assert 'href="/centers/here/rules/"' in said
    assert 'href="tel:+865885550100"' in said


def test_help_is_there_in_an_empty_house_and_in_large_letters(client):
    client.cookies["elder"] = "1"

    said = page(client)

    assert 'class="elder"' in said
    assert "When it is full you can wait." in said
    assert 'href="/my-day/"' in said


def test_every_page_leads_to_help(client):
    footer = page(client, "/activities/").split("<footer")[1]

    assert 'href="/help/"' in footer


def test_the_three_steps_are_put_away_without_script_and_for_good(client):
    assert HINT in page(client, "/")

    answer = client.post(reverse("help_seen"))

    assert (answer.status_code, answer.url) == (302, "/")
    assert HINT not in page(client, "/")


def test_who_is_signed_in_puts_them_away_too():
    client = at_the_desk(UserFactory())
    assert HINT in page(client, "/")

    client.post(reverse("help_seen"))

    assert HINT not in page(client, "/")


def test_looking_does_not_put_them_away(client):
    assert client.get(reverse("help_seen")).status_code == 405
    assert HINT in page(client, "/")


def test_one_visitor_does_not_put_them_away_for_the_next(client, settings):
    settings.CACHES = {
        name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
        for name in ("default", "here")
    }
    for cache in caches.all(initialized_only=False):
        cache.clear()
    client.post(reverse("help_seen"))
    assert HINT not in page(client, "/")
    del client.cookies["knows_the_way"]

    assert HINT in page(client, "/")
