"""Copying a week at the desk: which one, a look at every date, and only then the dates."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.calendars import week_of
from activities.filters import DayField
from activities.models import Activity
from bookings import rules, week_copies
from bookings.board_page import Asked, works_here

A_WEEK = timedelta(weeks=1)
SAID_AT_MOST = 12


class CopyForm(forms.Form):
    """Any day of the one week, any day of the other."""

    source = DayField(label=gettext_lazy("Copy the week of"))
    target = DayField(label=gettext_lazy("into the week of"))
    floor = forms.TypedChoiceField(
        label=gettext_lazy("floor"), required=False, coerce=int, empty_value=None
    )
    activity = forms.ModelChoiceField(
        Activity.objects.none(),
        label=gettext_lazy("activity"),
        required=False,
        empty_label=gettext_lazy("All activities"),
    )

    def __init__(self, data, *, asked):
        super().__init__(data)
        self.fields["floor"].choices = [
            ("", gettext_lazy("All floors")),
            *[(each.level, str(each)) for each in asked.floors],
        ]
        here = Activity.objects.filter(center=asked.center).only("title")
        self.fields["activity"].queryset = here.order_by("title", "pk")
        self.fields["activity"].widget.attrs["size"] = 1

    def clean(self):
        given = super().clean()
        if self.errors:
            return given
        self.monday = week_of(given["source"])[0]
        self.weeks = (week_of(given["target"])[0] - self.monday) // A_WEEK
        if self.weeks == 0:
            self.add_error("target", _("Please choose another week than the one to copy."))
        return given


def copy_week(request):
    """Every date of `source`, as it would be in `target`; a POST makes the ticked ones."""
    works_here(request)
    asked = Asked(request)
    form = CopyForm(_given(request, asked), asked=asked)
    sessions = _sessions(asked, form) if form.is_valid() else []
    if request.method == "POST" and form.is_valid():
        ticked = set(request.POST.getlist("session"))
        if chosen := [each for each in sessions if str(each.pk) in ticked]:
            _say(request, *week_copies.copy(chosen, form.weeks))
            return redirect(_board_of(asked, form))
        form.add_error(None, _("Please tick at least one date."))
    is_looked_at = not form.errors or request.method == "POST"
    rows = week_copies.preview(sessions, form.weeks) if sessions and is_looked_at else []
    context = {
        "title": _("Copy a week"),
        "asked": asked,
        "form": form,
        "rows": [(row, row.can_be_made and not row.is_holiday) for row in rows],
        "to_make": sum(row.can_be_made for row in rows),
        "in_the_way": sum(not row.can_be_made for row in rows),
        "is_looked_at": form.is_valid(),
        "back": reverse("admin:board") + asked.of_week,
    }
    everywhere = admin.site.each_context(request)
    status = 422 if form.errors and (request.method == "POST" or "source" in request.GET) else 200
    return TemplateResponse(request, "admin/copy_week.html", everywhere | context, status=status)


def _given(request, asked):
    """What is asked; the week of the board and the one after it where nobody says which."""
    if request.method == "POST":
        return request.POST
    usual = {
        "source": f"{asked.day:%Y-%m-%d}",
        "target": f"{asked.day + A_WEEK:%Y-%m-%d}",
        "floor": "" if asked.floor is None else asked.floor,
    }
    return usual | request.GET.dict()


def _sessions(asked, form):
    given = form.cleaned_data
    return week_copies.of_week(
        asked.center, form.monday, activity=given["activity"], floor=given["floor"]
    )


def _board_of(asked, form):
    target = form.monday + form.weeks * A_WEEK
    return reverse("admin:board") + asked.address(view="week", date=f"{target:%Y-%m-%d}")


def _say(request, made, left):
    if made:
        words = ngettext(
            "%(count)s date has been made.", "%(count)s dates have been made.", len(made)
        )
        messages.success(request, words % {"count": len(made)})
    else:
        messages.warning(request, _("No date has been made."))
    for each, reason in left[:SAID_AT_MOST]:
        words = {
            "what": each.session.activity,
            "when": rules.moment(each.starts_at),
            "reason": reason,
        }
        messages.warning(request, _("Left out: %(what)s, %(when)s. %(reason)s") % words)
    if len(left) > SAID_AT_MOST:
        rest = len(left) - SAID_AT_MOST
        words = ngettext("Left out: %(n)s more.", "Left out: %(n)s more.", rest)
        messages.warning(request, words % {"n": rest})
