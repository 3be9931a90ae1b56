"""What would clash, for many wishes at once: among themselves, and with what is there already.

Wishes are swept in the order of their starts, leaf room by leaf room, so that only those that
meet are ever compared; what is there is found by the database, in one statement.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush

from django.db import connection


@dataclass(frozen=True)
class Wanted:
    """A room that is wanted from then to then, set-up and clean-up included."""

    room: int
    starts_at: datetime
    ends_at: datetime


def among(wanted: Sequence[Wanted], leaves: Mapping[int, set[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of positions that want the same leaf room at the same time, each pair once.

    Of each pair the earlier position stands first; the pairs come leaf room by leaf room.
    """
    of_leaf: dict[int, list[int]] = defaultdict(list)
    for position, each in enumerate(wanted):
        for leaf in leaves[each.room]:
            of_leaf[leaf].append(position)
    for leaf, positions in of_leaf.items():
        for pair in _overlapping(wanted, positions):
            # Halls share several leaf rooms; the first they share speaks for all.
            if leaf == min(leaves[wanted[pair[0]].room] & leaves[wanted[pair[1]].room]):
                yield pair


def with_takings(wanted: Sequence[Wanted], leaves: Mapping[int, set[int]]) -> dict[int, list[int]]:
    """{position: ids of the takings in its way, each once}. One statement for however many."""
    rows = [
        (position, leaf, each.starts_at, each.ends_at)
        for position, each in enumerate(wanted)
        for leaf in leaves[each.room]
    ]
    if not rows:
        return {}
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_IN_THE_WAY, [list(column) for column in zip(*rows, strict=True)])
        for position, taking in cursor.fetchall():
            found[position].append(taking)
    return found


# Both columns of the index that keeps rooms from being taken twice.
_IN_THE_WAY = """
    SELECT DISTINCT wanted.position, there.taking_id
      FROM unnest(%s::int[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
           AS wanted (position, room, starts_at, ends_at)
      JOIN venues_occupancy AS there
        ON there.active
       AND there.during && tstzrange(wanted.starts_at, wanted.ends_at)
       AND int8range(there.room_id, there.room_id, '[]')
           && int8range(wanted.room, wanted.room, '[]')
     ORDER BY wanted.position, there.taking_id
"""


def _overlapping(wanted: Sequence[Wanted], positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """A sweep: whoever has not ended when the next one starts, meets it."""
    running: list[tuple[datetime, int]] = []
    for position in sorted(positions, key=lambda each: (wanted[each].starts_at, each)):
        while running and running[0][0] <= wanted[position].starts_at:
            heappop(running)
        for _ends_at, other in running:
            yield min(position, other), max(position, other)
        heappush(running, (wanted[position].ends_at, position))
