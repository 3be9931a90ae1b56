"""The roster at a door with a bad network: no tap is lost, none is done twice or out of order."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from bookings import check_in, rosters
from bookings.models import Place
from tests.barriers import RULES
from tests.bookings.booking import book_for
from tests.desk import social_worker
from tests.e2e.conftest import DESK, PHONE
from tests.factories import ActivityFactory, CenterFactory, PersonFactory, SessionFactory
from venues.models import StaffMember

NAMES = ["陈静", "李秀英", "王建国", "张伟", "赵敏"]


@pytest.fixture
def worker():
    return social_worker(CenterFactory(), name="林悦")


@pytest.fixture
def session(worker):
    center = StaffMember.objects.get(user=worker).center
    session = SessionFactory(
        activity=ActivityFactory(center=center, title="合唱"),
        starts_at=timezone.now() + timedelta(minutes=1),
    )
    for name in NAMES:
        book_for(PersonFactory(name=name), session=session)
    return session


@pytest.fixture
def open_roster(visit, session, worker, live_server):
    def at_the_door(**options):
        page = visit(**options)
        sign_in(page, worker, live_server)
        page.sent = []
        page.on(
            "request",
            lambda request: (
                page.sent.append(request.post_data) if request.method == "POST" else None
            ),
        )
        page.goto(f"/staff/sessions/{session.pk}/roster/")
        return page

    return at_the_door


def sign_in(page, user, live_server):
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def row(page, name):
    return page.locator(".roster > li", has=page.get_by_role("heading", name=name))


def tap(page, name, button="来了"):
    row(page, name).get_by_role("button", name=button).click()


def came(session):
    """Names in the order in which they were tapped."""
    here = session.places.filter(checked_in_at__isnull=False).order_by("marked_at")
    return list(here.values_list("person__name", flat=True))


def all_is_sent(page):
    expect(page.locator("[data-waits]:visible")).to_have_count(0, timeout=40_000)
    kept = page.evaluate("() => Object.values(localStorage)")
    assert [each for each in kept if each != "[]"] == []


def test_taps_without_a_network_are_sent_in_order_each_once(open_roster, session):
    page = open_roster()
    page.context.set_offline(True)

    for name in reversed(NAMES):
        tap(page, name)
        expect(row(page, name)).to_contain_text("等待发送")
    expect(page.locator("#queue")).to_contain_text("等网络恢复后发送")
    assert came(session) == []
    tries = len(page.sent)
    page.context.set_offline(False)
    all_is_sent(page)

    assert came(session) == list(reversed(NAMES))
    ids = [data.split("tap=")[1] for data in page.sent[tries:]]
    assert len(ids) == len(set(ids)) == len(NAMES)
    expect(page.locator("#counts")).to_contain_text("5")
    expect(page.locator("#queue .notice:visible")).to_have_count(0)


def test_a_page_that_was_closed_loses_no_tap(open_roster, session):
    page = open_roster()
    page.context.set_offline(True)
    for name in NAMES:
        tap(page, name)
    tap(page, NAMES[0], "撤销")
    page.close()

    assert came(session) == []
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(f"/staff/sessions/{session.pk}/roster/")
    all_is_sent(again)

    assert came(session) == NAMES[1:]


def test_an_answer_that_got_lost_changes_nothing_twice(open_roster, session, worker):
    page = open_roster()
    lost = []

    def lose_the_first(route):
        response = route.fetch(max_redirects=0)
        if lost:
            route.fulfill(response=response)
        else:
            lost.append(route.request.post_data)
            route.abort()

    page.route("**/roster/places/**", lose_the_first)
    tap(page, NAMES[0])
    expect(page.locator("[data-says=offline]")).to_be_visible()
    place = session.places.get(person__name=NAMES[0])
    assert place.checked_in_at
    # Meanwhile a colleague takes it back; the tap that is sent again is the older one.
    rosters.undo(place, by=worker)
    all_is_sent(page)

    assert came(session) == []
    assert page.sent.count(lost[0]) == 2
    expect(row(page, NAMES[0]).get_by_role("button", name="来了")).to_be_visible()


def test_signed_out_the_taps_are_kept_until_somebody_signs_in_again(
    open_roster, session, worker, live_server
):
    page = open_roster()
    page.context.clear_cookies(name="sessionid")
    tap(page, NAMES[0])
    expect(page.locator("#queue").get_by_role("link", name="重新登录")).to_be_visible()
    tap(page, NAMES[1])
    assert came(session) == []

    sign_in(page, worker, live_server)
    page.goto(f"/staff/sessions/{session.pk}/roster/")
    all_is_sent(page)

    assert came(session) == NAMES[:2]


def test_a_tap_that_is_refused_says_why_and_holds_up_nobody(open_roster, session):
    page = open_roster()
    gone = Place.objects.get(person__name=NAMES[0])
    Place.objects.filter(pk=gone.pk).update(canceled_at=timezone.now())
    tap(page, NAMES[0])
    tap(page, NAMES[1])
    all_is_sent(page)

    assert came(session) == [NAMES[1]]
    expect(page.locator("[data-refused]")).to_contain_text(NAMES[0])
    expect(row(page, NAMES[0])).to_have_count(0)


def test_without_a_script_a_tap_is_a_plain_form(open_roster, session):
    page = open_roster(java_script_enabled=False)

    tap(page, NAMES[0])
    tap(page, NAMES[1], "没来")

    assert came(session) == [NAMES[0]]
    expect(row(page, NAMES[0]).get_by_role("button", name="撤销")).to_be_visible()
    expect(page.locator("#queue .notice:visible")).to_have_count(0)


def test_without_a_network_no_other_button_loses_the_page(open_roster):
    page = open_roster()
    page.context.set_offline(True)

    page.locator("#who").fill(NAMES[0])
    page.get_by_role("search").first.get_by_role("button").click()

    expect(page.locator("[data-needs-network]")).to_be_visible()
    tap(page, NAMES[0])
    expect(row(page, NAMES[0])).to_contain_text("等待发送")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_machine_finds_nothing_in_the_way_at_the_door(open_roster, session, size):
    page, activity = open_roster(size=size), session.activity
    session.activity.is_fetched = True
    session.activity.save()
    place = session.places.select_related("booking").first()
    rosters.mark_came(place, by=place.booking.booked_by)
    staff = f"/staff/sessions/{session.pk}/roster/"
    found = {}
    for address in (
        staff,
        f"{staff}places/{place.pk}/out/",
        f"/staff/check-in/{check_in.token_of(place.booking)}/",
        f"/staff/activities/{activity.pk}/poster/",
        f"/staff/activities/{activity.pk}/register/",
        f"/check-in/{check_in.poster_token(activity)}/",
    ):
        page.goto(address)
        violations = Axe().run(page, options=RULES).response["violations"]
        if violations:
            found[address] = [(each["id"], each["nodes"][0]["html"]) for each in violations]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{address} is {wide} px too wide"

    assert found == {}
    assert page.mistakes == []
