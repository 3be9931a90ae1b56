"""Taking and freeing rooms: the one way in for everything that uses one.

The exclusion constraint on `Occupancy` is the truth. The rows of the leaf rooms are locked
first, by id, so that rivals wait for each other instead of deadlocking, and so that a clash
can be named.
"""

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from venues import stock
from venues.free_times import leaves_of_each
from venues.models import Occupancy, Room, Taking, TakingKind


class RoomTaken(Exception):
    """The room, or a part of it, is in use. `clashes` are the takings in the way."""

    def __init__(self, room, clashes):
        self.room = room
        self.clashes = list(clashes)
        super().__init__(self.reason)

    @property
    def reason(self):
        if not self.clashes:
            return _("%(room)s is already taken at that time.") % {"room": self.room}
        first = self.clashes[0]
        return _("%(room)s is taken by “%(label)s”, %(start)s–%(end)s.") % {
            "room": self.room,
            "label": first,
            "start": date_format(timezone.localtime(first.starts_at), "DATETIME_FORMAT"),
            "end": date_format(timezone.localtime(first.ends_at), "TIME_FORMAT"),
        }


@transaction.atomic
def take(room, starts_at, ends_at, *, kind, label="", equipment=None):
    """Take the room, parts and all, and return the taking. Raises RoomTaken.

    With `equipment`, {it: how many}, that goes along. Raises EquipmentGone.
    """
    [taking] = take_all(room, [(starts_at, ends_at)], kind=kind, label=label)
    if equipment:
        stock.lend(taking, equipment)
    return taking


@transaction.atomic
def take_all(room, spans, *, kind, label=""):
    """Take the room for each (starts_at, ends_at), or for none. Raises RoomTaken."""
    if not spans:
        return []
    leaves = _lock_leaves(room)
    if in_the_way := list(clashes_in(leaves, spans)):
        raise RoomTaken(room, in_the_way)
    takings = Taking.objects.bulk_create(
        Taking(
            center_id=room.floor.center_id,
            room=room,
            kind=kind,
            label=label[:120],
            starts_at=starts_at,
            ends_at=ends_at,
        )
        for starts_at, ends_at in spans
    )
    occupy(room, leaves, takings)
    return takings


@transaction.atomic
def take_these(center, wanted, *, kind):
    """Take all of the (room, starts_at, ends_at, label), or none: a few statements for many.

    Raises RoomTaken without saying which; `venues.clashes` has said so before.
    """
    rooms = list({room.pk: room for room, *_more in wanted}.values())
    _lock_leaves(*rooms)
    leaves = leaves_of_each(rooms)
    takings = Taking.objects.bulk_create(
        Taking(
            center=center,
            room=room,
            kind=kind,
            label=label[:120],
            starts_at=starts_at,
            ends_at=ends_at,
        )
        for room, starts_at, ends_at, label in wanted
    )
    _write(
        center, [(taking, leaf) for taking in takings for leaf in sorted(leaves[taking.room_id])]
    )
    return takings


@transaction.atomic
def close(center, starts_at, ends_at, *, label=""):
    """Take every room of the center at once. Raises RoomTaken."""
    leaves = _lock_leaves(*Room.objects.filter(floor__center=center, whole=None))
    if in_the_way := list(clashes_in(leaves, [(starts_at, ends_at)])):
        raise RoomTaken(center, in_the_way)
    taking = Taking.objects.create(
        center=center, kind=TakingKind.CLOSURE, label=label, starts_at=starts_at, ends_at=ends_at
    )
    occupy(center, leaves, [taking])
    return taking


@transaction.atomic
def move(taking, *, room, starts_at, ends_at):
    """Take another room or time under the same taking, and what is lent with it goes along.

    Raises RoomTaken or EquipmentGone, and then keeps the old.
    """
    leaves = _lock_leaves(room)
    in_the_way = clashes_in(leaves, [(starts_at, ends_at)]).exclude(pk=taking.pk)
    if in_the_way := list(in_the_way):
        raise RoomTaken(room, in_the_way)
    taking.occupancies.all().delete()
    taking.room, taking.starts_at, taking.ends_at = room, starts_at, ends_at
    taking.released_at = None
    taking.save(update_fields=["room", "starts_at", "ends_at", "released_at"])
    occupy(room, leaves, [taking])
    stock.follow([taking])
    return taking


@transaction.atomic
def move_all(moves, *, room):
    """Move each taking of `moves` to its (starts_at, ends_at) in the room, or none of them.

    `moves` is {taking: span}. They may take each other's old times. Raises RoomTaken.
    """
    if not moves:
        return
    leaves = _lock_leaves(room)
    in_the_way = clashes_in(leaves, moves.values()).exclude(pk__in=[each.pk for each in moves])
    if in_the_way := list(in_the_way):
        raise RoomTaken(room, in_the_way)
    Occupancy.objects.filter(taking__in=moves).delete()
    for taking, (starts_at, ends_at) in moves.items():
        taking.room, taking.starts_at, taking.ends_at = room, starts_at, ends_at
        taking.released_at = None
    Taking.objects.bulk_update(moves, ["room", "starts_at", "ends_at", "released_at"])
    occupy(room, leaves, list(moves))
    stock.follow(list(moves))


def free(taking, *, at=None):
    """Give the room back; the taking stays as history."""
    free_all([taking], at=at)


@transaction.atomic
def free_all(takings, *, at=None):
    """Give back what these take; they stay as history."""
    at = at or timezone.now()
    for taking in takings:
        taking.released_at = at
    Taking.objects.filter(pk__in=[each.pk for each in takings]).update(released_at=at)
    Occupancy.objects.filter(taking__in=takings).update(active=False)
    stock.give_back(takings)


def lock(*rooms):
    """Hold these rooms, parts and all, before anything else is locked."""
    _lock_leaves(*rooms)


def lock_as_it_is(room):
    """Hold the room, which says by then whether it has been given up meanwhile."""
    lock(room)
    room.refresh_from_db(fields=["is_bookable", "retired_on"])


class HasMoved(Exception):
    """What was looked for is in another room by now: let go of everything, and look again."""


def lock_rooms_of(taken):
    """Hold the rooms that these takings have. Raises HasMoved.

    Whoever waited for a room, and then for another while holding it, might close a ring.
    """
    rooms = set(Room.objects.filter(takings__in=taken))
    lock(*rooms)
    if rooms != set(Room.objects.filter(takings__in=taken)):
        raise HasMoved


def clashes(room, starts_at, ends_at):
    """What already takes the room, or a part of it, at that time."""
    return clashes_in(leaves_of(room), [(starts_at, ends_at)])


def clashes_in(leaves, spans):
    """The takings that use one of these leaf rooms in one of these spans, in order."""
    overlapping = Q()
    for starts_at, ends_at in spans:
        overlapping |= Q(occupancies__during__overlap=DateTimeTZRange(starts_at, ends_at))
    return (
        Taking.objects.filter(overlapping, occupancies__room__in=leaves, occupancies__active=True)
        .order_by("starts_at", "pk")
        .distinct()
    )


def leaves_of(*rooms):
    """The rooms without parts that these rooms are made of."""
    level, leaves = list(rooms), []
    while level:
        parts = list(Room.objects.filter(whole__in=level))
        divided = {part.whole_id for part in parts}
        leaves += [room for room in level if room.pk not in divided]
        level = parts
    return sorted(set(leaves), key=lambda room: room.pk)


def occupy(room, leaves, takings):
    """Write down that these takings use these leaf rooms. Raises RoomTaken."""
    _write(room, [(taking, leaf.pk) for taking in takings for leaf in leaves])


def _lock_leaves(*rooms):
    """Lock the leaf rooms; look again afterwards, for a room may just have been divided."""
    leaves = leaves_of(*rooms)
    while True:
        list(Room.objects.filter(pk__in=[room.pk for room in leaves]).locked())
        now = leaves_of(*rooms)
        if now == leaves:
            return leaves
        leaves = now


def _write(where, uses):
    try:
        with transaction.atomic():
            Occupancy.objects.bulk_create(
                Occupancy(
                    taking=taking,
                    room_id=leaf,
                    during=DateTimeTZRange(taking.starts_at, taking.ends_at),
                )
                for taking, leaf in uses
            )
    except IntegrityError as error:
        raise RoomTaken(where, []) from error
