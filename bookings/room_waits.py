"""Waiting for a room: whoever waits is told when it comes free, all of them at once.

Nothing hangs on the many ways in which a room comes free (somebody cancels or moves, a session is
called off, a closure ends, hours change): once a minute it is looked at what can be had now.
"""

from collections import defaultdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from bookings.models import RoomWait
from bookings.refusals import BookingRefused, Refusal
from bookings.room_refusals import refusal_of_room
from notices.services import leave
from partners.models import PartnerMember
from venues.free_times import FreeTimes
from venues.models import Room

AT_MOST = 10  # waits of one user at a time


@transaction.atomic
def wait_for(center, *, room, starts_at, ends_at, headcount, by, at=None):
    """Tell `by` when the room, or with None any room that fits, comes free at that time.

    Asked again it is the same wait. Raises BookingRefused where the rules of the rooms would
    refuse them anyway, with the code `is_free` where there is nothing to wait for.
    """
    at = at or timezone.now()
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    wait = RoomWait(
        center=center, room=room, user=by, headcount=headcount,
        starts_at=starts_at, ends_at=ends_at, created_at=at,
    )  # fmt: skip
    mine = RoomWait.objects.open(at).filter(user=by)
    if same := mine.filter(center=center, room=room, starts_at=starts_at, ends_at=ends_at).first():
        return same
    rooms = _rooms_for([wait])[0]
    if reason := _why_not(wait, rooms, at) or _too_many(mine):
        raise BookingRefused(reason)
    wait.save(force_insert=True)
    return wait


def withdraw(wait, *, at=None):
    """They do not need it any more. Saying it again changes nothing."""
    RoomWait.objects.filter(pk=wait.pk, ended_at=None).update(ended_at=at or timezone.now())


def tell_due(at=None):
    """Tell everybody who waits for what can be had now, once for each time it comes free.

    Returns how many were told. What is taken again before they came is waited for anew.
    """
    at, told = at or timezone.now(), 0
    waits = RoomWait.objects.open(at).in_order().select_related("center", "room", "user")
    by_center = defaultdict(list)
    for wait in waits:
        by_center[wait.center].append(wait)
    for waiting in by_center.values():
        for wait, room in zip(waiting, _had_now(waiting, at), strict=True):
            if bool(room) != bool(wait.free_since):  # It is not as it was noted.
                told += _note(wait, room, at)
    return told


def _had_now(waits, at):
    """For each of these waits at one center the smallest room that can be had, or None."""
    rooms_for = _rooms_for(waits)
    rooms = {room for rooms in rooms_for for room in rooms}
    days = [timezone.localdate(wait.starts_at) for wait in waits]
    known = FreeTimes(sorted(rooms, key=lambda room: room.pk), min(days), max(days))
    return [
        next((room for room in rooms if _can_be_had(wait, room, known, at)), None)
        for wait, rooms in zip(waits, rooms_for, strict=True)
    ]


def _rooms_for(waits):
    """For each of these waits at one center the rooms it may be about, small ones first."""
    active = Room.objects.active().filter(is_bookable=True, floor__center=waits[0].center)
    rooms = sorted(
        active.select_related("floor__center"), key=lambda room: (room.capacity or 0, room.pk)
    )
    members = set(
        PartnerMember.objects.filter(user__in=[wait.user for wait in waits], ended_at=None)
        .values_list("user", flat=True)
    )  # fmt: skip
    return [
        [
            room
            for room in rooms
            if wait.room_id in (None, room.pk)
            and (room.for_residents or (room.for_partners and wait.user_id in members))
        ]
        for wait in waits
    ]


def _can_be_had(wait, room, known, at):
    return _refusal(wait, room, at) is None and known.fits(room, wait.starts_at, wait.ends_at)


def _refusal(wait, room, at):
    return refusal_of_room(
        room, starts_at=wait.starts_at, ends_at=wait.ends_at, headcount=wait.headcount, at=at
    )


def _why_not(wait, rooms, at):
    """Waiting makes no sense: none of the rooms may be had then, or one is free already."""
    no = [_refusal(wait, room, at) for room in rooms]
    if all(no):
        return no[0] if no else Refusal("not_for_you", _("There is no such room to wait for."))
    if free := _had_now([wait], at)[0]:
        return Refusal(
            "is_free",
            _("%(room)s is free then.") % {"room": free},
            _("You can book it now."),
        )
    day = timezone.localdate(wait.starts_at)
    known = FreeTimes(rooms, day)
    if not any(_is_open(wait, room, known) for room in rooms):
        return Refusal(
            "closed_that_day",
            _("It is not open then."),
            _("Please choose another day."),
        )
    return None


def _is_open(wait, room, known):
    spans = known.open_spans(room, timezone.localdate(wait.starts_at))
    return any(opens <= wait.starts_at and wait.ends_at <= closes for opens, closes in spans)


def _too_many(mine):
    if mine.count() < AT_MOST:
        return None
    return Refusal(
        "too_many_waits",
        ngettext(
            "You can wait for %(n)s room at a time.",
            "You can wait for %(n)s rooms at a time.",
            AT_MOST,
        )
        % {"n": AT_MOST},
        _("Please take back one that you do not need any more."),
    )


@transaction.atomic
def _note(wait, room, at):
    """Whether they were told now; two sweeps at once tell once, for the second finds it noted."""
    row = RoomWait.objects.filter(pk=wait.pk, ended_at=None)
    if room is None:
        row.filter(free_since__isnull=False).update(free_since=None)
        return False
    if not row.filter(free_since=None).update(free_since=at):
        return False
    start, end = (timezone.localtime(each) for each in (wait.starts_at, wait.ends_at))
    leave(
        "bookings/room_free",
        key=f"room-wait-{wait.pk}-free-{at.isoformat()}",
        to=wait.user,
        context={
            "room": room.name,
            "floor": room.floor.level,
            "starts_at": wait.starts_at.isoformat(),
            "ends_at": wait.ends_at.isoformat(),
            "center": wait.center.name,
            "phone": wait.center.phone,
        },
        link=f"/rooms/{room.pk}/?date={start:%Y-%m-%d}&start={start:%H:%M}&end={end:%H:%M}"
        f"&headcount={wait.headcount}#ask",
        expires_at=wait.starts_at,
    )
    return True
