"""From a letter in the box to an activity that was held, and the thanks to whoever asked."""

from datetime import timedelta

from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from activities import posting
from activities.models import Activity, Status
from bookings import needs_met
from notices.models import Notice
from notices.services import deliver_due
from partners import letters
from partners.models import Letter, Need, NeedStatus, Role
from tests.bookings.giving import came
from tests.desk import social_worker
from tests.e2e.conftest import DESK
from tests.factories import (
    CategoryFactory,
    CenterFactory,
    PartnerMemberFactory,
    PersonFactory,
    ResourceFactory,
    SessionFactory,
)

TITLE = "周末给孩子的书法课"
ASKER = "wang@example.org"


def test_a_letter_becomes_an_activity_and_whoever_asked_is_thanked(visit, live_server):
    center = CenterFactory(name="榕荫里社区", slug="rongyin", phone="0588-555 0100")
    calligraphy, staff = CategoryFactory(name="书法"), social_worker(center)
    member = PartnerMemberFactory(role=Role.POSTER, partner__name="砚田书社")
    member.partner.centers.add(center)
    ResourceFactory(partner=member.partner, category=calligraphy, title="两位书法老师")

    resident = visit()
    write_a_letter(resident)
    need = letters.gather([Letter.objects.get()], by=staff, title=TITLE)
    Need.objects.filter(pk=need.pk).update(is_public=True, category=calligraphy)

    ask_the_partner(signed_in(visit(DESK), staff, live_server), need)
    take_it_on(signed_in(visit(), member.user, live_server))
    session = publish(Activity.objects.get(), staff)
    assert needs_met.look_again() == 1
    came(session, PersonFactory())
    assert needs_met.look_again(session.ends_at + timedelta(hours=1)) == 1

    need.refresh_from_db()
    assert (need.status, need.partner) == (NeedStatus.DONE, member.partner)
    deliver_due()
    planned, thanks = Notice.objects.filter(address=ASKER).order_by("pk")
    assert (planned.kind, thanks.kind) == ("partners/need_planned", "partners/need_done")
    assert "办了 1 场" in thanks.body
    resident.goto(f"/needs/{need.pk}/")
    for words in (TITLE, "砚田书社", f"已经变成活动：“{TITLE}”", "办了 1 场，来了 1 人"):
        expect(resident.locator("main")).to_contain_text(words)
    assert resident.mistakes == []


def write_a_letter(page):
    page.goto("/box/")
    page.locator("[name=text]").fill("能不能周末教孩子写毛笔字？")
    page.locator("[name=contact]").fill(ASKER)
    page.locator("main button.main").click()
    page.wait_for_url("**/sent/")


def ask_the_partner(page, need):
    page.goto(f"/admin/needs/{need.pk}/partners/")
    expect(page.locator("main")).to_contain_text("同类：书法")
    page.get_by_role("link", name="问问这家").click()
    page.locator("[name=note]").fill("场地我们来备。")
    page.get_by_role("button", name="问问这家").click()
    expect(page.locator("main")).to_contain_text("还没有答复")


def take_it_on(page):
    page.goto("/partner/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator("main")).to_contain_text("场地我们来备。")
    page.get_by_role("button", name="好，我们接下").click()
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    page.locator("[name=description]").fill("从握笔到写自己的名字。")
    page.locator("[name=wish]").fill("周六下午，十六人以内。")
    page.locator("button[name=submit]").click()
    expect(page.locator("main")).to_contain_text("已提交")
    assert page.mistakes == []


def publish(activity, staff):
    assert activity.status == Status.SUBMITTED
    posting.publish(activity, by=staff)
    return SessionFactory(activity=activity, places_taken=1)


def signed_in(page, user, live_server):
    client, name = Client(), settings.SESSION_COOKIE_NAME
    client.force_login(user)
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    return page
