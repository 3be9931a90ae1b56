"""What is published is changed by its partner: the old words stay until the center agrees."""

from functools import partial

import pytest
from django.utils import timezone

from activities import revisions
from activities.models import Activity, Revision, RevisionStatus, Status
from activities.posting import PostingRefused
from notices.models import Notice
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PartnerMemberFactory,
    StaffMemberFactory,
    UserFactory,
)
from tests.races import while_held

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    member = PartnerMemberFactory()
    member.partner.centers.add(CenterFactory())
    return member


@pytest.fixture
def activity(member):
    return ActivityFactory(
        partner=member.partner,
        center=member.partner.centers.get(),
        title="Carving",
        fee_text="10 yuan",
        bring="A stone",
    )


@pytest.fixture
def worker():
    return UserFactory()


def typed(activity, **fields):
    """As it comes out of the form: a row of its own, not saved."""
    row = Activity.objects.get(pk=activity.pk)
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def submitted(activity, member, **fields):
    revision = revisions.keep(typed(activity, **fields), by=member.user)
    revisions.submit(revision, by=member.user)
    return revision


def test_the_old_words_stay_until_the_new_ones_are_accepted(activity, member, worker):
    revision = submitted(activity, member, title="Carving seals", max_age=12)
    activity.refresh_from_db()
    assert (activity.title, activity.max_age) == ("Carving", None)

    revisions.accept(revision, by=worker, note="Thank you.")

    activity.refresh_from_db()
    assert (activity.title, activity.max_age, activity.status) == (
        "Carving seals", 12, Status.PUBLISHED,
    )  # fmt: skip
    assert Activity.objects.filter(search_text__contains="seals").exists()
    step = activity.reviews.get()
    assert [each["field"] for each in step.changes] == ["title", "max_age"]
    assert Notice.objects.get(kind="activities/revision_accepted").recipient == member.user


def test_what_to_bring_is_changed_at_once_and_written_down(activity, member):
    assert revisions.keep(typed(activity, bring="Nothing"), by=member.user) is None

    activity.refresh_from_db()
    assert activity.bring == "Nothing"
    step = activity.reviews.get()
    assert (step.by, step.changes) == (
        member.user, [{"field": "bring", "old": "A stone", "new": "Nothing"}],
    )  # fmt: skip


def test_only_what_differs_is_kept_so_what_the_center_changes_meanwhile_stays(
    activity, member, worker
):
    revision = submitted(activity, member, title="Carving seals")
    Activity.objects.update(fee_text="12 yuan", summary="By the center")

    revisions.accept(revision, by=worker)

    activity.refresh_from_db()
    assert (activity.title, activity.fee_text, activity.summary) == (
        "Carving seals", "12 yuan", "By the center",
    )  # fmt: skip


def test_a_change_taken_back_word_by_word_is_none(activity, member):
    revision = revisions.keep(typed(activity, title="Carving seals"), by=member.user)

    assert revisions.keep(typed(activity, title="Carving"), by=member.user) is None

    revision.refresh_from_db()
    assert revision.status == RevisionStatus.WITHDRAWN


def test_the_staff_of_the_center_are_told_once_it_is_submitted(activity, member):
    ours = StaffMemberFactory(center=activity.center)

    submitted(activity, member, title="Carving seals")

    notice = Notice.objects.get(kind="activities/revision_submitted")
    assert notice.recipient == ours.user
    assert notice.link == f"/admin/revisions/{Revision.objects.get().pk}/"


def test_it_goes_back_with_notes_and_comes_again(activity, member, worker):
    revision = submitted(activity, member, title="Carving seals")
    revisions.ask_for_changes(revision, by=worker, field_notes={"title": "Shorter"})

    again = submitted(activity, member, title="Seals")

    assert again == revision
    assert (again.status, again.values) == (RevisionStatus.SUBMITTED, {"title": "Seals"})
    assert revision.field_notes == {"title": "Shorter"}


def test_what_is_with_the_center_is_not_written_on_until_it_is_taken_back(activity, member):
    revision = submitted(activity, member, title="Carving seals")
    with pytest.raises(PostingRefused):
        revisions.keep(typed(activity, title="Seals"), by=member.user)

    revisions.take_back(revision)
    revisions.keep(typed(activity, title="Seals"), by=member.user)

    assert Revision.objects.get().values == {"title": "Seals"}


def test_what_was_not_seen_is_not_accepted(activity, member, worker):
    revision = submitted(activity, member, title="Carving seals")
    seen = revisions.changes_of(revision)
    Activity.objects.update(title="By the center")

    with pytest.raises(PostingRefused):
        revisions.accept(revision, by=worker, seen=seen)

    activity.refresh_from_db()
    assert activity.title == "By the center"


@pytest.mark.parametrize("meanwhile", [{"min_age": 30}, {"status": Status.ARCHIVED}])
def test_what_does_not_agree_with_the_center_any_more_is_refused(
    activity, member, worker, meanwhile
):
    revision = submitted(activity, member, max_age=12)
    Activity.objects.update(**meanwhile)

    with pytest.raises(PostingRefused):
        revisions.accept(revision, by=worker)

    revision.refresh_from_db()
    assert revision.status == RevisionStatus.SUBMITTED


def test_a_category_that_is_gone_is_refused(activity, member, worker):
    revision = submitted(activity, member, category=(other := CategoryFactory()))
    other.delete()

    with pytest.raises(PostingRefused):
        revisions.accept(revision, by=worker)


# Eight at once


def accept(pk, worker):
    return revisions.accept(Revision.objects.get(pk=pk), by=worker)


def ask(pk, worker):
    return revisions.ask_for_changes(Revision.objects.get(pk=pk), by=worker, note="Shorter")


def take_back(pk, _worker):
    return revisions.take_back(Revision.objects.get(pk=pk))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", [ask, take_back])
def test_of_eight_who_decide_at_once_one_decides(activity, member, worker, other):
    revision = submitted(activity, member, title="Carving seals")
    calls = [partial(each, revision.pk, worker) for each in [accept, other] * 4]

    with while_held(Activity.objects.filter(pk=activity.pk), *calls) as answers:
        assert Revision.objects.get().status == RevisionStatus.SUBMITTED

    refused = [each for each in answers if isinstance(each, PostingRefused)]
    assert len(refused) == 7
    activity.refresh_from_db()
    is_accepted = Revision.objects.get().status == RevisionStatus.ACCEPTED
    assert (activity.title == "Carving seals") == is_accepted
    assert activity.reviews.count() == is_accepted


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_eight_would_have_accepted(activity, member, worker, monkeypatch):
    revision = submitted(activity, member, title="Carving seals")
    monkeypatch.setattr(
        revisions, "_locked", lambda pk: (Activity.objects.get(pk=pk), revisions.open_of(activity))
    )
    calls = [partial(accept, revision.pk, worker) for _one in range(8)]

    with while_held(Activity.objects.filter(pk=activity.pk), *calls) as answers:
        assert Revision.objects.get().status == RevisionStatus.SUBMITTED

    assert not [each for each in answers if isinstance(each, Exception)]
    assert activity.reviews.count() == 8
    assert Revision.objects.get().decided_at <= timezone.now()
