"""The staff's queue of requests for rooms."""

import pytest

from bookings import rooms
from bookings.models import RoomBooking, RoomBookingStatus
from notices.models import Notice
from tests.bookings.test_rooms import a_room, at, book
from tests.desk import at_the_desk, social_worker, words
from tests.factories import CareFactory, PersonFactory, RoomFactory, UserFactory
from venues import takings
from venues.models import TakingKind

pytestmark = pytest.mark.django_db

QUEUE = "/admin/bookings/roombooking/"


@pytest.fixture
def room():
    return a_room(by_approval=True, requests_block=False)


@pytest.fixture
def desk(room):
    return at_the_desk(social_worker(room.center))


def clashes_shown(room, desk):
    hall = RoomFactory(floor=room.floor, name="Hall", by_approval=True, group_from=None)
    room.whole = hall
    room.save()
    asked = book(room, 10, 11, purpose="Quiet reading")
    book(room, 10, 12, purpose="Loud rehearsal")
    book(room, 15, 16, purpose="Later tea")
    takings.take(room, at(9), at(11), kind=TakingKind.SESSION, label="Yoga")
    return asked


def test_the_queue_shows_what_each_request_would_meet(room, desk):
    asked = clashes_shown(room, desk)

    page = words(desk.get(f"{QUEUE}?status__exact=requested"))
    question = words(desk.get(f"{QUEUE}{asked.pk}/accept/"))

    for shown in (page, question):
        assert "Yoga" in shown
        assert "also asked for: Loud rehearsal" in shown
        assert "also asked for: Later tea" not in shown


def test_a_request_for_the_hall_meets_one_for_its_part(room, desk):
    hall = RoomFactory(floor=room.floor, by_approval=True, group_from=None, requests_block=False)
    room.whole = hall
    room.save()
    book(room, 10, 11, purpose="Small circle")
    asked = book(hall, 10, 12)

    assert "also asked for: Small circle" in words(desk.get(f"{QUEUE}{asked.pk}/change/"))


@pytest.mark.parametrize("number", [1, 4])
def test_a_long_queue_costs_no_more_statements(room, desk, number, django_assert_num_queries):
    for _ in range(number):
        book(room, purpose="Reading")
    desk.get(QUEUE)

    with django_assert_num_queries(10):
        desk.get(f"{QUEUE}?status__exact=requested")


def test_a_request_is_accepted(room, desk):
    asked = book(room)

    assert desk.post(f"{QUEUE}{asked.pk}/accept/").status_code == 302

    asked.refresh_from_db()
    assert asked.status == RoomBookingStatus.CONFIRMED


def test_what_would_clash_is_refused_with_the_reason(room, desk):
    asked = book(room)
    takings.take(room, at(9), at(11), kind=TakingKind.SESSION, label="Yoga")

    page = words(desk.post(f"{QUEUE}{asked.pk}/accept/", follow=True))

    assert "is not free then" in page
    assert RoomBooking.objects.requested().count() == 1


def test_declining_needs_a_reason_and_asking_back_a_question(room, desk):
    asked = book(room)

    assert desk.post(f"{QUEUE}{asked.pk}/decline/", {"reason": " "}).status_code == 422
    assert desk.post(f"{QUEUE}{asked.pk}/ask_back/", {"question": ""}).status_code == 422
    assert desk.post(f"{QUEUE}{asked.pk}/ask_back/", {"question": "Music?"}).status_code == 302
    assert desk.post(f"{QUEUE}{asked.pk}/decline/", {"reason": "Choir"}).status_code == 302

    asked.refresh_from_db()
    assert (asked.question, asked.decision) == ("Music?", "Choir")


def test_who_looked_at_another_wish_looks_again(room, desk):
    asked = book(room, 10, 11)
    page = desk.get(f"{QUEUE}{asked.pk}/accept/").content.decode()
    assert f'name="seen" value="{asked.wish}"' in page
    rooms.change(asked, starts_at=at(14), ends_at=at(15))

    answer = desk.post(f"{QUEUE}{asked.pk}/accept/", {"seen": asked.wish}, follow=True)

    assert "has changed since you opened it" in words(answer)
    asked.refresh_from_db()
    assert asked.status == RoomBookingStatus.REQUESTED


@pytest.mark.parametrize("button", ["accept", "decline", "ask_back"])
def test_the_second_who_decides_reads_who_was_first(room, desk, button):
    asked = book(room)
    rooms.accept(asked, by=UserFactory(name="Ana"))

    page = words(desk.post(f"{QUEUE}{asked.pk}/{button}/", {"reason": "No"}, follow=True))

    assert "Ana has decided on this already: Booked." in page


def test_a_request_that_nobody_decided_lapses_when_its_time_comes():
    room = a_room(by_approval=True)
    book(room)

    assert rooms.lapse_undecided(at(9, 59)) == 0
    assert rooms.lapse_undecided(at(10)) == 1
    assert rooms.lapse_undecided(at(10)) == 0
    assert takings.clashes(room, at(10), at(11)).count() == 0
    assert Notice.objects.latest("pk").kind == "bookings/room_undecided"


def test_who_would_decide_on_it_needs_no_approval(room):
    worker, person = social_worker(room.center), PersonFactory()
    CareFactory(user=worker, person=person)

    assert book(room, by=worker, person=person).status == RoomBookingStatus.CONFIRMED


def test_a_booking_that_says_little_is_shown_all_the_same(room, desk):
    booking = book(room, 10, 11)
    RoomBooking.objects.filter(pk=booking.pk).update(purpose="")

    assert desk.get(f"{QUEUE}{booking.pk}/change/").status_code == 200
