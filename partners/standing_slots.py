"""What a partner holds of a room gives way to what that partner plans in it."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from partners.models import SlotDate
from venues import takings
from venues.models import TakingKind

# A rest that is shorter is of no use to anybody who holds a room.
SHORTEST_REST = timedelta(minutes=30)


@transaction.atomic
def give_way(partner_id, room, spans, *, at=None):
    """Free what the partner holds of the room at these times, for something of its own.

    Whoever calls it takes the room in the same transaction. What is left of a date before and
    after stays held, as dates of their own.
    """
    if partner_id is None or room is None or not spans:
        return
    at = at or timezone.now()
    takings.lock(room)
    wanted = Q()
    for starts_at, ends_at in spans:
        wanted |= Q(starts_at__lt=ends_at, ends_at__gt=starts_at)
    met = SlotDate.objects.held().filter(
        wanted,
        slot__agreement__partner=partner_id,
        taking__occupancies__room__in=takings.leaves_of(room),
    )
    dates = list(
        SlotDate.objects.filter(pk__in=met.values("pk")).select_related(
            "slot__room__floor", "taking"
        )
    )
    if not dates:
        return
    takings.free_all([each.taking for each in dates], at=at)
    SlotDate.objects.filter(pk__in=[each.pk for each in dates]).update(used_at=at)
    for each in dates:
        _hold_the_rest(each, spans)


def _hold_the_rest(date, spans):
    rests = [
        rest
        for rest in _without(date.starts_at, date.ends_at, spans)
        if rest[1] - rest[0] >= SHORTEST_REST
    ]
    taken = takings.take_all(
        date.slot.room, rests, kind=TakingKind.STANDING_SLOT, label=date.taking.label
    )
    SlotDate.objects.bulk_create(
        SlotDate(
            slot=date.slot,
            starts_at=taking.starts_at,
            ends_at=taking.ends_at,
            taking=taking,
            asked_at=date.asked_at,
            kept_at=date.kept_at,
        )
        for taking in taken
    )


def _without(starts_at, ends_at, spans):
    """What is left of a time when these spans are taken out."""
    for start, end in sorted(spans):
        if end <= starts_at or start >= ends_at:
            continue
        if start > starts_at:
            yield starts_at, start
        starts_at = max(starts_at, end)
    if starts_at < ends_at:
        yield starts_at, ends_at
