import pytest

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

CHINESE, ENGLISH = '<html lang="zh-CN"', '<html lang="en"'


@pytest.mark.parametrize(
    ("accepted", "start"),
    [
        (None, CHINESE),
        ("zh-CN,zh;q=0.9", CHINESE),
        ("zh-TW", CHINESE),
        ("fr-FR,fr;q=0.9", CHINESE),
        ("en-US,en;q=0.9", ENGLISH),
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
    ],
)
def test_pages_are_chinese_unless_somebody_prefers_english(client, accepted, start):
    headers = {"accept-language": accepted} if accepted else {}

    assert start in client.get("/activities/", headers=headers).content.decode()


def test_a_button_switches_and_leads_back(client):
    response = client.post("/language/", {"language": "en", "next": "/calendar/"})

    assert response.status_code == 302
    assert response.url == "/calendar/"
    assert ENGLISH in client.get("/calendar/").content.decode()


def test_who_is_signed_in_gets_messages_in_that_language_too(client):
    user = UserFactory()
    client.force_login(user)

    client.post("/language/", {"language": "en"})

    user.refresh_from_db()
    assert user.language == "en"


def test_a_language_we_do_not_speak_changes_nothing(client):
    user = UserFactory()
    client.force_login(user)

    client.post("/language/", {"language": "tlh"})

    user.refresh_from_db()
    assert user.language == ""


def test_looking_switches_nothing(client):
    assert client.get("/language/").status_code == 405
