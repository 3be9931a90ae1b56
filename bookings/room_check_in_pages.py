"""The codes of rooms: that of a booking, scanned by staff, and that on the door."""

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bookings import room_check_in, rooms
from bookings.models import RoomBooking
from bookings.rules import BookingRefused
from venues.models import Room
from venues.staffing import workplaces


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_code(request, token):
    """Staff have scanned a booking; a GET changes nothing. Others see their own booking."""
    found = RoomBooking.objects.with_room()
    booking = get_object_or_404(found, pk=_named(room_check_in.booking_of, token))
    if not workplaces(request.user).filter(pk=booking.room.floor.center_id).exists():
        get_object_or_404(RoomBooking.objects.visible_to(request.user).distinct(), pk=booking.pk)
        return redirect("rooms:booking", booking.reference)
    refusal = None
    if request.method == "POST":
        refusal = _check_in(booking)
        if refusal is None:
            return redirect("rosters:room_check_in", token)
    context = {
        "booking": booking,
        "may_check_in": rooms.may_check_in(booking),
        "is_today": timezone.localdate(booking.starts_at) == timezone.localdate(),
        "refusal": refusal,
    }
    return render(request, "rosters/room_check_in.html", context, status=409 if refusal else 200)


@require_safe
def poster(request, pk):
    """To hang on the door of the room; it is the same for all bookings."""
    here = Room.objects.filter(floor__center__in=workplaces(request.user))
    room = get_object_or_404(here.select_related("floor__center"), pk=pk)
    path = reverse("rooms:here", args=[room_check_in.poster_token(room)])
    context = {"room": room, "address": request.build_absolute_uri(path)}
    return render(request, "rosters/room_poster.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def here(request, token):
    """Whoever stands at the door and has booked the room says so; a GET changes nothing."""
    found = Room.objects.active().select_related("floor__center")
    room = get_object_or_404(found, pk=_named(room_check_in.room_of, token))
    mine = room_check_in.at_the_door(room, request.user, timezone.now())
    refusal = None
    if request.method == "POST":
        named = request.POST.get("booking", "")
        booking = next((each for each in mine if each.reference == named), None)
        if booking is None:
            raise Http404
        refusal = _check_in(booking)
        if refusal is None:
            messages.success(request, _("Thank you. The room is yours until the end."))
            return redirect("rooms:here", token)
    for booking in mine:
        booking.may_check_in = rooms.may_check_in(booking)
    context = {"room": room, "mine": mine, "refusal": refusal}
    return render(request, "rooms/here.html", context, status=409 if refusal else 200)


def _named(read, token):
    try:
        return read(token)
    except BadSignature as forged:
        raise Http404 from forged


def _check_in(booking):
    """Why it cannot be, or None when it is done."""
    try:
        rooms.check_in(booking)
    except BookingRefused as no:
        return no.reason
    return None
