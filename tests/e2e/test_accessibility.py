"""WCAG 2.2 A and AA, as far as a machine can tell, on the pages everybody sees first."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from tests.e2e.conftest import DESK, PHONE
from tests.factories import ActivityFactory, CenterFactory, RoomFactory, SessionFactory

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


@pytest.fixture
def activity():
    activity = ActivityFactory(title="舒缓瑜伽", center=CenterFactory(slug="rongyinli"))
    SessionFactory(activity=activity, starts_at=timezone.now() + timedelta(hours=3))
    return activity


@pytest.fixture
def room(activity):
    room = RoomFactory(floor__center=activity.center, name="书画室")
    for weekday in range(1, 8):
        activity.center.opening_hours.create(weekday=weekday, opens_at="08:30", closes_at="21:00")
    return room


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("view", ["standard", "elder"])
def test_a_machine_finds_nothing_in_the_way(activity, room, visit, view, size):
    page = visit(size)
    if view == "elder":
        page.goto("/elder/")
    found = {}
    for address in (
        "/",
        "/activities/",
        "/calendar/",
        f"/activities/{activity.pk}/",
        "/centers/rongyinli/",
        "/centers/rongyinli/rules/",
        "/rooms/",
        f"/rooms/{room.pk}/",
        "/partners/",
        "/accounts/login/",
        "/elder/",
        "/privacy/",
    ):
        page.goto(address)
        violations = Axe().run(page, options=RULES).response["violations"]
        if violations:
            found[address] = [(each["id"], each["nodes"][0]["html"]) for each in violations]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{address} is {wide} px too wide"

    assert found == {}
