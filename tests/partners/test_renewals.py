"""Before an agreement ends both sides are told: sixty, thirty and seven days."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from notices.models import Notice
from partners import renewals
from partners.models import PartnerStatus, Role
from partners.tasks import remind_of_ends
from tests.factories import AgreementFactory, PartnerMemberFactory, StaffMemberFactory
from tests.races import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return PartnerMemberFactory(role=Role.MANAGER)


@pytest.fixture
def agreement(manager):
    return AgreementFactory(
        partner=manager.partner, ends_on=timezone.localdate() + timedelta(days=100)
    )


@pytest.fixture
def worker(agreement):
    return StaffMemberFactory(center=agreement.center).user


def told():
    notices = Notice.objects.filter(kind="partners/agreement_ends")
    return sorted(each.key.rpartition("-")[0].rpartition("-")[2] for each in notices)


def days_before(agreement, days):
    return timezone.now() + (agreement.ends_on - timezone.localdate()) - timedelta(days=days)


def test_managers_and_staff_are_told_three_times(agreement, manager, worker):
    PartnerMemberFactory(partner=manager.partner, role=Role.POSTER)
    for days in range(70, -3, -1):
        renewals.remind(days_before(agreement, days))

    assert told() == ["30", "30", "60", "60", "7", "7"]
    assert {n.recipient for n in Notice.objects.all()} == {manager.user, worker}
    links = {n.recipient: n.link for n in Notice.objects.all()}
    assert links[manager.user] == f"/partner/{manager.partner.pk}/"
    assert links[worker] == f"/admin/partners/agreement/{agreement.pk}/change/"


@pytest.mark.parametrize(
    ("days", "which"), [(61, None), (60, "60"), (31, "60"), (30, "30"), (8, "30"), (7, "7"),
                        (0, "7"), (-1, None)]
)  # fmt: skip
def test_what_a_day_without_a_clock_missed_is_made_up_for(agreement, manager, days, which):
    renewals.remind(days_before(agreement, days))

    assert told() == ([which] if which else [])


def test_not_when_the_next_one_is_made_already(agreement, manager):
    AgreementFactory(
        partner=agreement.partner,
        center=agreement.center,
        starts_on=agreement.ends_on + timedelta(days=1),
    )

    assert renewals.remind(days_before(agreement, 30)) == 0


def test_one_with_another_center_follows_nothing(agreement, manager):
    AgreementFactory(partner=agreement.partner, starts_on=agreement.ends_on)

    assert renewals.remind(days_before(agreement, 30)) == 1


@pytest.mark.parametrize("why", ["ended early", "partner suspended", "without an end"])
def test_what_ends_otherwise_is_not_told(agreement, manager, why):
    at = days_before(agreement, 7)
    if why == "ended early":
        agreement.ended_at = timezone.now()
    if why == "partner suspended":
        agreement.partner.status = PartnerStatus.SUSPENDED
        agreement.partner.save()
    if why == "without an end":
        agreement.ends_on = None
    agreement.save()

    assert renewals.remind(at) == 0


def test_a_new_end_is_another_end(agreement, manager):
    renewals.remind(days_before(agreement, 7))
    agreement.ends_on += timedelta(days=1)
    agreement.save()
    renewals.remind(days_before(agreement, 7))

    assert told() == ["7", "7"]


def test_the_clock_calls_it(agreement, manager):
    agreement.ends_on = timezone.localdate() + timedelta(days=30)
    agreement.save()

    remind_of_ends()

    assert told() == ["30"]


@pytest.mark.django_db(transaction=True)
def test_eight_clocks_at_once_tell_once(agreement, manager):
    at = days_before(agreement, 30)

    answers = together(*[partial(renewals.remind, at)] * 8)

    assert answers == [1] * 8
    assert told() == ["30"]


def test_one_agreement_costs_three_statements(agreement, django_assert_num_queries):
    with django_assert_num_queries(4):
        renewals.remind(days_before(agreement, 30))
