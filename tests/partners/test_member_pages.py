"""Who acts for a partner, for its members to see and its managers to change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners import members
from partners.models import Invitation, PartnerMember, Role
from tests.desk import at_the_desk, words
from tests.factories import PartnerMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return PartnerMemberFactory(role=Role.MANAGER, user__name="Ana", partner__name="Seal house")


@pytest.fixture
def ana(manager):
    return at_the_desk(manager.user)


@pytest.fixture
def page(manager):
    return f"/partner/{manager.partner.pk}/members/"


def test_members_see_each_other_and_managers_also_who_is_invited(manager, ana, page):
    viewer = PartnerMemberFactory(partner=manager.partner, role=Role.VIEWER, user__name="Bo")
    members.invite(manager.partner, address="cai@example.org", role=Role.POSTER, by=manager.user)

    for_viewer = words(at_the_desk(viewer.user).get(page))
    for_manager = words(ana.get(page))

    assert "Ana" in for_viewer
    assert "Bo" in for_manager
    assert "cai@example.org" in for_manager
    assert "cai@example.org" not in for_viewer
    assert "/members/invite/" not in for_viewer


@pytest.mark.parametrize("others", [1, 5])
def test_the_list_costs_the_same_for_one_and_for_five(
    manager, ana, page, others, django_assert_num_queries
):
    for n in range(others):
        PartnerMemberFactory(partner=manager.partner)
        members.invite(
            manager.partner, address=f"c{n}@example.org", role=Role.POSTER, by=manager.user
        )
    ana.get(page)

    with django_assert_num_queries(8):
        ana.get(page)


@pytest.mark.parametrize("address", ["cai@example.org", "138 1234 5678"])
def test_a_manager_invites_by_mail_or_phone(ana, page, address):
    answer = ana.post(f"{page}invite/", {"address": address, "role": "viewer"})

    assert answer.status_code == 302
    assert Invitation.objects.get().role == Role.VIEWER


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"address": "nobody", "role": "viewer"}, 422),
        ({"address": "cai@example.org", "role": "king"}, 422),
        ({"address": "asked@example.org", "role": "viewer"}, 409),
    ],
)
def test_what_is_no_invitation_keeps_what_was_typed(manager, ana, page, typed, status):
    members.invite(manager.partner, address="asked@example.org", role="viewer", by=manager.user)

    answer = ana.post(f"{page}invite/", typed)

    assert answer.status_code == status
    assert typed["address"] in words(answer)
    assert Invitation.objects.count() == 1


def test_the_link_shows_who_invites_and_half_of_the_address(manager):
    invitation = members.invite(
        manager.partner, address="cai@example.org", role=Role.POSTER, by=manager.user
    )
    newcomer = at_the_desk(UserFactory(email="other@example.org"))

    page = words(newcomer.get(members.link_to(invitation)))
    assert "Ana invites you to act for Seal house" in page
    assert "c***i@example.org" in page
    assert "cai@example.org" not in page

    answer = newcomer.post(members.link_to(invitation))
    assert answer["Location"] == f"/partner/{manager.partner.pk}/"
    assert newcomer.post(members.link_to(invitation)).status_code == 409


def test_a_link_that_has_run_out_says_so(manager):
    invitation = members.invite(
        manager.partner,
        address="cai@example.org",
        role=Role.POSTER,
        by=manager.user,
        at=timezone.now() - timedelta(days=15),
    )

    page = words(at_the_desk(UserFactory()).get(members.link_to(invitation)))

    assert "has run out" in page
    assert "<button" not in page.split("<main")[1]


def test_nobody_gets_in_with_a_link_that_is_not_there(client):
    client.force_login(UserFactory())

    assert client.get("/partner/invitations/guessed/").status_code == 404


def test_a_manager_changes_a_role_and_ends_a_membership(manager, ana):
    poster = PartnerMemberFactory(partner=manager.partner, role=Role.POSTER)

    ana.post(f"/partner/members/{poster.pk}/role/", {"role": "viewer"})
    poster.refresh_from_db()
    assert poster.role == Role.VIEWER

    assert ana.get(f"/partner/members/{poster.pk}/end/").status_code == 200
    ana.post(f"/partner/members/{poster.pk}/end/")
    assert list(PartnerMember.objects.acting()) == [manager]


def test_the_last_manager_is_told_why_not(manager, ana):
    PartnerMemberFactory(partner=manager.partner, role=Role.POSTER)

    for address in ("role", "end"):
        answer = ana.post(f"/partner/members/{manager.pk}/{address}/", {"role": "poster"})
        assert answer.status_code == 409
        assert "Please make somebody manager first." in words(answer)


def test_anybody_leaves_by_themselves(manager):
    viewer = PartnerMemberFactory(partner=manager.partner, role=Role.VIEWER)
    browser = at_the_desk(viewer.user)

    assert "Leave Seal house?" in words(browser.get(f"/partner/members/{viewer.pk}/end/"))
    assert browser.post(f"/partner/members/{viewer.pk}/end/")["Location"] == "/"
    assert browser.get(f"/partner/{manager.partner.pk}/members/").status_code == 404


@pytest.mark.parametrize("who", ["poster", "another partner's manager"])
def test_nobody_else_changes_members(manager, page, who):
    invitation = members.invite(
        manager.partner, address="cai@example.org", role=Role.POSTER, by=manager.user
    )
    partner = {"partner": manager.partner} if who == "poster" else {}
    role = Role.POSTER if who == "poster" else Role.MANAGER
    browser = at_the_desk(PartnerMemberFactory(role=role, **partner).user)

    tried = {
        f"{page}invite/": {"address": "b@example.org", "role": "viewer"},
        f"/partner/invited/{invitation.pk}/withdraw/": {},
        f"/partner/members/{manager.pk}/role/": {"role": "viewer"},
        f"/partner/members/{manager.pk}/end/": {},
        f"/partner/{manager.partner.pk}/story/": {"story": "Ours"},
    }
    assert {browser.post(address, said).status_code for address, said in tried.items()} == {404}
