"""Preparing a draw at the desk: which number decides, and when, before anybody applies."""

from django import forms
from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.models import Activity
from bookings import draw_plans
from bookings.draw_plans import Plan
from bookings.models import Draw
from bookings.rules import BookingRefused, moment


class PlanForm(forms.Form):
    number_source = forms.CharField(
        label=gettext_lazy("Which public number decides"),
        max_length=200,
        help_text=gettext_lazy(
            "Drawn by others, on that evening, for everybody to see: name the lottery, where its "
            "numbers stand, and in which order they are typed in."
        ),
    )
    days_before = forms.IntegerField(
        label=gettext_lazy("Applications close, days before it begins"),
        min_value=0,
        max_value=90,
        help_text=gettext_lazy("Of a course: before its first date."),
    )
    closes = forms.TimeField(
        label=gettext_lazy("Applications close at"), widget=forms.TimeInput({"type": "time"})
    )
    number_out = forms.TimeField(
        label=gettext_lazy("The number is out at"),
        widget=forms.TimeInput({"type": "time"}),
        help_text=gettext_lazy("On the same day; on the next one where that is earlier."),
    )
    weighs_past = forms.BooleanField(
        label=gettext_lazy("More lots for whoever was not drawn before"),
        required=False,
        help_text=gettext_lazy(
            "One more for each draw of this category here that they have lost within a year, "
            "three lots at most."
        ),
    )


def prepare_draw(request, activity_id):
    """The form; sent, it prepares every draw to come, or that of `?session=`."""
    site = admin.site
    activity = site.get_model_admin(Activity).acted_on(request, activity_id)
    session = _session(activity, request.GET.get("session"))
    form = PlanForm(request.POST or None, initial=_as_last_time(activity))
    if form.is_bound and form.is_valid():
        try:
            draws = draw_plans.prepare(activity, Plan(**form.cleaned_data), session=session)
        except BookingRefused as refused:
            form.add_error(None, str(refused.reason))
        else:
            _say_prepared(request, draws)
            return redirect(_draws_of(activity))
    context = {
        **site.each_context(request),
        "title": _("Prepare the draw: %(activity)s") % {"activity": session or activity},
        "text": _(
            "The computer makes a secret and publishes its hash. Once people can apply, nothing "
            "of this changes any more."
        ),
        "label": _("Prepare the draw"),
        "form": form,
        "back": reverse("admin:activities_activity_change", args=[activity.pk]),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/ask_first.html", context, status=status)


def _session(activity, named):
    if not named:
        return None
    found = activity.sessions.filter(pk=named).first() if named.isdecimal() else None
    if found is None:
        raise Http404
    return found


def _as_last_time(activity):
    """Most draws of a center go by the same number."""
    initial = {"days_before": 3, "closes": "18:00", "number_out": "21:30"}
    last = Draw.objects.filter(activity__center=activity.center_id).without_lists().first()
    if last is None:
        return initial
    return {
        "days_before": 3,
        "closes": f"{timezone.localtime(last.closes_at):%H:%M}",
        "number_out": f"{timezone.localtime(last.number_due_at):%H:%M}",
        "number_source": last.number_source,
        "weighs_past": last.weighs_past,
    }


def _say_prepared(request, draws):
    words = ngettext(
        "%(count)s draw is prepared. People can apply until %(closes)s at the earliest.",
        "%(count)s draws are prepared. People can apply until %(closes)s at the earliest.",
        len(draws),
    )
    closes = moment(min(draw.closes_at for draw in draws))
    messages.success(request, words % {"count": len(draws), "closes": closes})


def _draws_of(activity):
    address = reverse("admin:bookings_draw_changelist")
    return f"{address}?{urlencode({'activity__id__exact': activity.pk})}"
