"""The results of a survey as a workbook: sums, and what was written in words without any name."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from bookings.workbooks import book_of
from partners.survey_desk_page import results_for

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def sheet(request, pk):
    response = HttpResponse(of(*results_for(request.user, pk)), content_type=KIND)
    response["Content-Disposition"] = f'attachment; filename="survey-{pk}.xlsx"'
    return response


def of(survey, results, texts):
    """The bytes of an .xlsx file; a sheet of words only where there are any."""
    sheets = {_("Sums"): _sums(survey, results)}
    if texts:
        sheets[_("In words")] = _words(survey, results, texts)
    return book_of(sheets)


def _sums(survey, results):
    channels = [label for label, _count in results.channels]
    yield [f"{survey.center} {survey}"]
    yield [
        _("question"), pgettext("survey", "answer"), pgettext("survey", "how many"), _("share, percent"), *channels,
    ]  # fmt: skip
    yield [_("in all"), "", results.responses, "", *(count for _label, count in results.channels)]
    for each in results.questions:
        yield [str(each.question), _("answered"), each.answered]
        for bar in each.bars:
            yield [str(each.question), bar.label, bar.count, bar.percent, *bar.columns]
        if each.average is not None:
            yield [str(each.question), _("on average"), round(each.average, 2)]


def _words(survey, results, texts):
    yield [f"{survey.center} {survey}"]
    yield [_("question"), _("in words")]
    for each in results.questions:
        for text in texts.get(each.question.pk, []):
            yield [str(each.question), text]
