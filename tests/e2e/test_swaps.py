"""A week at once, another date, somebody else: on a phone, without a script, in both views."""

from datetime import datetime, time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import Booking
from tests.barriers import RULES
from tests.e2e.conftest import PHONE
from tests.factories import ActivityFactory, PersonFactory, SessionFactory, carer_of


@pytest.fixture
def resident():
    return carer_of(PersonFactory(name="王芳"), PersonFactory(name="王建国"))


@pytest.fixture
def lunches():
    """Every day of the next two weeks."""
    today = timezone.localdate()
    monday = today + timedelta(days=7 - today.weekday())
    activity = ActivityFactory(title="午饭", party_limit=1)
    return [
        SessionFactory(
            activity=activity,
            starts_at=timezone.make_aware(datetime.combine(monday + timedelta(days=n), time(12))),
        )
        for n in range(14)
    ]


@pytest.fixture
def signed_in(visit, resident, live_server):
    """A page of the resident's browser, who came in before."""
    client = Client()
    client.force_login(resident)
    name = settings.SESSION_COOKIE_NAME

    def open_page(**options):
        page = visit(PHONE, **options)
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return open_page


def test_a_week_is_booked_and_one_day_of_it_swapped_without_a_script(signed_in, lunches):
    page = signed_in(java_script_enabled=False)
    page.goto(f"/activities/{lunches[0].activity_id}/")
    page.get_by_role("link", name="下周一到周五").click()
    page.locator("form.flow button.main").click()
    page.locator("form.flow button.main").click()

    expect(page).to_have_url("/bookings/")
    expect(page.locator("#outcome")).to_contain_text("5 场")
    monday = Booking.objects.get(session=lunches[0])
    page.get_by_role("button", name="知道了，收起来").click()
    page.goto(f"/bookings/{monday.reference}/")
    page.get_by_role("link", name="换一天").click()
    page.locator(f'input[value="{lunches[7].pk}"]').check()
    page.get_by_role("button", name="换到这一天").click()

    expect(page.locator("main")).to_contain_text("报名好了")
    monday.refresh_from_db()
    assert monday.session == lunches[7]


def test_somebody_else_comes_without_a_script(signed_in, lunches, resident):
    page = signed_in(java_script_enabled=False)
    page.goto(f"/activities/{lunches[0].activity_id}/book/?session={lunches[0].pk}")
    while "/book/" in page.url:
        page.locator("form.flow button.main").click()
    page.get_by_role("link", name="换人来").click()
    page.get_by_label("王建国").check()
    page.get_by_role("button", name="确定换人").click()

    expect(page.locator("main")).to_contain_text("王建国")
    assert Booking.objects.get().places.get().person.name == "王建国"


@pytest.mark.parametrize("view", ["standard", "elder"])
def test_a_machine_finds_nothing_in_the_way_of_swaps(signed_in, lunches, view):
    page = signed_in()
    if view == "elder":
        page.goto("/elder/")
    page.goto(f"/activities/{lunches[0].activity_id}/book/?tick=next_week")
    looked_at = [page.url]
    while "/book/" in page.url:
        page.locator("form.flow button.main").click()
    reference = Booking.objects.first().reference
    looked_at += [f"/bookings/{reference}/{what}" for what in ("", "date/", "person/")]
    found = {}
    for address in ["/bookings/", *looked_at]:
        page.goto(address)
        violations = Axe().run(page, options=RULES).response["violations"]
        if violations:
            found[address] = [(each["id"], each["nodes"][0]["html"]) for each in violations]
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address

    assert found == {}
