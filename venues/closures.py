"""Shutting a room or a whole center for a while, and opening it again."""

from django.db import transaction
from django.utils import timezone

from venues import takings
from venues.models import Room, TakingKind


@transaction.atomic
def shut(closure):
    """Take the rooms of a closure that is not saved yet, and save it. Raises RoomTaken."""
    span = (closure.starts_at, closure.ends_at)
    if closure.room:
        kind = TakingKind.CLOSURE
        closure.taking = takings.take(closure.room, *span, kind=kind, label=closure.reason)
    else:
        closure.taking = takings.close(closure.center, *span, label=closure.reason)
    closure.save()


def rooms_of(closure):
    """The room of a closure, or the rooms that the whole center is made of."""
    if closure.room:
        return [closure.room]
    return list(Room.objects.filter(floor__center=closure.center, whole=None))


def in_the_way(closure):
    """The takings that a closure, not saved yet, would meet."""
    leaves = takings.leaves_of(*rooms_of(closure))
    return takings.clashes_in(leaves, [(closure.starts_at, closure.ends_at)])


@transaction.atomic
def open_again(closure, *, at=None):
    """Give the rooms back; a closure that had not begun has never been."""
    at = at or timezone.now()
    if closure.ends_at <= at:
        return
    if closure.taking:
        takings.free(closure.taking, at=at)
    if closure.starts_at >= at:
        closure.delete()
        return
    closure.ends_at = at
    closure.save(update_fields=["ends_at"])
