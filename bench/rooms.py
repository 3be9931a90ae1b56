"""What is free in a center of 40 rooms, over ever more of what has been."""

import math
import statistics
import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from bookings.models import RoomBooking
from bookings.room_grid import Grid
from bookings.room_suggestions import soonest
from tests.factories import CenterFactory, FloorFactory, RoomFactory
from venues.models import OpeningHours, Room

A_DAY = timedelta(days=1)
ROOMS, A_DAY_HAS, COMING_DAYS, LOOKS = 40, 10, 30, 200
SIZES = (10_000, 100_000, 1_000_000)

# An hour each, in every room alike, from the day before `last` back; every taking has the id of
# its one occupancy, above whatever is there.
FILL = """
WITH numbered AS (
    SELECT n, room.id AS room_id, room.number,
           %(last)s::timestamptz - interval '1 day' * (n / (%(rooms)s * %(a_day)s))
               + interval '1 hour' * (n / %(rooms)s %% %(a_day)s) AS starts_at
      FROM generate_series(%(first)s, %(until)s - 1) AS n
      JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM venues_room) AS room
        ON room.number = n %% %(rooms)s
), taken AS (
    INSERT INTO venues_taking (id, center_id, room_id, kind, label, starts_at, ends_at)
    OVERRIDING SYSTEM VALUE
    SELECT %(base)s + n, %(center)s, room_id, 'session', 'Class', starts_at,
           starts_at + interval '1 hour'
      FROM numbered
    RETURNING id, room_id, starts_at, ends_at
)
INSERT INTO venues_occupancy (taking_id, room_id, during, active)
SELECT id, room_id, tstzrange(starts_at, ends_at), TRUE FROM taken
"""


def measure(url):
    center = _center()
    today = timezone.localdate()
    fill(center, 0, ROOMS * A_DAY_HAS * COMING_DAYS, last=_morning(COMING_DAYS), base=10**9)
    filled, medians = 0, []
    for size in SIZES:
        start = time.perf_counter()
        fill(center, filled, size, last=_morning(-1), base=0)
        filled = size
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE venues_taking, venues_occupancy")
        yield f"{size:,} past occupancies, filled in", f"{time.perf_counter() - start:.0f} s", ""
        rooms = list(Room.objects.select_related("floor__center"))
        times = [in_database(_grid, rooms, today + (1 + n % 29) * A_DAY) for n in range(LOOKS)]
        medians.append(statistics.median(times))
        budget = "budget 50 ms" if size == SIZES[-1] else ""
        yield "one day of 40 rooms, in the database, p95", _ms(p95(times)), budget
        yield "the same, median", _ms(medians[-1]), ""
        times = [in_database(_soonest, rooms, today) for _ in range(20)]
        yield "the soonest of 40 rooms in 30 days, in the database, p95", _ms(p95(times)), ""
        start = time.perf_counter()
        _soonest(rooms, today)
        yield "the same, all of it", _ms(time.perf_counter() - start), ""
    slope = math.log(medians[-1] / medians[0]) / math.log(SIZES[-1] / SIZES[0])
    yield (
        "a hundred times as many take so many times as long",
        f"{medians[-1] / medians[0]:.2f}",
        "",
    )
    yield "growth: time ~ size to the power of", f"{slope:.2f}", "far below 1"
    yield "the way the occupancies of a day are found", _way(rooms, today), "no Seq Scan"


def fill(center, first, until, *, last, base):
    """Occupancies number `first` to `until`, each room in use for ten hours a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            FILL,
            {"first": first, "until": until, "last": last, "base": base + 1, "center": center.pk,
             "rooms": Room.objects.count(), "a_day": A_DAY_HAS},
        )  # fmt: skip


def plan_of(call):
    """The plan of the statement by which the call reads occupancies."""
    statements = []
    with connection.execute_wrapper(lambda run, sql, *rest: _noted(statements, run, sql, rest)):
        call()
    sql, params = next(each for each in statements if '"venues_occupancy"' in each[0])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


def _way(rooms, day):
    plan = plan_of(lambda: _grid(rooms, day + A_DAY))
    return "by reading all" if "Seq Scan on venues_occupancy" in plan else "by the index"


def in_database(call, *args):
    """How long the statements of a call take, their way to the database and back included."""
    spent = [0.0]
    with connection.execute_wrapper(lambda run, sql, *rest: _timed(spent, run, sql, rest)):
        call(*args)
    return spent[0]


def p95(times):
    return statistics.quantiles(times, n=20)[-1]


def _center():
    center = CenterFactory()
    floors = [FloorFactory(center=center) for _ in range(5)]
    for n in range(ROOMS):
        RoomFactory(floor=floors[n % 5], group_from=None, capacity=10 + n)
    for weekday in range(1, 8):
        OpeningHours.objects.create(
            center=center, weekday=weekday, opens_at="08:00", closes_at="22:00"
        )
    return center


def _grid(rooms, day):
    return Grid(rooms, day, mine=RoomBooking.objects.none()).rows


def _soonest(rooms, today):
    first, last = today, today + timedelta(days=COMING_DAYS)
    return soonest(rooms, headcount=6, minutes=60, first=first, last=last, at=timezone.now())


def _morning(days):
    day = timezone.localtime() + timedelta(days=days)
    return day.replace(hour=8, minute=0, second=0, microsecond=0)


def _timed(spent, run, sql, rest):
    start = time.perf_counter()
    try:
        return run(sql, *rest)
    finally:
        spent[0] += time.perf_counter() - start


def _noted(statements, run, sql, rest):
    statements.append((sql, rest[0]))
    return run(sql, *rest)


def _ms(seconds):
    return f"{seconds * 1000:.1f} ms"
