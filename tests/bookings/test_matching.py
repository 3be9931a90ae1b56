from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import matching
from bookings.feedback import ENOUGH
from bookings.models import Feedback
from partners.fitting import Record
from partners.models import Need, Partner, PartnerStatus, Vote
from tests.bookings.giving import held
from tests.factories import (
    ActivityFactory,
    AgreementFactory,
    CategoryFactory,
    NeedFactory,
    PartnerFactory,
    PersonFactory,
    ResourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

A_WEEK_AGO = timedelta(days=7)


@pytest.fixture
def need():
    return NeedFactory(category=CategoryFactory(), min_age=6, max_age=10, day_parts=["weekend"])


def given(need, **more):
    resource = ResourceFactory(**more)
    resource.partner.centers.add(need.center)
    return resource


def offered(need):
    return [offer.resource for offer in matching.offers_for(need, Partner.objects.all())]


def test_the_best_fit_comes_first_and_what_does_not_fit_last(need):
    other_kind = given(need, category=CategoryFactory())
    any_kind = given(need)
    evenings = given(need, category=need.category, day_parts=["evening"])
    same_kind = given(need, category=need.category)

    assert offered(need) == [same_kind, any_kind, evenings, other_kind]


def test_where_nothing_is_between_two_the_older_one_is_first(need):
    rows = [given(need) for _each in range(4)]

    assert offered(need) == rows


def test_what_is_not_on_offer_is_not_offered(need):
    given(need, is_available=False)
    given(need, until_on=timezone.localdate() - timedelta(days=1))
    given(need, partner=PartnerFactory(status=PartnerStatus.SUSPENDED))

    assert offered(need) == []


def test_who_has_held_sessions_comes_before_who_has_not(need):
    newcomer, known = given(need), given(need)
    held(ActivityFactory(partner=known.partner), timezone.now() - A_WEEK_AGO)

    assert offered(need) == [known, newcomer]


def test_a_record_counts_what_was_held_was_promised_and_was_said(need):
    partner = AgreementFactory(sessions_promised=24).partner
    people = [PersonFactory() for _each in range(ENOUGH)]
    session = held(ActivityFactory(partner=partner), timezone.now() - A_WEEK_AGO, *people)
    held(
        ActivityFactory(partner=partner),
        timezone.now() - A_WEEK_AGO,
        canceled_at=timezone.now(),
        cancel_reason="Ill",
    )
    few = PartnerFactory()
    for number, person in enumerate(people):
        assert matching.records_of([partner.pk])[partner.pk].marks is None
        Feedback.objects.create(session=session, person=person, marks=3 + number)

    assert matching.records_of([partner.pk, few.pk]) == {
        partner.pk: Record(held=1, promised=24, marks=4),
        few.pk: Record(),
    }


@pytest.mark.parametrize("number", [1, 300])
def test_however_many_resources_there_are_six_statements_rank_them(
    need, django_assert_num_queries, number
):
    partner = given(need).partner
    ResourceFactory.create_batch(number - 1, partner=partner, category=need.category)
    need = Need.objects.select_related("category").get()

    with django_assert_num_queries(6):
        offers = matching.offers_for(need, Partner.objects.all())

    assert len(offers) == number


def test_a_partner_reads_first_what_fits_them_then_what_most_would_come_to(need):
    resource = given(need, category=need.category)
    misfit = NeedFactory(center=need.center, category=CategoryFactory())
    wanted = NeedFactory(
        center=need.center, category=need.category, min_age=6, max_age=10, day_parts=["weekend"]
    )
    Vote.objects.create(need=wanted, user=UserFactory(), people=4)

    rows = matching.needs_for(resource.partner, Need.objects.all())

    assert [(row.need, row.resource) for row in rows] == [
        (wanted, resource),
        (need, resource),
        (misfit, resource),
    ]
    assert [row.need.coming for row in rows] == [4, None, None]


def test_a_partner_who_lists_nothing_reads_all_the_same(need):
    partner = PartnerFactory()

    [row] = matching.needs_for(partner, Need.objects.all())

    assert (row.need, row.fit) == (need, None)


def test_however_many_needs_there_are_three_statements_rank_them(need, django_assert_num_queries):
    partner = given(need).partner
    NeedFactory.create_batch(20, category=need.category)

    with django_assert_num_queries(3):
        rows = matching.needs_for(partner, Need.objects.all())

    assert len(rows) == 21
