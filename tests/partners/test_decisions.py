from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.utils import translation

from activities import decided
from activities.models import Activity
from notices.models import Notice
from partners import decisions
from partners.decisions import DecisionRefused
from partners.models import Decision, Need, NeedStatus, PartnerStatus
from tests.factories import (
    ActivityFactory,
    AgreementFactory,
    CategoryFactory,
    DecisionFactory,
    GuestFactory,
    NeedFactory,
    PartnerFactory,
    PartnerMemberFactory,
    UserFactory,
)
from tests.races import while_held

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
TODAY = date(2026, 12, 1)


def of_a_partner(**more):
    return DecisionFactory(partner=PartnerFactory(), due_on=TODAY, **more)


def told():
    return Notice.objects.filter(kind="partners/decision_due").order_by("pk")


def refused(call):
    with pytest.raises(DecisionRefused) as caught, translation.override("en"):
        call()
    return str(caught.value.reason)


def test_done_is_said_once_and_taken_back():
    decision = of_a_partner()

    decisions.finish(decision, at=NOW)
    decisions.finish(decision, at=NOW + timedelta(days=1))
    assert decision.done_at == NOW

    decisions.reopen(decision)
    assert Decision.objects.open().get() == decision


def test_what_nobody_does_is_not_opened_again():
    decision = DecisionFactory(done_at=NOW)

    assert "who does it" in refused(lambda: decisions.reopen(decision))


def test_overdue_begins_on_the_day_after():
    decision = of_a_partner()

    for at, is_so in [(NOW, False), (NOW + timedelta(days=1), True)]:
        assert Decision.objects.overdue(at).exists() == is_so
        assert decision.is_overdue(at) == is_so


@pytest.mark.parametrize(
    ("days", "stage"),
    [(8, ""), (7, "before"), (5, "before"), (4, ""), (1, ""), (0, "week-0"), (-1, "week-0"),
     (-6, "week-0"), (-7, "week-1"), (-13, "week-1"), (-14, "week-2")],
)  # fmt: skip
def test_reminders_come_a_week_before_on_the_day_and_then_each_week(days, stage):
    decision = Decision(due_on=TODAY + timedelta(days=days))

    assert decisions.stage_of(decision, TODAY) == stage


def test_whoever_does_it_is_reminded_until_it_is_done():
    decision = of_a_partner()
    PartnerMemberFactory.create_batch(2, partner=decision.partner)
    guest = GuestFactory(meeting=decision.meeting, partner=decision.partner)

    for hours in (0, 1, 24, 7 * 24):
        decisions.remind_due(NOW + timedelta(hours=hours))

    assert told().count() == 4
    assert told()[0].link == f"/partner/meetings/{guest.pk}/"
    assert [each.context["is_overdue"] for each in told()] == [False, False, True, True]
    decisions.finish(decision, at=NOW)
    decisions.remind_due(NOW + timedelta(days=14))
    assert told().count() == 4


def test_staff_are_reminded_of_theirs():
    decision = DecisionFactory(staff=UserFactory(), due_on=TODAY)

    decisions.remind_due(NOW)

    assert told().get().recipient == decision.staff
    assert told().get().link == f"/admin/partners/decision/{decision.pk}/change/"


def test_nobody_is_reminded_for_a_partner_that_is_not_active():
    decision = of_a_partner()
    PartnerMemberFactory(partner=decision.partner)
    decision.partner.status = PartnerStatus.SUSPENDED
    decision.partner.save()

    decisions.remind_due(NOW)

    assert not told().exists()


def test_reminding_takes_as_many_statements_for_many(django_assert_num_queries):
    for number in (1, 12):
        for _each in range(number):
            PartnerMemberFactory(partner=of_a_partner().partner)
        with django_assert_num_queries(4):
            decisions.remind_due(NOW)


def test_a_decision_becomes_a_need_that_says_where_it_comes_from():
    decision, clerk = of_a_partner(text="A" * 120), UserFactory()

    need = decisions.become_need(decision, by=clerk, at=NOW)

    assert (need.title, need.description) == ("A" * 80, "A" * 120)
    assert (need.source, need.is_public, need.center) == ("meeting", False, decision.meeting.center)
    assert decision.meeting.title in need.steps.get().note
    assert list(need.decisions.all()) == [decision]
    assert "already" in refused(lambda: decisions.become_need(decision, by=clerk, at=NOW))


def test_a_decision_becomes_one_agreement():
    decision, agreement = of_a_partner(), AgreementFactory()

    decisions.become_agreement(decision, agreement)
    decisions.become_agreement(decision, agreement)

    assert list(agreement.decisions.all()) == [decision]
    assert "already" in refused(lambda: decisions.become_agreement(decision, AgreementFactory()))


def test_a_decision_becomes_a_draft_of_the_partner_and_the_need_is_taken_on():
    decision = of_a_partner()
    need = NeedFactory(center=decision.meeting.center, category=CategoryFactory(), title="Chess")
    decision.item = decision.meeting.agenda.create(title="Chess", need=need)
    decision.save()

    activity = decided.draft(decision, by=UserFactory(), at=NOW)

    need.refresh_from_db()
    assert (activity.title, activity.status, activity.need) == ("Chess", "draft", need)
    assert (activity.partner, activity.category) == (decision.partner, need.category)
    assert (need.status, need.partner) == (NeedStatus.MATCHED, decision.partner)
    assert list(activity.decisions.all()) == list(need.decisions.all()) == [decision]
    assert "already" in refused(lambda: decided.draft(decision, by=None, at=NOW))


def test_who_else_was_asked_about_the_need_is_told_that_it_is_taken():
    decision, other = of_a_partner(), PartnerMemberFactory().partner
    need = NeedFactory(center=decision.meeting.center, category=CategoryFactory())
    Decision.objects.update(need=need)
    need.asks.create(partner=other)
    need.asks.create(partner=decision.partner)

    decided.draft(decision, by=UserFactory(), at=NOW)

    assert not need.asks.open().exists()
    assert Notice.objects.get().kind == "partners/question_withdrawn"


def test_a_draft_without_a_need_has_the_usual_category_of_the_partner():
    decision = of_a_partner(text="Read aloud")
    usual = ActivityFactory(partner=decision.partner).category

    activity = decided.draft(decision, by=UserFactory(), at=NOW)

    assert (activity.title, activity.category, activity.need) == ("Read aloud", usual, None)


def test_only_a_partner_gets_a_draft_and_only_for_an_open_need():
    of_staff = DecisionFactory(staff=UserFactory())
    assert "Only a partner" in refused(lambda: decided.draft(of_staff, by=None, at=NOW))

    decision = of_a_partner()
    other = PartnerFactory()
    decision.need = NeedFactory(status=NeedStatus.MATCHED, partner=other)
    decision.save()
    assert "not open" in refused(lambda: decided.draft(decision, by=None, at=NOW))
    assert not Activity.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_of_eight_who_write_the_need_down_at_once_one_does(guarded, monkeypatch):
    decision = of_a_partner()
    row = Decision.objects.filter(pk=decision.pk)
    if not guarded:
        monkeypatch.setattr(decisions, "lock", lambda decision: decision.refresh_from_db())
    calls = [
        partial(decisions.become_need, Decision.objects.get(pk=decision.pk), by=None, at=NOW)
        for _each in range(8)
    ]

    with while_held(row, *calls) as answers:
        # Without the lock each has written a need before it comes to the row.
        pass

    assert Need.objects.count() == (1 if guarded else 8)
    assert sum(isinstance(each, DecisionRefused) for each in answers) == (7 if guarded else 0)
