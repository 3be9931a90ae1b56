"""How many postings a partner may have with a center at once."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from activities import posting, posting_limits
from activities.models import Activity, Status
from activities.posting import PostingRefused
from partners.models import Partner, PartnerStatus
from tests.factories import (
    ActivityFactory,
    AgreementFactory,
    CenterFactory,
    PartnerMemberFactory,
    SessionFactory,
)
from tests.races import while_held

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return PartnerMemberFactory()


@pytest.fixture
def center():
    return CenterFactory()


def posted(member, center, status=Status.DRAFT, **more):
    return ActivityFactory(
        partner=member.partner, center=center, status=status, description="A", wish="B", **more
    )


def agreed(member, center, most, **more):
    return AgreementFactory(partner=member.partner, center=center, postings_at_once=most, **more)


def test_without_an_agreement_any_number_may_wait(member, center):
    posted(member, center, Status.SUBMITTED)

    posting.submit(posted(member, center), by=member.user)

    assert Activity.objects.filter(status=Status.SUBMITTED).count() == 2


def test_one_more_than_agreed_stays_a_draft(member, center):
    agreed(member, center, 1)
    posted(member, center, Status.SUBMITTED)
    draft = posted(member, center)

    with pytest.raises(PostingRefused, match="1"):
        posting.submit(draft, by=member.user)

    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_what_is_over_or_elsewhere_or_in_their_own_hands_counts_no_more(member, center):
    agreed(member, center, 1)
    over = posted(member, center, Status.PUBLISHED)
    SessionFactory(activity=over, starts_at=timezone.now() - timedelta(days=3))
    posted(member, CenterFactory(), Status.SUBMITTED)
    posted(member, center, Status.CHANGES_ASKED)
    posted(member, center, Status.ARCHIVED)

    posting.submit(posted(member, center), by=member.user)

    assert posting_limits.at_once(member.partner.pk, center.pk) == 1


def test_what_is_published_counts_until_its_last_date(member, center):
    open_one = posted(member, center, Status.PUBLISHED)
    SessionFactory(activity=open_one)
    posted(member, center, Status.PUBLISHED)  # Its dates are still being looked for.

    assert posting_limits.at_once(member.partner.pk, center.pk) == 2


def test_agreements_in_force_allow_together(member, center):
    agreed(member, center, 2)
    agreed(member, center, 3)
    agreed(member, center, 9, ends_on=timezone.localdate() - timedelta(days=1))

    assert posting_limits.most_at_once(member.partner.pk, center.pk) == 5

    agreed(member, center, None)
    assert posting_limits.most_at_once(member.partner.pk, center.pk) is None


def test_a_suspended_partner_posts_nothing_new(member, center):
    draft = posted(member, center)
    Partner.objects.update(status=PartnerStatus.SUSPENDED)

    with pytest.raises(PostingRefused):
        posting.submit(draft, by=member.user)


@pytest.mark.django_db(transaction=True)
def test_eight_submitted_at_once_are_no_more_than_agreed(member, center):
    agreed(member, center, 2)
    calls = [partial(posting.submit, posted(member, center), by=member.user) for _each in range(8)]

    with while_held(Partner.objects.filter(pk=member.partner.pk), *calls) as answers:
        pass

    assert sum(isinstance(each, PostingRefused) for each in answers) == 6
    assert posting_limits.at_once(member.partner.pk, center.pk) == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_all_eight_would_come_through(member, center, monkeypatch):
    """Each counts before any other has moved: held back by the steps they all write down."""
    agreed(member, center, 2)
    drafts = [posted(member, center) for _each in range(8)]
    calls = [partial(posting.submit, draft, by=member.user) for draft in drafts]
    monkeypatch.setattr(
        Partner.objects, "select_for_update", lambda **_how: Partner.objects.all(), raising=False
    )

    with while_held(Activity.reviews.rel.related_model, *calls) as answers:
        pass

    assert answers == [None] * 8
    assert posting_limits.at_once(member.partner.pk, center.pk) == 8
