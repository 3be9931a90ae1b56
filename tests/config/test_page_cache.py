import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from tests.factories import CenterFactory, PartnerFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

CATALOG = "/activities/"


@pytest.fixture(autouse=True)
def _memory(settings):
    settings.CACHES = {
        name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
        for name in ("default", "here")
    }
    for cache in caches.all(initialized_only=False):
        cache.clear()


def test_a_page_is_made_once_for_all_visitors(client, django_assert_num_queries):
    client.get(CATALOG)

    with django_assert_num_queries(0):
        page = client.get(CATALOG)

    assert "</html>" in page.content.decode()
    assert page["Content-Type"] == "text/html; charset=utf-8"


def test_after_five_seconds_it_is_made_anew(client):
    with time_machine.travel("2026-11-24T09:10+08:00", tick=False) as now:
        client.get(CATALOG)
        SessionFactory(activity__title="Fresh")
        assert "Fresh" not in client.get(CATALOG).content.decode()

        now.shift(6)

        assert "Fresh" in client.get(CATALOG).content.decode()


def test_languages_and_views_do_not_mix(client):
    chinese = client.get(CATALOG).content
    english = client.get(CATALOG, headers={"accept-language": "en"}).content
    client.cookies["elder"] = "1"
    elder = client.get(CATALOG).content

    assert len({chinese, english, elder}) == 3


def test_who_is_signed_in_gets_a_page_of_their_own(client):
    client.get(CATALOG)
    client.force_login(UserFactory(name="Li Min"))

    assert "Li Min" in client.get(CATALOG).content.decode()


def test_a_page_for_somebody_is_shown_to_nobody_else(client):
    client.force_login(UserFactory(name="Li Min"))
    client.get(CATALOG)
    client.logout()

    assert "Li Min" not in client.get(CATALOG).content.decode()


def test_no_page_that_is_kept_carries_a_token(client):
    session = SessionFactory()

    for address in ("/", CATALOG, "/calendar/", f"/activities/{session.activity_id}/"):
        response = client.get(address)
        assert not response.cookies
        assert "csrfmiddlewaretoken" not in response.content.decode()


@pytest.fixture
def public_pages():
    session, center, partner = SessionFactory(), CenterFactory(), PartnerFactory()
    return [
        "/",
        CATALOG,
        "/calendar/",
        f"/activities/{session.activity_id}/",
        f"/centers/{center.slug}/",
        "/partners/",
        f"/partners/{partner.pk}/",
    ]


def test_a_page_that_a_browser_knows_is_not_sent_again(client, public_pages):
    for address in public_pages:
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first["ETag"]})

        assert (again.status_code, again.content) == (304, b""), address
        assert first["Cache-Control"] == again["Cache-Control"] == "public, no-cache"
        assert set(again["Vary"].split(", ")) >= {"Cookie", "Accept-Language", "HX-Request"}


def test_a_page_that_says_something_new_is_sent(client):
    with time_machine.travel("2026-11-24T09:10+08:00", tick=False) as now:
        known = client.get(CATALOG)["ETag"]
        SessionFactory(activity__title="Fresh")
        now.shift(6)
        answer = client.get(CATALOG, headers={"if-none-match": known})

    assert answer.status_code == 200
    assert "Fresh" in answer.content.decode()


@pytest.mark.parametrize(
    ("cookies", "headers"),
    [
        ({"elder": "1"}, {}),
        ({"django_language": "en"}, {}),
        ({}, {"accept-language": "en"}),
        ({}, {"hx-request": "true"}),
        ({"sessionid": "of-somebody"}, {}),
    ],
)
def test_what_a_browser_knows_in_one_way_is_not_said_to_be_so_in_another(client, cookies, headers):
    known = client.get(CATALOG)["ETag"]
    other = Client()
    other.cookies.load(cookies)

    assert other.get(CATALOG, headers=headers | {"if-none-match": known}).status_code == 200
    # The same asked without any of it: it is the way that makes the difference.
    assert Client().get(CATALOG, headers={"if-none-match": known}).status_code == 304


def test_a_page_for_somebody_is_for_nobody_else(client):
    user = UserFactory()
    client.force_login(user)

    for address in ("/", CATALOG, "/bookings/", "/people/"):
        answer = client.get(address)
        assert answer["Cache-Control"] == "private, no-cache", address
        assert "Cookie" in answer["Vary"]
        assert "ETag" not in answer


def test_a_form_with_a_token_is_for_nobody_else(client):
    answer = client.get("/accounts/login/")

    assert "private" in answer["Cache-Control"]
    assert "ETag" not in answer
