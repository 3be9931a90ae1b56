"""Sheet after sheet, written down at the door or from paper; nobody's name is asked."""

import secrets
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partners import surveys
from partners.models import ResponseChannel, Survey
from partners.survey_form import SurveyForm
from partners.surveys import SurveyRefused
from venues.staffing import workplaces

BY_STAFF = (ResponseChannel.DOOR, ResponseChannel.PAPER)
EMPTY_LINES = 3


class EntryForm(SurveyForm):
    channel = forms.ChoiceField(
        label=gettext_lazy("Where it was answered"),
        choices=[(each.value, each.label) for each in BY_STAFF],
        widget=forms.RadioSelect,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request, pk):
    survey = _survey(request, pk)
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        questions=list(survey.questions.all()),
        initial={
            "request_key": secrets.token_urlsafe(12),
            "channel": request.GET.get("channel", ResponseChannel.DOOR),
        },
    )
    if request.method != "POST":
        return _page(request, survey, form)
    if not form.is_valid():
        return _page(request, survey, form, status=422)
    channel = form.cleaned_data["channel"]
    try:
        surveys.respond(
            survey,
            form.answers,
            by=request.user,
            channel=channel,
            request_key=form.cleaned_data["request_key"],
        )
    except SurveyRefused as refused:
        form.refuse(refused)
        return _page(request, survey, form, status=409)
    messages.success(request, _("Saved. Now the next one."))
    return redirect(f"{request.path}?{urlencode({'channel': channel})}")


@require_safe
def sheet(request, pk):
    """On paper, with boxes to tick, and the code of the page for who would rather type."""
    survey = _survey(request, pk)
    context = {
        "survey": survey,
        "questions": list(survey.questions.all()),
        "address": settings.SITE_URL + reverse("partners:survey", args=[pk]),
        "empty_lines": range(EMPTY_LINES),
    }
    return render(request, "partners/survey_sheet.html", context)


def _survey(request, pk):
    here = Survey.objects.filter(center__in=workplaces(request.user))
    return get_object_or_404(here.select_related("center"), pk=pk)


def _page(request, survey, form, *, status=200):
    entered = survey.responses.filter(channel__in=BY_STAFF)
    today = entered.filter(submitted_at__date=timezone.localdate())
    context = {
        "survey": survey,
        "form": form,
        "shut": surveys.refusal(survey),
        "own_today": today.filter(entered_by=request.user).count(),
        "entered": entered.count(),
    }
    return render(request, "partners/enter_survey.html", context, status=status)
