"""Larger letters and high contrast, in either view."""

import pytest
from django.core.cache import caches

from tests.factories import CenterFactory, UserFactory

pytestmark = pytest.mark.django_db

DISPLAY = "/display/"


def root(page):
    """The first tag of a page."""
    return page.content.decode().split("<html ")[1].split(">")[0]


def test_one_press_enlarges_the_letters_of_every_page(client):
    answer = client.post(DISPLAY, {"choice": "letters-larger", "next": "/calendar/?view=day"})

    assert answer.url == "/display/?next=%2Fcalendar%2F%3Fview%3Dday"
    assert root(client.get("/help/")) == 'lang="zh-CN" class="letters-larger"'


def test_letters_contrast_and_elder_view_go_together(client):
    client.get("/elder/")
    client.post(DISPLAY, {"choice": "letters-largest"})
    client.post(DISPLAY, {"choice": "contrast-high"})

    shown = client.get("/activities/")

    assert root(shown) == 'lang="zh-CN" class="elder letters-largest high-contrast"'


def test_each_is_taken_back_by_itself(client):
    client.cookies["letters"], client.cookies["contrast"] = "largest", "1"
    client.post(DISPLAY, {"choice": "letters-standard"})
    assert root(client.get("/help/")) == 'lang="zh-CN" class="high-contrast"'

    client.post(DISPLAY, {"choice": "contrast-standard"})

    assert root(client.get("/help/")) == 'lang="zh-CN"'


def test_the_choice_follows_a_user_to_another_device(client):
    user = UserFactory()
    client.force_login(user)
    client.post(DISPLAY, {"choice": "letters-larger"})
    client.post(DISPLAY, {"choice": "contrast-high"})
    user.refresh_from_db()
    assert (user.letters, user.high_contrast) == ("larger", True)

    for name in ("letters", "contrast"):
        del client.cookies[name]

    assert root(client.get("/help/")) == 'lang="zh-CN" class="letters-larger high-contrast"'


def test_what_is_chosen_here_counts_for_more_than_the_profile(client):
    client.force_login(UserFactory(letters="largest", high_contrast=True))
    client.cookies["letters"] = "standard"

    assert root(client.get("/help/")) == 'lang="zh-CN" class="high-contrast"'


def test_the_page_says_what_is_chosen(client):
    client.cookies["letters"] = "larger"

    shown = client.get(DISPLAY).content.decode()

    assert shown.count('aria-pressed="true"') == 2
    assert 'value="letters-larger" aria-pressed="true"' in shown
    assert 'value="contrast-standard" aria-pressed="true"' in shown


@pytest.mark.parametrize("choice", ["letters-enormous", "", "elder"])
def test_what_cannot_be_chosen_changes_nothing(client, choice):
    answer = client.post(DISPLAY, {"choice": choice, "next": "/help/"})

    assert answer.status_code == 400
    assert 'href="/help/"' in answer.content.decode()
    assert "letters" not in client.cookies


@pytest.mark.parametrize("cookie", ["enormous", "", '"><script>'])
def test_a_cookie_with_anything_else_is_none(client, cookie):
    client.cookies["letters"] = cookie

    assert root(client.get("/help/")) == 'lang="zh-CN"'


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "/display/"]
)
def test_the_way_back_leads_to_a_page_of_ours(client, address):
    shown = client.get(DISPLAY, {"next": address}).content.decode()

    assert '<a class="button main" href="/">' in shown


def test_from_the_footer_one_comes_back_to_the_page_one_was_on(client):
    shown = client.get(DISPLAY, headers={"referer": "http://testserver/calendar/"})

    assert 'class="button main" href="http://testserver/calendar/"' in shown.content.decode()


@pytest.mark.parametrize("elder", ["0", "1"])
def test_every_page_leads_there(client, elder):
    CenterFactory()
    client.cookies["elder"] = elder

    header, footer = client.get("/activities/?age=7").content.decode().split("<main")

    assert 'href="/display/"' in footer
    assert ('href="/display/?next=/activities/%3Fage%3D7"' in header) is (elder == "1")


def test_a_page_that_is_kept_is_kept_for_each_look(client, settings):
    settings.CACHES = {
        name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
        for name in ("default", "here")
    }
    for cache in caches.all(initialized_only=False):
        cache.clear()
    looks = [{}, {"letters": "larger"}, {"letters": "largest"}, {"contrast": "1"}, {"elder": "1"}]

    shown = []
    for look in looks * 2:
        client.cookies.clear()
        for name, value in look.items():
            client.cookies[name] = value
        shown.append(root(client.get("/activities/")))

    assert len(set(shown)) == len(looks)
    assert shown[:5] == shown[5:]
