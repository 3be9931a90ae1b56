from io import BytesIO

import pytest
from openpyxl import load_workbook

from partners import surveys
from tests.desk import at_the_desk, district_office, social_worker
from tests.factories import SurveyFactory, SurveyQuestionFactory

pytestmark = pytest.mark.django_db


def test_the_workbook_has_sums_by_channel_and_words_for_the_center_only():
    survey = SurveyFactory()
    day = SurveyQuestionFactory(survey=survey, text="Which day?", choices=["Monday", "Friday"])
    mark = SurveyQuestionFactory(survey=survey, text="How much?", kind="scale")
    why = SurveyQuestionFactory(survey=survey, text="Why?", kind="text")
    for channel, number in [("web", 5), ("door", 4), ("door", 4)]:
        surveys.respond(
            survey,
            {day.pk: "Friday", mark.pk: number, why.pk: "=1+1"},
            by=None,
            channel=channel,
            request_key="",
        )

    def sheets(user):
        file = at_the_desk(user).get(f"/admin/surveys/{survey.pk}.xlsx")
        book = load_workbook(BytesIO(file.content))
        return {sheet.title: [list(row) for row in sheet.values] for sheet in book}

    found = sheets(social_worker(survey.center))
    assert list(found) == ["Sums", "In words"]
    sums = found["Sums"]
    assert ["Which day?", "Friday", 3, 100, 1, 2, 0] in sums
    assert ["Which day?", "Monday", 0, 0, 0, 0, 0] in sums
    assert ["How much?", "on average", 4.33, None, None, None, None] in sums
    # A formula would be run by the program that opens it.
    assert [row[1] for row in found["In words"][2:]] == ["'=1+1"] * 3
    assert list(sheets(district_office(survey.center.district))) == ["Sums"]
