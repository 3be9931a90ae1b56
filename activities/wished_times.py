"""Times a partner wishes for: whether a room is free then, seen while one writes and decides."""

from dataclasses import dataclass
from datetime import date
from math import inf

from django.db.models import F

from activities.models import WishedTime
from venues.free_times import FreeTimes
from venues.models import Room

MOST = 3
FIELDS = ("first_day", "weeks", "starts_at", "ends_at", "room_id", "people")


@dataclass(frozen=True)
class Chance:
    """What there is for a wish: `room` is the one wished for, else the best; None where none fits.

    `taken` are the days on which it is not free; `other` is a room that has more of them.
    """

    wish: WishedTime
    room: Room | None
    taken: list[date]
    other: Room | None = None

    @property
    def free(self):
        return len(self.wish.days) - len(self.taken)


def chances(wishes, center) -> list[Chance]:
    """For each wish what is free at that center; a few statements, however many wishes."""
    wishes = list(wishes)
    if not wishes:
        return []
    days = [day for wish in wishes for day in wish.days]
    known = FreeTimes(rooms_of([center]), min(days), max(days))
    return [_chance(wish, known) for wish in wishes]


def rooms_of(centers):
    """What may be wished for, floor by floor."""
    rooms = Room.objects.active().filter(is_bookable=True, floor__center__in=centers)
    in_order = rooms.order_by(
        "floor__center", "floor__level", F("whole").asc(nulls_first=True), "pk"
    )
    return in_order.select_related("floor__center")


def said(wishes):
    """Wishes as plain values, to see whether two lists are the same."""
    return [tuple(getattr(wish, name) for name in FIELDS) for wish in wishes]


def replace(activity, wishes):
    """Write down these wishes instead of those before; the activity's row is held."""
    activity.wished_times.all().delete()
    for wish in wishes:
        wish.pk, wish.activity, wish._state.adding = None, activity, True
        wish.save()


def _chance(wish, known):
    fitting = [room for room in known.rooms if room.holds(wish.people or 1)]
    taken = {room.pk: _taken(wish, room, known) for room in fitting}
    best = min(
        fitting, key=lambda room: (len(taken[room.pk]), room.capacity or inf, room.pk), default=None
    )
    wished = next((room for room in known.rooms if room.pk == wish.room_id), None)
    if wished is None:
        return Chance(wish, best, taken[best.pk] if best else wish.days)
    clashes = _taken(wish, wished, known)
    has_better = best is not None and len(taken[best.pk]) < len(clashes)
    return Chance(wish, wished, clashes, best if has_better else None)


def _taken(wish, room, known):
    return [day for day in wish.days if not known.fits(room, *wish.span(day))]
