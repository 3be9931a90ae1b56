"""Rooms that people book on their own: who may, when, and what becomes of a request."""

import uuid
from datetime import datetime, time, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import PersonQuerySet
from bookings import rooms
from bookings.models import BookingChannel, RoomBooking, RoomBookingStatus
from bookings.room_refusals import refusal
from bookings.rules import BookingRefused
from notices.models import Notice
from tests.bookings.booking import carer
from tests.factories import (
    PartnerFactory,
    PartnerMemberFactory,
    PersonFactory,
    RoomFactory,
    UserFactory,
)
from tests.races import together, while_held
from venues import takings
from venues.models import Occupancy, OpeningHours, Room, RoomQuerySet, TakingKind

pytestmark = pytest.mark.django_db

RIVALS = 10


def a_room(**rules):
    room = RoomFactory(**{"group_from": None, "per_month": None} | rules)
    for weekday in range(1, 8):
        OpeningHours.objects.get_or_create(
            center=room.center, weekday=weekday, opens_at=time(8), closes_at=time(22)
        )
    return room


def at(hour, minute=0, days=5):
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def a_wish(room, start=10, end=11, *, person=None, by=None, days=5, **more):
    person = person or PersonFactory()
    return rooms.Wish(
        room=room,
        starts_at=start if isinstance(start, datetime) else at(start, days=days),
        ends_at=end if isinstance(end, datetime) else at(end, days=days),
        by=by or carer(person),
        **{
            "purpose": "Reading",
            "headcount": 4,
            "request_key": uuid.uuid4().hex,
            "person": person,
        }
        | more,
    )


def book(room, *times, **more):
    return rooms.ask_for(a_wish(room, *times, **more))


def refusal_of(call, *args, **kwargs):
    with pytest.raises(BookingRefused) as refused:
        call(*args, **kwargs)
    return refused.value.reason.code


def test_a_room_that_is_free_is_booked_at_once_and_told():
    booking = book(a_room())

    assert booking.status == RoomBookingStatus.CONFIRMED
    assert booking.taking.occupancies.filter(active=True).count() == 1
    assert list(Notice.objects.values_list("kind", flat=True)) == ["bookings/room_confirmed"]


def test_the_same_request_again_is_answered_with_the_same_booking():
    wish = a_wish(a_room())

    assert rooms.ask_for(wish) == rooms.ask_for(wish)
    assert RoomBooking.objects.count() == 1


def test_what_is_taken_is_not_booked_and_nobody_reads_by_whom():
    room = a_room()
    book(room, purpose="Secret rehearsal")

    with pytest.raises(BookingRefused) as refused:
        book(room)

    assert refused.value.reason.code == "room_taken"
    assert "Secret" not in str(refused.value.reason)


def test_a_class_and_a_room_booking_never_meet():
    room = a_room()
    takings.take(room, at(10), at(11), kind=TakingKind.SESSION, label="Yoga")

    assert refusal_of(book, room) == "room_taken"


def test_one_after_the_other_is_no_clash():
    room = a_room()
    book(room, 10, 11)

    assert book(room, 11, 12).status == RoomBookingStatus.CONFIRMED


def test_getting_ready_and_tidying_up_take_the_room_too():
    room = a_room(setup_minutes=30, cleanup_minutes=30)
    book(room, 10, 11)

    assert refusal_of(book, room, at(11, 30), at(12)) == "room_taken"
    assert book(room, 12, 13)


@pytest.mark.parametrize(
    ("rules", "times", "more", "code"),
    [
        ({}, (11, 10), {}, "order"),
        ({}, (10, 11), {"days": -1}, "in_the_past"),
        ({"is_bookable": False}, (10, 11), {}, "not_for_you"),
        ({"for_residents": False}, (10, 11), {}, "not_for_you"),
        ({"shortest_minutes": 90}, (10, 11), {}, "too_short"),
        ({"longest_minutes": 30}, (10, 11), {}, "too_long"),
        ({"step_minutes": 120}, (11, 12), {}, "off_the_grid"),
        ({"days_ahead": 3}, (10, 11), {}, "too_far_ahead"),
        ({"capacity": 3}, (10, 11), {}, "room_too_small"),
        ({"fewest_people": 5}, (10, 11), {}, "room_too_large"),
        ({"group_from": 4, "group_days": 6}, (10, 11), {}, "group_too_late"),
        ({}, (7, 9), {}, "outside_hours"),
        ({}, (21, 23), {}, "outside_hours"),
    ],
)
def test_a_rule_of_the_room_says_no_with_its_reason(rules, times, more, code):
    assert refusal_of(book, a_room(**rules), *times, **more) == code


@pytest.mark.parametrize(
    ("rules", "times", "more"),
    [
        ({"for_residents": False}, (10, 11), {}),
        ({"longest_minutes": 30}, (10, 11), {}),
        ({"days_ahead": 3}, (10, 11), {}),
        ({"by_approval": True}, (10, 11), {}),
        ({}, (7, 9), {}),
    ],
)
def test_the_desk_answers_for_the_house_and_is_bound_by_none_of_them(rules, times, more):
    booking = book(a_room(**rules), *times, channel=BookingChannel.DESK, **more)

    assert booking.status == RoomBookingStatus.CONFIRMED


def test_a_room_for_grown_ups_is_booked_by_grown_ups_and_by_whose_age_nobody_said():
    room, today = a_room(youngest=18), timezone.localdate()
    child, adult, unknown = (
        PersonFactory(birth_date=born)
        for born in (today - timedelta(days=17 * 365), today - timedelta(days=40 * 365), None)
    )

    assert refusal_of(book, room, person=child) == "too_young"
    assert book(room, person=adult)
    assert book(room, 12, 13, person=unknown)
    assert book(room, 14, 15, person=child, channel=BookingChannel.DESK)


def test_nobody_books_for_people_of_others():
    assert refusal_of(book, a_room(), by=UserFactory()) == "not_your_people"


def test_a_partner_books_where_partners_may():
    member = PartnerMemberFactory()
    room = a_room(for_residents=False)

    booking = book(room, person=None, partner=member.partner, by=member.user)

    assert booking.partner == member.partner


def test_on_a_day_without_hours_the_room_is_shut():
    room = a_room()
    room.center.opening_hours.all().delete()

    assert refusal_of(book, room) == "closed_that_day"


def test_so_many_times_a_month_in_all_rooms_of_the_center():
    day = timezone.localdate()
    in_month = (day.replace(day=1) + timedelta(days=40)).replace(day=10)
    days = (in_month - day).days
    room = a_room(per_month=2, days_ahead=99)
    other = RoomFactory(floor=room.floor, per_month=2, group_from=None, days_ahead=99)
    person = PersonFactory()
    by = carer(person)
    book(room, 10, 11, days=days, person=person, by=by)
    second = book(other, 12, 13, days=days, person=person, by=by)

    assert refusal_of(book, room, 14, 15, days=days, person=person, by=by) == "too_many"

    rooms.cancel(second, by=by)
    assert book(room, 14, 15, days=days, person=person, by=by)


def test_a_group_is_left_with_the_staff():
    booking = book(a_room(group_from=4, group_days=3))

    assert booking.status == RoomBookingStatus.REQUESTED
    assert booking.taking is not None


def test_a_request_holds_the_room_only_where_the_room_says_so():
    held, open_to_all = a_room(by_approval=True), a_room(by_approval=True, requests_block=False)
    book(held)
    first, second = book(open_to_all), book(open_to_all)

    assert refusal_of(book, held) == "room_taken"
    rooms.accept(first, by=UserFactory())
    assert refusal_of(rooms.accept, second, by=UserFactory()) == "room_taken"


def test_who_declines_says_why_and_the_room_is_free_again():
    room = a_room(by_approval=True)
    booking = book(room)

    rooms.decline(booking, by=UserFactory(), reason="Choir that day")

    assert Notice.objects.latest("pk").context["reason"] == "Choir that day"
    assert takings.clashes(room, at(10), at(11)).count() == 0


def test_declining_without_a_reason_is_refused_by_the_database():
    booking = book(a_room(by_approval=True))

    with pytest.raises(IntegrityError), transaction.atomic():
        rooms.decline(booking, by=UserFactory(), reason="")


def test_the_second_who_decides_is_told_that_somebody_has():
    booking, ana = book(a_room(by_approval=True)), UserFactory(name="Ana")
    rooms.accept(booking, by=ana)

    with pytest.raises(BookingRefused) as refused:
        rooms.decline(booking, by=UserFactory(), reason="No")

    assert refused.value.reason.code == "decided"
    assert "Ana" in str(refused.value.reason)


def test_the_staff_ask_back_and_read_the_answer():
    booking = book(a_room(by_approval=True))

    rooms.ask_back(booking, by=UserFactory(), question="With music?")
    rooms.answer(booking, text="Quietly")

    booking.refresh_from_db()
    assert (booking.status, booking.answer) == (RoomBookingStatus.REQUESTED, "Quietly")
    assert Notice.objects.latest("pk").kind == "bookings/room_asked"


def test_what_is_canceled_is_free_for_others():
    room = a_room()
    booking = book(room)

    rooms.cancel(booking, by=booking.booked_by)

    assert book(room)
    assert refusal_of(rooms.cancel, booking, by=booking.booked_by) == "over"


def test_a_request_is_taken_back_and_told():
    room = a_room(by_approval=True)
    asked = book(room)

    rooms.cancel(asked, by=asked.booked_by)

    assert Notice.objects.latest("pk").kind == "bookings/room_canceled"
    assert takings.clashes(room, at(10), at(11)).count() == 0


@pytest.mark.parametrize(("days", "code"), [(1, None), (2, "too_far_ahead")])
def test_days_ahead_are_counted_by_the_clock_of_the_center(days, code):
    """Half past midnight here is still the day before in UTC."""
    room, person = a_room(days_ahead=1), PersonFactory()
    by, moment = carer(person), at(0, 30)
    span = {"starts_at": at(10, days=5 + days), "ends_at": at(11, days=5 + days)}

    no = refusal(room, headcount=4, by=by, person=person, at=moment, **span)

    assert (no and no.code) == code


def test_what_has_begun_is_not_canceled():
    booking = book(a_room())

    assert refusal_of(rooms.cancel, booking, by=booking.booked_by, at=at(10)) == "over"


def test_moving_keeps_the_old_time_until_the_new_one_is_had():
    room = a_room()
    booking = book(room, 10, 11)
    book(room, 14, 15)

    assert refusal_of(rooms.change, booking, starts_at=at(14), ends_at=at(15)) == "room_taken"
    assert takings.clashes(room, at(10), at(11)).count() == 1

    rooms.change(booking, starts_at=at(16), ends_at=at(17))
    assert takings.clashes(room, at(10), at(11)).count() == 0
    assert takings.clashes(room, at(16), at(17)).count() == 1


@pytest.mark.parametrize(("start", "code"), [(7, "outside_hours"), (10.25, "off_the_grid")])
def test_moving_obeys_the_rules_of_a_new_booking(start, code):
    booking = book(a_room(), 10, 11)
    moved = at(int(start), int(start % 1 * 60))

    refused = refusal_of(
        rooms.change, booking, starts_at=moved, ends_at=moved + timedelta(minutes=30)
    )

    assert refused == code


def test_moving_into_a_room_that_staff_look_at_asks_again():
    booking = book(a_room())
    asked = RoomFactory(floor=booking.room.floor, by_approval=True, group_from=None)

    moved = rooms.change(booking, starts_at=at(10), ends_at=at(11), room=asked)

    assert moved.status == RoomBookingStatus.REQUESTED


def test_its_own_month_does_not_count_against_a_booking_that_moves():
    booking = book(a_room(per_month=1))

    assert rooms.change(booking, starts_at=at(12), ends_at=at(13)).starts_at == at(12)


@pytest.mark.parametrize(
    ("patience", "minutes", "status"),
    [
        (15, 14, RoomBookingStatus.CONFIRMED),
        (15, 15, RoomBookingStatus.LAPSED),
        (None, 50, RoomBookingStatus.CONFIRMED),
    ],
)
def test_a_room_that_nobody_came_to_is_free_again_where_it_says_so(patience, minutes, status):
    booking = book(a_room(frees_after_minutes=patience))

    rooms.free_unused(at(10, minutes))

    booking.refresh_from_db()
    assert booking.status == status


def test_whoever_came_keeps_the_room():
    booking = book(a_room(frees_after_minutes=15))
    rooms.check_in(booking, at=at(10, 5))

    assert rooms.free_unused(at(10, 30)) == 0


@pytest.mark.parametrize(
    ("hour", "minute", "does"), [(9, 29, False), (9, 30, True), (10, 59, True)]
)
def test_people_say_that_they_are_here_from_half_an_hour_before(hour, minute, does):
    booking = book(a_room())

    assert rooms.may_check_in(booking, at=at(hour, minute)) is does


def test_too_early_nobody_is_here():
    assert refusal_of(rooms.check_in, book(a_room()), at=at(9)) == "check_in_not_yet"


# Many at once, and the same with its guard taken out.


def outcomes(answers):
    codes = [
        "booked"
        if isinstance(answer, RoomBooking)
        else answer.reason.code
        if isinstance(answer, BookingRefused)
        else type(answer).__name__
        for answer in answers
    ]
    return {code: codes.count(code) for code in codes}


@pytest.fixture
def unlocked(monkeypatch):
    for queryset in (PersonQuerySet, RoomQuerySet):
        monkeypatch.setattr(queryset, "locked", lambda self: self.order_by("pk"))


def wishes_of_one_person(room):
    person = PersonFactory()
    by = carer(person)
    others = [
        Room.objects.get(pk=RoomFactory(floor=room.floor, per_month=1, group_from=None).pk)
        for _ in range(RIVALS)
    ]
    return [a_wish(each, person=person, by=by) for each in others]


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_a_person_books_so_often_and_not_once_more():
    wishes = wishes_of_one_person(a_room())

    answers = together(*[partial(rooms.ask_for, wish) for wish in wishes])

    assert outcomes(answers) == {"booked": 1, "too_many": RIVALS - 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_control_without_the_lock_on_the_person_she_books_all_of_them(unlocked):
    wishes = wishes_of_one_person(a_room())

    with while_held(Occupancy, *[partial(rooms.ask_for, wish) for wish in wishes]) as answers:
        pass

    assert outcomes(answers) == {"booked": RIVALS}


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_a_request_is_decided_once():
    booking = book(a_room(by_approval=True))
    staff = [UserFactory() for _ in range(RIVALS)]
    accepts = [partial(rooms.accept, booking, by=each) for each in staff[::2]]
    declines = [partial(rooms.decline, booking, by=each, reason="No") for each in staff[1::2]]

    answers = together(*accepts, *declines)

    assert outcomes(answers) == {"booked": 1, "decided": RIVALS - 1}


def test_only_members_of_a_partner_see_what_it_has_booked():
    member = PartnerMemberFactory()
    booking = book(a_room(), person=None, partner=member.partner, by=member.user)

    assert list(RoomBooking.objects.visible_to(member.user)) == [booking]
    assert not RoomBooking.objects.visible_to(UserFactory()).exists()
    assert PartnerFactory().room_bookings.count() == 0
