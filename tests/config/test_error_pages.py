"""What the site says when something is wrong: kindly, in the reader's language, with a way on."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import translation
from django.views.defaults import page_not_found, permission_denied

from config import views
from config.context import SITE_CENTER
from tests.config.foreign_words import foreign_words
from tests.factories import CenterFactory

PHONE = "0588-555 0100"
# Each with the status it answers.
IN_THE_HOUSE = {
    lambda request: permission_denied(request, PermissionDenied()): 403,
    lambda request: page_not_found(request, Exception()): 404,
    views.csrf_failure: 403,
    views.too_often: 429,
}
ALONE = {
    lambda request: views.not_understood(request, Exception()): 400,
    views.something_went_wrong: 500,
    views.database_is_away: 503,
}


def asked(rf):
    request = rf.get("/activities/7/")
    request.user, request.htmx, request.resolver_match = AnonymousUser(), False, None
    return request


@pytest.fixture
def remembered(settings):
    """The center that stood on the page before."""
    settings.CACHES = {
        name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
        for name in ("default", "here")
    }
    center = CenterFactory.build(name="", phone=PHONE)
    caches["here"].set(SITE_CENTER, center)
    yield center
    caches["here"].clear()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("view", IN_THE_HOUSE)
def test_it_speaks_the_language_of_the_reader_and_knows_ways_on(rf, view, language):
    CenterFactory(name="", community="", phone=PHONE)
    with translation.override(language):
        answer = view(asked(rf))
    page = answer.content.decode()

    assert answer.status_code == IN_THE_HOUSE[view]
    assert foreign_words(page, language) == []
    assert 'href="tel:' in page.partition("<main")[2].partition("</main>")[0]
    assert 'href="/activities/"' in page


@pytest.mark.parametrize("view", ALONE)
def test_it_stands_without_a_database(rf, view, remembered):
    answer = view(rf.get("/activities/7/"))
    page = answer.content.decode()

    assert answer.status_code == ALONE[view]
    assert foreign_words(page, "zh-hans") == []
    assert PHONE in page
    assert "<h1>" in page


@pytest.mark.parametrize("view", ALONE)
def test_it_stands_where_not_even_the_center_is_remembered(rf, view):
    page = view(rf.get("/activities/7/")).content.decode()

    assert "tel:" not in page
    assert "<h1>" in page


@pytest.mark.django_db
@pytest.mark.urls("tests.config.urls")
def test_a_fault_of_ours_is_answered_so():
    answer = Client(raise_request_exception=False).get("/test/fail/")

    assert answer.status_code == 500
    assert "是我们这边的问题" in answer.content.decode()


@pytest.mark.django_db
def test_an_address_that_no_link_has_is_answered_so(client):
    answer = client.get("/activities/?q=%00")

    assert answer.status_code == 400
    assert "这个地址打不开" in answer.content.decode()


def test_a_word_that_was_forgotten_is_found():
    page = (
        "<html><title>{}</title><p>报名 Book <b lang='fr'>mots français</b>"
        "<span class='material-symbols-outlined'>chevron_right</span>"
        "<input type='submit' value='{}' placeholder='ok PDF'><script>let it</script></html>"
    )
    words = page.format("Open 名额", "Send，送出")

    assert foreign_words(words, "zh-hans") == ["Book", "Open", "Send"]
    assert foreign_words(words, "en") == ["名额", "报名", "送出", "，"]
    assert foreign_words(words, "zh-hans", re.compile("Book")) == ["Open", "Send"]
