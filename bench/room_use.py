"""The report on a year of a center with forty rooms, half of their hours booked."""

import time
from datetime import date, timedelta
from datetime import time as clock

from bookings.room_use import use_of
from bookings.use_periods import Period, PeriodKind
from tests.factories import CenterFactory, FloorFactory, RoomFactory
from venues import takings
from venues.models import OpeningHours, TakingKind

ROOMS, USES_A_DAY = 40, 4
FIRST = date(2025, 1, 1)


def measure(url):
    center = CenterFactory()
    floor = FloorFactory(center=center)
    rooms = [RoomFactory(floor=floor, name=f"R{n}") for n in range(ROOMS)]
    for weekday in range(1, 8):
        OpeningHours.objects.create(
            center=center, weekday=weekday, opens_at=clock(9), closes_at=clock(21)
        )
    year = Period.around(PeriodKind.YEAR, FIRST)
    fill(center, rooms, year)
    for kind in PeriodKind:
        start = time.perf_counter()
        use = use_of(center, Period.around(kind, FIRST + timedelta(days=200)))
        took = time.perf_counter() - start
        yield (
            f"a {kind}: {use.total.booked:.0f} of {use.total.open:.0f} h",
            f"{took:.2f} s",
            "seconds",
        )


def fill(center, rooms, year):
    begins = year.span[0]
    wanted = [
        (room, start, start + timedelta(minutes=90), "Taken")
        for room in rooms
        for day in range(365)
        for number in range(USES_A_DAY)
        for start in [begins + timedelta(days=day, hours=9 + 3 * number)]
    ]
    for at in range(0, len(wanted), 5_000):
        takings.take_these(center, wanted[at : at + 5_000], kind=TakingKind.SESSION)
