from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk import at_the_desk, manager, words
from tests.factories import CenterFactory, RoomFactory
from tests.races import together, while_held, without_constraint
from venues import stock, takings
from venues.equipment import EquipmentQuerySet
from venues.models import Equipment, EquipmentUse, Taking, TakingKind
from venues.stock import EquipmentGone

pytestmark = pytest.mark.django_db

NINE = timezone.now().replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=7)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def hour(n):
    return NINE + timedelta(hours=n)


def projectors(number=2, room=None, **more):
    center = room.center if room else CenterFactory()
    return Equipment.objects.create(
        center=center, name="Projector", stock=number, room=room, **more
    )


def use(equipment, first, last, number=1, room=None):
    """A taking of a room of its own, with so many of it."""
    room = room or RoomFactory(floor__center=equipment.center)
    span = (hour(first), hour(last))
    return takings.take(room, *span, kind=TakingKind.SESSION, equipment={equipment: number})


def reason_of(call, *args, **kwargs):
    with pytest.raises(EquipmentGone) as refused, transaction.atomic():
        call(*args, **kwargs)
    return refused.value.reason


def test_no_more_are_lent_than_there_are_and_it_says_what_is_left_and_when():
    equipment = projectors()
    use(equipment, 0, 2)

    reason = reason_of(use, equipment, 1, 3, 2)

    assert "Projector: 1 of 2 are left then." in reason
    assert "11:00 on 2 are free." in reason
    assert Taking.objects.count() == 1
    assert stock.left(equipment, hour(0), hour(1)) == 1
    assert stock.left(equipment, hour(2), hour(3)) == 2


def test_more_than_there_are_is_never_had():
    assert "From" not in reason_of(use, projectors(), 0, 1, 3)


def test_enough_at_every_moment_is_enough_though_no_single_piece_is_free_all_the_time():
    equipment = projectors()
    use(equipment, 0, 1)
    gone = use(equipment, 1, 2)
    use(equipment, 1, 2)
    takings.free(gone)
    units = EquipmentUse.objects.filter(active=True).values_list("unit", flat=True)
    assert set(units) == {1, 2}  # One before, the other after.

    long = use(equipment, 0, 2)

    assert stock.wanted_by(long) == {equipment: 1}
    assert stock.left(equipment, hour(0), hour(2)) == 0


def test_what_is_given_back_can_be_lent_again():
    equipment = projectors(1)
    takings.free(use(equipment, 0, 2))

    assert use(equipment, 0, 2)


def test_what_is_lent_moves_along_or_all_stays():
    equipment = projectors(1)
    taking = use(equipment, 0, 1)
    use(equipment, 4, 5)

    takings.move(taking, room=taking.room, starts_at=hour(2), ends_at=hour(3))
    assert taking.equipment_uses.get().during.lower == hour(2)

    reason_of(takings.move, taking, room=taking.room, starts_at=hour(4), ends_at=hour(5))
    taking.refresh_from_db()
    assert taking.starts_at == hour(2)


def test_what_stays_in_a_room_is_lent_with_that_room_only():
    room = RoomFactory(name="Hall")
    piano = projectors(1, room)
    taking = use(piano, 0, 1, room=room)
    other = RoomFactory(floor=room.floor)

    assert "stays in Hall" in reason_of(use, piano, 2, 3, room=other)
    assert "stays in Hall" in reason_of(
        takings.move, taking, room=other, starts_at=hour(0), ends_at=hour(1)
    )


def test_stock_is_lowered_as_far_as_nothing_is_promised():
    equipment = projectors(3)
    first = use(equipment, 0, 2)
    use(equipment, 1, 3)
    use(equipment, 2, 4)
    takings.free(first)
    equipment.stock = 1
    assert "2 of Projector are lent on" in reason_of(stock.change, equipment)

    equipment.stock = 2
    stock.change(equipment)

    assert set(EquipmentUse.objects.filter(active=True).values_list("unit", flat=True)) <= {1, 2}
    equipment.refresh_from_db()
    assert equipment.stock == 2


def test_equipment_that_is_lent_elsewhere_is_not_bound_to_a_room():
    equipment = projectors()
    use(equipment, 0, 1)
    equipment.room = RoomFactory(floor__center=equipment.center)

    assert "please change that first" in reason_of(stock.change, equipment)


def test_no_way_around_the_service_uses_one_piece_twice():
    equipment = projectors()
    taken = use(equipment, 0, 2).equipment_uses.get()

    with pytest.raises(IntegrityError, match="piece_is_used_once"), transaction.atomic():
        EquipmentUse.objects.create(
            taking=taken.taking, equipment=equipment, unit=taken.unit, during=taken.during
        )


# --- Held against a count on paper ---------------------------------------------------------

steps = st.lists(
    st.tuples(
        st.sampled_from(["lend", "lend", "lend", "move", "free"]),
        st.integers(0, 8),
        st.integers(1, 4),
        st.integers(1, 3),
    ),
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3), steps)
def test_lending_is_granted_as_the_count_over_time_says(there_are, steps):
    equipment = projectors(there_are)
    alive = {}  # taking: (first, last, number)

    def fits(first, last, number, besides=None):
        count = Counter(
            at
            for taking, (start, end, n) in alive.items()
            if taking != besides
            for at in range(start, end)
            for _ in range(n)
        )
        return all(count[at] + number <= there_are for at in range(first, last))

    for what, first, length, number in steps:
        last = first + length
        some = next(iter(alive), None)
        if what == "free" and some:
            stock.give_back([some])
            del alive[some]
        elif what == "move" and some:
            number = alive[some][2]
            some.starts_at, some.ends_at = hour(first), hour(last)
            if fits(first, last, number, besides=some):
                stock.follow([some])
                alive[some] = (first, last, number)
            else:
                reason_of(stock.follow, [some])
        elif what == "lend":
            taking = Taking(center=equipment.center, starts_at=hour(first), ends_at=hour(last))
            taking.save()
            if fits(first, last, number):
                stock.lend(taking, {equipment: number})
                alive[taking] = (first, last, number)
            else:
                reason_of(stock.lend, taking, {equipment: number})
        units = EquipmentUse.objects.filter(active=True, equipment=equipment)
        assert units.count() == sum(number for _first, _last, number in alive.values())
        assert not units.exclude(unit__range=(1, there_are)).exists()


# --- Many at once ---------------------------------------------------------------------------


def wishes(equipment):
    rooms = [RoomFactory(floor__center=equipment.center) for _ in range(10)]
    return [partial(use, equipment, 0, 1, room=room) for room in rooms]


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_of_ten_who_want_the_last_projector_one_gets_it():
    equipment = projectors()
    use(equipment, 0, 1)

    answers = together(*wishes(equipment))

    names = sorted(type(answer).__name__ for answer in answers)
    assert names == ["EquipmentGone"] * 9 + ["Taking"]
    assert EquipmentUse.objects.filter(active=True).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_control_without_lock_and_constraint_ten_get_the_last_projector(monkeypatch):
    monkeypatch.setattr(EquipmentQuerySet, "locked", lambda self: self.order_by("pk"))
    with without_constraint(EquipmentUse, "piece_is_used_once"):
        equipment = projectors()
        use(equipment, 0, 1)
        with while_held(EquipmentUse, *wishes(equipment)):
            pass

        during = DateTimeTZRange(hour(0), hour(1))
        assert EquipmentUse.objects.filter(active=True, during__overlap=during).count() == 11


# --- At the desk ------------------------------------------------------------------------------


def test_managers_keep_the_list_and_are_told_what_is_promised():
    center = CenterFactory()
    desk = at_the_desk(manager(center))
    given = {"name": "Projector", "center": center.pk, "stock": "2", "is_lent": "on"}
    desk.post("/admin/venues/equipment/add/", given)
    equipment = Equipment.objects.get()
    use(equipment, 0, 1, 2)
    page = f"/admin/venues/equipment/{equipment.pk}/change/"

    refused = desk.post(page, given | {"stock": "1"})
    assert "2 of Projector are lent on" in words(refused)
    elsewhere = desk.post(page, given | {"room": RoomFactory().pk})
    assert elsewhere.status_code == 200
    assert desk.post(page, given | {"stock": "3"}).status_code == 302
    equipment.refresh_from_db()
    assert equipment.stock == 3
