"""The ways people take through the site on a phone: with a finger, by keys, without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import Activity, BookingMode
from activities.models import Status as ActivityStatus
from activities.search import text_for
from bookings.models import Booking, RoomBooking, Status
from tests.bookings.booking import book_for
from tests.bookings.test_rooms import a_room, at
from tests.e2e.walker import FINGER, KEYS, NO_SCRIPT, Walker
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PartnerFactory,
    PartnerMemberFactory,
    PersonFactory,
    SessionFactory,
    carer_of,
)


@pytest.fixture
def walk(visit, live_server):
    """Somebody new with a phone in their hand, signed in where a user is given."""

    def start(manner=FINGER, user=None):
        page = visit(java_script_enabled=manner != NO_SCRIPT)
        walker = Walker(page, manner)
        return walker.signed_in_as(user, live_server.url) if user else walker

    return start


def a_session(title, *, hours=30, **more):
    """On its own, tomorrow; in the house that everything here is in."""
    starts_at = timezone.now() + timedelta(hours=hours)
    activity = ActivityFactory(
        title=title, booking_mode=BookingMode.SINGLE, **more.pop("activity", {})
    )
    activity.search_text = text_for(activity)
    activity.save(update_fields=["search_text"])
    return SessionFactory(activity=activity, starts_at=starts_at, **more)


@pytest.mark.parametrize("manner", [FINGER, KEYS, NO_SCRIPT])
def test_a_newcomer_books_for_herself_and_her_child(walk, manner):
    session = a_session("亲子陶艺")
    newcomer = walk(manner)

    newcomer.open("/")
    newcomer.write("找活动", "taoyi")
    newcomer.tap("找", exact=True)
    newcomer.tap("亲子陶艺")
    newcomer.tap("报名")
    newcomer.signs_in()
    newcomer.write("您的姓名", "李敏")
    newcomer.tap("继续")
    newcomer.reads("核对一下", "李敏")
    newcomer.tap("谁来")
    newcomer.tap("孩子")
    newcomer.write("孩子的姓名", "小禾")
    newcomer.write("出生日期", "2020-03-05")
    newcomer.tick("监护人")
    newcomer.tap("同意，添加孩子")
    newcomer.reads("谁来参加", "李敏", "小禾")
    newcomer.tap("报名")

    newcomer.reads("报名好了", "李敏", "小禾")
    # Four of them are for the child, three for signing in.
    assert newcomer.taps == 11
    booking = Booking.objects.get()
    assert (booking.session, booking.status, booking.party_size) == (session, Status.CONFIRMED, 2)
    assert newcomer.page.mistakes == []


def test_an_elder_orders_lunch_sees_the_day_and_cancels_by_keys(walk):
    ana = PersonFactory(name="陈桂英")
    lunch = CategoryFactory(name="长者食堂", slug="canteen", icon="meal", tint="meal")
    session = a_session("长者午餐", activity={"category": lunch})
    elder = walk(KEYS, carer_of(ana))

    elder.open("/elder/")
    elder.tap("订餐")
    elder.tap("长者午餐")
    elder.tap("报名")
    elder.reads("报名好了")
    elder.open("/elder/")
    elder.tap("我的一天")
    elder.open(f"/my-day/?date={timezone.localdate(session.starts_at):%Y-%m-%d}")
    elder.reads("陈桂英", "长者午餐", "Square")
    elder.open("/bookings/")
    elder.tap("长者午餐")
    elder.tap("取消报名")
    elder.tap("确定取消")

    elder.reads("已取消")
    assert "elder" in elder.page.locator("html").get_attribute("class")
    assert Booking.objects.get().status == Status.CANCELED


def test_who_waits_is_offered_what_another_gives_back_without_scripts(walk):
    ana, bo = PersonFactory(name="王芳"), PersonFactory(name="赵强")
    session = a_session("瑜伽", capacity=1, activity={"freed_place": "offered"}, hours=80)
    first = carer_of(ana)
    book_for(ana, session=session, by=first)
    holder, waiting = walk(NO_SCRIPT, first), walk(NO_SCRIPT, carer_of(bo))

    waiting.open(f"/activities/{session.activity_id}/")
    waiting.tap("加入候补")
    waiting.reads("您是第 1 位")
    holder.open("/bookings/")
    holder.tap("瑜伽")
    holder.tap("取消报名")
    holder.tap("确定取消")
    waiting.open("/bookings/")
    waiting.reads("请在")
    waiting.tap("要这个名额")

    waiting.reads("报名好了")
    assert [booking.status for booking in Booking.objects.order_by("pk")] == [
        Status.CANCELED,
        Status.CONFIRMED,
    ]


@pytest.mark.parametrize("manner", [FINGER, KEYS, NO_SCRIPT])
def test_a_visitor_books_a_room_and_signs_in_on_the_way(walk, manner):
    room = a_room(name="书画室")
    visitor = walk(manner)

    visitor.open(f"/rooms/?date={at(10):%Y-%m-%d}")
    visitor.tap("空闲 08:00")
    visitor.write("几个人", "4")
    visitor.write("做什么用", "练字")
    visitor.tap("订这个场地")
    visitor.signs_in()
    visitor.write("您的姓名", "王芳")
    visitor.tap("继续")
    expect(visitor.page.get_by_label("做什么用")).to_have_value("练字")
    visitor.tap("订这个场地")

    visitor.reads("已订好")
    booking = RoomBooking.objects.get()
    assert (booking.room, booking.purpose, booking.headcount) == (room, "练字", 4)
    assert visitor.page.mistakes == []


def test_a_partner_posts_an_activity_by_keys(walk):
    partner = PartnerFactory(name="砚田书社")
    partner.centers.add(CenterFactory())
    CategoryFactory(name="青年夜校")
    member = carer_of(PersonFactory(name="沈砚秋"))
    PartnerMemberFactory(partner=partner, user=member)
    poster = walk(KEYS, member)

    poster.open("/partner/")
    poster.tap("发布一个活动")
    poster.pick("属于哪一类", "青年夜校")
    poster.write("活动叫什么", "毛笔小楷入门")
    poster.tap("提交给中心")
    poster.reads("请再看看下面几处")
    poster.write("一句话介绍", "没拿过毛笔也可以来")
    poster.write("活动内容", "八个周二晚上，从执笔写到一封信。")
    poster.write("您希望的日子", "周二晚上，十二个人")
    poster.tap("提交给中心")

    poster.reads("已提交", "毛笔小楷入门")
    assert Activity.objects.get().status == ActivityStatus.SUBMITTED


def test_what_is_missing_has_the_focus_and_leads_to_where_it_is(walk):
    session = a_session("亲子陶艺")
    resident = walk(KEYS, carer_of(PersonFactory(name="李敏"), PersonFactory(name="小禾")))

    resident.open(f"/activities/{session.activity_id}/book/?session={session.pk}")
    resident.untick("李敏")
    resident.tap("报名")
    expect(resident.page.get_by_role("alert")).to_be_focused()
    resident.page.keyboard.press("Tab")
    expect(resident.page.get_by_role("link", name="谁来", exact=True)).to_be_focused()
    resident.page.keyboard.press("Enter")
    expect(resident.page.locator("#id_person")).to_be_focused()
    resident.tick("小禾")
    resident.tap("报名")

    resident.reads("报名好了", "小禾")
