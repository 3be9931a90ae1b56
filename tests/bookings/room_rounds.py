"""Eight people at once do to the rooms of one house whatever one can do, in any order."""

import random
import uuid
from collections import Counter
from datetime import timedelta
from functools import partial

from django.db import OperationalError, connection

from activities.services import add_sessions
from bookings import changes, rooms
from bookings.models import BookingChannel, RoomBooking
from bookings.rules import BookingRefused
from tests.bookings.test_rooms import at
from tests.races import together
from venues import closures
from venues.models import Closure
from venues.takings import RoomTaken

THREADS = 8
AT_ONCE = 25  # steps, before all of them wait for each other
HALF_AN_HOUR = timedelta(minutes=30)

OVERLAPS = """
SELECT count(*) FROM venues_occupancy AS a JOIN venues_occupancy AS b
    ON a.id < b.id AND a.room_id = b.room_id AND a.during && b.during
 WHERE a.active AND b.active
"""


class House:
    """A hall of two parts and another room, open one short day, so that everybody meets."""

    def __init__(self, hall, parts, room, activity, people, carer):
        self.rooms = [hall, *parts, room]
        self.activity, self.people, self.carer = activity, people, carer

    def walk(self, rounds, seed):
        """So many steps by each of eight at once; returns how often each came out how."""
        seen = Counter()
        for done in range(0, rounds, AT_ONCE):
            lot = min(AT_ONCE, rounds - done)
            walks = [partial(self._walk, lot, f"{seed}-{done}-{n}") for n in range(THREADS)]
            for answer in together(*walks):
                if not isinstance(answer, Counter):
                    raise answer
                seen += answer
        return seen

    def _walk(self, rounds, seed):
        dice, seen = random.Random(seed), Counter()
        with connection.cursor() as cursor:
            # On a slow machine a wait may be long; a ring is found after a second.
            cursor.execute("SET lock_timeout = '60s'")
        for _ in range(rounds):
            step = dice.choice(STEPS)
            seen[step.__name__, _outcome(step, self, dice)] += 1
        return seen

    def span(self, dice):
        start = at(8) + HALF_AN_HOUR * dice.randrange(20)
        return start, start + HALF_AN_HOUR * dice.randrange(1, 5)


def book(house, dice):
    person, (starts_at, ends_at) = dice.choice(house.people), house.span(dice)
    rooms.ask_for(
        rooms.Wish(
            room=dice.choice(house.rooms),
            starts_at=starts_at,
            ends_at=ends_at,
            purpose="Anything",
            headcount=2,
            by=house.carer,
            request_key=uuid.uuid4().hex,
            person=person,
            channel=dice.choice([BookingChannel.WEB, BookingChannel.DESK]),
        )
    )


def change(house, dice):
    starts_at, ends_at = house.span(dice)
    rooms.change(_any(dice), starts_at=starts_at, ends_at=ends_at, room=dice.choice(house.rooms))


def cancel(house, dice):
    rooms.cancel(_any(dice), by=house.carer)


def accept(house, dice):
    rooms.accept(_any(dice), by=house.carer)


def decline(house, dice):
    rooms.decline(_any(dice), by=house.carer, reason="No")


def teach(house, dice):
    room, span = dice.choice(house.rooms), house.span(dice)
    add_sessions(house.activity, [span], capacity=5, room=room)


def move_a_session(house, dice):
    starts_at, ends_at = house.span(dice)
    session = _one_of(house.activity.sessions.live(), dice)
    room = dice.choice(house.rooms)
    changes.move(session, starts_at=starts_at, ends_at=ends_at, room=room, by=house.carer)


def call_off(house, dice):
    changes.call_off(_one_of(house.activity.sessions.live(), dice), reason="Rain", by=house.carer)


def close(house, dice):
    room, (starts_at, ends_at) = dice.choice([None, *house.rooms]), house.span(dice)
    closures.shut(
        Closure(
            center=house.activity.center,
            room=room,
            starts_at=starts_at,
            ends_at=ends_at,
            reason="Paint",
        )
    )


def open_again(house, dice):
    closures.open_again(_one_of(house.activity.center.closures.all(), dice))


def free_unused(house, dice):
    rooms.free_unused(at(8) + HALF_AN_HOUR * dice.randrange(12))


STEPS = [book] * 6 + [
    *(change, change, cancel, accept, accept, decline),
    *(teach, teach, move_a_session, move_a_session, move_a_session, call_off),
    *(close, open_again, open_again, free_unused),
]


class NothingThere(Exception):
    """There is none of the kind just now."""


def _any(dice):
    return _one_of(RoomBooking.objects.alive().select_related("room"), dice)


def _one_of(queryset, dice):
    rows = list(queryset[:30])
    if not rows:
        raise NothingThere
    return dice.choice(rows)


def _outcome(step, house, dice):
    try:
        step(house, dice)
    except BookingRefused as no:
        return no.reason.code
    except (RoomTaken, NothingThere, Closure.DoesNotExist) as no:
        return type(no).__name__
    except OperationalError as error:  # A deadlock.
        return str(error).splitlines()[0]
    return "done"


def overlaps():
    """How many pairs of occupancies are in one room at one time."""
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        return cursor.fetchone()[0]
