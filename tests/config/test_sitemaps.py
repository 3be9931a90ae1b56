"""What search engines are told."""

import re

import pytest
from django.urls import reverse

from activities.models import Status
from config.sitemaps import NOT_FOR_ROBOTS
from tests.factories import ActivityFactory, CenterFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def addresses(client):
    page = client.get("/sitemap.xml").content.decode()
    return set(re.findall(r"<loc>http://testserver(.*?)</loc>", page))


def test_it_lists_what_everybody_may_see(client, django_assert_num_queries):
    activity, center, partner = ActivityFactory(), CenterFactory(), PartnerFactory()

    with django_assert_num_queries(6):
        found = addresses(client)

    assert {
        "/",
        f"/activities/{activity.pk}/",
        f"/centers/{center.slug}/",
        f"/partners/{partner.pk}/",
    } <= found


def test_a_draft_is_nobodys_business(client):
    draft = ActivityFactory(status=Status.DRAFT)

    assert f"/activities/{draft.pk}/" not in addresses(client)


def test_robots_are_kept_away_from_what_is_of_one_reader(client):
    text = client.get("/robots.txt").content.decode()

    assert "Sitemap: http://testserver/sitemap.xml" in text
    for name in ("bookings:list", "notices:messages", "accounts:people", "admin:index"):
        assert reverse(name).startswith(NOT_FOR_ROBOTS)


def test_nothing_in_the_map_is_closed_to_robots(client):
    ActivityFactory()

    assert not any(address.startswith(NOT_FOR_ROBOTS) for address in addresses(client))
