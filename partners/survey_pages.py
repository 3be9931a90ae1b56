"""Surveys for residents: what is asked, the questions, and later the sums.

Nobody has to sign in. Whoever has answers once, and may change it until the end; everybody else
answers once from each browser, which a signed cookie remembers.
"""

import secrets

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from partners import surveys as services
from partners.models import ResponseChannel, Survey, SurveyResponse
from partners.survey_answers import value_of
from partners.survey_form import SurveyForm, name_of
from partners.survey_results import ENOUGH, results_of
from partners.surveys import SurveyRefused

ROWS = 20
TOO_OFTEN = "too_often"


@login_not_required
@never_cache
@require_safe
def surveys(request):
    shown = Survey.objects.shown().select_related("center")
    page = Paginator(shown, ROWS).get_page(request.GET.get("page"))
    answered = set()
    if request.user.is_authenticated:
        mine = SurveyResponse.objects.filter(user=request.user, survey__in=page.object_list)
        answered = set(mine.values_list("survey", flat=True))
    context = {"page": page, "answered": answered, "now": timezone.now()}
    return render(request, "partners/surveys.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request, pk):
    found = get_object_or_404(Survey.objects.public().select_related("center"), pk=pk)
    if not found.is_open():
        return _shut(request, found)
    own = _own(request, found)
    if request.method != "POST":
        if own is None and _key_here(request, found):
            return redirect("partners:survey_thanks", pk)
        return _page(request, found, own, _form(request, found, own))
    form = _form(request, found, own)
    if not form.is_valid():
        return _page(request, found, own, form, status=422)
    try:
        _keep(request, found, own, form)
    except SurveyRefused as refused:
        form.refuse(refused)
        status = 429 if refused.code == TOO_OFTEN else 409
        return _page(request, found, own, form, status=status)
    return _thank(request, found, form.cleaned_data["request_key"])


@login_not_required
@never_cache
@require_safe
def thanks(request, pk):
    found = get_object_or_404(Survey.objects.public(), pk=pk)
    context = {"survey": found, "own": _own(request, found), "enough": ENOUGH}
    return render(request, "partners/survey_thanks.html", context)


def _keep(request, survey, own, form):
    if own:
        return services.correct(own, form.answers, by=request.user)
    user = request.user if request.user.is_authenticated else None
    key = form.cleaned_data["request_key"]
    if user is None:
        _refuse_second(request, survey, key)
    return services.respond(
        survey, form.answers, by=user, channel=ResponseChannel.WEB, request_key=key
    )


def _refuse_second(request, survey, key):
    if _key_here(request, survey) not in (None, key):
        raise SurveyRefused(
            "answered_here",
            _("It has been answered on this device. Please sign in, or answer at the desk."),
        )
    if not limits.spend(request, "answer_survey"):
        raise SurveyRefused(
            TOO_OFTEN, _("That was a little too often. Please wait a minute and try again.")
        )


def _thank(request, survey, key):
    answer = redirect("partners:survey_thanks", survey.pk)
    if not request.user.is_authenticated:
        left = survey.closes_at - timezone.now()
        answer.set_signed_cookie(
            _cookie(survey), key, max_age=left, httponly=True, samesite="Lax",
            secure=request.is_secure(),
        )  # fmt: skip
    return answer


def _form(request, survey, own):
    initial = {"request_key": secrets.token_urlsafe(12)}
    if own:
        answers = own.answers.select_related("question")
        initial |= {name_of(answer.question): value_of(answer) for answer in answers}
    data = request.POST if request.method == "POST" else None
    return SurveyForm(data, questions=list(survey.questions.all()), initial=initial)


def _own(request, survey):
    if not request.user.is_authenticated:
        return None
    return survey.responses.filter(user=request.user).first()


def _key_here(request, survey):
    return request.get_signed_cookie(_cookie(survey), default=None)


def _cookie(survey):
    return f"survey-{survey.pk}"


def _page(request, survey, own, form, *, status=200):
    context = {"survey": survey, "own": own, "form": form, "enough": ENOUGH}
    return render(request, "partners/survey.html", context, status=status)


def _shut(request, survey):
    """Before it begins, and after its end with what came of it."""
    shows_results = survey.is_over() and survey.shows_results
    context = {
        "survey": survey,
        "refusal": services.refusal(survey),
        "results": results_of(survey) if shows_results else None,
        "enough": ENOUGH,
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "partners/survey_results.html", context, status=status)
