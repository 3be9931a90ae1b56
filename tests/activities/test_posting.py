from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from activities import posting, search
from activities.models import Activity, Allocation, BookingMode, Category, Review, Status
from activities.posting import PostingRefused
from notices.models import Notice
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PartnerMemberFactory,
    SessionFactory,
    StaffMemberFactory,
    UserFactory,
)
from tests.races import together, while_held

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    """Somebody who acts for a partner of a center."""
    member = PartnerMemberFactory()
    member.partner.centers.add(CenterFactory())
    return member


def typed(member, **fields):
    """An activity as it comes out of the form, not saved yet."""
    return Activity(
        **{
            "partner": member.partner,
            "center": member.partner.centers.get(),
            "category": CategoryFactory(),
            "title": "Seal carving",
            "description": "Everybody carves a name.",
            "wish": "A Thursday evening, twelve people.",
        }
        | fields
    )


def submitted(member, **fields):
    activity = posting.save_draft(typed(member, **fields), by=member.user)
    posting.submit(activity, by=member.user)
    return activity


def steps(activity):
    return list(activity.reviews.order_by("pk").values_list("status", "by", "note"))


def told(fact):
    return [n.recipient for n in Notice.objects.filter(kind=f"activities/{fact}").order_by("pk")]


def test_a_draft_is_kept_and_nobody_is_told(member):
    activity = posting.save_draft(typed(member, wish=""), by=member.user)

    assert Activity.objects.get().status == Status.DRAFT
    assert activity.created_by == member.user
    assert steps(activity) == [(Status.DRAFT, member.user.pk, "")]
    assert Notice.objects.count() == 0


def test_a_draft_is_changed_as_often_as_its_partner_likes(member):
    activity = posting.save_draft(typed(member), by=member.user)

    activity.title = "Seal carving for beginners"
    posting.save_draft(activity, by=member.user)

    assert Activity.objects.get().title == "Seal carving for beginners"
    assert len(steps(activity)) == 1


def test_saving_a_draft_leaves_alone_what_the_center_decides(member):
    activity = posting.save_draft(typed(member), by=member.user)

    activity.party_limit, activity.status = 50, Status.PUBLISHED
    posting.save_draft(activity, by=member.user)

    activity.refresh_from_db()
    assert (activity.party_limit, activity.status) == (5, Status.DRAFT)


def test_a_submitted_posting_reaches_the_staff_of_its_center(member):
    ours = StaffMemberFactory(center=member.partner.centers.get())
    StaffMemberFactory()
    StaffMemberFactory(center=ours.center, until=timezone.localdate() - timedelta(days=1))

    activity = submitted(member)

    assert activity.status == Status.SUBMITTED
    assert told("posting_submitted") == [ours.user]


def test_a_posting_without_words_or_wishes_is_not_submitted(member):
    activity = posting.save_draft(typed(member, wish="  "), by=member.user)

    with pytest.raises(PostingRefused):
        posting.submit(activity, by=member.user)

    activity.refresh_from_db()
    assert activity.status == Status.DRAFT


def test_asking_for_changes_gives_it_back_to_every_member_with_the_note(member):
    colleague = PartnerMemberFactory(partner=member.partner)
    PartnerMemberFactory(partner=member.partner, ended_at=timezone.now())
    staff = UserFactory()
    activity = submitted(member)

    posting.ask_for_changes(activity, by=staff, note="Who brings the stones?")

    assert activity.status == Status.CHANGES_ASKED
    assert steps(activity)[-1] == (Status.CHANGES_ASKED, staff.pk, "Who brings the stones?")
    assert set(told("changes_asked")) == {member.user, colleague.user}
    notice = Notice.objects.filter(kind="activities/changes_asked").first()
    assert notice.context["note"] == "Who brings the stones?"
    assert notice.link == f"/partner/activities/{activity.pk}/"


def test_asking_for_changes_needs_a_note(member):
    activity = submitted(member)

    with pytest.raises(PostingRefused):
        posting.ask_for_changes(activity, by=UserFactory(), note=" ")

    assert Activity.objects.get().status == Status.SUBMITTED


def test_changed_and_submitted_again_it_is_published(member):
    staff, at = UserFactory(), timezone.now()
    activity = submitted(member)
    posting.ask_for_changes(activity, by=staff, note="Who brings the stones?")
    activity.bring = "Nothing: we bring the stones."
    posting.save_draft(activity, by=member.user)
    posting.submit(activity, by=member.user)

    posting.publish(activity, by=staff, at=at)

    activity.refresh_from_db()
    assert (activity.status, activity.published_at) == (Status.PUBLISHED, at)
    assert [step[0] for step in steps(activity)] == [
        Status.DRAFT,
        Status.SUBMITTED,
        Status.CHANGES_ASKED,
        Status.SUBMITTED,
        Status.PUBLISHED,
    ]
    assert told("published") == [member.user]


def test_each_submission_tells_the_staff_anew(member):
    StaffMemberFactory(center=member.partner.centers.get())
    activity = submitted(member)
    posting.ask_for_changes(activity, by=UserFactory(), note="Who brings the stones?")

    posting.submit(activity, by=member.user)

    assert len(told("posting_submitted")) == 2


def test_what_is_published_is_found_by_its_words(member):
    activity = submitted(member, title="篆刻入门")

    posting.publish(activity, by=UserFactory())

    found = Activity.objects.filter(search_vector=search.query_for("zhuanke"))
    assert list(found) == [activity]


def test_the_center_publishes_its_own_activities_from_the_draft():
    activity = ActivityFactory(status=Status.DRAFT)

    posting.publish(activity, by=UserFactory())

    assert activity.is_published
    assert Notice.objects.count() == 0


def test_what_is_over_is_archived_and_can_be_brought_back(member):
    staff = UserFactory()
    activity = submitted(member)
    posting.publish(activity, by=staff)
    yesterday = timezone.now() - timedelta(days=1)
    SessionFactory(activity=activity, starts_at=yesterday)

    posting.archive(activity, by=staff)
    assert activity.status == Status.ARCHIVED

    posting.publish(activity, by=staff)
    assert activity.is_published


def test_nothing_is_archived_while_there_are_dates_to_come(member):
    activity = submitted(member)
    posting.publish(activity, by=UserFactory())
    SessionFactory(activity=activity)

    with pytest.raises(PostingRefused):
        posting.archive(activity, by=UserFactory())

    activity.refresh_from_db()
    assert activity.is_published


STEPS = {
    "save_draft": posting.save_draft,
    "submit": posting.submit,
    "ask_for_changes": partial(posting.ask_for_changes, note="Please change."),
    "publish": posting.publish,
    "archive": posting.archive,
}
POSSIBLE = {
    Status.DRAFT: {"save_draft", "submit"},
    Status.SUBMITTED: {"ask_for_changes", "publish"},
    Status.CHANGES_ASKED: {"save_draft", "submit"},
    Status.PUBLISHED: {"archive"},
    Status.ARCHIVED: {"publish"},
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", Status)
def test_each_step_begins_in_its_own_states_only(member, status, step):
    activity = posting.save_draft(typed(member), by=member.user)
    Activity.objects.update(status=status)
    before = Review.objects.count()

    if step in POSSIBLE[status]:
        STEPS[step](activity, by=member.user)
        return
    with pytest.raises(PostingRefused) as refused:
        STEPS[step](activity, by=member.user)

    assert refused.value.reason == posting.WHERE_IT_IS[status]
    assert Activity.objects.get().status == status
    assert Review.objects.count() == before


def decisions(activity):
    """Eight members of staff, each with the page open: half publish, half ask for changes."""
    decide = [posting.publish, partial(posting.ask_for_changes, note="Please change.")] * 4
    return [
        partial(step, Activity.objects.get(pk=activity.pk), by=UserFactory()) for step in decide
    ]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_decide_at_once_one_does_and_seven_are_told(member):
    activity = submitted(member)

    answers = together(*decisions(activity))

    refused = [answer for answer in answers if isinstance(answer, PostingRefused)]
    assert (answers.count(None), len(refused)) == (1, 7)
    decided = [step for step in steps(activity) if step[0] != Status.DRAFT][1:]
    assert [step[0] for step in decided] == [Activity.objects.get().status]
    assert len(told("published")) + len(told("changes_asked")) == 1
    assert {each.reason for each in refused} == {posting.WHERE_IT_IS[Activity.objects.get().status]}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_looking_again_under_the_lock_several_would_decide(member, monkeypatch):
    """The control: the state as the page showed it is believed."""

    def believe(activity, states):
        if activity.status not in states:
            raise PostingRefused("not here")

    activity = submitted(member)
    monkeypatch.setattr(posting, "_lock", believe)

    with while_held(Activity.objects.filter(pk=activity.pk), *decisions(activity)) as answers:
        pass

    assert answers.count(None) == 8
    assert len([step for step in steps(activity) if step[0] != Status.DRAFT][1:]) == 8


# Places by lot.


def test_a_draw_is_prepared_before_it_is_published():
    activity = ActivityFactory(status=Status.DRAFT, allocation=Allocation.DRAW)
    session = SessionFactory(activity=activity)

    with pytest.raises(PostingRefused, match="抽签"):
        posting.publish(activity, by=UserFactory())
    session.applications_close_at = timezone.now()
    session.save()
    with pytest.raises(PostingRefused, match="抽签"):
        posting.publish(activity, by=UserFactory())
    session.applications_close_at = timezone.now() + timedelta(days=1)
    session.save()
    posting.publish(activity, by=UserFactory())

    assert activity.status == Status.PUBLISHED


def test_a_course_to_be_drawn_has_dates_before_it_is_published():
    activity = ActivityFactory(
        status=Status.DRAFT, allocation=Allocation.DRAW, booking_mode=BookingMode.COURSE
    )

    with pytest.raises(PostingRefused, match="抽签"):
        posting.publish(activity, by=UserFactory())


def test_what_was_drawn_comes_back_from_the_archive():
    activity = ActivityFactory(status=Status.ARCHIVED, allocation=Allocation.DRAW)
    SessionFactory(activity=activity, drawn_at=timezone.now())

    posting.publish(activity, by=UserFactory())

    assert activity.status == Status.PUBLISHED


# What was changed, and notes beside fields


def test_a_note_may_stand_beside_a_field_alone(member):
    activity = submitted(member)

    posting.ask_for_changes(
        activity, by=UserFactory(), field_notes={"title": "Shorter, please", "bring": " "}
    )

    review = activity.reviews.first()
    assert (review.note, review.field_notes) == ("", {"title": "Shorter, please"})
    notice = Notice.objects.get(kind="activities/changes_asked")
    assert notice.context["field_notes"] == [{"field": "title", "note": "Shorter, please"}]


def test_what_was_changed_is_written_down_when_it_comes_back(member):
    activity = submitted(member, max_age=12)
    posting.ask_for_changes(activity, by=UserFactory(), note="For whom is it?")

    craft = CategoryFactory(name="Craft")
    activity.title, activity.max_age, activity.category = "Carving seals", None, craft
    posting.save_draft(activity, by=member.user)
    posting.submit(activity, by=member.user)

    [again, asked, first] = activity.reviews.exclude(status=Status.DRAFT)
    assert (asked.changes, first.changes) == ([], [])
    assert [(each["field"], each["old"], each["new"]) for each in again.changes] == [
        ("title", "Seal carving", "Carving seals"),
        ("category", Category.objects.order_by("pk").first().name, "Craft"),
        ("max_age", "12", ""),
    ]


@pytest.mark.parametrize("decide", [posting.publish, posting.ask_for_changes])
def test_what_the_center_changes_itself_is_told_with_its_decision(member, decide):
    activity = submitted(member)
    Activity.objects.filter(pk=activity.pk).update(fee_text="10 yuan", party_limit=2)

    decide(Activity.objects.get(), by=UserFactory(), note="Thank you.")

    changes = [{"field": "fee_text", "old": "", "new": "10 yuan"}]
    assert activity.reviews.first().changes == changes
    assert Notice.objects.order_by("pk").last().context["changes"] == changes


def test_what_is_brought_back_from_the_archive_tells_no_changes(member):
    activity = submitted(member)
    posting.publish(activity, by=member.user)
    posting.archive(activity, by=member.user)
    Activity.objects.update(fee_text="10 yuan")

    posting.publish(activity, by=member.user)

    assert activity.reviews.first().changes == []
