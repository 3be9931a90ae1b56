"""Waiting for a room that is taken."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings import room_waits
from bookings.my_day import day_named
from bookings.room_form import WaitForm
from bookings.room_pages import bookable, center_named
from bookings.rules import BookingRefused
from partners.models import Partner


@require_http_methods(["GET", "HEAD", "POST"])
def wait(request):
    """The form begins with what could not be had, and says plainly that nothing is held."""
    center = center_named(request)
    form = _form(request, center)
    if request.method != "POST":
        return _page(request, center, form)
    if not form.is_valid():
        return _page(request, center, form, status=422)
    try:
        room_waits.wait_for(center, by=request.user, **form.wish)
    except BookingRefused as no:
        return _page(request, center, form, refusal=no.reason, status=409)
    messages.success(request, _("We tell you when it comes free."))
    return redirect("rooms:mine")


@require_POST
def withdraw(request, pk):
    mine = get_object_or_404(request.user.room_waits.all(), pk=pk)
    room_waits.withdraw(mine)
    messages.success(request, _("It is off your list."))
    return redirect("rooms:mine")


def _form(request, center):
    rooms = bookable().filter(floor__center=center)
    if not Partner.objects.of_member(request.user).exists():
        rooms = rooms.filter(for_residents=True)
    asked = request.GET
    initial = {name: asked.get(name) for name in ("room", "start", "end", "headcount")}
    initial["date"] = day_named(asked.get("date", ""))
    return WaitForm(
        request.POST if request.method == "POST" else None, rooms=rooms, initial=initial
    )


def _page(request, center, form, *, refusal=None, status=200):
    context = {"center": center, "form": form, "refusal": refusal}
    return render(request, "rooms/wait.html", context, status=status)
