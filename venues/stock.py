"""Lending equipment: at no moment more than there is.

Every use is of one numbered piece, and the database refuses one piece twice at a time. Numbers are
given out under the lock of the equipment: where enough is left at every moment, but no single
piece for the whole time, the uses around are numbered anew. Rows of equipment are locked after
rooms and people and before sessions, by id.
"""

import heapq
from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from venues.equipment import Equipment, EquipmentUse

LOOKS_AHEAD = timedelta(days=14)


class EquipmentGone(Exception):
    """Not as much is left as is wanted, or not there; `reason` says what is."""

    def __init__(self, reason):
        self.reason = reason
        super().__init__(reason)


def wanted_by(taking):
    """{equipment: how many} that go with a taking."""
    uses = taking.equipment_uses.filter(active=True).select_related("equipment")
    return dict(Counter(use.equipment for use in uses))


@transaction.atomic
def lend(taking, wanted):
    """Give a taking this much of each, instead of what it had. Raises EquipmentGone."""
    lend_all({taking: wanted})


@transaction.atomic
def lend_all(wishes):
    """Give each taking of {taking: {equipment: how many}} what it wants instead of what it had.

    All or nothing: raises EquipmentGone.
    """
    old = EquipmentUse.objects.filter(taking__in=wishes, active=True)
    had = set(old.values_list("equipment", flat=True))
    ids = had | {each.pk for wanted in wishes.values() for each in wanted}
    if not ids:
        return
    locked = {each.pk: each for each in Equipment.objects.filter(pk__in=ids).locked()}
    if had:
        old.delete()
    for taking, wanted in wishes.items():
        for equipment, number in sorted(wanted.items(), key=lambda each: each[0].pk):
            if number:
                _give(locked[equipment.pk], number, taking)


def follow(takings):
    """What goes with these takings goes along to their new time and room. Raises EquipmentGone."""
    uses = EquipmentUse.objects.filter(taking__in=takings, active=True).select_related("equipment")
    wishes = {taking: Counter() for taking in takings}
    by_id = {taking.pk: taking for taking in takings}
    for use in uses:
        wishes[by_id[use.taking_id]][use.equipment] += 1
    lend_all({taking: wanted for taking, wanted in wishes.items() if wanted})


def give_back(takings):
    EquipmentUse.objects.filter(taking__in=takings).update(active=False)


def left(equipment, starts_at, ends_at):
    """How many are there for the whole of that time."""
    return equipment.stock - _most_at_once(_uses_in(equipment, starts_at, ends_at))


@transaction.atomic
def change(equipment):
    """Write down another stock or room of it. Raises EquipmentGone while more is in use to come."""
    Equipment.objects.filter(pk=equipment.pk).locked().get()
    in_use = equipment.uses.filter(active=True)
    in_use.filter(during__endswith__lte=timezone.now()).update(active=False)
    coming = list(in_use.select_related("taking__room"))
    if _most_at_once(coming) > equipment.stock:
        raise EquipmentGone(_too_few(equipment, coming))
    elsewhere = [use for use in coming if equipment.room and use.taking.room != equipment.room]
    if elsewhere:
        raise EquipmentGone(
            _("%(what)s is lent to %(room)s on %(when)s; please change that first.")
            % {
                "what": equipment,
                "room": elsewhere[0].taking.room,
                "when": _moment(elsewhere[0].during.lower),
            }
        )
    if any(use.unit > equipment.stock for use in coming):
        _number_anew(equipment, coming)
    equipment.save()


def _give(equipment, number, taking):
    if equipment.room_id and equipment.room_id != taking.room_id:
        raise EquipmentGone(
            _("%(what)s stays in %(room)s and is lent with that room only.")
            % {"what": equipment, "room": equipment.room}
        )
    span = (taking.starts_at, taking.ends_at)
    here = list(_uses_in(equipment, *span))
    rest = equipment.stock - _most_at_once(here)
    if rest < number:
        raise EquipmentGone(_not_enough(equipment, number, rest, *span))
    free = [n for n in range(1, equipment.stock + 1) if n not in {use.unit for use in here}]
    new = [
        EquipmentUse(taking=taking, equipment=equipment, unit=unit, during=DateTimeTZRange(*span))
        for unit in [*free, *[0] * number][:number]
    ]
    if len(free) >= number:
        EquipmentUse.objects.bulk_create(new)
    else:
        _number_anew(equipment, [*_hanging_together(equipment, here), *new])


def _number_anew(equipment, uses):
    """Give each use a number by its start; there are enough, for no moment has too many."""
    free, busy = list(range(1, equipment.stock + 1)), []
    for use in sorted(uses, key=lambda use: (use.during.lower, use.pk or 0)):
        while busy and busy[0][0] <= use.during.lower:
            heapq.heappush(free, heapq.heappop(busy)[1])
        use.unit = heapq.heappop(free)
        heapq.heappush(busy, (use.during.upper, use.unit))
    EquipmentUse.objects.filter(pk__in=[use.pk for use in uses if use.pk]).delete()
    for use in uses:
        use.pk = None
    EquipmentUse.objects.bulk_create(uses)


def _hanging_together(equipment, uses):
    """These uses, those that overlap them, those that overlap those, and so on."""
    while True:
        span = (min(use.during.lower for use in uses), max(use.during.upper for use in uses))
        wider = list(_uses_in(equipment, *span))
        if len(wider) == len(uses):
            return uses
        uses = wider


def _uses_in(equipment, starts_at, ends_at):
    return equipment.uses.filter(active=True, during__overlap=DateTimeTZRange(starts_at, ends_at))


def _most_at_once(uses):
    """Of uses that are counted over time the most there are at any moment."""
    uses = list(uses)
    return max(
        (
            sum(other.during.lower <= use.during.lower < other.during.upper for other in uses)
            for use in uses
        ),
        default=0,
    )


def _not_enough(equipment, number, rest, starts_at, ends_at):
    said = _("%(what)s: %(left)s of %(stock)s are left then.") % {
        "what": equipment,
        "left": rest,
        "stock": equipment.stock,
    }
    if equipment.stock < number:
        return said
    length = ends_at - starts_at
    later = _uses_in(equipment, starts_at, starts_at + LOOKS_AHEAD)
    for start in sorted({use.during.upper for use in later}):
        if left(equipment, start, start + length) >= number:
            return (
                said
                + " "
                + ngettext(
                    "From %(when)s on %(n)s is free.", "From %(when)s on %(n)s are free.", number
                )
                % {"when": _moment(start), "n": number}
            )
    return said


def _too_few(equipment, uses):
    busiest = max(
        uses,
        key=lambda use: sum(
            other.during.lower <= use.during.lower < other.during.upper for other in uses
        ),
    )
    return _("%(most)s of %(what)s are lent on %(when)s; please change that first.") % {
        "most": _most_at_once(uses),
        "what": equipment,
        "when": _moment(busiest.during.lower),
    }


def _moment(moment):
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
