import pytest
import time_machine
from django.core.cache import caches

from tests.factories import SessionFactory, UserFactory

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
