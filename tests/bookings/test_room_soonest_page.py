from datetime import timedelta

import pytest

from tests.bookings.test_room_pages import DAY, words
from tests.bookings.test_rooms import a_room, book
from tests.factories import RoomFactory
from venues.models import OpeningHours

pytestmark = pytest.mark.django_db

PAGE = "/rooms/soonest/"
ASKED = {"headcount": "4", "minutes": "60", "first": f"{DAY:%Y-%m-%d}"}


def test_asked_nothing_it_asks(client):
    a_room()

    assert "最近可用的场地" in words(client.get(PAGE))
    assert client.get("/rooms/").content.decode().count(f'href="{PAGE}"') == 1


def test_an_answer_leads_to_the_form_filled_in(client):
    room = a_room(name="Studio")
    book(room, 8, 9)

    page = client.get(PAGE, ASKED).content.decode()

    assert "Studio" in page
    path = f"/rooms/{room.pk}/?date={DAY:%Y-%m-%d}&amp;start=09:00&amp;end=10:00&amp;headcount=4"
    assert f'href="{path}#ask"' in page


def test_where_nothing_is_free_it_says_what_may_help(client):
    room = a_room(is_step_free=False)

    assert "一起想办法" in words(client.get(PAGE, ASKED | {"step_free": "on"}))
    OpeningHours.objects.filter(center=room.center).update(closes_at="18:00")
    assert "一起想办法" in words(client.get(PAGE, ASKED | {"part": "evening"}))
    assert "一起想办法" in words(client.get(PAGE, ASKED | {"first": "2999-01-01"}))


@pytest.mark.parametrize(
    "wrong",
    [{"headcount": "0"}, {"headcount": ""}, {"minutes": "7"}, {"first": "x"}, {"part": "night"}],
    ids=str,
)
def test_wrong_input_stands_beside_its_field(client, wrong):
    a_room()

    answer = client.get(PAGE, ASKED | wrong)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)


def test_a_house_without_rooms_says_so_and_a_day_that_is_past_is_today(client):
    assert client.get(PAGE, ASKED).status_code == 200
    a_room()
    past = DAY - timedelta(days=400)
    assert "选这个" in words(client.get(PAGE, ASKED | {"first": f"{past:%Y-%m-%d}"}))


@pytest.mark.parametrize("number", [1, 12])
def test_many_rooms_cost_no_more_statements(client, number, django_assert_num_queries):
    room = a_room()
    for _ in range(number - 1):
        RoomFactory(floor=room.floor)
    client.get(PAGE)

    with django_assert_num_queries(8):
        client.get(PAGE, ASKED)
