from datetime import date, time

import pytest
from django.utils import timezone

from tests.factories import CenterFactory, FloorFactory, PartnerFactory, RoomFactory
from venues.models import OpeningHours

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}


def page_of(client, slug):
    response = client.get(f"/centers/{slug}/", headers=ENGLISH)
    assert response.status_code == 200
    return response.content.decode()


def test_shows_the_house_with_the_top_floor_first(client):
    center = CenterFactory(slug="east", address="18 Plane Tree Road", phone="0588-555 0100")
    for level, name in ((1, "Canteen"), (3, "Studio")):
        RoomFactory(floor=FloorFactory(center=center, level=level), name=name, capacity=24)
    hours = {"opens_at": time(8, 30), "closes_at": time(21, 30)}
    OpeningHours.objects.create(center=center, weekday=2, **hours)

    page = page_of(client, "east")

    assert page.index("Studio") < page.index("Canteen")
    for words in ("24 people", "18 Plane Tree Road", "tel:+865885550100", "08:30–21:30"):
        assert words in page


def test_a_hall_that_can_be_divided_is_one_window(client):
    floor = FloorFactory(center=CenterFactory(slug="east"))
    hall = RoomFactory(floor=floor, name="Hall")
    RoomFactory(floor=floor, name="Half of it", whole=hall)
    RoomFactory(floor=floor, name="Old store", retired_on=date(2020, 1, 1))

    page = page_of(client, "east")

    assert "Hall" in page
    assert "Half of it" not in page
    assert "Old store" not in page


def test_names_the_partners_who_work_there(client):
    partner = PartnerFactory(name="Yantian Books")
    partner.centers.add(CenterFactory(slug="east"))
    PartnerFactory(name="Elsewhere")

    page = page_of(client, "east")

    assert "Yantian Books" in page
    assert "Elsewhere" not in page


def test_a_center_without_anything_is_still_a_page(client):
    CenterFactory(slug="east")

    assert "The floors are not written down yet" in page_of(client, "east")


def test_a_center_that_closed_for_good_is_not_there(client):
    CenterFactory(slug="east", closed_on=timezone.localdate())

    assert client.get("/centers/east/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_many_floors_there_are(client, rows, django_assert_num_queries):
    center = CenterFactory(slug="east")
    for floor in FloorFactory.create_batch(rows, center=center):
        RoomFactory.create_batch(rows, floor=floor)
        PartnerFactory().centers.add(center)

    # The center, its hours, exceptions, closures and holidays, its floors, their rooms, its
    # partners; the center of the site and its day, which are otherwise remembered.
    with django_assert_num_queries(14):
        client.get("/centers/east/")
