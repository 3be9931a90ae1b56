from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import Resource, ResourceKind, Role
from tests.desk import at_the_desk, social_worker, words
from tests.factories import (
    AgreementFactory,
    CategoryFactory,
    CenterFactory,
    PartnerFactory,
    PartnerMemberFactory,
    ResourceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def poster(client):
    member = PartnerMemberFactory(role=Role.POSTER)
    client.force_login(member.user)
    return member


def typed(**more):
    return {"title": "Two teachers", "kind": "people", "day_parts": ["weekend"]} | more


def test_a_partner_lists_what_they_can_give(client, poster):
    books = CategoryFactory()

    response = client.post(
        f"/partner/{poster.partner_id}/resources/add/",
        typed(category=books.pk, min_age="6", max_age="10"),
    )

    assert response.status_code == 302
    resource = Resource.objects.get()
    assert (resource.partner, resource.kind, resource.category) == (
        poster.partner,
        ResourceKind.PEOPLE,
        books,
    )
    assert (resource.min_age, resource.max_age, resource.day_parts) == (6, 10, ["weekend"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"kind": "money"},
        {"min_age": "9", "max_age": "3"},
        {"min_age": "many"},
        {"day_parts": ["never"]},
        {"category": "0"},
        {"from_on": "2026-12-02", "until_on": "2026-12-01"},
        {"from_on": "some day"},
    ],
    ids=str,
)
def test_what_cannot_be_comes_back_with_what_was_typed(client, poster, wrong):
    response = client.post(
        f"/partner/{poster.partner_id}/resources/add/", typed(description="Warm") | wrong
    )

    assert response.status_code == 422
    assert "Warm" in response.content.decode()
    assert not Resource.objects.exists()


def test_it_is_changed_paused_and_offered_again(client, poster):
    resource = ResourceFactory(partner=poster.partner)

    client.post(f"/partner/resources/{resource.pk}/", typed(title="One teacher"))
    client.post(f"/partner/resources/{resource.pk}/pause/")
    client.post(f"/partner/resources/{resource.pk}/pause/")

    resource.refresh_from_db()
    assert (resource.title, resource.is_available) == ("One teacher", False)
    client.post(f"/partner/resources/{resource.pk}/pause/", {"again": "1"})
    resource.refresh_from_db()
    assert resource.is_available


def test_it_is_removed_after_a_question(client, poster):
    resource = ResourceFactory(partner=poster.partner)

    assert client.get(f"/partner/resources/{resource.pk}/remove/").status_code == 200
    assert Resource.objects.exists()
    client.post(f"/partner/resources/{resource.pk}/remove/")
    assert not Resource.objects.exists()
    assert client.post(f"/partner/resources/{resource.pk}/remove/").status_code == 404


def test_what_was_promised_is_not_removed(client, poster):
    resource = ResourceFactory(partner=poster.partner)
    AgreementFactory(partner=poster.partner).resources.add(resource)

    assert client.post(f"/partner/resources/{resource.pk}/remove/").status_code == 409
    assert Resource.objects.exists()


def test_viewers_look_and_others_see_nothing(client, poster):
    mine, theirs = ResourceFactory(partner=poster.partner), ResourceFactory(title="Secret")
    assert client.get(f"/partner/resources/{theirs.pk}/").status_code == 404
    assert client.get(f"/partner/{theirs.partner_id}/resources/").status_code == 404

    poster.role = Role.VIEWER
    poster.save()

    page = client.get(f"/partner/{poster.partner_id}/resources/").content.decode()
    assert mine.title in page
    assert f"/partner/resources/{mine.pk}/pause/" not in page
    assert client.get(f"/partner/resources/{mine.pk}/").status_code == 404
    assert client.post(f"/partner/resources/{mine.pk}/pause/").status_code == 404
    assert client.post(f"/partner/resources/{mine.pk}/remove/").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_statements_however_long(
    client, poster, django_assert_num_queries, number
):
    for _each in range(number):
        ResourceFactory(partner=poster.partner, category=CategoryFactory())

    with django_assert_num_queries(8):
        page = client.get(f"/partner/{poster.partner_id}/resources/")

    assert len(page.context["page"].object_list) == number


def test_the_public_page_shows_what_is_on_offer(client):
    today, a_day = timezone.localdate(), timedelta(days=1)
    partner = ResourceFactory(title="Now", until_on=today).partner
    ResourceFactory(partner=partner, title="Paused", is_available=False)
    ResourceFactory(partner=partner, title="Later", from_on=today + a_day)
    ResourceFactory(partner=partner, title="Before", until_on=today - a_day)

    page = client.get(f"/partners/{partner.pk}/")

    assert [each.title for each in page.context["resources"]] == ["Now"]


def test_staff_write_down_what_a_partner_can_give():
    center = CenterFactory()
    partner = PartnerFactory()
    partner.centers.add(center)
    desk = at_the_desk(social_worker(center))
    address = f"/admin/partners/partner/{partner.pk}/change/"
    page = words(desk.get(address))
    assert f"/admin/partners/{partner.pk}/needs/" in page

    response = desk.post(
        address,
        {
            "name": partner.name,
            "kind": partner.kind,
            "centers": [center.pk],
            "members-TOTAL_FORMS": 0,
            "members-INITIAL_FORMS": 0,
            "steps-TOTAL_FORMS": 0,
            "steps-INITIAL_FORMS": 0,
            "resources-TOTAL_FORMS": 1,
            "resources-INITIAL_FORMS": 0,
            "resources-0-title": "Two teachers",
            "resources-0-kind": "people",
            "resources-0-min_age": 6,
            "resources-0-day_parts": ["evening", "weekend"],
            "resources-0-is_available": "on",
        },
    )

    assert response.status_code == 302
    resource = partner.resources.get()
    assert (resource.title, resource.kind, resource.min_age, resource.day_parts) == (
        "Two teachers",
        "people",
        6,
        ["evening", "weekend"],
    )
