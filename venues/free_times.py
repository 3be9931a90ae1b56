"""When rooms are free: their hours, less what takes them. A few statements for many rooms."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from venues import hours
from venues.models import Occupancy, Room, TakingKind

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Use:
    """Something that takes a room, set-up and clean-up included."""

    starts_at: datetime
    ends_at: datetime
    taking: int
    kind: str


@dataclass(frozen=True)
class Stretch:
    """A part of a day: `kind` is free, taken, mine or shut."""

    starts_at: datetime
    ends_at: datetime
    kind: str


class FreeTimes:
    """What is known of some rooms of one center on the days from `first` to `last`, both included."""

    def __init__(
        self,
        rooms: Sequence[Room],
        first: date,
        last: date | None = None,
        *,
        house: Iterable[Room] | None = None,
    ):
        """`house` is every room of the center, where somebody has them already."""
        self.rooms = list(rooms)
        self.first, self.last = first, last or first
        leaves_of_rooms = (
            leaves_of_each(self.rooms) if house is None else _leaves_among(self.rooms, house)
        )
        self._leaves = leaves_of_rooms
        uses = _uses({leaf for leaves in leaves_of_rooms.values() for leaf in leaves}, self)
        self._uses = {room: _in_order(uses, leaves) for room, leaves in leaves_of_rooms.items()}

    @cached_property
    def hours(self) -> hours.KnownHours:
        """Read when somebody asks; not everybody who wants to know what is taken does."""
        if not self.rooms:
            return hours.KnownHours([])
        return hours.of(self.rooms[0].floor.center, self.first, self.last)

    def open_spans(self, room: Room, day: date) -> list[Span]:
        """When the room is open that day."""
        return [
            (_at(day, each.opens_at), _at(day, each.closes_at))
            for each in self.hours.on(day, room.pk)
        ]

    def why_not_open(self, room: Room, day: date) -> str:
        """Why the hours of that day are not the usual ones; empty where nothing is said."""
        return self.hours.why(day, room.pk)

    def uses(self, room: Room) -> list[Use]:
        """What takes the room or a part of it, in order, each once."""
        return self._uses[room.pk]

    def share(self, room: Room, other: Room) -> bool:
        """Whether both are one room, or one is a part of the other."""
        return bool(self._leaves[room.pk] & self._leaves[other.pk])

    def free_spans(self, room: Room, day: date) -> list[Span]:
        busy = [(use.starts_at, use.ends_at) for use in self.uses(room)]
        return [free for span in self.open_spans(room, day) for free in _without(span, busy)]

    def fits(self, room: Room, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether the room is open and free then, with its time to get ready and to tidy up."""
        day = timezone.localtime(starts_at).date()
        if not any(a <= starts_at and ends_at <= b for a, b in self.open_spans(room, day)):
            return False
        begins, done = room.with_buffers(starts_at, ends_at)
        return not any(use.starts_at < done and begins < use.ends_at for use in self.uses(room))

    def starts(
        self, room: Room, day: date, length: timedelta, *, after: datetime
    ) -> list[datetime]:
        """Every start on the room's grid at which it could be had for so long."""
        return list(self._starts(room, day, length, after))

    def each_start(self, room: Room, length: timedelta, *, after: datetime) -> Iterator[datetime]:
        """The same on all of the days, one after the other, as far as somebody asks."""
        for days in range((self.last - self.first).days + 1):
            yield from self._starts(room, self.first + timedelta(days=days), length, after)

    def _starts(self, room, day, length, after):
        step = timedelta(minutes=room.step_minutes)
        for opens, closes in self.open_spans(room, day):
            for start in _grid(opens, closes, step):
                if start > after and self.fits(room, start, start + length):
                    yield start

    def stretches(self, room: Room, day: date, *, mine: Iterable[int] = ()) -> list[Stretch]:
        """The day of the center, cut where the state of the room changes; `mine` are takings."""
        whole = self.day_of_the_house(day)
        if whole is None:
            return []
        opened, mine = self.open_spans(room, day), set(mine)
        uses = [
            use for use in self.uses(room) if use.starts_at < whole[1] and use.ends_at > whole[0]
        ]
        cuts = {moment for span in opened for moment in span}
        cuts |= {moment for use in uses for moment in (use.starts_at, use.ends_at)}
        inner = sorted(cut for cut in cuts if whole[0] < cut < whole[1])
        edges = [whole[0], *inner, whole[1]]
        parts = [
            Stretch(start, end, _kind(start, end, opened, uses, mine))
            for start, end in itertools.pairwise(edges)
        ]
        return _joined(parts)

    def day_of_the_house(self, day: date) -> Span | None:
        """From when the first room opens until the last one shuts; None on a day without hours."""
        spans = [span for room in self.rooms for span in self.open_spans(room, day)]
        if not spans:
            return None
        return min(start for start, _ in spans), max(end for _, end in spans)


def _in_order(uses: dict[int, list[Use]], leaves: set[int]) -> list[Use]:
    found = {use for leaf in leaves for use in uses[leaf]}
    return sorted(found, key=lambda use: (use.starts_at, use.taking))


def _kind(start, end, opened, uses, mine):
    using = [use for use in uses if use.starts_at < end and start < use.ends_at]
    if any(use.taking in mine for use in using):
        return "mine"
    if any(use.kind == TakingKind.CLOSURE for use in using):
        return "shut"
    if using:
        return "taken"
    return "free" if any(a <= start and end <= b for a, b in opened) else "shut"


def _joined(parts):
    joined: list[Stretch] = []
    for part in parts:
        if joined and joined[-1].kind == part.kind:
            joined[-1] = Stretch(joined[-1].starts_at, part.ends_at, part.kind)
        else:
            joined.append(part)
    return joined


def _grid(opens: datetime, closes: datetime, step: timedelta) -> Iterator[datetime]:
    """Moments in between that are whole steps after midnight."""
    midnight = _at(timezone.localtime(opens).date())
    start = midnight + -(-(opens - midnight) // step) * step
    while start < closes:
        yield start
        start += step


def _without(span: Span, busy: Iterable[Span]) -> list[Span]:
    """What is left of a span when the busy ones, sorted by their start, are taken out."""
    (start, end), left = span, []
    for busy_from, busy_to in busy:
        if busy_to <= start or busy_from >= end:
            continue
        if busy_from > start:
            left.append((start, busy_from))
        start = max(start, busy_to)
    return [*left, (start, end)] if start < end else left


def leaves_of_each(rooms: Iterable[Room]) -> dict[int, set[int]]:
    """{room: its leaf rooms}, one statement for each depth of parts."""
    leaves = {room.pk: {room.pk} for room in rooms}
    owners: dict[int, set[int]] = {room.pk: {room.pk} for room in rooms}
    while owners:
        deeper: dict[int, set[int]] = defaultdict(set)
        parts = Room.objects.filter(whole__in=owners).values_list("pk", "whole__pk")
        for part, whole in parts:
            for room in owners[whole]:
                leaves[room].discard(whole)
                leaves[room].add(part)
                deeper[part].add(room)
        owners = dict(deeper)
    return leaves


def _leaves_among(rooms: Iterable[Room], house: Iterable[Room]) -> dict[int, set[int]]:
    """The same, where every room of the center is known already."""
    parts: dict[int, list[int]] = defaultdict(list)
    for room in house:
        if room.whole_id:
            parts[room.whole_id].append(room.pk)
    return {room.pk: _leaves(room.pk, parts) for room in rooms}


def _leaves(room: int, parts: dict[int, list[int]]) -> set[int]:
    if room not in parts:
        return {room}
    return {leaf for part in parts[room] for leaf in _leaves(part, parts)}


def _uses(leaves: set[int], days: FreeTimes) -> dict[int, list[Use]]:
    during = DateTimeTZRange(_at(days.first), _at(days.last + timedelta(days=1)))
    rows = Occupancy.objects.filter(active=True, room__in=leaves, during__overlap=during)
    found: dict[int, list[Use]] = defaultdict(list)
    for leaf, span, taking, kind in rows.values_list("room", "during", "taking", "taking__kind"):
        found[leaf].append(Use(span.lower, span.upper, taking, kind))
    return found


def _at(day: date, clock: time = time.min) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
