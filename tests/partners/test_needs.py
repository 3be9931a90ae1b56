from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from notices.models import Notice
from partners import needs
from partners.models import Need, NeedStatus, Vote
from partners.needs import NeedRefused
from tests.factories import (
    CenterFactory,
    LetterFactory,
    NeedFactory,
    PartnerFactory,
    UserFactory,
)
from tests.races import while_held

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)


def timeline(need):
    return [(step.status, step.note) for step in need.steps.order_by("pk")]


def told(fact):
    return set(Notice.objects.filter(kind=f"partners/{fact}").values_list("address", "recipient"))


def test_a_new_need_has_the_days_of_its_center_to_be_answered():
    center, clerk = CenterFactory(answer_days=5), UserFactory()

    need = needs.begin(Need(center=center, title="Read aloud"), by=clerk, note="Asked", at=NOW)

    assert need.answer_by == NOW + timedelta(days=5)
    assert need.created_by == clerk
    assert timeline(need) == [("new", "Asked")]


def test_each_step_says_when_and_stands_in_the_timeline():
    need, partner = NeedFactory(), PartnerFactory()

    needs.move(need, NeedStatus.GATHERED, by=None, note="Who would come?", public=True, at=NOW)
    needs.move(need, NeedStatus.MATCHED, by=None, partner=partner, at=NOW + timedelta(days=1))
    needs.move(need, NeedStatus.DONE, by=None, at=NOW + timedelta(days=2))

    need.refresh_from_db()
    assert timeline(need) == [("gathered", "Who would come?"), ("matched", ""), ("done", "")]
    assert list(need.steps.filter(is_public=True).values_list("status")) == [("gathered",)]
    assert need.partner == partner
    assert need.answered_at == NOW
    assert need.done_at == NOW + timedelta(days=2)


def test_a_partner_who_gives_a_need_back_is_not_its_partner_any_more():
    need = NeedFactory()
    needs.move(need, NeedStatus.MATCHED, by=None, partner=PartnerFactory())

    needs.move(need, NeedStatus.GATHERED, by=None)

    need.refresh_from_db()
    assert need.partner is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("done", "new"),
        ("done", "closed"),
        ("closed", "new"),
        ("closed", "done"),
        ("answered", "new"),
    ],
)
def test_a_step_begins_only_where_it_may(before, after):
    need = NeedFactory(status=before, done_at=NOW if before == "done" else None)

    with pytest.raises(NeedRefused):
        needs.move(need, after, by=None)

    assert timeline(need) == []


def test_nobody_takes_on_a_need_without_a_name():
    with pytest.raises(NeedRefused):
        needs.move(NeedFactory(), NeedStatus.MATCHED, by=None)


def test_only_what_everybody_can_see_is_put_up_for_votes():
    with pytest.raises(NeedRefused):
        needs.move(NeedFactory(is_public=False), NeedStatus.GATHERED, by=None)


def test_the_second_is_told_who_was_first():
    need = NeedFactory()
    needs.move(need, NeedStatus.CLOSED, by=UserFactory(name="Anna"))

    with pytest.raises(NeedRefused, match="Anna"):
        needs.move(Need.objects.get(), NeedStatus.CLOSED, by=UserFactory())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_of_eight_who_close_a_need_at_once_one_does(is_guarded, monkeypatch):
    need = NeedFactory()
    if not is_guarded:
        monkeypatch.setattr(needs, "lock", lambda need: None)
    calls = [partial(needs.move, Need.objects.get(), "closed", by=None) for _ in range(8)]

    with while_held(Need.objects.filter(pk=need.pk), *calls) as answers:
        pass

    refused = [answer for answer in answers if isinstance(answer, NeedRefused)]
    assert len(refused) == (7 if is_guarded else 0)
    assert need.steps.count() == (1 if is_guarded else 8)


def test_whoever_asked_or_would_come_is_told_once():
    need = NeedFactory()
    writer, voter, gone = UserFactory(), UserFactory(), UserFactory(is_active=False)
    for letter in [{"user": writer}, {"user": gone}, {"contact": "138 1234 5678"},
                   {"contact": "Aunt@Example.org"}, {"contact": "0588-555 0100"}, {}]:  # fmt: skip
        LetterFactory(need=need, **letter)
    for user in (writer, voter):
        Vote.objects.create(need=need, user=user)

    for _ in range(2):
        needs.tell_askers(need, "need_planned", about="activity-1", activity="Reading")

    assert told("need_planned") == {
        ("", writer.pk),
        ("", voter.pk),
        ("+8613812345678", None),
        ("aunt@example.org", None),
    }


def test_of_a_need_that_is_not_public_everybody_is_led_to_the_own_letter():
    letter = LetterFactory(need=NeedFactory(is_public=False), contact="a@example.org")

    needs.tell_askers(letter.need, "need_answered")

    assert Notice.objects.get().link == f"/box/{letter.code}/"


def test_votes_are_counted_by_people():
    need, other = NeedFactory(), NeedFactory()
    for people in (1, 4):
        Vote.objects.create(need=need, user=UserFactory(), people=people)

    counted = Need.objects.with_votes()

    assert {(each.pk, each.voters, each.coming) for each in counted} == {
        (need.pk, 2, 5),
        (other.pk, 0, 0),
    }
