"""Halls that are put together and taken apart while they are in use."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from tests.factories import RoomFactory
from tests.races import together, while_held
from venues import takings
from venues.divisions import NoSuchPart, make_part_of
from venues.models import Occupancy, Room, RoomQuerySet, Taking, TakingKind
from venues.takings import RoomTaken, leaves_of

pytestmark = pytest.mark.django_db

NINE = timezone.now().replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=7)


def take(room, hour=0):
    start = NINE + timedelta(hours=hour)
    return takings.take(room, start, start + timedelta(hours=1), kind=TakingKind.SESSION)


@pytest.fixture
def hall():
    """hall › (left › (front, back), right), and a closet beside it."""
    hall = RoomFactory(name="Hall")
    left, right = [RoomFactory(floor=hall.floor, whole=hall, name=name) for name in "LR"]
    front, back = [RoomFactory(floor=hall.floor, whole=left, name=name) for name in "FB"]
    closet = RoomFactory(floor=hall.floor, name="Closet")
    return {
        "hall": hall, "left": left, "right": right, "front": front, "back": back,
        "closet": closet,
    }  # fmt: skip


def is_whole(taking):
    """Whether it occupies exactly the rooms that its room is made of now."""
    rooms = {each.room for each in taking.occupancies.filter(active=True)}
    return rooms == set(leaves_of(taking.room))


def test_what_is_to_come_in_the_whole_takes_the_new_part_too():
    whole = RoomFactory()
    part = RoomFactory(floor=whole.floor)
    take(whole)

    make_part_of(part, whole)

    with pytest.raises(RoomTaken):
        take(part)
    assert [each.room for each in Occupancy.objects.all()] == [part]


@pytest.mark.parametrize("into", ["hall", "left", "front"])
def test_a_new_part_belongs_to_every_whole_above_it(hall, into):
    taken = [take(hall["hall"]), take(hall["left"], 1), take(hall["front"], 2)]

    make_part_of(hall["closet"], hall[into])

    assert all(is_whole(each) for each in taken)
    with pytest.raises(RoomTaken):
        take(hall["closet"])


def test_a_room_with_parts_of_its_own_becomes_a_part_with_them(hall):
    corner = RoomFactory(floor=hall["hall"].floor, whole=hall["closet"])
    taken = take(hall["left"])

    make_part_of(hall["closet"], hall["left"])

    assert is_whole(taken)
    with pytest.raises(RoomTaken):
        take(corner)


def test_a_room_in_use_does_not_become_a_part_of_one_that_is_taken(hall):
    take(hall["hall"])
    mine = take(hall["closet"])

    with pytest.raises(RoomTaken) as refused:
        make_part_of(hall["closet"], hall["left"])

    assert refused.value.clashes == [mine]
    assert Room.objects.get(name="Closet").whole is None
    assert all(is_whole(each) for each in Taking.objects.all())


def test_a_part_that_leaves_leaves_what_is_to_come_behind(hall):
    taken = take(hall["hall"])

    make_part_of(hall["left"], None)

    taken.refresh_from_db()
    assert is_whole(taken)
    assert take(hall["front"])


def test_a_part_moves_from_one_whole_to_another(hall):
    other = RoomFactory(floor=hall["hall"].floor)
    was, will = take(hall["left"]), take(other)

    make_part_of(hall["front"], other)

    assert is_whole(was)
    assert is_whole(will)


def test_no_room_is_a_part_of_its_own_part_or_of_another_center(hall):
    with pytest.raises(NoSuchPart):
        make_part_of(hall["hall"], hall["front"])
    with pytest.raises(NoSuchPart):
        make_part_of(hall["closet"], RoomFactory())


def test_a_closed_center_stays_closed_in_its_parts(hall):
    span = (NINE, NINE + timedelta(hours=1))
    takings.close(hall["hall"].center, *span)

    make_part_of(hall["closet"], hall["front"])

    with pytest.raises(RoomTaken):
        take(hall["closet"])


def rivals(hall):
    """One puts the closet into the left part while others take what is above and below."""
    names = ["hall", "left", "closet", "hall", "left", "front", "closet", "hall"]
    calls = [partial(take, hall[name], hour) for hour, name in enumerate(names)]
    return [partial(make_part_of, hall["closet"], hall["left"]), *calls]


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_whoever_takes_a_hall_while_it_gets_a_part_has_the_part_too(hall):
    answers = together(*rivals(hall))

    assert not [each for each in answers if isinstance(each, Exception)]
    assert all(is_whole(each) for each in Taking.objects.all())


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_control_without_the_lock_the_new_part_is_free_while_the_hall_is_taken(hall, monkeypatch):
    monkeypatch.setattr(RoomQuerySet, "locked", lambda self: self.order_by("pk"))
    take(hall["hall"], 20)

    with while_held(Occupancy, *rivals(hall)):
        pass

    assert not all(is_whole(each) for each in Taking.objects.all())


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_two_halls_never_become_parts_of_each_other(hall):
    one, other = hall["closet"], hall["hall"]

    answers = together(*[partial(make_part_of, one, other), partial(make_part_of, other, one)] * 4)

    assert all(each is None or isinstance(each, NoSuchPart) for each in answers)
    wholes = [Room.objects.get(pk=each.pk).whole for each in (one, other)]
    assert wholes.count(None) == 1
