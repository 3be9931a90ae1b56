"""A room is booked on the grid by the keyboard alone."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from bookings.models import RoomBooking
from tests.bookings.test_rooms import a_room, at, book
from tests.e2e.conftest import DESK
from tests.factories import PersonFactory, carer_of

MOST_TABS = 60


def tab_to(page, selector):
    """Press Tab until that has the focus, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"No way to {selector} by keyboard")


def test_a_room_is_booked_on_the_grid_by_keyboard_alone(visit, live_server):
    room = a_room(name="书画室")
    book(room, 8, 10)
    client = Client()
    client.force_login(carer_of(PersonFactory(name="王芳")))
    name = settings.SESSION_COOKIE_NAME
    page = visit(DESK)
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )

    page.goto(f"/rooms/?date={at(10):%Y-%m-%d}")
    tab_to(page, ".hours a.free")
    page.keyboard.press("Enter")
    expect(page.locator("#id_start")).to_have_value("10:00")
    tab_to(page, "#id_headcount")
    page.keyboard.type("4")
    tab_to(page, "#id_purpose")
    page.keyboard.type("练字")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("已订好")
    assert page.mistakes == []
    booking = RoomBooking.objects.get(purpose="练字")
    assert (booking.room, booking.starts_at, booking.ends_at) == (room, at(10), at(11))
