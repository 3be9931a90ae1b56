"""The screen in the hall: what is on now and next, by time and room.

Everybody who comes in reads it, so it names nobody, and of rooms that people have for themselves
it says only that they are booked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.page_cache import kept_for_visitors
from activities import facts
from activities.availability import Availability, of_session
from activities.models import Session
from bookings.board import HEAVY, midnight_of
from bookings.models import RoomBookingStatus
from venues import opening
from venues.models import Center, Taking, TakingKind

A_DAY = timedelta(days=1)
SHOWN_AT_ONCE = 8  # more than these turn over like pages
SHOWN_TOMORROW = 5


@dataclass(frozen=True)
class Item:
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    way: str
    state: Availability
    icon: str
    tint: str = ""
    is_off: bool = False


@require_safe
@login_not_required
@kept_for_visitors
def hall_board(request, slug):
    center = get_object_or_404(Center.objects.open_to_public(), slug=slug)
    at = timezone.now()
    today = timezone.localdate(at)
    items = sorted(
        [*_sessions(center, today, at), *_rooms(center, today, at)],
        key=lambda item: (item.starts_at, item.place, item.title),
    )
    tomorrow = midnight_of(today) + A_DAY
    now = [item for item in items if item.starts_at < tomorrow]
    context = {
        "center": center,
        "at": at,
        "items": now,
        "shown_at_once": SHOWN_AT_ONCE,
        "tomorrow": _tomorrow(items, now),
        "tomorrow_is": tomorrow,
        "opening": (house := opening.of_center(center, today).day(today)),
        "hours": house.hours_at(at),
        "closure": house.closure_at(at),
    }
    return render(request, "bookings/hall_board.html", context)


def _tomorrow(items, now):
    """Its first ones, as far as today leaves room for them and their heading."""
    room_left = min(SHOWN_AT_ONCE - 1 - len(now), SHOWN_TOMORROW)
    coming = [item for item in items if item not in now and not item.is_off]
    return coming[: max(room_left, 0)]


def _sessions(center, today, at):
    """Today's and tomorrow's that are not over; also what is called off, for whoever comes."""
    found = Session.objects.published().between(today, today + A_DAY).not_over(at)
    found = found.filter(activity__center=center).select_related("activity__category").with_room()
    for session in found.defer(*[f"activity__{name}" for name in HEAVY]):
        activity = session.activity
        room = session.room
        yield Item(
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            title=f"{activity}{_(': ')}{session.topic}" if session.topic else str(activity),
            place=facts.place(session),
            way=room.way if room else "",
            state=of_session(session, at),
            icon=activity.category.icon,
            tint=activity.category.tint,
            is_off=session.canceled_at is not None,
        )


def _rooms(center, today, at):
    """Rooms that somebody has for themselves, standing slots, and rooms that are shut."""
    found = (
        Taking.objects.filter(
            center=center,
            room__isnull=False,
            released_at=None,
            starts_at__lt=midnight_of(today) + 2 * A_DAY,
            ends_at__gt=at,
        )
        .exclude(kind=TakingKind.SESSION)
        .filter(
            ~Q(kind=TakingKind.ROOM_BOOKING)
            | Q(room_booking__status=RoomBookingStatus.CONFIRMED, room_booking__ends_at__gt=at)
        )
        .select_related("room__floor", "room_booking")
    )
    for taking in found:
        is_shut = taking.kind == TakingKind.CLOSURE
        # Set-up and clean-up are nobody's business out here.
        told = getattr(taking, "room_booking", None) or taking
        yield Item(
            starts_at=max(told.starts_at, midnight_of(today)),
            ends_at=told.ends_at,
            title=str(taking) if is_shut else pgettext("a room", "Booked"),
            place=facts.place_of(taking.room),
            way=taking.room.way,
            state=Availability("off", "cross", _("Closed"))
            if is_shut
            else Availability("full", "full", _("For a group")),
            icon=taking.room.icon,
        )
