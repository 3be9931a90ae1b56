"""The conflict check over a timetable of 2,000 classes, against a house that is half full."""

import time
from datetime import datetime, timedelta
from random import Random

from activities.spreadsheets import read_table
from activities.timetable import ZONE
from activities.timetable_clashes import find_clashes
from tests.factories import CenterFactory, FloorFactory, RoomFactory
from venues import takings
from venues.models import TakingKind

CLASSES, ROOMS, DATES_OF_EACH, TAKEN = 2_000, 40, 10, 8_000
HEADER = "编号,课程名称,场地,星期,时间,开始日期,结束日期,名额"
WEEKDAYS = "一二三四五六日"
FIRST = datetime(2027, 1, 4, tzinfo=ZONE)


def measure(url):
    center = CenterFactory()
    floor = FloorFactory(center=center)
    rooms = [RoomFactory(floor=floor, name=f"R{n}") for n in range(ROOMS)]
    fill(center, rooms)
    content = timetable(Random(7)).encode()  # noqa: S311 - made up, and the same each time
    start = time.perf_counter()
    table = read_table(content)
    yield f"{len(table.rows)} classes read from a file", f"{time.perf_counter() - start:.2f} s", ""
    start = time.perf_counter()
    found = find_clashes(table, center)
    took = time.perf_counter() - start
    yield f"{found.dates} dates, {len(found.found)} clashes found", f"{took:.2f} s", "seconds"


def timetable(random):
    lines = [HEADER]
    for number in range(CLASSES):
        first = FIRST + timedelta(days=random.randrange(7))
        last = first + timedelta(weeks=DATES_OF_EACH - 1)
        start = random.randrange(9, 20)
        lines.append(
            f"{number},Class {number},R{random.randrange(ROOMS)},周{WEEKDAYS[first.weekday()]},"
            f"{start}:00-{start + 1}:30,{first:%Y-%m-%d},{last:%Y-%m-%d},20"
        )
    return "\n".join(lines)


def fill(center, rooms):
    """Every other hour of the same weeks is taken already."""
    wanted = [
        (rooms[n % ROOMS], start, start + timedelta(hours=1), "Taken")
        for n in range(TAKEN)
        for start in [FIRST + timedelta(days=n // ROOMS // 5, hours=9 + 2 * (n // ROOMS % 5))]
    ]
    takings.take_these(center, wanted, kind=TakingKind.ROOM_BOOKING)
