"""The page behind the link in the message: five answers and one line for each who came.

It needs no account. Opening it changes nothing: mail scanners open links, too.
"""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.names import short_name
from bookings import feedback
from bookings.models import Feedback
from bookings.refusals import BookingRefused, Refusal

HOW_IT_WAS = [
    (5, _("Very good")),
    (4, _("Good")),
    (3, _("All right")),
    (2, _("Not so good")),
    (1, _("Not good")),
]


class FeedbackForm(forms.Form):
    """Of one of several who came, nothing may be said."""

    marks = forms.TypedChoiceField(
        label=_("How was it?"),
        choices=HOW_IT_WAS,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the five.")},
    )
    line = forms.CharField(
        label=_("A line, if you like"),
        max_length=200,
        required=False,
        help_text=_("The people of the house read it without your name."),
    )

    def __init__(self, *args, place, is_only, **kwargs):
        super().__init__(*args, prefix=str(place.pk), **kwargs)
        self.place = place
        self.name = "" if is_only else short_name(place.person.name)
        self.fields["marks"].required = is_only

    def clean(self):
        given = super().clean()
        if given.get("line") and "marks" in given and given["marks"] is None:
            self.add_error("marks", _("Please choose one of the five."))
        return given


# The link is what lets somebody answer, and nothing in a cookie that a strange page could use.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def how_was_it(request, token):
    places = feedback.places_of(token)
    if not places:
        raise Http404
    session = places[0].session
    forms_of_all = _forms(request, places)
    if reason := feedback.refusal(session):
        status = 409 if request.method == "POST" else 200
        return _page(request, session, [], refusal=reason, status=status)
    if request.method != "POST":
        return _page(request, session, forms_of_all)
    if not all(form.is_valid() for form in forms_of_all):
        return _page(request, session, forms_of_all, status=422)
    if not any(form.cleaned_data["marks"] for form in forms_of_all):
        reason = Refusal("no_answer", gettext("Please choose one of the five."))
        return _page(request, session, forms_of_all, refusal=reason, status=422)
    try:
        _give(forms_of_all)
    except BookingRefused as no:
        return _page(request, session, forms_of_all, refusal=no.reason, status=409)
    return redirect(f"{request.path}?thanks")


@transaction.atomic
def _give(filled):
    for form in filled:
        said = form.cleaned_data
        if said["marks"]:
            feedback.give(form.place, marks=said["marks"], line=said["line"])


def _forms(request, places):
    session = places[0].session
    said = {
        each.person_id: {"marks": each.marks, "line": each.line}
        for each in Feedback.objects.filter(
            session=session, person__in=[place.person_id for place in places]
        )
    }
    data = request.POST if request.method == "POST" else None
    return [
        FeedbackForm(data, initial=said.get(place.person_id), place=place, is_only=len(places) == 1)
        for place in places
    ]


def _page(request, session, shown, *, refusal=None, status=200):
    context = {
        "session": session,
        "forms": shown,
        "refusal": refusal,
        "is_done": "thanks" in request.GET and request.method != "POST",
        "has_errors": any(form.errors for form in shown),
    }
    response = render(request, "bookings/feedback.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
