"""Shutting a room or a center over what is planned there: each is moved or called off first.

The order of locks is the usual one: all rooms, then people, then room bookings, then sessions,
activity by activity.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from activities.models import Session
from bookings import changes, rooms, standing_slots
from bookings.models import RoomBooking, RoomBookingStatus
from bookings.rules import BookingRefused, Refusal
from partners.models import SlotDate
from venues import closures, takings
from venues.free_times import FreeTimes
from venues.models import Closure, Room, Taking

CALL_OFF = "off"


@dataclass(frozen=True)
class Hit:
    """What a closure meets: a session, a room booking, a slot, a closure or another taking."""

    thing: Session | RoomBooking | SlotDate | Closure | Taking
    room: Room | None
    starts_at: datetime
    ends_at: datetime
    people: int = 0  # so many a room must hold
    places: int = 0  # and so many it had better hold
    can_move: bool = False
    can_go: bool = True

    @property
    def key(self):
        return f"{self.thing._meta.model_name}-{self.thing.pk}"

    @property
    def is_session(self):
        return isinstance(self.thing, Session)

    @property
    def title(self):
        if self.is_session:
            return self.thing.activity.title
        if isinstance(self.thing, SlotDate):
            return self.thing.slot.purpose
        return self.thing.purpose if isinstance(self.thing, RoomBooking) else str(self.thing)

    @property
    def kind(self):
        if isinstance(self.thing, RoomBooking):
            is_request = self.thing.status == RoomBookingStatus.REQUESTED
            return _("Request for the room") if is_request else _("Room booking")
        if isinstance(self.thing, Taking):
            return self.thing.get_kind_display()
        if isinstance(self.thing, SlotDate):
            return _("Standing slot")
        return _("Session") if self.is_session else _("Closure")

    @property
    def fact(self):
        """What else one wants to know before one decides."""
        if self.is_session:
            taken = self.thing.places_taken
            return ngettext("%(n)s place is taken", "%(n)s places are taken", taken) % {"n": taken}
        if isinstance(self.thing, RoomBooking):
            return str(self.thing.partner or self.thing.person)
        if isinstance(self.thing, SlotDate):
            return str(self.thing.slot.partner)
        if isinstance(self.thing, Closure) and not self.can_go:
            return _("open it again first, or choose another time")
        return _("nobody is told by itself; please call")


def hits(closure):
    """What a closure, not saved yet, would meet, in order of time."""
    met = list(closures.in_the_way(closure))
    sessions = Session.objects.live().filter(taking__in=met).select_related("activity__center")
    booked = RoomBooking.objects.alive().filter(taking__in=met).with_room()
    known = [
        *map(_of_session, sessions.with_room()),
        *map(_of_room_booking, booked),
        *map(_of_room_booking, _requests(closure)),
        *map(_of_slot, SlotDate.objects.held().filter(taking__in=met).with_slot()),
        *(_of_closure(each, closure) for each in Closure.objects.filter(taking__in=met)),
    ]
    named = {hit.thing.taking_id for hit in known}
    known += [
        Hit(each, each.room, each.starts_at, each.ends_at) for each in met if each.pk not in named
    ]
    return sorted(known, key=lambda hit: (hit.starts_at, hit.key))


def rooms_instead(closure, hits):
    """{key of a hit: rooms that could have it, the best one first}.

    No two that are at one time have the same best one.
    """
    moving = [hit for hit in hits if hit.can_move]
    if not moving or closure.room is None:
        return {}
    others = Room.objects.active().filter(floor__center=closure.center)
    days = [timezone.localdate(each) for hit in moving for each in (hit.starts_at, hit.ends_at)]
    known = FreeTimes([closure.room, *others.select_related("floor__center")], *_ends(days))
    given, found = [], {}
    for hit in moving:
        fitting = [
            room
            for room in known.rooms[1:]
            if not known.share(room, closure.room)
            and room.holds(hit.people)
            and not any(
                use.starts_at < hit.ends_at and hit.starts_at < use.ends_at
                for use in known.uses(room)
            )
        ]
        taken = [room for other, room in given if _meet(hit, other)]
        fitting.sort(key=lambda room: _worse(room, hit, any(known.share(room, t) for t in taken)))
        found[hit.key] = fitting
        if fitting and not any(known.share(fitting[0], each) for each in taken):
            given.append((hit, fitting[0]))
    return found


@transaction.atomic
def close(closure, answers, *, by, at=None):
    """Shut the room or the center; `answers` says for each hit the room it moves to, or CALL_OFF.

    Raises BookingRefused while something is not decided, and whatever a move or calling off is
    refused for; then nothing has happened.
    """
    at = at or timezone.now()
    met = {hit.key: hit for hit in hits(closure)}
    instead = [answer for answer in answers.values() if isinstance(answer, Room)]
    takings.lock(
        *closures.rooms_of(closure), *instead, *(hit.room for hit in met.values() if hit.room)
    )
    found = hits(closure)
    if undecided := [hit for hit in found if hit.key not in answers or not hit.can_go]:
        raise BookingRefused(_undecided(undecided))
    decided = [(hit, answers[hit.key]) for hit in found]
    _answer_room_bookings(decided, closure, by=by, at=at)
    _answer_sessions(decided, closure, by=by, at=at)
    if slots := [hit.thing for hit, _answer in decided if isinstance(hit.thing, SlotDate)]:
        standing_slots.release_closed(slots, reason=closure.reason, by=by, at=at)
    for hit, _answer in decided:
        if isinstance(hit.thing, Closure):
            closures.open_again(hit.thing, at=at)
        elif isinstance(hit.thing, Taking):
            takings.free(hit.thing, at=at)
    closures.shut(closure)
    return closure


def _answer_room_bookings(decided, closure, *, by, at):
    booked = [(hit, answer) for hit, answer in decided if isinstance(hit.thing, RoomBooking)]
    people = [hit.thing.person_id for hit, _answer in booked]
    list(Person.objects.filter(pk__in=people).locked())
    for hit, answer in booked:
        booking = hit.thing
        if answer != CALL_OFF:
            rooms.change(
                booking, room=answer, starts_at=booking.starts_at, ends_at=booking.ends_at,
                by_staff=True, at=at,
            )  # fmt: skip
        elif booking.status == RoomBookingStatus.REQUESTED and booking.starts_at > at:
            rooms.decline(booking, by=by, reason=closure.reason, at=at)
        else:
            rooms.cancel(booking, by=by, reason=closure.reason, at=at)


def _answer_sessions(decided, closure, *, by, at):
    held = [(hit.thing, answer) for hit, answer in decided if hit.is_session]
    held.sort(key=lambda each: (each[0].activity_id, each[0].pk))
    for _activity, dates in groupby(held, key=lambda each: each[0].activity_id):
        dates = list(dates)
        for session, answer in dates:
            if answer != CALL_OFF:
                changes.move(
                    session, starts_at=session.starts_at, ends_at=session.ends_at, room=answer,
                    by=by, at=at,
                )  # fmt: skip
        if gone := [session for session, answer in dates if answer == CALL_OFF]:
            changes.call_off_all(gone, reason=closure.reason, by=by, at=at)


def _requests(closure):
    """Requests that hold no room yet, for one that would be shut."""
    leaves = set(takings.leaves_of(*closures.rooms_of(closure)))
    asked = RoomBooking.objects.requested().filter(
        taking=None,
        room__floor__center=closure.center,
        starts_at__lt=closure.ends_at,
        ends_at__gt=closure.starts_at,
    )
    return [each for each in asked.with_room() if leaves & set(takings.leaves_of(each.room))]


def _of_session(session):
    return Hit(
        session,
        session.room,
        session.starts_at,
        session.ends_at,
        people=session.places_taken + session.places_kept,
        places=session.capacity,
        can_move=True,
    )


def _of_room_booking(booking):
    span = booking.room.with_buffers(booking.starts_at, booking.ends_at)
    people, is_ahead = booking.headcount, booking.starts_at > timezone.now()
    return Hit(booking, booking.room, *span, people=people, places=people, can_move=is_ahead)


def _of_slot(date):
    return Hit(date, date.slot.room, date.starts_at, date.ends_at)


def _of_closure(old, new):
    """One that lies within the new one is no longer needed; any other is somebody's decision."""
    same = new.room is None or old.room == new.room
    within = new.starts_at <= old.starts_at and old.ends_at <= new.ends_at
    return Hit(old, old.room, old.starts_at, old.ends_at, can_go=same and within)


def _undecided(hits):
    return Refusal(
        "undecided",
        ngettext(
            "%(n)s thing is not decided yet: %(which)s.",
            "%(n)s things are not decided yet: %(which)s.",
            len(hits),
        )
        % {"n": len(hits), "which": ", ".join(hit.title for hit in hits[:3])},
        _("Please say for each whether it moves or is called off."),
    )


def _worse(room, hit, is_given_away):
    return is_given_away, not room.holds(hit.places), room.capacity or 0, room.pk


def _meet(one, other):
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _ends(days):
    return min(days), max(days)
