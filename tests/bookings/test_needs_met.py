from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import Activity, Status
from bookings import needs_met
from notices.models import Notice
from partners.models import NeedStatus, Partner, PartnerStatus, Vote
from tests.bookings.giving import came, held
from tests.factories import (
    ActivityFactory,
    LetterFactory,
    NeedFactory,
    PartnerFactory,
    PersonFactory,
    SessionFactory,
    StaffMemberFactory,
    UserFactory,
)
from tests.races import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def need():
    need = NeedFactory(partner=PartnerFactory(), status=NeedStatus.MATCHED)
    Vote.objects.create(need=need, user=UserFactory(), people=2)
    LetterFactory(need=need, center=need.center, user=UserFactory())
    return need


@pytest.fixture
def activity(need):
    return ActivityFactory(need=need, center=need.center, partner=need.partner)


def told(fact):
    return Notice.objects.filter(kind=f"partners/{fact}").order_by("pk")


def ago(**span):
    return timezone.now() - timedelta(**span)


def test_whoever_asked_is_told_once_that_there_is_an_activity(need, activity):
    opens_at = timezone.now() + timedelta(days=1)
    session = SessionFactory(activity=activity, booking_opens_at=opens_at)

    assert [needs_met.look_again() for _each in range(3)] == [1, 0, 0]

    [vote, letter] = told("need_planned")
    assert {vote.recipient, letter.recipient} == {
        need.votes.get().user,
        need.letters.get().user,
    }
    assert vote.link == activity.get_absolute_url()
    assert vote.context["starts_at"] == session.starts_at.isoformat()
    assert vote.context["opens_at"] == opens_at.isoformat()
    step = need.steps.get()
    assert (step.is_public, activity.title in step.note) == (True, True)


@pytest.mark.parametrize("case", ["draft", "no dates", "not taken on"])
def test_nobody_is_told_too_early(need, activity, case):
    if case != "no dates":
        SessionFactory(activity=activity)
    if case == "draft":
        Activity.objects.update(status=Status.DRAFT)
    if case == "not taken on":
        type(need).objects.update(status=NeedStatus.NEW)

    assert needs_met.look_again() == 0
    assert not Notice.objects.exists()


def test_when_it_was_held_and_somebody_came_it_is_done_with_thanks(need, activity):
    people = [PersonFactory(), PersonFactory()]
    held(activity, ago(days=8), *people)
    held(activity, ago(days=1), people[0])

    assert [needs_met.look_again() for _each in range(3)] == [1, 0, 0]

    need.refresh_from_db()
    assert need.status == NeedStatus.DONE
    assert need.done_at
    step = need.steps.get()
    assert (step.is_public, step.note) == (True, "办了 2 场，来了 2 人")
    assert [(each.context["sessions"], each.context["people"]) for each in told("need_done")] == [
        (2, 2),
        (2, 2),
    ]


@pytest.mark.parametrize("case", ["nobody came", "called off", "to come"])
def test_it_is_not_done_before(need, activity, case):
    at = ago(days=1) if case != "to come" else timezone.now() + timedelta(days=1)
    off = {"canceled_at": timezone.now(), "cancel_reason": "Ill"} if case == "called off" else {}
    session = held(activity, at, **off)
    came(session, PersonFactory(), did_come=case == "called off")

    needs_met.look_again()

    need.refresh_from_db()
    assert need.status == NeedStatus.MATCHED


def test_where_nobody_books_it_was_held_when_it_is_over(need, activity):
    Activity.objects.update(is_drop_in=True)
    held(activity, ago(days=1))

    needs_met.look_again()

    need.refresh_from_db()
    assert need.status == NeedStatus.DONE
    assert need.steps.get().note == "办了 1 场"


@pytest.mark.parametrize("case", ["archived", "partner gone"])
def test_what_comes_to_nothing_is_open_again_and_the_center_is_told(need, activity, case):
    staff = StaffMemberFactory(center=need.center).user
    if case == "archived":
        Activity.objects.update(status=Status.ARCHIVED)
    else:
        Activity.objects.update(status=Status.DRAFT)
        Partner.objects.update(status=PartnerStatus.ENDED)

    assert [needs_met.look_again() for _each in range(3)] == [1, 0, 0]

    need.refresh_from_db()
    assert (need.status, need.partner) == (NeedStatus.NEW, None)
    assert [each.recipient for each in told("need_open_again")] == [staff]


def test_what_was_held_and_archived_is_done_not_open_again(need, activity):
    held(activity, ago(days=1), PersonFactory())
    Activity.objects.update(status=Status.ARCHIVED)

    needs_met.look_again()

    need.refresh_from_db()
    assert need.status == NeedStatus.DONE


@pytest.mark.django_db(transaction=True)
def test_eight_clocks_at_once_take_each_step_once(need, activity):
    SessionFactory(activity=activity)
    held(activity, ago(days=1), PersonFactory())

    answers = together(*[needs_met.look_again] * 8)

    assert sum(answers) == 2
    assert need.steps.count() == 2
    assert (told("need_planned").count(), told("need_done").count()) == (2, 2)


def test_with_nothing_to_do_three_statements_look(django_assert_num_queries):
    with django_assert_num_queries(3):
        needs_met.look_again()
