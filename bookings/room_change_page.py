"""Another time, room or number of people for a room that is booked or asked for."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings import room_refusals, rooms
from bookings.models import RoomBookingStatus
from bookings.room_form import ChangeForm
from bookings.room_pages import bookable, changed_here, free_instead, show_booking
from bookings.rules import BookingRefused


@require_http_methods(["GET", "HEAD", "POST"])
def change(request, reference):
    """Refused, the form keeps what was typed, and the booking is as it was."""
    booking = changed_here(request, reference)
    if not booking.is_alive or booking.starts_at <= timezone.now():
        return show_booking(request, booking, refusal=room_refusals.over(), status=409)
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        booking=booking,
        rooms=_choice(booking),
        suggested=request.GET,
    )
    if request.method != "POST":
        return _page(request, booking, form)
    if not form.is_valid():
        return _page(request, booking, form, status=422)
    try:
        booking = rooms.change(booking, **form.wish)
    except BookingRefused as no:
        return _page(request, booking, form, refusal=no.reason, status=409)
    messages.success(request, _done(booking))
    return redirect("rooms:booking", reference)


def _choice(booking):
    """Rooms of the same house that they may book, and the one they have."""
    whose = {"for_partners": True} if booking.partner_id else {"for_residents": True}
    here = bookable().filter(floor__center=booking.room.floor.center_id)
    return here.filter(**whose) | here.filter(pk=booking.room_id)


def _done(booking):
    if booking.status == RoomBookingStatus.REQUESTED:
        return _("It is changed. The staff look at it and tell you.")
    return _("It is changed.")


def _page(request, booking, form, *, refusal=None, status=200):
    nearby = []
    if refusal and refusal.code == "room_taken":
        nearby = free_instead(**form.wish, by_partner=booking.partner_id is not None)
    context = {"booking": booking, "form": form, "refusal": refusal, "nearby": nearby}
    return render(request, "rooms/change.html", context, status=status)
