from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.factories import CenterFactory, FloorFactory, RoomFactory
from tests.races import together, while_held, without_constraint
from venues import takings
from venues.models import Occupancy, RoomQuerySet, Taking, TakingKind
from venues.takings import RoomTaken

pytestmark = pytest.mark.django_db

NINE = timezone.now().replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=7)


def hour(n, length=1):
    start = NINE + timedelta(hours=n)
    return start, start + timedelta(hours=length)


def take(room, n=0, length=1, label="Yoga"):
    return takings.take(room, *hour(n, length), kind=TakingKind.SESSION, label=label)


@pytest.fixture
def hall():
    """A hall of two parts, one of them divisible again: hall › (left › (front, back), right)."""
    hall = RoomFactory(name="Hall")
    left, right = [RoomFactory(floor=hall.floor, whole=hall, name=name) for name in "LR"]
    front, back = [RoomFactory(floor=hall.floor, whole=left, name=name) for name in "FB"]
    return {"hall": hall, "left": left, "right": right, "front": front, "back": back}


def test_a_room_is_taken_once_at_a_time():
    room = RoomFactory()
    take(room)

    with pytest.raises(RoomTaken, match="Yoga"):
        take(room)


def test_one_after_the_other_is_no_clash():
    room = RoomFactory()
    take(room)

    take(room, 1)

    assert Occupancy.objects.count() == 2


def test_different_rooms_never_clash():
    take(RoomFactory())
    take(RoomFactory())

    assert Occupancy.objects.count() == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [("hall", "front"), ("front", "hall"), ("left", "back"), ("back", "left"), ("hall", "hall")],
)
def test_whole_and_parts_exclude_each_other_at_every_depth(hall, first, second):
    take(hall[first])

    with pytest.raises(RoomTaken):
        take(hall[second])


@pytest.mark.parametrize(("first", "second"), [("left", "right"), ("front", "back")])
def test_parts_do_not_exclude_each_other(hall, first, second):
    take(hall[first])
    take(hall[second])


def test_many_dates_are_taken_all_or_none():
    room = RoomFactory()
    take(room, 5)

    with pytest.raises(RoomTaken):
        takings.take_all(room, [hour(n) for n in range(10)], kind=TakingKind.SESSION)

    assert Taking.objects.count() == 1


def test_nothing_to_take_is_no_clash():
    room = RoomFactory()
    take(room)

    assert takings.take_all(room, [], kind=TakingKind.SESSION) == []


def test_dates_that_clash_with_each_other_are_refused():
    with pytest.raises(RoomTaken):
        takings.take_all(RoomFactory(), [hour(0, 2), hour(1, 2)], kind=TakingKind.SESSION)

    assert not Taking.objects.exists()


def test_a_freed_room_may_be_taken_again():
    room = RoomFactory()
    takings.free(take(room))

    assert take(room)


def test_a_taking_moves_to_a_free_room_and_time():
    room, other = RoomFactory(), RoomFactory()
    taking = take(room)

    takings.move(taking, room=other, starts_at=hour(1)[0], ends_at=hour(1)[1])

    assert take(room)
    with pytest.raises(RoomTaken):
        take(other, 1)


def test_a_taking_may_overlap_its_own_old_time():
    taking = take(RoomFactory(), 0, 2)

    takings.move(taking, room=taking.room, starts_at=hour(1)[0], ends_at=hour(3)[0])

    assert Occupancy.objects.get().during.lower == hour(1)[0]


def test_a_taking_that_cannot_move_keeps_its_place():
    room, other = RoomFactory(), RoomFactory()
    taking = take(room)
    take(other)

    with pytest.raises(RoomTaken):
        takings.move(taking, room=other, starts_at=taking.starts_at, ends_at=taking.ends_at)

    taking.refresh_from_db()
    assert taking.room == room


def test_closing_a_center_takes_every_room(hall):
    center = hall["hall"].center
    takings.close(center, *hour(0), label="Repairs")

    with pytest.raises(RoomTaken, match="Repairs"):
        take(hall["back"])


def test_no_way_around_the_services_takes_a_room_twice():
    taking = take(RoomFactory())
    occupancy = taking.occupancies.get()

    with pytest.raises(IntegrityError, match="room_is_taken_once"), transaction.atomic():
        Occupancy.objects.create(taking=taking, room=occupancy.room, during=occupancy.during)


def test_a_center_of_another_floor_is_left_alone():
    here, there = RoomFactory(), RoomFactory(floor=FloorFactory(center=CenterFactory()))
    takings.close(here.center, *hour(0))

    assert take(there)


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_one_of_many_rivals_gets_the_room():
    room = RoomFactory()

    answers = together(*[partial(take, room)] * 10)

    assert sorted(type(answer).__name__ for answer in answers) == ["RoomTaken"] * 9 + ["Taking"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_rivals_for_whole_and_parts_never_share_a_room(hall):
    answers = together(*[partial(take, hall[name]) for name in hall] * 2)

    assert not [a for a in answers if not isinstance(a, Taking | RoomTaken)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM venues_occupancy a JOIN venues_occupancy b"
            " ON a.id < b.id AND a.room_id = b.room_id AND a.during && b.during"
        )
        assert cursor.fetchone()[0] == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_control_without_lock_and_constraint_several_get_the_room(monkeypatch):
    monkeypatch.setattr(RoomQuerySet, "locked", lambda self: self.order_by("pk"))
    with without_constraint(Occupancy, "room_is_taken_once"):
        room = RoomFactory()
        with while_held(Taking, *[partial(take, room)] * 10) as answers:
            pass

    assert sum(isinstance(answer, Taking) for answer in answers) == 10


def test_many_are_moved_at_once_or_none_of_them():
    hall, other = RoomFactory(), RoomFactory()
    first, second = takings.take_all(hall, [hour(0), hour(1)], kind=TakingKind.ROOM_BOOKING)
    take(other, 3)

    takings.move_all({first: hour(1), second: hour(0)}, room=hall)
    with pytest.raises(RoomTaken):
        takings.move_all({first: hour(0), second: hour(3)}, room=other)

    first.refresh_from_db()
    assert (first.room, first.starts_at) == (hall, hour(1)[0])
    takings.free_all([first, second])
    assert not takings.clashes(hall, *hour(0, 2)).exists()
