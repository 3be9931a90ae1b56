"""Surveys as use cases: who may answer what, once, until when."""

from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import timezone

from partners import surveys
from partners.models import Survey, SurveyQuestion, SurveyResponse
from partners.survey_answers import value_of
from partners.survey_results import results_of, texts_of
from partners.surveys import SurveyRefused
from tests.factories import SurveyFactory, SurveyQuestionFactory, UserFactory
from tests.races import while_held, without_constraint

pytestmark = pytest.mark.django_db

ONE = {"kind": "one", "choices": ["Tea", "Coffee"]}


def ask(**more):
    """A question of an open survey."""
    return SurveyQuestionFactory(**(ONE | more))


def answer(question, value="Tea", *, by=None, channel="web", key="", **more):
    return surveys.respond(
        question.survey, {question.pk: value}, by=by, channel=channel, request_key=key, **more
    )


@contextmanager
def refused(code):
    with pytest.raises(SurveyRefused) as found:
        yield
    assert found.value.code == code


def test_a_sheet_keeps_each_answer_by_its_kind():
    survey = SurveyFactory()
    given = {
        "one": "Tea",
        "several": ["Tea", "Coffee"],
        "scale": 4,
        "number": 0,
        "text": "More chairs",
    }
    asked = {
        kind: SurveyQuestionFactory(survey=survey, kind=kind, choices=["Tea", "Coffee"])
        for kind in given
    }

    response = surveys.respond(
        survey,
        {asked[kind].pk: value for kind, value in given.items()},
        by=None,
        channel="web",
        request_key="",
    )

    kept = response.answers.select_related("question")
    assert {each.question.kind: value_of(each) for each in kept} == given


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("one", "Milk"),
        ("several", ["Tea", "Milk"]),
        ("scale", 0),
        ("scale", 6),
        ("number", -1),
        ("number", 1_000_000),
        ("text", "x" * 1001),
    ],
)
def test_what_is_no_answer_is_refused_beside_its_question(kind, value):
    question = ask(kind=kind)

    with pytest.raises(SurveyRefused) as found:
        answer(question, value)

    assert found.value.by_question.keys() == {question.pk}
    assert not SurveyResponse.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [("one", ""), ("several", []), ("scale", None), ("number", None), ("text", "")],
)
def test_only_what_must_be_answered_is_missed(kind, value):
    needed = ask(kind=kind, is_required=True)
    other = SurveyQuestionFactory(survey=needed.survey, kind="scale")

    with pytest.raises(SurveyRefused) as found:
        surveys.respond(
            needed.survey, {needed.pk: value, other.pk: 5}, by=None, channel="web", request_key=""
        )
    assert found.value.by_question.keys() == {needed.pk}

    needed.is_required = False
    needed.save()
    surveys.respond(
        needed.survey, {needed.pk: value, other.pk: 5}, by=None, channel="web", request_key=""
    )
    assert SurveyResponse.objects.get().answers.count() == 1


def test_an_empty_sheet_is_none():
    with refused("empty"):
        answer(ask(), "")


def test_it_is_answered_between_its_first_and_its_last_moment():
    question = ask()
    survey = question.survey

    with refused("not_begun"):
        answer(question, at=survey.opens_at - timedelta(seconds=1))
    answer(question, at=survey.opens_at)
    with refused("over"):
        answer(question, at=survey.closes_at)

    Survey.objects.update(published_at=None)
    with refused("not_begun"):
        answer(question)


def test_each_user_answers_once_and_may_correct_it_until_the_end():
    question, ana = ask(), UserFactory()
    response = answer(question, by=ana)

    with refused("answered"):
        answer(question, "Coffee", by=ana)
    surveys.correct(response, {question.pk: "Coffee"}, by=ana)
    with refused("not_yours"):
        surveys.correct(response, {question.pk: "Tea"}, by=UserFactory())
    with refused("over"):
        surveys.correct(response, {question.pk: "Tea"}, by=ana, at=question.survey.closes_at)

    assert [value_of(each) for each in response.answers.all()] == ["Coffee"]


def test_at_the_door_one_writes_down_many_sheets_and_is_nowhere_their_author():
    question, clerk = ask(), UserFactory()

    first = answer(question, by=clerk, channel="door", key="a")
    again = answer(question, by=clerk, channel="door", key="a")
    second = answer(question, by=clerk, channel="paper", key="b")

    assert first == again
    assert {first, second} == set(SurveyResponse.objects.filter(user=None, entered_by=clerk))


def test_a_key_is_of_whoever_sent_it():
    question = ask()

    theirs = {answer(question, by=by, key="same").pk for by in [None, UserFactory(), UserFactory()]}

    assert len(theirs) == 3


def test_it_is_published_with_questions_that_can_be_answered():
    survey = SurveyFactory(published_at=None)
    with refused("no_questions"):
        surveys.publish(survey)
    question = SurveyQuestionFactory(survey=survey, choices=["Tea"])
    with refused("no_choices"):
        surveys.publish(survey)
    SurveyQuestion.objects.filter(pk=question.pk).update(choices=["Tea", "Coffee"])
    with refused("over"):
        surveys.publish(survey, at=survey.closes_at)

    surveys.publish(survey)

    assert survey.is_open()
    with refused("published"):
        surveys.publish(survey)


def test_it_is_closed_early_once():
    survey = SurveyFactory()

    surveys.close(survey)

    assert survey.is_over()
    with refused("over"):
        surveys.close(survey)


def test_what_somebody_has_answered_is_not_thrown_away():
    question = ask()
    answer(question)

    with refused("answered"):
        surveys.delete(question.survey)
    assert not surveys.may_change_questions(question.survey)
    for gone in (question.survey, question):
        with pytest.raises(ProtectedError):
            gone.delete()

    other = ask()
    surveys.delete(other.survey)
    assert not SurveyQuestion.objects.filter(pk=other.pk).exists()


def test_open_and_over_say_the_same_for_one_and_for_many():
    survey = SurveyFactory()
    for at in (survey.opens_at, survey.closes_at):
        for moment in (at - timedelta(microseconds=1), at):
            assert Survey.objects.open(moment).exists() == survey.is_open(moment)


def test_sums_are_by_choice_and_by_channel():
    survey = SurveyFactory()
    drink = ask(survey=survey)
    mark = SurveyQuestionFactory(survey=survey, kind="scale")
    words = SurveyQuestionFactory(survey=survey, kind="text")
    for channel, cup, number in [("web", "Tea", 5), ("door", "Tea", 4), ("door", "Coffee", 3)]:
        surveys.respond(
            survey,
            {drink.pk: cup, mark.pk: number, words.pk: f"{cup} please"},
            by=None,
            channel=channel,
            request_key="",
        )

    found = results_of(survey)

    assert (found.responses, found.by_channel) == (3, {"web": 1, "door": 2})
    cups, marks, said = found.questions
    assert [(bar.label, bar.count, bar.percent, bar.columns) for bar in cups.bars] == [
        ("Tea", 2, 67, [1, 1, 0]),
        ("Coffee", 1, 33, [0, 1, 0]),
    ]
    assert [bar.count for bar in marks.bars] == [0, 0, 1, 1, 1]
    assert marks.average == 4
    assert (said.answered, said.bars) == (3, [])
    assert texts_of(survey)[words.pk] == ["Coffee please", "Tea please", "Tea please"]


def test_sums_cost_the_same_for_few_and_for_many(django_assert_num_queries):
    question = ask()
    for count in (1, 3):
        for _sheet in range(count):
            answer(question)
        with django_assert_num_queries(5):
            results_of(question.survey)


def test_after_a_year_nobody_knows_any_more_who_answered():
    question, ana = ask(kind="text"), UserFactory()
    answer(question, "Chairs", by=ana, key="a")

    surveys.forget_old(at=question.survey.closes_at + timedelta(days=364))
    assert ana.survey_responses.exists()
    surveys.forget_old(at=question.survey.closes_at + timedelta(days=365))

    assert not ana.survey_responses.exists()
    response = SurveyResponse.objects.get()
    assert f"-{ana.pk}-" not in response.request_key
    assert response.answers.get().text == "Chairs"


@pytest.mark.django_db(transaction=True)
def test_eight_taps_of_one_user_are_one_sheet():
    question, ana = ask(), UserFactory()
    taps = [partial(answer, question, by=ana, key=f"tap-{n}") for n in range(8)]

    with while_held(Survey.objects.all(), *taps) as answers:
        assert not SurveyResponse.objects.exists()

    assert sum(isinstance(each, SurveyResponse) for each in answers) == 1
    assert [each.code for each in answers if isinstance(each, SurveyRefused)] == ["answered"] * 7
    assert SurveyResponse.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_constraint_still_stands(monkeypatch):
    monkeypatch.setattr(surveys, "hold", lambda survey: None)
    question, ana = ask(), UserFactory()
    taps = [partial(answer, question, by=ana, key=f"tap-{n}") for n in range(8)]

    with while_held(SurveyResponse, *taps) as answers:
        pass

    assert SurveyResponse.objects.count() == 1
    assert sum(isinstance(each, IntegrityError) for each in answers) == 7


@pytest.mark.django_db(transaction=True)
def test_without_lock_and_constraint_eight_taps_are_eight_sheets(monkeypatch):
    monkeypatch.setattr(surveys, "hold", lambda survey: None)
    question, ana = ask(), UserFactory()
    taps = [partial(answer, question, by=ana, key=f"tap-{n}") for n in range(8)]

    with without_constraint(SurveyResponse, "survey_is_answered_once"):
        with while_held(SurveyResponse, *taps):
            assert not SurveyResponse.objects.exists()
        assert SurveyResponse.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_nobody_answers_a_survey_that_is_closed_in_the_same_moment():
    question = ask()
    taps = [partial(answer, question, key=f"tap-{n}") for n in range(8)]

    with while_held(Survey.objects.all(), *taps) as answers:
        Survey.objects.update(closes_at=timezone.now())

    assert [each.code for each in answers] == ["over"] * 8
