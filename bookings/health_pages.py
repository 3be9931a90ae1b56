"""Staff read what was said on health, one booking at a time, and each look is written down."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from activities.models import Session
from bookings import answers, roster_sheet
from bookings.models import Booking, SensitiveAnswer
from bookings.rosters import Roster
from venues.staffing import workplaces

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportForm(forms.Form):
    health = forms.BooleanField(
        label=gettext_lazy("With the notes on health"),
        help_text=gettext_lazy(
            "Each booking then keeps that you have read them, and its family sees when."
        ),
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def notes(request, pk):
    """A GET asks; a POST shows them and writes down who looked."""
    here = Booking.objects.filter(activity__center__in=workplaces(request.user))
    booking = get_object_or_404(here.select_related("activity", "session"), pk=pk)
    context = {"booking": booking, "session": _session_of(request, booking)}
    if request.method == "POST":
        where = "roster" if context["session"] else "booking"
        found = answers.read([booking], by=request.user, where=where)
        context |= {"is_read": True, "lines": found.get(booking.pk, [])}
    return render(request, "rosters/health.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def export(request, pk):
    """A GET asks what to put in; a POST gives the file."""
    here = Session.objects.filter(activity__center__in=workplaces(request.user))
    session = get_object_or_404(here.select_related("activity__center").with_room(), pk=pk)
    form = ExportForm(request.POST or None)
    if request.method != "POST":
        sealed = SensitiveAnswer.objects.filter(booking__places__session=session)
        context = {"session": session, "form": form, "has_health": sealed.founded().exists()}
        return render(request, "rosters/export.html", context)
    roster = Roster(session)
    wants_health = form.is_valid() and form.cleaned_data["health"]
    health = _read_all(roster, request.user) if wants_health else None
    name = _("Roster %(activity)s.xlsx") % {"activity": session.activity}
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(roster_sheet.of(roster, health=health), content_type=XLSX, headers=headers)


def _session_of(request, booking):
    """The date whose roster one comes from and goes back to, or None."""
    named = request.GET.get("session", "")
    if not named.isascii() or not named.isdecimal():
        return None
    return Session.objects.filter(activity=booking.activity, pk=named).first()


def _read_all(roster, user):
    listed = {place.booking_id: place.booking for place in [*roster.places, *roster.waiting]}
    return answers.read(listed.values(), by=user, where="export")
