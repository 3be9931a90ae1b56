"""The main job, through the three roles: a partner posts, staff schedule, a resident books,
a reminder arrives, and at the door a name is ticked."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import Activity, Category, Session
from bookings.models import Booking, Place
from bookings.reminders import leave_reminders
from notices.models import Notice
from notices.services import deliver_due
from tests.e2e.conftest import DESK, PHONE
from tests.factories import (
    SECOND_STEP_SECRET,
    CategoryFactory,
    CenterFactory,
    FloorFactory,
    PartnerFactory,
    PartnerMemberFactory,
    RoomFactory,
    StaffMemberFactory,
    UserFactory,
)

TITLE = "毛笔小楷入门"


@pytest.fixture
def center():
    center = CenterFactory(name="榕荫里社区党群服务中心", seal="榕荫邻里", slug="rongyinli")
    RoomFactory(floor=FloorFactory(center=center, level=4), name="书画室")
    CategoryFactory(name="青年夜校", slug="night", icon="night", tint="night")
    partner = PartnerFactory(name="砚田书社")
    partner.centers.add(center)
    PartnerMemberFactory(partner=partner, user=UserFactory(email="partner@example.org"))
    worker = UserFactory(email="worker@example.org", is_staff=True, name="林悦")
    StaffMemberFactory(center=center, user=worker)
    return center


def sign_in(page, address):
    """Through the one door, with the code that the worker would have sent."""
    page.goto("/accounts/login/")
    write_address(page, address)
    write_code(page)


def write_address(page, address):
    page.get_by_label("手机号或电子邮箱").fill(address)
    page.get_by_role("button", name="获取验证码").click()


def write_code(page):
    code = Notice.objects.filter(kind="accounts/code").latest("pk").context["code"]
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="登录").click()


def sign_in_staff(page):
    sign_in(page, "worker@example.org")
    code = format_hotp_value(hotp_value(SECOND_STEP_SECRET, next(yield_hotp_counters_from_time())))
    page.locator("main [name=code]").fill(code)
    page.locator("main button.main").click()


def post_an_activity(page):
    page.goto("/partner/")
    page.get_by_role("link", name="发布一个活动").first.click()
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=category]").select_option(label="青年夜校")
    page.locator("[name=summary]").fill("没拿过毛笔也可以来")
    page.locator("[name=description]").fill("八个周二晚上，从执笔写到一封信。")
    page.locator("[name=booking_mode][value=single]").check()
    page.locator("[name=wish]").fill("周二晚上，十二个人")
    page.locator("button[name=submit]").click()


def ask_for_changes(page, activity):
    page.goto(f"/admin/activities/activity/{activity.pk}/change/")
    page.get_by_role("link", name="请合伙人修改").click()
    page.locator("[name=note]").fill("请写明要不要自带纸笔")
    page.locator("button.desk-button.main").click()


def answer_the_note(page, activity):
    page.goto(f"/partner/activities/{activity.pk}/")
    expect(page.locator("main")).to_contain_text("请写明要不要自带纸笔")
    page.get_by_role("link", name="修改内容").click()
    page.locator("[name=bring]").fill("笔墨纸都有，空手来")
    page.locator("button[name=submit]").click()


def publish_with_dates(page, activity):
    page.goto(f"/admin/activities/activity/{activity.pk}/change/")
    page.locator("a[href$='/publish/']").click()
    page.locator("button.desk-button.main").click()
    page.goto(f"/admin/activities/activity/{activity.pk}/make_dates/")
    for weekday in ("2", "4", "6"):
        page.locator(f"[name=weekdays][value='{weekday}']").check()
    page.locator("[name=starts_at]").fill("19:30")
    page.locator("[name=ends_at]").fill("21:00")
    page.locator("[name=first_day]").fill((timezone.localdate() + timedelta(days=2)).isoformat())
    page.locator("[name=weeks]").fill("2")
    page.locator("[name=room]").select_option(index=1)
    page.locator("[name=capacity]").fill("12")
    page.locator("button[name=preview]").click()
    assert Session.objects.count() == 0  # Only looked at so far.
    page.locator("button[name=save]").click()
    page.wait_for_load_state()


def test_from_a_posting_to_a_name_ticked_at_the_door(center, visit):
    partner = visit()
    sign_in(partner, "partner@example.org")
    introduce(partner, "沈砚秋")
    post_an_activity(partner)
    expect(partner.locator("main")).to_contain_text("已提交")
    activity = Activity.objects.get()

    worker = visit(DESK)
    sign_in_staff(worker)
    introduce(worker, "林悦")
    ask_for_changes(worker, activity)
    answer_the_note(partner, activity)
    publish_with_dates(worker, activity)
    first = Session.objects.earliest("starts_at")

    resident = visit()
    resident.goto("/activities/?q=xiaokai")
    resident.get_by_role("link", name=TITLE).first.click()
    resident.locator("main [name=session]").first.check()
    resident.locator("main button.main").first.click()
    write_address(resident, "138 0013 8000")
    write_code(resident)
    introduce(resident, "李敏")
    book(resident)
    expect(resident.locator("main")).to_contain_text("报名好了")
    expect(resident.locator("main")).to_contain_text("4 楼 书画室")
    booking = Booking.objects.get()
    assert (booking.session, booking.status) == (first, "confirmed")

    leave_reminders(at=first.starts_at - timedelta(hours=23))
    Notice.objects.filter(kind="bookings/reminder").update(send_after=timezone.now())
    deliver_due()
    resident.goto("/messages/")
    expect(resident.locator("main")).to_contain_text(TITLE)
    assert Notice.objects.get(kind="bookings/reminder").sent_at

    now = timezone.now()
    Session.objects.filter(pk=first.pk).update(starts_at=now, ends_at=now + timedelta(hours=1))
    worker.set_viewport_size(PHONE)
    worker.goto(f"/staff/sessions/{first.pk}/roster/")
    with worker.expect_response(lambda answer: "/roster/places/" in answer.url):
        worker.locator("button[value=came]").click()
    expect(worker.locator("main")).to_contain_text("李敏")
    expect(worker.locator(".badge.good").first).to_be_visible()
    assert Place.objects.get().checked_in_at

    partner.goto(f"/partner/activities/{activity.pk}/")
    expect(partner.locator("main")).to_contain_text("1")
    expect(partner.locator("body")).not_to_contain_text("李敏")
    expect(partner.locator("body")).not_to_contain_text("8000")
    assert partner.mistakes + resident.mistakes + worker.mistakes == []


def introduce(page, name):
    """The first time, somebody says what to call them."""
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.wait_for_load_state()
    if page.locator("main [name=name]").count():
        page.locator("main [name=name]").fill(name)
        with page.expect_navigation():
            page.locator("main button.main").click()


def book(page):
    """Press the main button of each step until it is done."""
    for _ in range(4):
        page.wait_for_load_state()
        if re.search(r"/bookings/\d", page.url):
            return
        with page.expect_navigation():
            page.locator("main button.main").first.click()


def test_booking_needs_no_javascript(center, visit):
    activity = Activity.objects.create(
        center=center, category=Category.objects.get(), title=TITLE, status="published"
    )
    Session.objects.create(
        activity=activity,
        outside_place="前院",
        starts_at=timezone.now() + timedelta(days=1),
        ends_at=timezone.now() + timedelta(days=1, hours=1),
        booking_closes_at=timezone.now() + timedelta(days=1),
        capacity=1,
    )
    resident = visit(java_script_enabled=False)
    sign_in(resident, "resident@example.org")
    introduce(resident, "王芳")

    resident.goto(f"/activities/{activity.pk}/")
    resident.locator("main button.main").first.click()
    book(resident)
    expect(resident.locator("main")).to_contain_text("报名好了")
    resident.get_by_role("link", name="取消报名").click()
    resident.locator("main button.main").click()
    resident.wait_for_load_state()

    assert Booking.objects.get().status == "canceled"


def test_elders_find_four_doors_in_large_type(center, visit):
    elder = visit()
    elder.goto("/")
    elder.get_by_role("link", name="长辈版").click()

    expect(elder.locator("h1")).to_contain_text("您想做什么")
    size = elder.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert size >= 22
    heights = elder.eval_on_selector_all(
        "main a", "links => links.map(link => link.getBoundingClientRect().height)"
    )
    assert [height for height in heights if height >= 60][:4]
    elder.goto("/activities/")
    assert "elder" in elder.locator("html").get_attribute("class")
