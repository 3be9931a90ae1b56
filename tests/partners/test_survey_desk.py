"""Surveys as staff see them: at the desk, at the door, on paper."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners import surveys
from partners.models import Need, Survey, SurveyQuestion, SurveyResponse
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import CenterFactory, SurveyFactory, SurveyQuestionFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/partners/survey/"


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def survey(center):
    survey = SurveyFactory(center=center, title="Evenings")
    SurveyQuestionFactory(survey=survey, text="Which day?", choices=["Monday", "Friday"])
    SurveyQuestionFactory(survey=survey, text="What else?", kind="text")
    return survey


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


@pytest.fixture
def elsewhere():
    return at_the_desk(social_worker(CenterFactory()))


@pytest.fixture
def district(center):
    return at_the_desk(district_office(center.district))


def door(survey, more=""):
    return f"/staff/surveys/{survey.pk}/{more}"


def results(survey, more="/"):
    return f"/admin/surveys/{survey.pk}{more}"


def form_of(survey):
    return f"{LIST}{survey.pk}/change/"


def act(name, survey):
    return f"{LIST}{survey.pk}/{name}/"


def sheet(survey, day="Friday", text="", key="k", channel="door"):
    which, what = survey.questions.all()
    return {
        f"question_{which.pk}": day,
        f"question_{what.pk}": text,
        "request_key": key,
        "channel": channel,
    }


def answered(survey, *days, text=""):
    which, what = survey.questions.all()
    for number, day in enumerate(days):
        surveys.respond(
            survey,
            {which.pk: day, what.pk: text},
            by=None,
            channel="web",
            request_key=f"web-{number}",
        )


def written(survey, center, questions, fixed=0, **more):
    """The form as a browser sends it."""
    local = timezone.localtime
    sent = {
        "center": center.pk,
        "title": "Mornings",
        "opens_at_0": f"{local(survey.opens_at):%Y-%m-%d}",
        "opens_at_1": "08:00",
        "closes_at_0": f"{local(survey.closes_at):%Y-%m-%d}",
        "closes_at_1": "20:00",
        "questions-TOTAL_FORMS": len(questions),
        "questions-INITIAL_FORMS": fixed,
    }
    for number, question in enumerate(questions):
        sent |= {f"questions-{number}-{name}": value for name, value in question.items()}
    return sent | more


def test_sheet_after_sheet_is_counted_and_the_channel_stays(desk, survey):
    first = desk.post(door(survey), sheet(survey, key="a", channel="paper"))
    again = desk.post(door(survey), sheet(survey, key="a", channel="paper"))
    desk.post(door(survey), sheet(survey, key="b", channel="paper"))

    assert first.url == again.url == door(survey, "?channel=paper")
    page = words(desk.get(first.url))
    assert "You have saved 2 sheets today" in page
    kept = SurveyResponse.objects.all()
    assert {(each.channel, each.user, each.entered_by_id is None) for each in kept} == {
        ("paper", None, False)
    }


def test_a_wrong_sheet_keeps_what_was_typed(desk, survey):
    answer = desk.post(door(survey), sheet(survey, "Sunday", text="Typed words"))

    assert answer.status_code == 422
    assert "Typed words" in words(answer)
    assert desk.post(door(survey), sheet(survey, channel="web")).status_code == 422
    assert not SurveyResponse.objects.exists()


def test_a_shut_survey_is_not_written_down_but_nothing_typed_is_lost(desk, survey):
    Survey.objects.update(closes_at=timezone.now())

    assert '<form class="flow"' not in words(desk.get(door(survey)))
    answer = desk.post(door(survey), sheet(survey, text="Typed words"))

    assert answer.status_code == 409
    assert "Typed words" in words(answer)


def test_the_door_is_for_the_staff_of_the_center(desk, elsewhere, district, survey):
    for more in ("", "print/"):
        assert desk.get(door(survey, more)).status_code == 200
        for stranger in (elsewhere, district):
            assert stranger.get(door(survey, more)).status_code == 404
    assert elsewhere.post(door(survey), sheet(survey)).status_code == 404
    assert desk.post(door(survey, "print/")).status_code == 405


def test_the_page_at_the_door_costs_the_same_for_few_and_for_many(
    desk, survey, django_assert_num_queries
):
    desk.get(door(survey))
    for days in (["Friday"], ["Friday"] * 3):
        answered(survey, *days)
        with django_assert_num_queries(9):
            desk.get(door(survey))


def test_the_sheet_has_boxes_and_the_code_of_the_page(desk, survey):
    page = words(desk.get(door(survey, "print/")))

    assert page.count('class="box"') == 2
    assert '<span class="qr"' in page


def test_a_survey_is_written_with_its_questions_and_published(desk, center, survey):
    questions = [
        {"text": "Which?", "kind": "one", "choices": "Tea\nCoffee\n", "order": ""},
        {"text": "Why?", "kind": "text", "choices": "left over\nfrom before", "order": ""},
    ]
    assert desk.post(f"{LIST}add/", written(survey, center, questions)).status_code == 302

    made = Survey.objects.get(title="Mornings")
    assert (made.published_at, made.created_by.is_staff) == (None, True)
    kept = made.questions.values_list("text", "choices")
    assert list(kept) == [("Which?", ["Tea", "Coffee"]), ("Why?", [])]

    desk.post(act("publish", made))
    made.refresh_from_db()
    assert made.published_at
    assert "It is published already" in words(desk.post(act("publish", made), follow=True))


def test_a_choice_alone_is_none(desk, center, survey):
    questions = [{"text": "Which?", "kind": "one", "choices": "Tea", "order": ""}]

    answer = desk.post(f"{LIST}add/", written(survey, center, questions))

    assert "at least two choices" in words(answer)
    assert not Survey.objects.filter(title="Mornings").exists()


def test_questions_stay_once_somebody_has_answered(desk, center, survey):
    asked = list(survey.questions.values_list("text", "choices"))
    which, what = survey.questions.all()
    changed = [
        {"id": which.pk, "survey": survey.pk, "text": "Other?", "kind": "text", "order": 1},
        {"id": what.pk, "survey": survey.pk, "text": "Gone?", "kind": "text", "DELETE": "on"},
        {"survey": survey.pk, "text": "New?", "kind": "text", "order": 9},
    ]
    answered(survey, "Friday")

    desk.post(form_of(survey), written(survey, center, changed, fixed=2))

    assert list(survey.questions.values_list("text", "choices")) == asked
    survey.refresh_from_db()
    assert survey.title == "Mornings"  # What is not a question may be said better.


def test_before_that_they_change(desk, center, survey):
    which, what = survey.questions.all()
    changed = [
        {"id": which.pk, "survey": survey.pk, "text": "Other?", "kind": "text", "order": 1},
        {"id": what.pk, "survey": survey.pk, "text": "Gone?", "kind": "text", "DELETE": "on"},
    ]

    desk.post(form_of(survey), written(survey, center, changed, fixed=2))

    assert list(survey.questions.values_list("text", "kind")) == [("Other?", "text")]


def test_it_is_closed_and_thrown_away_after_a_question(desk, survey):
    for name in ("close", "throw_away"):
        assert desk.get(act(name, survey)).status_code == 200
    answered(survey, "Friday")
    desk.post(act("throw_away", survey))
    assert Survey.objects.exists()

    desk.post(act("close", survey))
    assert Survey.objects.get().is_over()
    assert "over" in words(desk.post(act("close", survey), follow=True))

    SurveyResponse.objects.get().answers.all().delete()
    SurveyResponse.objects.all().delete()
    desk.post(act("throw_away", survey))
    assert not SurveyQuestion.objects.exists()


def test_strangers_and_onlookers_change_nothing(elsewhere, district, survey):
    for stranger in (elsewhere, district):
        for name in ("publish", "close", "throw_away"):
            assert stranger.post(act(name, survey)).status_code in (403, 404)
    assert Survey.objects.get().is_open()


def test_results_say_how_many_online_and_at_the_door(desk, survey):
    answered(survey, "Friday", "Monday", "Friday", text="More chairs")
    desk.post(door(survey), sheet(survey))

    page = words(desk.get(results(survey)))

    assert "75%" in page
    assert "More chairs" in page


def test_the_district_reads_sums_without_words_from_three_answers_on(district, survey):
    answered(survey, "Friday", "Friday", text="More chairs")
    assert "Friday" not in words(district.get(results(survey)))
    assert district.get(results(survey, ".xlsx")).status_code == 404

    surveys.respond(
        survey, {survey.questions.first().pk: "Friday"}, by=None, channel="web", request_key="x"
    )
    page = words(district.get(results(survey)))
    assert "100%" in page
    assert "More chairs" not in page
    assert district.get(results(survey, ".xlsx")).content[:2] == b"PK"


def test_results_are_for_those_who_look_on_this_center(elsewhere, client, survey):
    for more in ("/", ".xlsx", "/need/"):
        assert elsewhere.get(results(survey, more)).status_code == 404
        assert client.get(results(survey, more)).status_code == 302


def test_what_many_want_becomes_a_need(desk, survey):
    answered(survey, "Friday", "Friday", "Monday")
    which, _what = survey.questions.all()
    address = results(survey, f"/need/?question={which.pk}&bar=1")

    asked = words(desk.get(address))
    assert "2 of 3 said" in asked
    answer = desk.post(address, {"title": "Open on Friday evening", "description": "For all"})

    assert answer.url == results(survey)
    need = Need.objects.get()
    assert (need.title, need.source, need.status, need.center, need.is_public) == (
        "Open on Friday evening", "survey", "new", survey.center, False,
    )  # fmt: skip
    assert "2 of 3 said “Friday”" in need.steps.get().note


@pytest.mark.parametrize("query", ["", "?question=0", "?question=x", "{}&bar=9", "{}&bar=x"])
def test_a_need_is_made_of_something_that_was_asked(desk, survey, query):
    query = query.format(f"?question={survey.questions.first().pk}")

    assert desk.get(results(survey, f"/need/{query}")).status_code == 404


def test_a_need_has_a_title_and_is_made_by_those_who_work_there(desk, district, survey):
    address = results(survey, f"/need/?question={survey.questions.first().pk}")

    assert desk.post(address, {"title": " ", "description": "Kept"}).status_code == 422
    assert district.post(address, {"title": "A"}).status_code == 403
    assert not Need.objects.exists()


def test_a_survey_to_come_is_told_from_an_open_one_and_one_that_is_over(desk, center):
    now = timezone.now()
    SurveyFactory(center=center, opens_at=now + timedelta(days=1))
    SurveyFactory(center=center)
    SurveyFactory(center=center, closes_at=now)
    SurveyFactory(center=center, published_at=None)

    page = words(desk.get(LIST))

    for state in ("Yet to begin", "Open", "Over", "Draft"):
        assert state in page
