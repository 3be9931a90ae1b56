"""A room booking that is changed: by whom it is for, and by the staff."""

import pytest

from bookings import rooms
from bookings.models import RoomBooking, RoomBookingStatus
from bookings.rules import BookingRefused
from notices.models import Notice
from tests.bookings.test_room_pages import DAY, ana, ask, resident, words
from tests.bookings.test_rooms import a_room, at, book, refusal_of
from tests.desk import at_the_desk, social_worker
from tests.factories import PartnerMemberFactory, RoomFactory, UserFactory
from venues import takings

pytestmark = pytest.mark.django_db

__all__ = ["ana", "resident"]


@pytest.fixture
def mine(client, resident):
    ask(client, a_room(name="Studio"))
    return RoomBooking.objects.get()


def change(client, booking, **more):
    given = {
        "room": booking.room_id,
        "date": f"{DAY:%Y-%m-%d}",
        "start": "14:00",
        "end": "15:00",
        "headcount": "4",
    } | more
    return client.post(f"/rooms/bookings/{booking.reference}/change/", given)


def test_the_page_begins_with_what_is_booked(client, mine):
    page = client.get(f"/rooms/bookings/{mine.reference}/change/").content.decode()

    assert 'value="10:00"' in page
    assert f'value="{DAY:%Y-%m-%d}"' in page


def test_a_room_booking_moves_to_another_time_room_and_number(client, mine):
    other = RoomFactory(floor=mine.room.floor, group_from=None)

    answer = change(client, mine, room=other.pk, headcount="6")

    assert answer.url == f"/rooms/bookings/{mine.reference}/"
    mine.refresh_from_db()
    assert (mine.room, mine.starts_at, mine.headcount) == (other, at(14), 6)
    assert takings.clashes(other, at(14), at(15)).count() == 1
    assert Notice.objects.latest("pk").kind == "bookings/room_changed"


def test_what_is_taken_keeps_what_was_typed_and_suggests_what_is_free(client, mine):
    book(mine.room, 14, 15)

    answer = change(client, mine, headcount="5")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'name="headcount" value="5"' in page
    path = f"/rooms/bookings/{mine.reference}/change/?room={mine.room_id}"
    assert f"{path}&amp;date={DAY:%Y-%m-%d}&amp;start=13:00&amp;end=14:00&amp;headcount=5" in page
    mine.refresh_from_db()
    assert mine.starts_at == at(10)


def test_a_suggestion_fills_in_the_form(client, mine):
    page = client.get(f"/rooms/bookings/{mine.reference}/change/?start=13:00&end=14:00&room=x")

    assert 'value="13:00"' in page.content.decode()
    assert page.status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [{"date": "someday"}, {"end": "13:00"}, {"headcount": "0"}, {"room": "x"}, {"room": ""}],
    ids=str,
)
def test_wrong_input_stands_beside_its_field(client, mine, wrong):
    answer = change(client, mine, **wrong)

    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_nobody_moves_into_a_room_that_is_not_theirs_to_book(client, mine):
    partners = RoomFactory(floor=mine.room.floor, for_residents=False)

    assert change(client, mine, room=partners.pk).status_code == 422
    assert change(client, mine, room=RoomFactory().pk).status_code == 422


def test_what_is_over_is_not_changed(client, mine):
    rooms.cancel(mine, by=mine.booked_by)

    assert change(client, mine).status_code == 409
    assert client.get(f"/rooms/bookings/{mine.reference}/change/").status_code == 409


def test_a_member_changes_what_the_partner_booked(client):
    member = PartnerMemberFactory()
    booking = book(a_room(for_residents=False), person=None, partner=member.partner, by=member.user)
    client.force_login(member.user)

    assert change(client, booking).status_code == 302
    client.force_login(UserFactory())
    assert change(client, booking).status_code == 404


# Going back to approval.


def accepted(**rules):
    booking = book(a_room(by_approval=True, **rules))
    return rooms.accept(booking, by=UserFactory())


def test_another_time_is_looked_at_again_and_nobody_has_decided_yet():
    moved = rooms.change(accepted(), starts_at=at(12), ends_at=at(13))

    assert moved.status == RoomBookingStatus.REQUESTED
    assert (moved.decided_by, moved.decided_at) == (None, None)


def test_fewer_people_in_the_same_place_need_no_second_look():
    booking = accepted()
    span = {"starts_at": booking.starts_at, "ends_at": booking.ends_at}

    assert rooms.change(booking, headcount=3, **span).status == RoomBookingStatus.CONFIRMED
    assert rooms.change(booking, headcount=5, **span).status == RoomBookingStatus.REQUESTED


def test_a_group_that_becomes_small_enough_is_booked_at_once():
    asked = book(a_room(group_from=4))
    span = {"starts_at": asked.starts_at, "ends_at": asked.ends_at}

    assert rooms.change(asked, headcount=3, **span).status == RoomBookingStatus.CONFIRMED


def test_a_request_that_holds_nothing_still_moves_to_free_times_only():
    room = a_room(by_approval=True, requests_block=False)
    asked = book(room)
    rooms.accept(book(room, 14, 15), by=UserFactory())

    refused = refusal_of(rooms.change, asked, starts_at=at(14), ends_at=at(15))

    assert refused == "room_taken"


def test_a_request_that_moves_into_an_open_room_is_booked_and_takes_it():
    asked = book(a_room(by_approval=True, requests_block=False))
    free = RoomFactory(floor=asked.room.floor, group_from=None)

    moved = rooms.change(asked, starts_at=at(10), ends_at=at(11), room=free)

    assert moved.status == RoomBookingStatus.CONFIRMED
    assert takings.clashes(free, at(10), at(11)).get() == moved.taking


# The staff.


def test_staff_change_it_by_the_same_service_and_are_bound_by_no_rule():
    booking = accepted(longest_minutes=60)
    desk = at_the_desk(social_worker(booking.room.center))
    address = f"/admin/bookings/roombooking/{booking.pk}/change_it/"
    given = {"room": booking.room_id, "date": f"{DAY:%Y-%m-%d}", "headcount": 4}

    assert desk.get(address).status_code == 200
    assert desk.post(address, given | {"start": "12:00", "end": "11:00"}).status_code == 422
    assert desk.post(address, given | {"start": "12:00", "end": "15:00"}).status_code == 302

    booking.refresh_from_db()
    assert (booking.status, booking.ends_at) == (RoomBookingStatus.CONFIRMED, at(15))


def test_staff_read_why_another_time_cannot_be_had():
    booking = book(a_room(), 10, 11)
    book(booking.room, 12, 13)
    desk = at_the_desk(social_worker(booking.room.center))
    given = {"room": booking.room_id, "date": f"{DAY:%Y-%m-%d}", "headcount": 4}

    answer = desk.post(
        f"/admin/bookings/roombooking/{booking.pk}/change_it/",
        given | {"start": "12:00", "end": "13:00"},
    )

    assert answer.status_code == 422
    assert "is taken by “Reading”" in words(answer)


def test_a_change_that_is_refused_leaves_everything_as_it_was():
    booking = book(a_room(), 10, 11)

    with pytest.raises(BookingRefused):
        rooms.change(booking, starts_at=at(6), ends_at=at(7))

    booking.refresh_from_db()
    assert (booking.starts_at, booking.taking.starts_at) == (at(10), at(10))
