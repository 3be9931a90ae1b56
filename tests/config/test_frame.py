"""The header and the footer of every page."""

import pytest
from django.utils import timezone

from notices.models import Notice
from tests.factories import CenterFactory, PartnerMemberFactory, UserFactory

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}


def page(client, address="/activities/"):
    return client.get(address, headers=ENGLISH).content.decode()


def test_every_page_names_the_center_and_its_phone(client):
    CenterFactory(
        name="榕荫里社区党群服务中心",
        community="榕荫里社区",
        seal="榕荫邻里",
        phone="0588-555 0100",
    )

    shown = page(client)

    assert "<b>榕荫里社区</b> <small>党群服务中心</small>" in shown
    assert "<span>榕</span><span>荫</span><span>邻</span><span>里</span>" in shown
    assert 'class="big-phone" href="tel:+865885550100"' in shown


def test_a_center_may_choose_another_color(client):
    CenterFactory(brand="pine")

    assert 'data-brand="pine"' in page(client)


def test_an_empty_house_still_has_pages(client):
    assert "Community service center" in page(client)


@pytest.mark.parametrize(
    ("address", "word"),
    [("/", "Home"), ("/activities/", "Activities"), ("/calendar/?view=day", "Calendar")],
)
def test_the_navigation_says_where_one_is(client, address, word):
    shown = page(client, address)

    assert shown.count('aria-current="page">') >= 1
    assert f'aria-current="page">{word}</a>' in shown


def test_visitors_can_sign_in_and_come_back(client):
    assert 'href="/accounts/login/?next=/calendar/%3Fage%3D8"' in page(client, "/calendar/?age=8")


def test_every_page_leads_to_what_is_kept_about_people(client):
    assert 'href="/privacy/"' in page(client)


def test_the_elder_view_has_the_language_at_the_foot(client):
    client.cookies["elder"] = "1"

    header, footer = page(client).split('<footer class="site-footer">')

    assert 'value="zh-hans"' not in header
    assert 'value="zh-hans"' in footer


def test_who_is_signed_in_reads_their_name(client):
    client.force_login(UserFactory(name="Li Min"))

    shown = page(client)

    assert "<span>Li Min</span>" in shown
    assert "Sign out" in shown
    assert "New message" not in shown
    assert "/partner/" not in shown
    assert "Staff desk" not in shown


def test_a_new_message_is_announced_until_it_is_read(client):
    user = UserFactory()
    notice = Notice.objects.create(key="1", recipient=user, kind="x", shown_at=timezone.now())
    client.force_login(user)
    assert "New message" in page(client)

    notice.read_at = timezone.now()
    notice.save()

    assert "New message" not in page(client)


def test_partners_and_staff_find_their_desks(client):
    member = PartnerMemberFactory(user=UserFactory(is_staff=False))
    client.force_login(member.user)

    assert 'href="/partner/"' in page(client)


def test_numbers_of_the_authorities_stand_at_the_foot(client, settings):
    settings.RECORD_NUMBERS = ["ICP 20260000", "Police 000"]

    assert "ICP 20260000 · Police 000" in page(client)


def test_the_frame_costs_a_user_three_statements_more(client, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get("/partners/")
    client.force_login(UserFactory())

    # The session, the user, and what the header says about them.
    with django_assert_num_queries(5):
        client.get("/partners/")


def test_a_page_allows_no_script_but_our_own(client):
    response = client.get("/activities/")

    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert " style=" not in response.content.decode()
    assert " onclick=" not in response.content.decode()


def test_a_page_that_is_not_there_says_so_kindly(client):
    response = client.get("/nowhere/", headers=ENGLISH)

    assert response.status_code == 404
    assert "This page is not here" in response.content.decode()


def test_every_page_leads_to_what_is_and_is_not_accessible(client):
    CenterFactory(phone="0588-555 0100", slug="here")

    assert 'href="/accessibility/"' in page(client)
    told = page(client, "/accessibility/")
    assert "What is not good enough yet" in told
    assert 'class="button main" href="tel:+865885550100"' in told


def test_an_empty_house_names_its_gaps_too(client):
    assert "What is not good enough yet" in page(client, "/accessibility/")
    assert client.post("/accessibility/").status_code == 405
