import pytest

from tests.activities.dates import session_at
from tests.factories import CategoryFactory, CenterFactory, UserFactory

pytestmark = pytest.mark.django_db

ELDER = '<html lang="zh-CN" class="elder">'


def test_the_elder_home_has_four_doors_and_needs_no_account(client):
    CenterFactory(phone="0588-555 0100")
    session_at(1, 11, activity__category=CategoryFactory(icon="meal"), activity__title="Noodles")
    session_at(1, 10, activity__title="Painting for children", activity__max_age=12)
    session_at(1, 14, activity__title="Paper cutting")

    page = client.get("/elder/").content.decode()

    assert ELDER in page
    assert page.count('class="door ') == 4
    assert "下午 2:00 Paper cutting" in page
    assert "上午 11:00 Noodles" in page
    assert 'href="tel:+865885550100"' in page


def test_the_door_to_the_meals_stays_where_none_can_be_ordered_now(client):
    CategoryFactory(icon="meal", slug="canteen")

    page = client.get("/elder/").content.decode()

    assert 'href="/activities/?category=canteen"' in page


def test_one_click_is_remembered(client):
    client.get("/elder/")

    assert ELDER in client.get("/activities/").content.decode()


@pytest.mark.parametrize("words", ["长辈版", "关怀版", " 关爱版 ", "亲情版", "Ｅlder  View"])
def test_who_looks_for_it_by_one_of_its_names_finds_it(client, words):
    page = client.get("/activities/", {"q": words}).content.decode()

    assert page.split("<main")[1].count('href="/elder/"') == 1


@pytest.mark.parametrize("words", ["", "长辈", "版"])
def test_other_words_lead_to_activities_alone(client, words):
    page = client.get("/activities/", {"q": words}).content.decode()

    assert 'href="/elder/"' not in page.split("<main")[1]


def test_in_the_elder_view_it_is_said_to_be_there(client):
    client.get("/elder/")

    page = client.get("/activities/", {"q": "长辈版"}).content.decode()

    assert "现在就是长辈版" in page


def test_from_any_other_page_one_gets_that_page_again(client):
    response = client.get("/elder/?next=/activities/%3Fage%3D70")

    assert response.status_code == 302
    assert response.url == "/activities/?age=70"
    assert ELDER in client.get(response.url).content.decode()


def test_one_click_leads_back(client):
    client.get("/elder/")

    response = client.get("/elder/leave/?next=/calendar/")

    assert response.url == "/calendar/"
    assert ELDER not in client.get("/calendar/").content.decode()


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "", "x:y"]
)
def test_nobody_is_sent_elsewhere(client, address):
    assert client.get("/elder/leave/", {"next": address}).url == "/"


def test_the_choice_follows_a_user_to_another_device(client):
    user = UserFactory()
    client.force_login(user)
    client.get("/elder/")
    user.refresh_from_db()
    assert user.elder_view is True

    del client.cookies["elder"]

    assert ELDER in client.get("/activities/").content.decode()


def test_leaving_is_remembered_in_the_profile_too(client):
    user = UserFactory(elder_view=True)
    client.force_login(user)

    client.get("/elder/leave/")

    user.refresh_from_db()
    assert user.elder_view is False


def test_the_first_link_of_every_page_leads_to_the_elder_view(client):
    header = client.get("/calendar/?age=8").content.decode().split("<header")[1]

    assert header.split('href="')[1].startswith("/elder/?next=/calendar/%3Fage%3D8")
