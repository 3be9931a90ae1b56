"""Drafts of partners: begun once, never written over unseen, and last time's once more."""

from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from activities import drafts, posting
from activities.models import Activity, Question, Status
from activities.posting import NewerWords
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PartnerMemberFactory,
    SessionFactory,
    UserFactory,
)
from tests.races import while_held, without_constraint

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    member = PartnerMemberFactory()
    member.partner.centers.add(CenterFactory())
    return member


def typed(member, category=None, **fields):
    return Activity(
        partner=member.partner,
        center=member.partner.centers.get(),
        category=category or CategoryFactory(),
        **{"title": "Seal carving"} | fields,
    )


def read(activity):
    """As another window has it."""
    return Activity.objects.get(pk=activity.pk)


def test_each_change_of_the_words_is_a_version_and_the_same_words_are_none(member):
    activity = posting.save_draft(typed(member), by=member.user)

    same = posting.save_draft(read(activity), by=member.user, version=1)
    same.title = "Carving seals"
    other = posting.save_draft(same, by=member.user, version=1)

    assert (other.text_version, read(activity).text_version) == (2, 2)


def test_older_words_do_not_take_newer_ones_away(member):
    activity = posting.save_draft(typed(member), by=member.user)
    here, there = read(activity), read(activity)
    there.title = "From another window"
    posting.save_draft(there, by=member.user, version=1)

    here.title = "From this one"
    with pytest.raises(NewerWords) as refused:
        posting.save_draft(here, by=member.user, version=1)

    assert refused.value.stored.title == "From another window"
    assert read(activity).title == "From another window"


def test_an_answer_that_was_lost_is_no_reason_to_refuse_the_same_words(member):
    activity = posting.save_draft(typed(member), by=member.user)
    for _try in range(2):
        again = read(activity)
        again.title = "Carving seals"
        posting.save_draft(again, by=member.user, version=1)

    assert read(activity).text_version == 2


def test_what_the_center_wrote_itself_is_not_written_over_by_an_open_form(member):
    activity = posting.save_draft(typed(member, description="A", wish="B"), by=member.user)
    before = read(activity)
    posting.submit(activity, by=member.user)
    Activity.objects.update(fee_text="10 yuan")
    posting.ask_for_changes(activity, by=UserFactory(), note="For whom?")

    before.title = "Typed before that"
    with pytest.raises(NewerWords):
        posting.save_draft(before, by=member.user, version=before.text_version)


def test_last_times_is_a_new_draft_with_its_words_and_questions_and_no_dates(member):
    held = ActivityFactory(
        partner=member.partner, title="Carving", bring="A stone", fee_text="10 yuan"
    )
    SessionFactory(activity=held)
    Question.objects.create(activity=held, text="Left-handed?", purpose="For the knives")
    Question.objects.create(activity=held, text="Old", purpose="None", retired_at=timezone.now())

    draft = drafts.copy(held, by=member.user, request_key="a")

    draft.refresh_from_db()
    assert (draft.status, draft.title, draft.bring, draft.fee_text) == (
        Status.DRAFT, "Carving", "A stone", "10 yuan",
    )  # fmt: skip
    assert [each.text for each in draft.questions.all()] == ["Left-handed?"]
    assert not draft.sessions.exists()
    assert drafts.copy(held, by=member.user, request_key="a") == draft
    assert held.questions.count() == 2


# Eight at once


def begin(member, category, number):
    with transaction.atomic():
        activity = typed(member, category, description=f"Words {number}")
        return posting.save_draft(activity, by=member.user, request_key="the form").pk


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_form_begins_one_draft_however_often_it_is_sent_at_once(member):
    category = CategoryFactory()
    calls = [partial(begin, member, category, 0) for _tap in range(8)]

    with while_held(Activity, *calls) as answers:
        assert not Activity.objects.exists()

    [activity] = Activity.objects.all()
    assert answers == [activity.pk] * 8
    assert activity.reviews.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_one_form_would_begin_eight(member):
    category = CategoryFactory()
    with without_constraint(Activity, "posting_is_begun_once"):
        calls = [partial(begin, member, category, 0) for _tap in range(8)]
        with while_held(Activity, *calls):
            assert not Activity.objects.exists()

        assert Activity.objects.count() == 8


def write(member, pk, number, *, looks=True):
    activity = Activity.objects.get(pk=pk)
    activity.title = f"Window {number}"
    version = activity.text_version if looks else None
    posting.save_draft(activity, by=member.user, version=1 if looks else version)
    return activity.title


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("looks", [True, False], ids=["with versions", "without"])
def test_of_eight_windows_one_writes_and_the_others_are_told(member, looks):
    activity = posting.save_draft(typed(member), by=member.user)

    calls = [partial(write, member, activity.pk, n, looks=looks) for n in range(8)]
    with while_held(Activity.objects.filter(pk=activity.pk), *calls) as answers:
        assert read(activity).title == "Seal carving"

    through = [each for each in answers if isinstance(each, str)]
    # Without a look at the version seven would have lost their words unseen.
    assert len(through) == (1 if looks else 8)
    assert all(isinstance(each, (str, NewerWords)) for each in answers)
    assert read(activity).title in through
