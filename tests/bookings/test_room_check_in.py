"""Saying that one is here: the code of a room booking, and the poster on the room's door."""

import pytest

from bookings import room_check_in, rooms
from bookings.models import RoomBooking
from tests.bookings.test_room_pages import ana, ask, resident, words
from tests.bookings.test_rooms import a_room, at, book
from tests.desk import at_the_desk, social_worker
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

__all__ = ["ana", "resident"]


@pytest.fixture
def mine(client, resident):
    ask(client, a_room(name="Studio", frees_after_minutes=15))
    return RoomBooking.objects.get()


def code(booking):
    return f"/staff/rooms/check-in/{room_check_in.token_of(booking)}/"


def door(room):
    return f"/rooms/here/{room_check_in.poster_token(room)}/"


def test_the_booking_shows_its_code_until_they_came(client, mine, time_machine):
    page = f"/rooms/bookings/{mine.reference}/"
    assert 'class="qr"' in client.get(page).content.decode()

    rooms.check_in(mine, at=at(9, 45))

    assert 'class="qr"' not in client.get(page).content.decode()


def test_staff_scan_it_and_a_look_changes_nothing(mine, time_machine):
    worker = social_worker(mine.room.center)
    time_machine.move_to(at(9, 45))
    desk = at_the_desk(worker)

    assert "They are here" in words(desk.get(code(mine)))
    mine.refresh_from_db()
    assert mine.checked_in_at is None
    assert desk.post(code(mine)).status_code == 302
    assert desk.post(code(mine)).status_code == 302
    assert "They came at 09:45" in words(desk.get(code(mine)))
    assert rooms.free_unused(at(10, 30)) == 0


def test_too_early_staff_read_when_it_begins(mine):
    desk = at_the_desk(social_worker(mine.room.center))

    assert "It begins on" in words(desk.get(code(mine)))
    assert desk.post(code(mine)).status_code == 409


def test_whoever_scans_their_own_code_sees_their_booking_and_others_nothing(client, mine):
    assert client.get(code(mine)).url == f"/rooms/bookings/{mine.reference}/"

    for other in (UserFactory(), social_worker()):
        client.force_login(other)
        assert client.get(code(mine)).status_code == 404
    assert client.get("/staff/rooms/check-in/1.forged/").status_code == 404


def test_at_the_door_those_who_booked_say_that_they_are_here(client, resident, mine, time_machine):
    time_machine.move_to(at(9, 45))
    client.force_login(resident)

    assert "我们来了" in words(client.get(door(mine.room)))
    assert client.post(door(mine.room), {"booking": mine.reference}).status_code == 302

    mine.refresh_from_db()
    assert mine.checked_in_at
    assert "到结束都是您的" in words(client.get(door(mine.room)))


def test_at_the_door_nobody_speaks_for_others_and_nobody_comes_too_early(client, mine):
    other = book(mine.room, 12, 13)

    assert client.post(door(mine.room), {"booking": other.reference}).status_code == 404
    assert client.post(door(mine.room), {"booking": mine.reference}).status_code == 409
    assert client.post(door(mine.room)).status_code == 404
    assert client.get("/rooms/here/1.forged/").status_code == 404
    assert client.get("/rooms/here/" + room_check_in.token_of(mine) + "/").status_code == 404


def test_at_the_door_of_a_room_they_have_not_booked_they_see_what_is_free(client, resident):
    assert "看空闲" in words(client.get(door(a_room())))


def test_the_poster_is_for_the_staff_of_the_house(mine):
    page = f"/staff/rooms/{mine.room_id}/poster/"

    poster = at_the_desk(social_worker(mine.room.center)).get(page)

    assert 'class="qr"' in poster.content.decode()
    assert "15 minutes after it the room is free for others again" in words(poster)
    assert at_the_desk(social_worker()).get(page).status_code == 404
