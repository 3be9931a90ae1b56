"""Rooms that are parts of bigger ones, and rooms that are no longer used.

What is to come in a bigger room occupies its leaf rooms. Whenever the leaves of a room change, its
coming takings are rewritten in the same transaction, or the change is refused.
"""

from datetime import datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from venues.models import Occupancy, Room, Taking, TakingKind
from venues.takings import RoomTaken, clashes_in, leaves_of, lock, occupy


class NoSuchPart(RoomTaken):
    """A room cannot be a part of that one, whatever the time."""

    def __init__(self, room, reason):
        self._reason = reason
        super().__init__(room, [])

    @property
    def reason(self):
        return self._reason


@transaction.atomic
def make_part_of(part, whole, *, at=None):
    """Make `part` a part of `whole`, or with None a room of its own again.

    Raises RoomTaken with what is in the way: when the part, or a part of it, is in use at a time
    for which the whole is taken too.
    """
    at = at or timezone.now()
    before = Room.objects.filter(parts=part).first()
    _lock_all(part, *(each for each in (whole, before) if each))
    before = Room.objects.get(pk=part.pk).whole  # Somebody may have been faster.
    if whole:
        whole = Room.objects.get(pk=whole.pk)
        _refuse_nonsense(part, whole)
    if whole == before:
        return
    changing = [*_with_wholes(whole), *_with_wholes(before)]
    coming = list(
        Taking.objects.filter(
            Q(room__in=changing) | Q(room=None, center=part.center),
            ends_at__gt=at,
            released_at=None,
        ).select_related("room", "center")
    )
    part.whole = whole
    part.save(update_fields=["whole"])
    Occupancy.objects.filter(taking__in=coming).delete()
    for taking in coming:
        leaves = _leaves_taken(taking)
        span = (taking.starts_at, taking.ends_at)
        if in_the_way := list(clashes_in(leaves, [span])):
            raise RoomTaken(part, in_the_way)
        occupy(taking.room or taking.center, leaves, [taking])


def planned_from(room, day):
    """What uses the room, a part of it or what it is a part of from that day on, closures not."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    since = max(start, timezone.now())
    return clashes_in(leaves_of(room), [(since, None)]).exclude(kind=TakingKind.CLOSURE)


@transaction.atomic
def refuse_while_planned(room, day):
    """Before a room is given up from that day on. Raises RoomTaken with what is planned in it."""
    lock(room)
    if planned := list(planned_from(room, day)):
        raise RoomTaken(room, planned)


def _lock_all(*rooms):
    """Whatever may be taken together with these rooms: all leaves of the largest, and themselves.

    Whoever takes a larger room locks its leaves and looks again; so nobody is between the two.
    """
    tops = {_with_wholes(room)[-1] for room in rooms}
    while True:
        rows = {room.pk for room in [*leaves_of(*tops), *tops, *rooms]}
        list(Room.objects.filter(pk__in=rows).locked())
        now = {_with_wholes(Room.objects.get(pk=room.pk))[-1] for room in rooms}
        if now == tops and rows >= {room.pk for room in leaves_of(*now)}:
            return
        tops = now


def _refuse_nonsense(part, whole):
    if part in _with_wholes(whole):
        raise NoSuchPart(
            part,
            _("%(whole)s is a part of %(part)s already.") % {"whole": whole, "part": part},
        )
    if whole.center != part.center:
        raise NoSuchPart(part, _("That room is in another center."))


def _with_wholes(room):
    """The room, what it is a part of, and so on; nothing for None."""
    return [room, *_with_wholes(room.whole)] if room else []


def _leaves_taken(taking):
    if taking.room:
        return leaves_of(taking.room)
    return leaves_of(*Room.objects.filter(floor__center=taking.center, whole=None))
