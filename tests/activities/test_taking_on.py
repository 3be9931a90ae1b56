from functools import partial

import pytest

from activities import taking_on
from activities.models import Activity, Status
from notices.models import Notice
from partners import asking, needs
from partners.models import Need, NeedAsk, NeedStatus, Role
from partners.needs import NeedRefused
from tests.factories import (
    CategoryFactory,
    CenterFactory,
    NeedFactory,
    PartnerMemberFactory,
    ResourceFactory,
    StaffMemberFactory,
    UserFactory,
)
from tests.races import together, while_held

pytestmark = pytest.mark.django_db


@pytest.fixture
def need():
    return NeedFactory(
        category=CategoryFactory(),
        title="Calligraphy",
        description="At weekends",
        min_age=6,
        max_age=10,
        day_parts=["weekend"],
        how_many=12,
    )


@pytest.fixture
def staff(need):
    return StaffMemberFactory(center=need.center, user__is_staff=True).user


def a_poster_at(center, role=Role.POSTER):
    member = PartnerMemberFactory(role=role)
    member.partner.centers.add(center)
    return member


def asked(need, by, member=None, **more):
    member = member or a_poster_at(need.center)
    return asking.ask(need, member.partner, by=by, **more), member.user


def told(fact):
    return [
        each.recipient for each in Notice.objects.filter(kind=f"partners/{fact}").order_by("pk")
    ]


def test_whoever_answers_for_a_partner_is_told_that_the_center_asks(need, staff):
    member = a_poster_at(need.center)
    PartnerMemberFactory(partner=member.partner, role=Role.VIEWER)

    question, user = asked(need, staff, member, note="You know how.")

    assert told("need_asked") == [user]
    assert Notice.objects.get().context["note"] == "You know how."
    assert list(need.asks.open()) == [question]


def test_who_cannot_be_asked(need, staff):
    elsewhere = a_poster_at(CenterFactory()).partner
    nobody = a_poster_at(need.center, role=Role.VIEWER).partner
    twice = asked(need, staff)[0].partner

    for partner in (elsewhere, nobody, twice):
        with pytest.raises(NeedRefused):
            asking.ask(need, partner, by=staff)
    assert NeedAsk.objects.count() == 1


def test_nobody_is_asked_about_what_is_closed(need, staff):
    needs.move(need, NeedStatus.CLOSED, by=staff)

    with pytest.raises(NeedRefused):
        asked(need, staff)


def test_a_yes_makes_a_draft_that_is_linked_to_both(need, staff):
    question, user = asked(need, staff)
    other, others_user = asked(need, staff)

    activity = taking_on.accept(question, by=user, note="Gladly")

    activity.refresh_from_db()
    assert (activity.need, activity.partner, activity.center) == (
        need,
        question.partner,
        need.center,
    )
    assert (activity.status, activity.created_by) == (Status.DRAFT, user)
    assert (activity.title, activity.category, activity.min_age, activity.max_age) == (
        "Calligraphy",
        need.category,
        6,
        10,
    )
    assert "12" in activity.wish
    need.refresh_from_db()
    assert (need.status, need.partner) == (NeedStatus.MATCHED, question.partner)
    other.refresh_from_db()
    assert other.withdrawn_at
    assert told("question_withdrawn") == [others_user]
    assert told("partner_accepts") == [staff]


def test_a_no_leaves_the_need_open_and_the_center_is_told(need, staff):
    question, user = asked(need, staff)

    asking.decline(question, by=user, note="No teacher till spring")

    need.refresh_from_db()
    assert need.status == NeedStatus.NEW
    assert told("partner_declines") == [staff]
    assert asked(need, staff, question.partner.members.get())


def test_an_answer_is_given_once(need, staff):
    question, user = asked(need, staff)
    asking.decline(question, by=user)

    for step in (asking.decline, taking_on.accept, asking.withdraw):
        with pytest.raises(NeedRefused, match="婉拒"):
            step(question, by=user)
    assert not Activity.objects.exists()


def test_a_question_taken_back_is_not_accepted(need, staff):
    question, user = asked(need, staff)
    asking.withdraw(question, by=staff)

    with pytest.raises(NeedRefused):
        taking_on.accept(question, by=user)
    assert told("question_withdrawn") == [user]


def test_a_partner_volunteers_for_what_is_public(need):
    member = a_poster_at(need.center)

    activity = taking_on.volunteer(need, member.partner, by=member.user)

    assert (activity.need, activity.partner) == (need, member.partner)
    assert NeedAsk.objects.get().answered_by == member.user


def test_who_volunteers_while_being_asked_has_answered(need, staff):
    question, user = asked(need, staff)

    taking_on.volunteer(need, question.partner, by=user)

    question.refresh_from_db()
    assert question.answer == "accepted"


@pytest.mark.parametrize("case", ["private", "elsewhere", "taken"])
def test_nobody_volunteers_for_what_is_not_open_to_them(need, staff, case):
    member = a_poster_at(CenterFactory() if case == "elsewhere" else need.center)
    if case == "private":
        Need.objects.update(is_public=False)
    if case == "taken":
        question, user = asked(need, staff)
        taking_on.accept(question, by=user)

    with pytest.raises(NeedRefused):
        taking_on.volunteer(need, member.partner, by=member.user)


def test_a_need_without_a_category_takes_that_of_the_resource(need, staff):
    Need.objects.update(category=None)
    resource = ResourceFactory(category=CategoryFactory())
    question, user = asked(need, staff, resource=resource)

    assert taking_on.accept(question, by=user).category == resource.category


def test_who_gives_it_back_keeps_the_draft_and_the_need_is_open_again(need, staff):
    needs.move(need, NeedStatus.GATHERED, by=staff)
    question, user = asked(need, staff)
    activity = taking_on.accept(question, by=user)

    taking_on.give_back(need, question.partner, by=user, note="We move away")

    need.refresh_from_db()
    activity.refresh_from_db()
    assert (need.status, need.partner, activity.need) == (NeedStatus.GATHERED, None, None)
    assert told("need_open_again") == [staff]
    assert asked(need, staff)


def test_what_is_published_is_not_just_given_back(need, staff):
    question, user = asked(need, staff)
    activity = taking_on.accept(question, by=user)
    Activity.objects.filter(pk=activity.pk).update(status=Status.PUBLISHED)

    with pytest.raises(NeedRefused):
        taking_on.give_back(need, question.partner, by=user)
    with pytest.raises(NeedRefused):
        taking_on.give_back(need, a_poster_at(need.center).partner, by=user)


@pytest.fixture
def eight(transactional_db):
    need = NeedFactory(category=CategoryFactory())
    staff = UserFactory()
    return need, [asked(need, staff) for _each in range(8)]


def accept_afresh(question, user, service=taking_on.accept):
    question = NeedAsk.objects.select_related("need", "partner").get(pk=question.pk)
    return service(question, by=user)


def test_of_eight_partners_who_say_yes_at_once_one_takes_it_on(eight):
    need, questions = eight
    calls = [partial(accept_afresh, question, user) for question, user in questions]

    with while_held(Need.objects.filter(pk=need.pk), *calls) as answers:
        pass

    made = [each for each in answers if isinstance(each, Activity)]
    assert list(Activity.objects.all()) == made
    assert len(made) == 1
    assert sum(isinstance(each, NeedRefused) for each in answers) == 7
    assert need.asks.filter(withdrawn_at=None).get().answer == "accepted"
    assert need.steps.filter(status=NeedStatus.MATCHED).count() == 1


@pytest.fixture
def volunteers(transactional_db):
    need = NeedFactory(category=CategoryFactory())
    members = [a_poster_at(need.center) for _each in range(8)]
    return need, [partial(volunteer_afresh, need, member) for member in members]


def volunteer_afresh(need, member):
    return taking_on.volunteer(Need.objects.get(pk=need.pk), member.partner, by=member.user)


def test_of_eight_partners_who_volunteer_at_once_one_takes_it_on(volunteers):
    need, calls = volunteers

    with while_held(Need.objects.filter(pk=need.pk), *calls) as answers:
        assert not Activity.objects.exists()

    assert sum(isinstance(each, NeedRefused) for each in answers) == 7
    assert Activity.objects.get().partner == Need.objects.get().partner


def test_without_the_lock_of_the_need_eight_drafts_are_made(volunteers, monkeypatch):
    """The negative control: all look at the state before anybody has changed it."""
    need, calls = volunteers
    monkeypatch.setattr(needs, "lock", lambda need: need.refresh_from_db())
    # The constraint on accepted questions would stop them, too.
    monkeypatch.setattr(asking, "answer", lambda *args, **kwargs: None)

    with while_held(Need.objects.filter(pk=need.pk), *calls) as answers:
        # Each has made its draft and waits only to write whose it is.
        pass

    assert sum(isinstance(each, Activity) for each in answers) == 8
    assert Activity.objects.count() == 8


def test_a_question_is_answered_or_withdrawn_not_both(eight):
    need, questions = eight
    question, user = questions[0]
    calls = [partial(accept_afresh, question, user, asking.withdraw) for _each in range(4)]
    calls += [partial(accept_afresh, question, user) for _each in range(4)]

    with while_held(Need.objects.filter(pk=need.pk), *calls) as answers:
        pass

    assert sum(isinstance(each, NeedRefused) for each in answers) == 7
    question.refresh_from_db()
    need.refresh_from_db()
    was_accepted = question.answer == "accepted"
    assert was_accepted == (question.withdrawn_at is None)
    assert was_accepted == (need.status == NeedStatus.MATCHED)
    assert Activity.objects.count() == was_accepted


def test_two_workers_who_ask_the_same_partner_ask_once(transactional_db):
    need, staff = NeedFactory(), UserFactory()
    partner = a_poster_at(need.center).partner
    calls = [
        partial(lambda: asking.ask(Need.objects.get(pk=need.pk), partner, by=staff))
        for _each in range(8)
    ]

    answers = together(*calls)

    assert sum(isinstance(each, NeedAsk) for each in answers) == 1
    assert sum(isinstance(each, NeedRefused) for each in answers) == 7
    assert Notice.objects.filter(kind="partners/need_asked").count() == 1
