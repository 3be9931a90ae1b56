"""The board of the desk by keyboard alone, and the screen in the hall without a network."""

from datetime import UTC, datetime

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from tests.barriers import RULES
from tests.bookings.test_board import a_session
from tests.bookings.test_rooms import a_room, at
from tests.desk import social_worker
from tests.e2e.conftest import DESK
from tests.e2e.test_roster import sign_in
from tests.factories import RoomFactory

HALL = {"width": 1920, "height": 1080}


def violations(page, within=None):
    found = Axe().run(page, context=within, options=RULES).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found]


def grab(page, title):
    """Reach the button of a block by its name, and press Enter."""
    button = page.get_by_role("link", name=f"移动“{title}”")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-says]")).to_contain_text(title)


def test_a_session_is_moved_by_keyboard_alone_and_a_clash_is_refused(visit, live_server):
    hall = a_room(name="活动厅")
    other = RoomFactory(floor=hall.floor, name="书画室")
    brush = a_session(hall, 9, 10, title="毛笔小楷")
    a_session(other, 10, 11, title="合唱")
    page = visit(DESK)
    sign_in(page, social_worker(hall.center), live_server)
    page.goto(f"/admin/board/?date={at(9):%Y-%m-%d}")
    assert violations(page, within="main") == []

    grab(page, "毛笔小楷")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("[data-says]")).to_contain_text("10:00–11:00，书画室")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("合唱")
    expect(page.get_by_role("button", name="确认改期")).to_have_count(0)

    page.go_back()
    grab(page, "毛笔小楷")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("[data-says]")).to_have_text("没有移动。")
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("button[name=sure]").press("Enter")
    expect(page).to_have_url(f"{live_server.url}/admin/board/?view=day&date={at(9):%Y-%m-%d}")

    brush.refresh_from_db()
    assert (brush.starts_at, brush.room) == (at(9), other)
    assert page.mistakes == []


def test_without_a_network_the_screen_keeps_what_it_has_and_says_of_when(visit):
    room = a_room(name="书画室", floor__center__slug="here", floor__level=4)
    a_session(room, 0, 23, title="毛笔小楷", days=0)
    page = visit(HALL)
    page.clock.install(time=timezone.now())
    page.goto("/centers/here/board/")
    expect(page.locator(".board-list .what")).to_have_text(["毛笔小楷"])
    assert violations(page) == []
    moment = int(page.locator("#board").get_attribute("data-now"))
    arrived = f"{timezone.localtime(datetime.fromtimestamp(moment, tz=UTC)):%H:%M}"

    page.context.set_offline(True)
    page.clock.fast_forward("02:00")

    state = page.locator("[data-state]")
    expect(state).to_have_text(f"网络已断开，显示的是 {arrived} 的内容。")
    expect(page.locator(".board-list .what")).to_have_text(["毛笔小楷"])
    expect(page.locator("[data-clock]")).not_to_have_text(arrived)

    page.context.set_offline(False)
    a_session(room, 23, at(23, 30, days=0), title="夜读", days=0)
    page.clock.fast_forward("00:31")
    expect(page.locator(".board-list .what")).to_have_text(["毛笔小楷", "夜读"])
    expect(state).to_have_text("")
