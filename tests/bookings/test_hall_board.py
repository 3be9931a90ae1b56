"""The screen in the hall: what is on now and next, and nobody's name."""

import pytest
import time_machine
from django.utils import timezone

from activities.models import Session
from tests.bookings.test_board import a_closure, a_session
from tests.bookings.test_rooms import a_room, at, book
from tests.factories import CenterFactory, PersonFactory, RoomFactory
from venues import takings
from venues.models import OpeningHours, TakingKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return a_room(name="书画室", way="出电梯左转", floor__center__slug="here", floor__level=4)


def show(client, hour=10, minute=0, days=5):
    with time_machine.travel(at(hour, minute, days=days), tick=False):
        return client.get("/centers/here/board/")


def words(response):
    return " ".join(response.content.decode().split())


def test_it_says_what_is_on_now_and_next_with_floor_way_and_places(client, room):
    a_session(room, 9, 11, title="毛笔小楷")
    a_session(room, 14, 16, title="山水画")
    a_session(room, 8, 9, title="已经散了")

    page = show(client)

    assert page.status_code == 200
    assert [item.title for item in page.context["items"]] == ["毛笔小楷", "山水画"]
    assert '<li class="cat-night running"' in words(page) or ' running"' in words(page)
    assert "4 楼 书画室" in words(page)
    assert "出电梯左转" in words(page)
    assert "余 12 位" in words(page)


def test_it_names_nobody_and_no_purpose_of_a_room(client, room):
    ana = PersonFactory(name="Ana Secret")
    book(room, 12, 13, purpose="Secret rehearsal", person=ana)
    takings.take(room, at(17), at(18), kind=TakingKind.STANDING_SLOT, label="Secret choir")
    a_session(room, leader=PersonFactory(name="Wen Secret"))

    page = show(client)

    assert "Secret" not in words(page)
    assert [item.title for item in page.context["items"]][::2] == ["已预订", "已预订"]


def test_a_request_that_is_not_decided_is_not_shown(client, room):
    room.by_approval = True
    room.save()
    book(room)

    assert list(show(client, hour=8).context["items"]) == []


def test_what_is_called_off_and_what_is_shut_is_said(client, room):
    session = a_session(room, title="毛笔小楷")
    Session.objects.filter(pk=session.pk).update(canceled_at=timezone.now())
    a_closure(room.center, 17, 19, room)

    page = words(show(client))

    assert "因故取消" in page
    assert "Water" in page


def test_when_the_whole_house_is_shut_it_says_until_when(client, room):
    a_closure(room.center, 8, 12)

    assert "Water" in words(show(client))


def test_after_the_last_it_says_what_comes_tomorrow(client, room):
    a_session(room, 9, 11, title="毛笔小楷")
    a_session(room, 9, 11, title="山水画", days=6)

    page = show(client, hour=21)

    assert [item.title for item in page.context["tomorrow"]] == ["山水画"]
    assert [item.title for item in show(client, hour=10).context["tomorrow"]] == ["山水画"]
    assert "今天没有更多活动了" in words(page)


def test_a_day_without_hours_says_that_the_house_is_closed(client, room):
    OpeningHours.objects.all().delete()

    assert "今天不开放" in words(show(client))


def test_only_what_is_here_and_public_is_shown(client, room):
    a_session(a_room(), title="Elsewhere")
    a_session(RoomFactory(floor=room.floor), title="Draft", status="draft")

    assert list(show(client).context["items"]) == []
    assert client.get("/centers/nowhere/board/").status_code == 404
    assert client.post("/centers/here/board/").status_code == 405


def test_without_a_script_it_loads_itself_anew(client, room):
    page = words(show(client))

    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page
    assert 'http-equiv="refresh"' not in page.replace("<noscript><meta http-equiv", "")


@pytest.mark.parametrize("number", [1, 12])
def test_many_sessions_cost_no_more_statements_than_one(
    client, room, number, django_assert_num_queries
):
    for hour in range(number):
        a_session(RoomFactory(floor=room.floor), 9, 11, title=f"S{hour}")
        book(RoomFactory(floor=room.floor, group_from=None), 12, 13)
    show(client)

    with django_assert_num_queries(8):
        show(client)


def test_the_page_of_the_center_leads_to_the_screen_and_to_the_rooms(client):
    CenterFactory(slug="here")

    page = words(client.get("/centers/here/"))

    assert 'href="/centers/here/board/"' in page
    assert 'href="/rooms/?center=here"' in page
