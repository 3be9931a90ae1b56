"""What takes a room, and what somebody has booked, for people's own calendars."""

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from accounts.models import User
from activities import feeds
from activities.calendar_files import Entry, answer
from activities.feeds import LOOKS_AHEAD, LOOKS_BACK
from activities.models import Status
from bookings.models import RoomBooking, RoomBookingStatus
from venues.models import Center, Room, Taking, TakingKind
from venues.staffing import workplaces
from venues.takings import leaves_of

# Another salt would end the feeds of all staff.
_signer = signing.Signer(salt="bookings.room_feed", sep=".")


def staff_feed_of(room, user):
    """The address of what only staff may read, or "" for everybody else."""
    if not workplaces(user).filter(pk=room.floor.center_id).exists():
        return ""
    return reverse("rooms:staff_feed", args=[room.pk, _signer.sign(user.pk)])


@require_safe
def of_room_booking(request, reference):
    found = RoomBooking.objects.visible_to(request.user).with_room().distinct()
    booking = get_object_or_404(found, reference=reference)
    return answer(request, booking.purpose, [own_entry(booking)], product="Rooms")


@require_safe
@login_not_required
def of_room(request, pk):
    """When the room is taken, and by which classes; who has booked it is nobody's business."""
    room = get_object_or_404(
        Room.objects.in_use().filter(has_feed=True, floor__center__in=Center.objects.with_feeds()),
        pk=pk,
    )
    return _of_room(request, room, _public)


@require_safe
@login_not_required
def of_room_for_staff(request, pk, token):
    """The same with what each is for, read by a calendar program that cannot sign in.

    It ends with the work at that center. People have no names in it: calendars carry what they
    read to wherever they are kept.
    """
    try:
        user = get_object_or_404(User, pk=_signer.unsign(token), is_active=True)
    except signing.BadSignature as forged:
        raise Http404 from forged
    centers = workplaces(user).open_to_public()
    room = get_object_or_404(Room.objects.in_use().filter(floor__center__in=centers), pk=pk)
    return _of_room(request, room, _for_staff)


def own_entry(booking):
    """A room booking in the calendar of whoever booked it."""
    room, center = booking.room, booking.room.center
    where = _("Floor %(level)s %(room)s") % {"level": room.floor.level, "room": room}
    return Entry(
        uid=f"room-booking-{booking.pk}",
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        summary=booking.purpose,
        status=_status(booking),
        location=", ".join(filter(None, [where, center.address])),
        url=reverse("rooms:booking", args=[booking.reference]),
    )


def _of_room(request, room, say):
    now = timezone.now()
    takings = (
        Taking.objects.filter(
            starts_at__lt=now + LOOKS_AHEAD,
            ends_at__gt=now - LOOKS_BACK,
            pk__in=Taking.objects.filter(occupancies__room__in=leaves_of(room)).values("pk"),
        )
        .select_related("room__floor", "session__activity__center", "room_booking__partner")
        .order_by("starts_at", "pk")
    )
    return answer(request, room.name, [say(taking) for taking in takings], product="Room")


def _public(taking):
    session = getattr(taking, "session", None)
    if session and session.activity.status == Status.PUBLISHED:
        return feeds.entry(session)
    shut = taking.kind == TakingKind.CLOSURE
    return _entry(taking, pgettext("room", "Closed") if shut else pgettext("room", "Booked"))


def _for_staff(taking):
    booking = getattr(taking, "room_booking", None)
    if booking is None:
        session = getattr(taking, "session", None)
        return feeds.entry(session) if session else _entry(taking, str(taking))
    lines = [
        booking.get_status_display(),
        ngettext("%(n)s person", "%(n)s people", booking.headcount) % {"n": booking.headcount},
        booking.spoken_reference,
    ]
    for_whom = f" · {booking.partner}" if booking.partner else ""
    page = reverse("admin:bookings_roombooking_change", args=[booking.pk])
    return _entry(taking, f"{booking.purpose}{for_whom}", description="\n".join(lines), url=page)


def _entry(taking, summary, **more):
    """Of a room booking its own time, without what is kept before and after."""
    booking = getattr(taking, "room_booking", None)
    used = booking or taking
    asked = booking is not None and booking.status == RoomBookingStatus.REQUESTED
    return Entry(
        uid=f"taking-{taking.pk}",
        starts_at=used.starts_at,
        ends_at=used.ends_at,
        summary=summary,
        status="CANCELLED" if taking.released_at else "TENTATIVE" if asked else "CONFIRMED",
        **more,
    )


def _status(booking):
    if booking.status == RoomBookingStatus.CONFIRMED:
        return "CONFIRMED"
    return "TENTATIVE" if booking.is_alive else "CANCELLED"
