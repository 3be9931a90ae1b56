"""Equipment that goes with a room: chosen with it, moved with it, given back with it."""

import pytest

from activities.services import add_sessions
from bookings import changes, rooms
from bookings.models import RoomBooking, RoomBookingStatus
from tests.bookings.test_rooms import a_room, at, book, refusal_of
from tests.desk import at_the_desk, social_worker, words
from tests.factories import ActivityFactory, PersonFactory, RoomFactory, UserFactory, carer_of
from venues import stock
from venues.models import Equipment, EquipmentUse

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def room():
    return a_room()


@pytest.fixture
def projector(room):
    return Equipment.objects.create(center=room.center, name="Projector", stock=2)


def lent():
    return EquipmentUse.objects.filter(active=True).count()


def test_it_is_had_with_the_room_and_given_back_with_it(room, projector):
    booking = book(room, equipment={projector: 2})
    neighbor = RoomFactory(floor=room.floor, group_from=None, per_month=None)

    assert refusal_of(book, neighbor, 10, 11, equipment={projector: 1}) == "equipment_gone"
    assert not RoomBooking.objects.exclude(pk=booking.pk).exists()
    rooms.cancel(booking, by=booking.booked_by)

    assert book(neighbor, equipment={projector: 2}).status == RoomBookingStatus.CONFIRMED


def test_a_request_that_holds_nothing_gets_it_when_it_is_accepted(projector):
    room = a_room(by_approval=True, requests_block=False)
    projector.center = room.center
    projector.save()
    booking = book(room, equipment={projector: 2})
    assert not lent()

    rooms.accept(booking, by=UserFactory())

    assert lent() == 2


def test_accepting_says_when_it_is_gone_by_now(projector):
    room = a_room(by_approval=True, requests_block=False)
    projector.center = room.center
    projector.save()
    booking = book(room, equipment={projector: 2})
    other = RoomFactory(floor=room.floor, group_from=None, per_month=None)
    book(other, equipment={projector: 1})

    assert refusal_of(rooms.accept, booking, by=UserFactory()) == "equipment_gone"

    booking.refresh_from_db()
    assert booking.status == RoomBookingStatus.REQUESTED


def test_it_moves_along_with_the_booking(room, projector):
    booking = book(room, equipment={projector: 1})

    rooms.change(booking, starts_at=at(14), ends_at=at(15))

    assert EquipmentUse.objects.get(active=True).during.lower == at(14)


def test_the_form_offers_what_there_is_and_keeps_what_was_typed(client, room, projector):
    piano = Equipment.objects.create(center=room.center, name="Piano", room=room)
    Equipment.objects.create(center=room.center, name="Oven", room=RoomFactory(floor=room.floor))
    Equipment.objects.create(center=room.center, name="Amplifier", is_lent=False)
    person = PersonFactory()
    client.force_login(carer_of(person))
    typed = {
        "date": f"{at(10):%Y-%m-%d}",
        "start": "10:00",
        "end": "11:00",
        "headcount": "4",
        "purpose": "Reading",
    }

    shown = words(client.get(f"/rooms/{room.pk}/", headers=ENGLISH))
    assert "There are 2." in shown
    assert "Piano" in shown
    assert "Oven" not in shown
    assert "Amplifier" not in shown

    page = f"/rooms/{room.pk}/book/"
    too_many = client.post(page, typed | {f"equipment-{projector.pk}": "3"}, headers=ENGLISH)
    assert too_many.status_code == 422
    assert 'value="Reading"' in words(too_many)

    chosen = {f"equipment-{projector.pk}": "2", f"equipment-{piano.pk}": "on"}
    answer = client.post(page, typed | chosen, headers=ENGLISH)
    assert "Piano, Projector × 2" in words(client.get(answer.url, headers=ENGLISH))
    assert lent() == 3


def test_what_is_gone_is_said_with_what_is_left(client, room, projector):
    book(RoomFactory(floor=room.floor, group_from=None, per_month=None), equipment={projector: 1})
    client.force_login(carer_of(PersonFactory()))

    answer = client.post(
        f"/rooms/{room.pk}/book/",
        {
            "date": f"{at(10):%Y-%m-%d}",
            "start": "10:00",
            "end": "11:00",
            "headcount": "4",
            "purpose": "Reading",
            f"equipment-{projector.pk}": "2",
        },
        headers=ENGLISH,
    )

    assert answer.status_code == 409
    assert "Projector: 1 of 2 are left then." in words(answer)


def test_staff_lend_to_a_date_and_it_goes_along(room, projector):
    desk = at_the_desk(social_worker(room.center))
    activity = ActivityFactory(center=room.center)
    [session] = add_sessions(activity, [(at(10), at(11))], capacity=5, room=room)
    page = f"/admin/activities/session/{session.pk}/lend_equipment/"
    assert "Projector" in words(desk.get(page))

    desk.post(page, {f"equipment-{projector.pk}": "2"})
    other = RoomFactory(floor=room.floor)
    changes.move(session, room=other, starts_at=at(14), ends_at=at(15), by=UserFactory())

    session.refresh_from_db()
    assert stock.wanted_by(session.taking) == {projector: 2}
    assert lent() == 2
    shown = words(desk.get(f"/admin/activities/session/{session.pk}/change/"))
    assert "Projector × 2" in shown


def test_what_a_date_cannot_have_is_said_beside_the_form(room, projector):
    desk = at_the_desk(social_worker(room.center))
    book(RoomFactory(floor=room.floor, group_from=None, per_month=None), equipment={projector: 2})
    activity = ActivityFactory(center=room.center)
    [session] = add_sessions(activity, [(at(10), at(11))], capacity=5, room=room)

    answer = desk.post(
        f"/admin/activities/session/{session.pk}/lend_equipment/",
        {f"equipment-{projector.pk}": "1"},
    )

    assert answer.status_code == 422
    assert "Projector: 0 of 2 are left then." in words(answer)


def test_staff_add_it_to_a_booking_and_take_it_back(room, projector):
    booking = book(room)
    desk = at_the_desk(social_worker(room.center))
    page = f"/admin/bookings/roombooking/{booking.pk}/lend_equipment/"

    desk.post(page, {f"equipment-{projector.pk}": "2"})
    assert lent() == 2
    assert "Projector × 2" in words(desk.get(page.replace("lend_equipment", "change")))

    desk.post(page, {f"equipment-{projector.pk}": "0"})
    assert not lent()
    assert not booking.wanted_equipment.exists()


def test_for_a_series_it_is_chosen_date_by_date(client, room, projector):
    client.force_login(carer_of(PersonFactory()))

    answer = client.post(
        f"/rooms/{room.pk}/book/",
        {
            "date": f"{at(10):%Y-%m-%d}",
            "start": "10:00",
            "end": "11:00",
            "headcount": "4",
            "purpose": "Reading",
            "repeat_until": f"{at(10, days=19):%Y-%m-%d}",
            f"equipment-{projector.pk}": "1",
        },
        headers=ENGLISH,
    )

    assert answer.status_code == 422
    assert "Equipment is chosen date by date." in words(answer)
