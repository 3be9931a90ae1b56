"""How the database finds what takes a room, once there is much of it."""

import pytest
from django.db import connection
from django.utils import timezone

from bench.rooms import fill, plan_of
from bookings.models import RoomBooking
from bookings.room_grid import Grid
from tests.bookings.test_rooms import a_room, at
from tests.factories import RoomFactory
from venues import takings

pytestmark = pytest.mark.django_db

MANY = 6000


def test_free_times_and_clashes_are_found_by_the_index_and_never_by_reading_everything():
    room = a_room()
    rooms = [room, *(RoomFactory(floor=room.floor) for _ in range(9))]
    fill(room.center, 0, MANY, last=at(8, days=-1), base=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE venues_taking, venues_occupancy")

    grid = plan_of(lambda: Grid(rooms, timezone.localdate(), mine=RoomBooking.objects.none()).rows)
    clash = plan_of(lambda: list(takings.clashes(room, at(10), at(11))))

    for plan in (grid, clash):
        assert "room_is_taken_once" in plan
        assert "Seq Scan on venues_occupancy" not in plan
