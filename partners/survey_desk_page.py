"""The results of a survey at the staff's desk, and a need made from what many have said.

Those who look on from the district read sums; what was written in words is for the center.
"""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from partners import needs
from partners.models import Need, NeedSource, Survey
from partners.survey_results import ENOUGH, results_of, texts_of
from venues.staffing import duty_of

LONGEST_TITLE = Need._meta.get_field("title").max_length


class NeedForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("title"), max_length=LONGEST_TITLE)
    description = forms.CharField(
        label=gettext_lazy("description"), required=False, widget=forms.Textarea({"rows": 4})
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Residents and partners see it"), required=False
    )


@require_safe
def results(request, pk):
    survey = _survey(request.user, pk)
    works_here = duty_of(request.user).is_at(survey.center)
    sums = results_of(survey)
    texts = texts_of(survey) if works_here else {}
    context = {
        **admin.site.each_context(request),
        "title": survey.title,
        "survey": survey,
        "results": sums,
        "questions": [(each, texts.get(each.question.pk, [])) for each in sums.questions],
        "works_here": works_here,
        # Staff have the sheets in their hands; whoever looks on should guess nobody.
        "is_shown": works_here or sums.is_enough,
        "enough": ENOUGH,
    }
    return TemplateResponse(request, "admin/survey_results.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def make_need(request, pk):
    """`?question=` and, where it has bars, `&bar=` say what many have asked for."""
    survey = _survey(request.user, pk)
    if not duty_of(request.user).is_at(survey.center):
        raise PermissionDenied
    title, words = _said(request, survey)
    initial = {"title": title[:LONGEST_TITLE], "description": words}
    form = NeedForm(request.POST if request.method == "POST" else None, initial=initial)
    desk = admin.site.get_model_admin(Need)

    def begin(title, description, is_public):
        need = Need(
            center=survey.center,
            title=title,
            description=description,
            source=NeedSource.SURVEY,
            is_public=is_public,
        )
        needs.begin(need, by=request.user, note=words)

    return desk.ask_first(
        request,
        None,
        question=_("Make this a need?"),
        text=words,
        label=_("Make it a need"),
        form=form,
        do=begin,
        done=_("It is among the needs now."),
        back=reverse("admin:survey_results", args=[pk]),
    )


def results_for(user, pk):
    """(the survey, its sums, {question id: texts}) as far as this user reads them, or 404."""
    survey = _survey(user, pk)
    works_here = duty_of(user).is_at(survey.center)
    sums = results_of(survey)
    if not (works_here or sums.is_enough):
        raise Http404
    return survey, sums, texts_of(survey) if works_here else {}


def _survey(user, pk):
    if not duty_of(user).looks_on:
        raise Http404
    return get_object_or_404(Survey.objects.managed_by(user).select_related("center"), pk=pk)


def _said(request, survey):
    """(a title, a sentence with the numbers); 404 where the address names nothing of the survey."""
    by_pk = {str(each.question.pk): each for each in results_of(survey).questions}
    result = by_pk.get(request.GET.get("question", ""))
    if result is None:
        raise Http404
    words = {"survey": survey, "question": result.question, "answered": result.answered}
    if "bar" not in request.GET:
        said = _("Survey “%(survey)s”, “%(question)s”: %(answered)s answered.") % words
        return result.question.text, said
    number = request.GET["bar"]
    if not (number.isdecimal() and int(number[:4]) < len(result.bars)):
        raise Http404
    bar = result.bars[int(number[:4])]
    words |= {"choice": bar.label, "count": bar.count}
    said = _("Survey “%(survey)s”, “%(question)s”: %(count)s of %(answered)s said “%(choice)s”.")
    return bar.label, said % words
