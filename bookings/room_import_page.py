"""Bringing room bookings in from a file, at the desk: send it, look what becomes of it, book."""

from django import forms
from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.spreadsheets import FileUnreadable
from bookings import room_imports
from bookings.models import RoomImport
from bookings.room_import_plans import State, plan
from bookings.room_rows import MOST_BYTES
from bookings.rules import BookingRefused
from partners.models import Partner
from venues.desk import RoomField
from venues.models import Center, Room
from venues.staffing import duty_of, workplaces

SHOWN_OF_EACH = 200
COLORS = {
    State.NEW: "free",
    State.CLASHES: "wrong",
    State.REFUSED: "wait",
    State.THERE: "soon",
}


def checked_size(file):
    if file.size > MOST_BYTES:
        raise forms.ValidationError(_("The file is larger than 5 MB. Please split it."))
    return file


class FileForm(forms.Form):
    center = forms.ModelChoiceField(
        Center.objects.none(), label=gettext_lazy("center"), empty_label=None
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, Excel (.xlsx) or a calendar (.ics), up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.ics"}),
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(),
        label=gettext_lazy("For whom, where a row names nobody"),
        required=False,
        empty_label=gettext_lazy("nobody: such rows are refused"),
    )
    room = RoomField(
        Room.objects.none(),
        label=gettext_lazy("Which room, where a row names none"),
        required=False,
        empty_label=gettext_lazy("none: such rows are refused"),
    )
    headcount = forms.IntegerField(
        label=gettext_lazy("How many people, where a row does not say"),
        min_value=1,
        max_value=9999,
        initial=1,
    )
    on_holidays = forms.BooleanField(
        label=gettext_lazy("Book on public holidays, too"), required=False
    )

    def __init__(self, *args, centers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["center"].queryset = centers
        self.fields["partner"].queryset = Partner.objects.active().filter(centers__in=centers)
        self.fields["partner"].queryset = self.fields["partner"].queryset.distinct()
        self.fields["room"].queryset = (
            Room.objects.in_use().filter(floor__center__in=centers).select_related("floor")
        )
        if centers.count() == 1:
            self.fields["center"].initial = centers.first()
            self.fields["center"].widget = forms.HiddenInput()

    def clean_file(self):
        return checked_size(self.cleaned_data["file"])

    def clean(self):
        cleaned = super().clean()
        center, room, partner = (cleaned.get(name) for name in ("center", "room", "partner"))
        if center and room and room.floor.center_id != center.pk:
            self.add_error("room", _("That room is in another center."))
        if center and partner and not partner.centers.filter(pk=center.pk).exists():
            self.add_error("partner", _("That partner is of another center."))
        return cleaned

    def as_import(self, by):
        given = dict(self.cleaned_data)
        file = given.pop("file")
        return RoomImport(by=by, name=file.name[-120:], content=file.read(), **given)


def import_rooms(request):
    """The form; sent, the file is kept and what would become of it is shown."""
    if not duty_of(request.user).works:
        raise Http404
    form = FileForm(
        request.POST or None, request.FILES or None, centers=workplaces(request.user).order_by("pk")
    )
    if request.method == "POST" and form.is_valid():
        try:
            file = room_imports.receive(form.as_import(request.user))
        except FileUnreadable as unreadable:
            form.add_error("file", unreadable.reason)
        else:
            return redirect("admin:room_import", file.pk)
    recent = RoomImport.objects.managed_by(request.user).defer("content").select_related("by")
    context = {
        "title": _("Bring room bookings in from a file"),
        "form": form,
        "recent": recent[:5],
    }
    return _page(request, "admin/import_rooms.html", context, 422 if form.errors else 200)


def room_import(request, pk):
    """What would become of each row; sent, it becomes that."""
    found = RoomImport.objects.managed_by(request.user).select_related("center", "partner", "room")
    file = get_object_or_404(found, pk=pk)
    status = 200
    if request.method == "POST":
        try:
            done = room_imports.bring_in(
                file, by=request.user, all_or_none=request.POST.get("book") == "all"
            )
        except BookingRefused as no:
            messages.error(request, str(no.reason))
            status = 409
        else:
            messages.success(request, _booked(len(done.new)))
            return redirect("admin:room_import", pk)
    return _show(request, file, status)


def _show(request, file, status):
    planned = plan(file)
    groups = [
        (state, COLORS[state], lines[:SHOWN_OF_EACH], len(lines), len(lines) - SHOWN_OF_EACH)
        for state in (State.CLASHES, State.REFUSED, State.NEW, State.THERE)
        if (lines := planned.of(state))
    ]
    context = {
        "title": _("Room bookings in “%(file)s”") % {"file": file},
        "file": file,
        "plan": planned,
        "new": len(planned.new),
        "counts": [
            (state, COLORS[state], number) for state, number in planned.counts.items() if number
        ],
        "groups": groups,
    }
    return _page(request, "admin/room_import.html", context, status)


def _booked(count):
    return ngettext("%(count)s time is booked.", "%(count)s times are booked.", count) % {
        "count": count
    }


def _page(request, template, context, status=200):
    return TemplateResponse(
        request, template, admin.site.each_context(request) | context, status=status
    )
