"""A series of room bookings on a phone, by keys; every date is seen before it is booked."""

from datetime import timedelta

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from bookings.models import RoomSeries
from tests.barriers import RULES
from tests.bookings.test_room_series import a_hall, week, weeks
from tests.bookings.test_rooms import book
from tests.e2e.test_rooms import tab_to
from tests.factories import PersonFactory, RoomFactory, carer_of


def no_barriers(page):
    return Axe().run(page, options=RULES).response["violations"] == []


def test_every_date_is_seen_before_the_free_ones_are_booked(visit, live_server):
    room = a_hall(name="书画室")
    RoomFactory(floor=room.floor, name="小会客室", days_ahead=900)
    book(room, week(1, 10), week(1, 11))
    client, name = Client(), settings.SESSION_COOKIE_NAME
    client.force_login(carer_of(PersonFactory(name="王芳")))
    page = visit()
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    first, last = week(0, 10), week(0, 10) + timedelta(weeks=3)

    page.goto(f"/rooms/{room.pk}/?date={first:%Y-%m-%d}&start=10:00&end=11:00&headcount=4")
    tab_to(page, "#id_purpose")
    page.keyboard.type("练字")
    tab_to(page, "#ask ~ form summary")
    page.keyboard.press("Enter")
    tab_to(page, "#id_repeat_until")
    page.fill("#id_repeat_until", f"{last:%Y-%m-%d}")
    tab_to(page, "form[action*=book] button.main")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("有 3 个日期可以订")
    expect(page.locator("main")).to_contain_text("小会客室")
    assert no_barriers(page)
    tab_to(page, "button[value=free]")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("未能订到")
    assert no_barriers(page)
    assert page.mistakes == []
    assert weeks(RoomSeries.objects.get()) == [0, 2, 3]
