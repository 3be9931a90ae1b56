"""Who acts for a partner: invited, given a role, leaving."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from notices.models import Notice
from partners import members, nobody_acts
from partners.joining import PartnerRefused
from partners.models import Invitation, Partner, PartnerMember, PartnerStatus, Role
from tests.factories import (
    CenterFactory,
    PartnerFactory,
    PartnerMemberFactory,
    StaffMemberFactory,
    UserFactory,
)
from tests.races import while_held

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return PartnerMemberFactory(role=Role.MANAGER, partner__name="Seal house")


def invited(manager, address="bo@example.org", role=Role.POSTER, **more):
    return members.invite(manager.partner, address=address, role=role, by=manager.user, **more)


def left(kind):
    return Notice.objects.get(kind=f"partners/{kind}")


def test_an_invitation_goes_to_an_address_without_an_account(manager):
    invitation = invited(manager)

    notice = left("invited")
    assert (notice.recipient, notice.address) == (None, "bo@example.org")
    assert notice.link == members.link_to(invitation)
    assert notice.context["needs_no_account"]
    assert notice.expires_at == invitation.expires_at


def test_whoever_has_an_account_is_told_as_they_wish(manager):
    bo = UserFactory(phone="+8613800000001")

    invited(manager, "+8613800000001")

    assert (left("invited").recipient, left("invited").address) == (bo, "")


def test_an_address_is_asked_once_while_it_is_open(manager):
    invited(manager)
    with pytest.raises(PartnerRefused):
        invited(manager)

    later = timezone.now() + members.LASTS
    assert invited(manager, at=later).pk
    assert Invitation.objects.open(later).count() == 1


def test_who_acts_already_is_not_invited(manager):
    with pytest.raises(PartnerRefused):
        invited(manager, manager.user.email)


def test_invitations_end_somewhere(manager):
    for n in range(members.OPEN_AT_ONCE):
        invited(manager, f"user{n}@example.com")

    with pytest.raises(PartnerRefused):
        invited(manager)


def test_whoever_holds_the_link_joins_with_its_role_and_managers_hear_of_it(manager):
    invitation, cai = invited(manager, role=Role.VIEWER), UserFactory(name="Cai")

    members.accept(invitation, by=cai)

    assert manager.partner.members.get(user=cai).role == Role.VIEWER
    assert left("joined").recipient == manager.user
    with pytest.raises(PartnerRefused):
        members.accept(invitation, by=UserFactory())


@pytest.mark.parametrize("why", ["withdrawn", "run out", "suspended"])
def test_a_closed_invitation_takes_nobody_in(manager, why):
    invitation, at = invited(manager), timezone.now()
    if why == "withdrawn":
        members.withdraw(invitation)
        assert not Notice.objects.filter(kind="partners/invited").exists()
    if why == "run out":
        at += members.LASTS + timedelta(seconds=1)
    if why == "suspended":
        Partner.objects.update(status=PartnerStatus.SUSPENDED)

    with pytest.raises(PartnerRefused):
        members.accept(invitation, by=UserFactory(), at=at)

    assert manager.partner.members.count() == 1


def test_an_invitation_that_was_accepted_is_not_withdrawn(manager):
    invitation = invited(manager)
    members.accept(invitation, by=UserFactory())

    with pytest.raises(PartnerRefused):
        members.withdraw(invitation)


def test_the_last_manager_stays_while_there_are_others(manager):
    viewer = PartnerMemberFactory(partner=manager.partner, role=Role.VIEWER)
    for step in (partial(members.end, manager), partial(members.give_role, manager, Role.POSTER)):
        with pytest.raises(PartnerRefused):
            step()

    members.give_role(viewer, Role.MANAGER)
    members.end(manager)

    assert list(PartnerMember.objects.acting()) == [viewer]


def test_a_manager_whose_account_is_closed_does_not_count(manager):
    PartnerMemberFactory(partner=manager.partner, user__is_active=False)
    PartnerMemberFactory(partner=manager.partner, role=Role.POSTER)

    with pytest.raises(PartnerRefused):
        members.end(manager)


def test_whoever_is_alone_may_go_and_the_staff_hear_of_it_once(manager):
    center = CenterFactory()
    worker = StaffMemberFactory(center=center).user
    manager.partner.centers.add(center)
    invited(manager)
    nobody_acts.tell_due()
    assert not Notice.objects.filter(kind="partners/nobody_acts").exists()

    members.end(manager)
    nobody_acts.tell_due()
    nobody_acts.tell_due()

    assert left("nobody_acts").recipient == worker
    assert not Invitation.objects.open().exists()

    # Somebody comes and goes: that is another time.
    members.end(PartnerMemberFactory(partner=manager.partner))
    nobody_acts.tell_due()
    assert Notice.objects.filter(kind="partners/nobody_acts").count() == 2


def test_a_partner_that_never_had_a_member_is_noticed_too():
    partner = PartnerFactory()
    partner.centers.add(StaffMemberFactory().center)

    nobody_acts.tell_due()

    assert left("nobody_acts").context == {"partner": partner.name}


def managers_end_each_other(manager):
    """Eight managers in a circle, each of whom takes the next one off the list."""
    others = [PartnerMemberFactory(partner=manager.partner) for _each in range(7)]
    return [partial(members.end, each) for each in [*others, manager]]


@pytest.mark.django_db(transaction=True)
def test_of_eight_managers_who_end_each_other_one_stays(manager):
    PartnerMemberFactory(partner=manager.partner, role=Role.VIEWER)
    calls = managers_end_each_other(manager)

    with while_held(Partner.objects.filter(pk=manager.partner.pk), *calls) as answers:
        pass

    assert answers.count(None) == 7
    assert sum(isinstance(each, PartnerRefused) for each in answers) == 1
    assert PartnerMember.objects.acting().filter(role=Role.MANAGER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_all_eight_would_be_gone(manager, monkeypatch):
    PartnerMemberFactory(partner=manager.partner, role=Role.VIEWER)
    calls = managers_end_each_other(manager)
    looks_only = type(Partner.objects.all())
    monkeypatch.setattr(looks_only, "select_for_update", lambda self, **_how: self)

    # Held at their first write, when each of them has counted already.
    with while_held(PartnerMember, *calls) as answers:
        pass

    assert answers == [None] * 8
    assert not PartnerMember.objects.acting().filter(role=Role.MANAGER).exists()


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_hold_one_link_one_joins(manager):
    invitation = invited(manager)
    calls = [partial(members.accept, invitation, by=UserFactory()) for _each in range(8)]

    with while_held(Partner.objects.filter(pk=manager.partner.pk), *calls) as answers:
        pass

    assert sum(isinstance(each, PartnerRefused) for each in answers) == 7
    assert manager.partner.members.count() == 2
