"""The partner's own desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import posting
from activities.models import Activity, BookingMode, Status
from partners.models import Agreement, Need
from tests.bookings.booking import book_for
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PartnerFactory,
    PartnerMemberFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    partner = PartnerFactory(name="Seal house")
    partner.centers.add(CenterFactory())
    return partner


@pytest.fixture
def member(partner):
    return PartnerMemberFactory(partner=partner).user


@pytest.fixture
def desk(client, member):
    """The browser of a member, with the pages in English."""
    member.language = "en"
    member.save()
    client.force_login(member)
    client.cookies["django_language"] = "en"
    return client


def offered_by(partner, **fields):
    return ActivityFactory(
        partner=partner,
        center=partner.centers.first(),
        **{"description": "Carving.", "wish": "A Thursday."} | fields,
    )


def typed(**fields):
    return {
        "title": "Seal carving",
        "category": CategoryFactory().pk,
        "booking_mode": BookingMode.SINGLE,
        "description": "Everybody carves a name.",
        "wish": "A Thursday evening.",
    } | fields


def text(response):
    return " ".join(response.content.decode().split())


# The desk


def test_the_desk_shows_how_many_signed_up_and_never_who(desk, partner):
    session = SessionFactory(activity=offered_by(partner, title="Carving"), capacity=1)
    first, second = (
        PersonFactory(name="Ana Lima"),
        PersonFactory(name="Bo Lang", phone="+8613800000001"),
    )
    book_for(first, session=session)
    book_for(second, session=session)

    page = text(desk.get("/partner/"))
    posting_page = text(desk.get(f"/partner/activities/{session.activity_id}/"))

    for shown in (page, posting_page):
        assert '<td data-label="Signed up">1 / 1</td>' in shown
        assert '<td data-label="Waiting">1</td>' in shown
        assert not any(secret in shown for secret in ("Ana", "Bo Lang", "13800000001", "138"))


def test_what_the_center_asks_for_stands_on_top_with_its_note(desk, partner, member):
    activity = offered_by(partner, status=Status.SUBMITTED)
    posting.ask_for_changes(activity, by=UserFactory(), note="Who brings the stones?")

    page = text(desk.get("/partner/"))

    assert "Who brings the stones?" in page
    assert reverse("partner:edit", args=[activity.pk]) in page


def test_what_was_promised_is_measured_by_the_dates_held(desk, partner):
    today = timezone.localdate()
    Agreement.objects.create(
        partner=partner,
        center=partner.centers.get(),
        title="Twenty-four open lessons",
        sessions_promised=24,
        starts_on=today - timedelta(days=60),
    )
    activity = offered_by(partner)
    for days in (-70, -20, -10, 5):
        SessionFactory(activity=activity, starts_at=timezone.now() + timedelta(days=days))
    SessionFactory(
        activity=activity,
        starts_at=timezone.now() - timedelta(days=3),
        canceled_at=timezone.now(),
    )

    assert "2 of 24 promised sessions" in text(desk.get("/partner/"))


def test_a_wish_of_the_residents_can_be_taken_up(desk, partner):
    need = Need.objects.create(
        center=partner.centers.get(), title="Letters for elders", is_public=True
    )
    Need.objects.create(center=CenterFactory(), title="Somewhere else", is_public=True)

    page = text(desk.get("/partner/"))
    form = text(desk.get(f"/partner/{partner.pk}/post/?need={need.pk}"))

    assert "Letters for elders" in page
    assert "Somewhere else" not in page
    assert 'value="Letters for elders"' in form


def test_a_need_that_is_none_is_left_out(desk, partner):
    assert desk.get(f"/partner/{partner.pk}/post/?need=x").status_code == 200


def test_whoever_acts_for_two_partners_chooses(desk, partner, member):
    other = PartnerMemberFactory(user=member, partner=PartnerFactory(name="Choir")).partner

    page = text(desk.get("/partner/"))

    assert reverse("partner:desk", args=[partner.pk]) in page
    assert reverse("partner:desk", args=[other.pk]) in page
    assert "<h1>Choir</h1>" in text(desk.get(f"/partner/{other.pk}/"))


# Writing


def test_a_draft_may_have_gaps(desk, partner, member):
    answer = desk.post(f"/partner/{partner.pk}/post/", typed(description="", wish=""))

    activity = Activity.objects.get()
    assert answer.url == f"/partner/activities/{activity.pk}/"
    assert (activity.status, activity.partner, activity.center, activity.created_by) == (
        Status.DRAFT,
        partner,
        partner.centers.get(),
        member,
    )


def test_a_posting_is_written_and_submitted_at_once(desk, partner):
    answer = desk.post(f"/partner/{partner.pk}/post/", typed(submit="1"), follow=True)

    assert Activity.objects.get().status == Status.SUBMITTED
    assert "Submitted. The center will look at it and tell you." in text(answer)


def test_what_is_missing_is_said_and_what_was_typed_is_kept(desk, partner):
    answer = desk.post(
        f"/partner/{partner.pk}/post/", typed(submit="1", wish="", min_age="9", max_age="6")
    )

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"wish", "__all__"}
    assert "Everybody carves a name." in text(answer)
    assert Activity.objects.count() == 0


def test_only_centers_of_the_partner_can_be_chosen(desk, partner):
    second, foreign = CenterFactory(), CenterFactory()
    partner.centers.add(second)

    refused = desk.post(f"/partner/{partner.pk}/post/", typed(center=foreign.pk))
    accepted = desk.post(f"/partner/{partner.pk}/post/", typed(center=second.pk))

    assert set(refused.context["form"].errors) == {"center"}
    assert accepted.status_code == 302
    assert Activity.objects.get().center == second


def test_a_posting_given_back_is_changed_and_submitted_again(desk, partner):
    activity = offered_by(partner, status=Status.SUBMITTED)
    posting.ask_for_changes(activity, by=UserFactory(), note="Who brings the stones?")

    form = text(desk.get(f"/partner/activities/{activity.pk}/edit/"))
    desk.post(
        f"/partner/activities/{activity.pk}/edit/", typed(submit="1", bring="Nothing, we do.")
    )

    assert "Who brings the stones?" in form
    activity.refresh_from_db()
    assert (activity.status, activity.bring) == (Status.SUBMITTED, "Nothing, we do.")


def test_what_the_center_has_is_not_changed_and_nothing_typed_is_lost(desk, partner):
    activity = offered_by(partner, status=Status.SUBMITTED, title="Carving")

    look = desk.get(f"/partner/activities/{activity.pk}/edit/")
    answer = desk.post(f"/partner/activities/{activity.pk}/edit/", typed(title="Another name"))

    assert look.url == f"/partner/activities/{activity.pk}/"
    assert answer.status_code == 422
    assert "It has been submitted, and the center is looking at it." in text(answer)
    assert 'value="Another name"' in text(answer)
    activity.refresh_from_db()
    assert activity.title == "Carving"


# Submitting from the page of the posting


def test_a_draft_is_submitted_from_its_page(desk, partner):
    activity = offered_by(partner, status=Status.DRAFT)

    answer = desk.post(f"/partner/activities/{activity.pk}/submit/")

    assert answer.url == f"/partner/activities/{activity.pk}/"
    activity.refresh_from_db()
    assert activity.status == Status.SUBMITTED


def test_submitting_twice_says_where_it_is(desk, partner):
    activity = offered_by(partner, status=Status.DRAFT)
    desk.post(f"/partner/activities/{activity.pk}/submit/")

    answer = desk.post(f"/partner/activities/{activity.pk}/submit/")

    assert answer.status_code == 409
    assert "It has been submitted, and the center is looking at it." in text(answer)
    assert activity.reviews.count() == 1


def test_the_page_of_a_posting_tells_its_history(desk, partner, member):
    member.name = "Wen"
    member.save()
    desk.post(f"/partner/{partner.pk}/post/", typed(submit="1"))
    activity = Activity.objects.get()
    posting.ask_for_changes(activity, by=UserFactory(name="Secretary"), note="Who brings stones?")

    page = text(desk.get(f"/partner/activities/{activity.pk}/"))

    for words in ("Draft begun", "Submitted", "The center asked for changes", "· Wen"):
        assert words in page
    assert "Secretary" not in page


def test_dates_to_come_stand_before_those_that_are_over(desk, partner):
    activity, now = offered_by(partner), timezone.now()
    over = SessionFactory(activity=activity, starts_at=now - timedelta(days=3), topic="Before")
    soon = SessionFactory(activity=activity, starts_at=now + timedelta(days=3), topic="After")

    page = desk.get(f"/partner/activities/{activity.pk}/")

    assert list(page.context["page"]) == [soon, over]
    assert text(page).index("After") < text(page).index("Before") < text(page).index("Over")


# Who may, and how


@pytest.fixture
def addresses(partner):
    activity = offered_by(partner, status=Status.DRAFT)
    return {
        "home": "/partner/",
        "desk": f"/partner/{partner.pk}/",
        "post": f"/partner/{partner.pk}/post/",
        "posting": f"/partner/activities/{activity.pk}/",
        "edit": f"/partner/activities/{activity.pk}/edit/",
        "submit": f"/partner/activities/{activity.pk}/submit/",
    }


def test_strangers_find_nothing(client, addresses):
    client.force_login(UserFactory())

    answers = [client.post(address) for name, address in addresses.items() if name != "home"]

    assert client.get("/partner/").status_code == 404
    assert {answer.status_code for answer in answers if answer.status_code != 405} == {404}


@pytest.mark.parametrize("name", ["desk", "post", "posting", "edit"])
def test_members_of_another_partner_find_nothing(client, addresses, name):
    client.force_login(PartnerMemberFactory().user)

    assert client.get(addresses[name]).status_code == 404


def test_whoever_has_left_the_partner_finds_nothing(desk, partner, addresses):
    partner.members.update(ended_at=timezone.now())

    assert {desk.get(addresses[name]).status_code for name in ("home", "desk", "posting")} == {404}


def test_visitors_are_asked_to_sign_in(client, addresses):
    for address in addresses.values():
        assert client.get(address).url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("name", "method"),
    [("home", "post"), ("desk", "post"), ("posting", "post"), ("submit", "get"), ("edit", "put")],
)
def test_each_page_has_its_methods(desk, addresses, name, method):
    assert getattr(desk, method)(addresses[name]).status_code == 405


# How many statements


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk_costs_the_same_for_one_and_for_three(
    desk, partner, rows, django_assert_num_queries
):
    for _row in range(rows):
        SessionFactory(activity=offered_by(partner))
        Need.objects.create(center=partner.centers.get(), title="Letters")
        Agreement.objects.create(
            partner=partner,
            center=partner.centers.get(),
            title="Lessons",
            starts_on=timezone.localdate(),
        )
    desk.get("/partner/")

    with django_assert_num_queries(20):
        desk.get("/partner/")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_posting_costs_the_same_for_one_and_for_three_dates(
    desk, partner, rows, django_assert_num_queries
):
    activity = offered_by(partner)
    for _row in range(rows):
        SessionFactory(activity=activity)
        activity.reviews.create(status=Status.SUBMITTED, by=UserFactory())
    desk.get("/partner/")

    with django_assert_num_queries(10):
        desk.get(f"/partner/activities/{activity.pk}/")


# Notes beside fields


def test_each_note_stands_beside_its_field_and_on_top_with_a_link(desk, partner):
    activity = offered_by(partner, status=Status.SUBMITTED)
    posting.ask_for_changes(
        activity, by=UserFactory(), note="Nearly.", field_notes={"fee_text": "Who pays <it>?"}
    )

    form = text(desk.get(f"/partner/activities/{activity.pk}/edit/"))

    assert '<a href="#id_fee_text">What it costs</a> Who pays &lt;it&gt;?' in form
    assert 'id="id_fee_text_note"' in form
    assert 'aria-describedby="id_fee_text_helptext id_fee_text_note"' in form
