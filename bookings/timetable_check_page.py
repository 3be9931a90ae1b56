"""What would clash in a timetable of classes, looked at before it is brought in."""

from django import forms
from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.spreadsheets import FileUnreadable, read_table
from activities.timetable_clashes import find_clashes
from bookings.room_import_page import checked_size
from venues.models import Center
from venues.staffing import duty_of, workplaces

SHOWN = 300


class TimetableForm(forms.Form):
    center = forms.ModelChoiceField(
        Center.objects.none(), label=gettext_lazy("center"), empty_label=None
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A timetable as CSV or Excel (.xlsx), up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )

    def __init__(self, *args, centers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["center"].queryset = centers

    def clean_file(self):
        return checked_size(self.cleaned_data["file"])


def check_timetable(request):
    """The form; sent, the clashes below it. Nothing is kept and nothing is changed."""
    if not duty_of(request.user).works:
        raise Http404
    form = TimetableForm(
        request.POST or None, request.FILES or None, centers=workplaces(request.user).order_by("pk")
    )
    found = None
    if request.method == "POST" and form.is_valid():
        try:
            table = read_table(form.cleaned_data["file"].read())
        except FileUnreadable as unreadable:
            form.add_error("file", unreadable.reason)
        else:
            found = find_clashes(table, form.cleaned_data["center"])
    groups = found.groups if found else []
    context = {
        **admin.site.each_context(request),
        "title": _("What clashes in a timetable"),
        "form": form,
        "found": found,
        "clashes": len(found.found) if found else 0,
        "groups": groups[:SHOWN],
        "more": len(groups) - SHOWN,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/check_timetable.html", context, status=status)
