"""The register of a course: to look at, to print and sign, and as a spreadsheet."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from activities.models import Activity
from bookings import register_sheet
from bookings.register import STATES, Register
from venues.staffing import workplaces

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EMPTY_LINES = 5


class DaysForm(forms.Form):
    first = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def clean(self):
        given = super().clean()
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", gettext_lazy("The last day is before the first."))
        return given


@require_safe
def page(request, pk):
    return _show(request, pk, "rosters/register.html")


@require_safe
def sheet(request, pk):
    """On paper, across, with a column to sign."""
    return _show(request, pk, "rosters/register_print.html")


@require_safe
def spreadsheet(request, pk):
    register, form = _register(request, pk)
    if not form.is_valid():
        return _show(request, pk, "rosters/register.html")
    name = _("Register %(activity)s.xlsx") % {"activity": register.activity}
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(register_sheet.of(register), content_type=XLSX, headers=headers)


def _show(request, pk, template):
    register, form = _register(request, pk)
    context = {
        "register": register,
        "activity": register.activity,
        "form": form,
        "legend": [(sign, word) for sign, word in STATES.values() if sign],
        "empty_lines": range(EMPTY_LINES),
    }
    return render(request, template, context, status=200 if form.is_valid() else 422)


def _register(request, pk):
    here = Activity.objects.filter(center__in=workplaces(request.user))
    activity = get_object_or_404(here.select_related("center", "category"), pk=pk)
    form = DaysForm(request.GET)
    days = form.cleaned_data if form.is_valid() else {}
    return Register(activity, days.get("first"), days.get("last")), form
