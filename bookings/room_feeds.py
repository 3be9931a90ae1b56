"""Rooms that somebody has booked, as a file for their own calendar."""

from datetime import UTC

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from bookings.models import RoomBooking, RoomBookingStatus


@require_safe
def of_room_booking(request, reference):
    found = RoomBooking.objects.visible_to(request.user).with_room().distinct()
    booking = get_object_or_404(found, reference=reference)
    file = Calendar()
    file.add("prodid", "-//Community center//Rooms//ZH")
    file.add("version", "2.0")
    file.add_component(_entry(booking, request))
    file.add_missing_timezones()
    return HttpResponse(file.to_ical(), content_type="text/calendar; charset=utf-8")


def _entry(booking, request):
    now, center = timezone.now(), booking.room.center
    page = reverse("rooms:booking", args=[booking.reference])
    entry = Event()
    entry.add("uid", f"room-booking-{booking.pk}@{request.get_host()}")
    entry.add("sequence", int((now - booking.created_at).total_seconds() // 60))
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", timezone.localtime(booking.starts_at))
    entry.add("dtend", timezone.localtime(booking.ends_at))
    entry.add("summary", booking.purpose)
    where = _("Floor %(level)s %(room)s") % {
        "level": booking.room.floor.level,
        "room": booking.room,
    }
    entry.add("location", ", ".join(filter(None, [where, center.address])))
    entry.add("status", _status(booking))
    entry.add("url", request.build_absolute_uri(page))
    return entry


def _status(booking):
    if booking.status == RoomBookingStatus.CONFIRMED:
        return "CONFIRMED"
    return "TENTATIVE" if booking.is_alive else "CANCELLED"
