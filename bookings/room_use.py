"""How much the rooms of a center are used: booked hours over open hours.

Counted are leaf rooms, so that a divided hall is neither counted twice nor forgotten, and only hours
in which a room is open: what is closed for a while is not open, and what somebody books at night is
said apart. What was canceled, declined, released or lapsed is no use. The time to get ready and to
tidy up is a part of it. A few statements, however many rooms and days.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import (
    Case,
    Count,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.models import RoomBooking
from bookings.use_periods import Period
from venues import hours
from venues.models import Center, Room, Taking, TakingKind

Span = tuple[datetime, datetime]
HOUR = 3600
ONE_HOUR = timedelta(hours=1)


class Who(TextChoices):
    """Who uses a room; a closure is no use, and takes the open hours away."""

    CLASSES = "classes", _("Classes")
    RESIDENTS = "residents", _("Residents")
    PARTNERS = "partners", _("Partners")
    STAFF = "staff", _("The house itself")


CLOSED = "closed"


@dataclass
class Use:
    """Hours booked and hours open, of whatever."""

    booked: float = 0.0
    open: float = 0.0

    @property
    def percent(self) -> int | None:
        """None where nothing is open, and so nothing can be said."""
        return round(100 * self.booked / self.open) if self.open else None

    def __add__(self, other: "Use") -> "Use":
        return Use(self.booked + other.booked, self.open + other.open)


@dataclass
class ByWhom:
    who: Who
    hours: float = 0.0
    times: int = 0
    people: int = 0


@dataclass
class RoomUse:
    """All that a report on one period says."""

    period: Period
    rooms: dict[int, Use]
    buckets: dict[date, Use]
    heat: dict[tuple[int, int], Use]  # (ISO weekday, hour of the day)
    by_whom: list[ByWhom] = field(default_factory=list)

    @cached_property
    def total(self) -> Use:
        return sum(self.rooms.values(), Use())


def rooms_of(center: Center) -> list[Room]:
    """The leaf rooms of the center, floor by floor; also those that are retired by now."""
    rooms = Room.objects.leaves().filter(floor__center=center)
    return list(rooms.select_related("floor", "whole").order_by("floor__level", "pk"))


def use_of(center: Center, period: Period, rooms: Iterable[Room] | None = None) -> RoomUse:
    rooms = rooms_of(center) if rooms is None else list(rooms)
    opened = _open_spans(center, rooms, period)
    use = RoomUse(
        period=period,
        rooms={room.pk: Use() for room in rooms},
        buckets={first: Use() for first in period.buckets},
        heat=defaultdict(Use),
    )
    _add_open(use, opened)
    hours_of = _add_booked(use, opened)
    use.by_whom = _by_whom(center, period, hours_of)
    return use


def _open_spans(center, rooms, period) -> dict[tuple[int, date], list[Span]]:
    """When each room is open on each day, hours that overlap put together."""
    known = hours.of(center, period.first, period.last)
    # Most rooms keep the hours of the house, which are worked out once a day.
    own = {each.room_id for each in (*known.rows, *known.exceptions)}
    spans = {}
    for day in period.days:
        of_house = _joined(day, known.on(day))
        for room in rooms:
            if _is_in_use(room, day):
                is_special = room.pk in own
                found = _joined(day, known.on(day, room.pk)) if is_special else of_house
                if found:
                    spans[room.pk, day] = found
    return spans


def _is_in_use(room, day):
    begun = room.opened_on is None or room.opened_on <= day
    return begun and (room.retired_on is None or day < room.retired_on)


def _joined(day, found) -> list[Span]:
    spans: list[Span] = []
    for opens_at, closes_at in sorted(found):
        start, end = _at(day, opens_at), _at(day, closes_at)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _add_open(use: RoomUse, opened: Mapping[tuple[int, date], list[Span]]) -> None:
    alike: Counter = Counter()
    for (room, day), spans in opened.items():
        bucket = use.buckets[use.period.bucket_of(day)]
        for start, end in spans:
            length = (end - start) / ONE_HOUR
            use.rooms[room].open += length
            bucket.open += length
            alike[start, end] += 1
    for (start, end), rooms in alike.items():
        for hour, part in _by_hour(start, end):
            use.heat[start.isoweekday(), hour].open += part * rooms


def _by_hour(start: datetime, end: datetime):
    """(hour of the day, how much of it) for a stretch of one day."""
    begins = start.hour + start.minute / 60
    ends = begins + (end - start) / ONE_HOUR
    for hour in range(int(begins), min(int(ends) + 1, 24)):
        if part := min(ends, hour + 1) - max(begins, hour):
            yield hour, part


def _add_booked(use: RoomUse, opened) -> dict[str, float]:
    """Adds what is booked and takes off what is closed; returns {who: hours}."""
    rows = [
        (room, day, start, end) for (room, day), spans in opened.items() for start, end in spans
    ]
    hours_of: dict[str, float] = defaultdict(float)
    if not rows:
        return hours_of
    columns = [list(column) for column in zip(*rows, strict=True)]
    first, last = use.period.span
    names: dict[str, Any] = {"zone": settings.TIME_ZONE, "bucket": use.period.bucket_kind}
    names |= dict(zip(("rooms", "days", "starts", "ends"), columns, strict=True))
    names |= {"first": first, "last": last, "wanted": list(use.rooms)}
    with connection.cursor() as cursor:
        cursor.execute(_USED, names)
        for room, bucket, weekday, hour, who, seconds in cursor.fetchall():
            length = float(seconds) / HOUR
            if room is not None:
                _put(use.rooms[room], who, length)
                _put(use.buckets[bucket], who, length)
                hours_of[who] += length
            else:
                _put(use.heat[weekday, hour], who, length)
    return hours_of


def _put(use: Use, who: str, length: float) -> None:
    if who == CLOSED:
        use.open -= length
    else:
        use.booked += length


def _by_whom(center, period, hours_of) -> list[ByWhom]:
    """How often and how many people, each use counted once however many rooms it takes."""
    first, last = period.span
    booking = RoomBooking.objects.filter(taking=OuterRef("pk"))
    takings = (
        Taking.objects.filter(center=center, starts_at__gte=first, starts_at__lt=last)
        .filter(released_at=None)
        .exclude(kind=TakingKind.CLOSURE)
        .annotate(
            partner=Subquery(booking.values("partner")),
            person=Subquery(booking.values("person")),
            people=Coalesce(
                "session__places_taken",
                Subquery(booking.values("headcount")),
                0,
                output_field=IntegerField(),
            ),
        )
        .annotate(who=_WHO)
    )
    found = {who: ByWhom(who, hours_of.get(who, 0.0)) for who in Who}
    counted = takings.order_by().values("who").annotate(times=Count("pk"), persons=Sum("people"))
    for row in counted:
        each = found[Who(row["who"])]
        each.times, each.people = row["times"], row["persons"]
    return list(found.values())


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


_WHO = Case(
    When(kind=TakingKind.SESSION, then=Value(Who.CLASSES)),
    When(Q(kind=TakingKind.STANDING_SLOT) | Q(partner__isnull=False), then=Value(Who.PARTNERS)),
    When(person__isnull=False, then=Value(Who.RESIDENTS)),
    default=Value(Who.STAFF),
)

# Occupancies are cut into the days they touch, and only then (hence MATERIALIZED) meet the open
# hours, by room and day: by room and overlap it would be every use with every day of a year. What
# is left is cut into hours of the clock. Two sums of it: by room, and by weekday and hour.
_USED = """
    WITH opened (room, day, starts, ends) AS (
        SELECT * FROM unnest(%(rooms)s::bigint[], %(days)s::date[],
                             %(starts)s::timestamptz[], %(ends)s::timestamptz[])
    ), used AS (
        SELECT there.room_id AS room, lower(there.during) AS starts, upper(there.during) AS ends,
               CASE WHEN taking.kind = 'closure' THEN 'closed'
                    WHEN taking.kind = 'session' THEN 'classes'
                    WHEN taking.kind = 'standing_slot' OR booking.partner_id IS NOT NULL
                        THEN 'partners'
                    WHEN booking.person_id IS NOT NULL THEN 'residents'
                    ELSE 'staff' END AS who
          FROM venues_occupancy AS there
          JOIN venues_taking AS taking ON taking.id = there.taking_id
          LEFT JOIN bookings_roombooking AS booking ON booking.taking_id = taking.id
         WHERE there.active
           AND there.during && tstzrange(%(first)s, %(last)s)
           AND there.room_id = ANY (%(wanted)s)
    ), daily AS MATERIALIZED (
        SELECT used.room, used.who, used.starts, used.ends, touched.day::date AS day
          FROM used
         CROSS JOIN LATERAL generate_series(
                   date_trunc('day', greatest(used.starts, %(first)s) AT TIME ZONE %(zone)s),
                   least(used.ends, %(last)s) AT TIME ZONE %(zone)s, '1 day') AS touched (day)
    ), pieces AS (
        SELECT daily.room, daily.who, daily.day,
               greatest(daily.starts, opened.starts) AT TIME ZONE %(zone)s AS starts,
               least(daily.ends, opened.ends) AT TIME ZONE %(zone)s AS ends
          FROM daily
          JOIN opened ON opened.room = daily.room AND opened.day = daily.day
         WHERE daily.starts < opened.ends AND opened.starts < daily.ends
    ), hours AS (
        SELECT pieces.room, pieces.who, pieces.day, clock.hour AS begins,
               extract(epoch FROM least(pieces.ends, clock.hour + interval '1 hour')
                                  - greatest(pieces.starts, clock.hour)) AS seconds
          FROM pieces
         CROSS JOIN LATERAL generate_series(
                   date_trunc('hour', pieces.starts),
                   pieces.ends - interval '1 microsecond', '1 hour') AS clock (hour)
    )
    SELECT room, date_trunc(%(bucket)s, day)::date AS bucket,
           extract(isodow FROM day)::int AS weekday, extract(hour FROM begins)::int AS hour,
           who, sum(seconds)
      FROM hours
     GROUP BY GROUPING SETS (
           (room, date_trunc(%(bucket)s, day)::date, who),
           (extract(isodow FROM day)::int, extract(hour FROM begins)::int, who))
"""
