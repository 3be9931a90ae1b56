import pytest

from partners.models import PartnerStatus, Resource
from tests.activities.dates import session_at
from tests.factories import ActivityFactory, CenterFactory, PartnerFactory

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}


def test_lists_the_partners_that_work_with_us(client):
    PartnerFactory(name="Yantian Books", intro="A bookshop around the corner.")
    PartnerFactory(name="Asked to join", status=PartnerStatus.APPLIED)

    page = client.get("/partners/").content.decode()

    assert "Yantian Books" in page
    assert "A bookshop around the corner." in page
    assert "Asked to join" not in page


def test_without_partners_somebody_is_invited_to_be_the_first(client):
    assert "No partners yet" in client.get("/partners/", headers=ENGLISH).content.decode()


def test_shows_what_a_partner_brings_and_can_give(client):
    partner = PartnerFactory(contact_name="Shen", contact_phone="13812345678")
    partner.centers.add(CenterFactory(name="East center"))
    Resource.objects.create(partner=partner, title="A teacher of calligraphy")
    Resource.objects.create(partner=partner, title="Taken", is_available=False)
    course = ActivityFactory(partner=partner, title="Calligraphy")
    for days in (3, 10):
        session_at(days, 19, activity=course)

    page = client.get(f"/partners/{partner.pk}/").content.decode()

    assert page.count("Calligraphy") == 1
    assert "A teacher of calligraphy" in page
    assert "East center" in page
    assert "Taken" not in page
    assert "Shen" not in page
    assert "13812345678" not in page


@pytest.mark.parametrize("status", [PartnerStatus.APPLIED, PartnerStatus.ENDED])
def test_who_is_no_partner_has_no_page(client, status):
    partner = PartnerFactory(status=status)

    assert client.get(f"/partners/{partner.pk}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(client, rows, django_assert_num_queries):
    PartnerFactory.create_batch(rows)

    with django_assert_num_queries(3):
        client.get("/partners/")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_partner_costs_the_same_however_much_they_do(client, rows, django_assert_num_queries):
    partner = PartnerFactory()
    for _ in range(rows):
        session_at(3, 19, activity__partner=partner)
        partner.centers.add(CenterFactory())
        Resource.objects.create(partner=partner, title="A room")

    # The partner, what they bring, what they can give, where; the center of the site.
    with django_assert_num_queries(5):
        client.get(f"/partners/{partner.pk}/")
