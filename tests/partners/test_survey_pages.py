"""Surveys as residents see them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners import surveys
from partners.models import Survey, SurveyAnswer, SurveyResponse
from partners.survey_answers import value_of
from tests.factories import CenterFactory, SurveyFactory, SurveyQuestionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    survey = SurveyFactory(title="Evenings")
    SurveyQuestionFactory(
        survey=survey, text="Which day?", choices=["Monday", "Friday"], is_required=True
    )
    SurveyQuestionFactory(survey=survey, text="What else?", kind="text")
    return survey


def page_of(survey, more=""):
    return f"/surveys/{survey.pk}/{more}"


def sheet(survey, day="Friday", words="", key="k"):
    which, what = survey.questions.all()
    return {f"question_{which.pk}": day, f"question_{what.pk}": words, "request_key": key}


def values():
    return [value_of(each) for each in SurveyAnswer.objects.order_by("pk")]


def text(response):
    return response.content.decode()


def answer_all(survey, count):
    which = survey.questions.first()
    for number in range(count):
        surveys.respond(
            survey, {which.pk: "Friday"}, by=None, channel="web", request_key=f"sheet-{number}"
        )


def test_anybody_answers_without_signing_in_and_is_thanked(client, survey):
    assert "Which day?" in text(client.get(page_of(survey)))

    answer = client.post(page_of(survey), sheet(survey, words="More chairs"))

    assert (answer.status_code, answer.url) == (302, page_of(survey, "thanks/"))
    assert "Evenings" in text(client.get(answer.url))
    assert values() == ["Friday", "More chairs"]


def test_a_double_tap_is_one_and_each_browser_answers_once(client, survey):
    client.post(page_of(survey), sheet(survey, key="a"))
    again = client.post(page_of(survey), sheet(survey, key="a"))
    other = client.post(page_of(survey), sheet(survey, words="Typed", key="b"))

    assert again.status_code == 302
    assert other.status_code == 409
    assert "Typed" in text(other)
    assert client.get(page_of(survey)).url == page_of(survey, "thanks/")
    assert SurveyResponse.objects.count() == 1


def test_who_is_signed_in_corrects_their_own_until_the_end(client, survey):
    client.force_login(UserFactory())
    client.post(page_of(survey), sheet(survey, words="Chairs", key="a"))

    shown = text(client.get(page_of(survey)))
    assert "Chairs" in shown
    assert "checked" in shown
    changed = client.post(page_of(survey), sheet(survey, "Monday", key="b"))

    assert changed.status_code == 302
    assert values() == ["Monday"]
    assert page_of(survey) in text(client.get(changed.url))


def test_an_error_stands_beside_its_question_and_nothing_typed_is_lost(client, survey):
    answer = client.post(page_of(survey), sheet(survey, day="", words="Typed words"))

    assert answer.status_code == 422
    page = text(answer)
    assert "Typed words" in page
    assert page.count("请选一个。") == 2  # on top and beside the field
    assert not SurveyResponse.objects.exists()


@pytest.mark.parametrize("day", ["Sunday", "\x00", "x" * 5000])
def test_a_choice_that_is_none_is_refused(client, survey, day):
    assert client.post(page_of(survey), sheet(survey, day)).status_code == 422


def test_too_many_sheets_from_one_place_wait_a_moment(client, survey, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"answer_survey": "1/m/ip"}
    client.post(page_of(survey), sheet(survey, key="a"))
    client.cookies.clear()

    answer = client.post(page_of(survey), sheet(survey, words="Typed", key="b"))

    assert answer.status_code == 429
    assert "Typed" in text(answer)


def test_after_the_end_there_are_sums_from_three_answers_on(client, survey):
    answer_all(survey, 2)
    Survey.objects.update(closes_at=timezone.now())

    assert "Friday" not in text(client.get(page_of(survey)))
    assert client.post(page_of(survey), sheet(survey)).status_code == 409

    Survey.objects.update(closes_at=timezone.now() + timedelta(days=1))
    answer_all(survey, 3)
    Survey.objects.update(closes_at=timezone.now())
    page = text(client.get(page_of(survey)))
    assert "Friday" in page
    assert "100%" in page

    Survey.objects.update(shows_results=False)
    assert "100%" not in text(client.get(page_of(survey)))


def test_what_is_written_in_words_is_never_public(client, survey):
    answer_all(survey, 2)
    client.post(page_of(survey), sheet(survey, words="My neighbor is loud"))
    Survey.objects.update(closes_at=timezone.now())

    page = text(client.get(page_of(survey)))

    assert "Friday" in page
    assert "loud" not in page


def test_a_draft_is_nowhere_and_one_to_come_says_when(client, survey):
    Survey.objects.update(opens_at=timezone.now() + timedelta(hours=1))
    assert "Which day?" not in text(client.get(page_of(survey)))
    assert client.post(page_of(survey), sheet(survey)).status_code == 409

    Survey.objects.update(published_at=None)
    for more in ("", "thanks/"):
        assert client.get(page_of(survey, more)).status_code == 404


def test_the_list_has_open_ones_and_closed_ones_with_sums(client, django_assert_num_queries):
    assert "暂时没有" in text(client.get("/surveys/"))
    center, ago = CenterFactory(), timezone.now() - timedelta(hours=1)
    for number in range(2):
        more = {"center": center}
        SurveyFactory(title=f"Open {number}", **more)
        SurveyFactory(title=f"Over {number}", closes_at=ago, **more)
        SurveyFactory(title=f"Silent {number}", closes_at=ago, shows_results=False, **more)
        SurveyFactory(title=f"Draft {number}", published_at=None, **more)
        with django_assert_num_queries(3):
            page = text(client.get("/surveys/"))
        for word, is_shown in [("Open", 1), ("Over", 1), ("Silent", 0), ("Draft", 0)]:
            assert page.count(f"{word} {number}") == is_shown


def test_the_form_costs_the_same_for_two_and_for_five_questions(
    client, survey, django_assert_num_queries
):
    for _more in range(2):
        with django_assert_num_queries(3):
            client.get(page_of(survey))
        SurveyQuestionFactory.create_batch(3, survey=survey, kind="scale")


def test_one_quiet_line_leads_there_while_it_is_open(client, survey):
    pages = ["/", f"/centers/{survey.center.slug}/", "/needs/"]
    for page in pages:
        assert page_of(survey) in text(client.get(page))

    surveys.close(survey)

    for page in pages:
        assert page_of(survey) not in text(client.get(f"{page}?again"))
