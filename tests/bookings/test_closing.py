"""Shutting a room or the center: what is planned then is decided first, and told."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from activities.services import add_sessions
from bookings import closing, rooms
from bookings.closing import CALL_OFF
from bookings.models import RoomBooking, RoomBookingStatus
from bookings.rules import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for
from tests.bookings.test_rooms import a_room, a_wish, at, book, unlocked  # noqa: F401
from tests.bookings.test_standing_slots import a_hall, agreed
from tests.desk import at_the_desk, manager, social_worker, words
from tests.factories import (
    ActivityFactory,
    PartnerMemberFactory,
    PersonFactory,
    RoomFactory,
    UserFactory,
)
from tests.races import while_held, without_constraint
from venues import closures, takings
from venues.models import Closure, Occupancy, Room, Taking, TakingKind

pytestmark = pytest.mark.django_db

ADD = "/admin/venues/closure/add/"


def a_closure(room, first=9, last=18, *, whole=False):
    return Closure(
        center=room.center,
        room=None if whole else room,
        starts_at=at(first),
        ends_at=at(last),
        reason="Painting",
    )


def a_session(room, hour=10, capacity=5, title="Choir"):
    activity = ActivityFactory(center=room.center, title=title)
    return add_sessions(activity, [(at(hour), at(hour + 1))], capacity=capacity, room=room)[0]


def keyed(*pairs):
    return {closing.Hit(thing, None, None, None).key: answer for thing, answer in pairs}


def kinds():
    return sorted(Notice.objects.values_list("kind", flat=True))


# --- What is met, and what becomes of it --------------------------------------------------


def test_what_a_closure_meets_is_found_at_every_depth():
    hall = a_room(requests_block=False, by_approval=True)
    part = RoomFactory(floor=hall.floor, whole=hall, group_from=None, per_month=None)
    other = RoomFactory(floor=hall.floor)
    session, asked = a_session(hall), book(hall, 12, 13)
    a_session(other, title="Elsewhere")
    a_session(part, hour=20, title="Later")

    met = closing.hits(a_closure(part))

    assert [hit.thing for hit in met] == [session, asked]
    assert asked.taking is None


def test_nothing_is_shut_while_something_is_not_decided():
    room = a_room()
    session, booking = a_session(room), book(room, 12, 13)

    with pytest.raises(BookingRefused, match="Reading"):
        closing.close(a_closure(room), keyed((session, CALL_OFF)), by=UserFactory())

    session.refresh_from_db()
    booking.refresh_from_db()
    assert session.canceled_at is None
    assert booking.status == RoomBookingStatus.CONFIRMED
    assert not Closure.objects.exists()


def test_all_of_it_is_done_at_once_and_everybody_is_told_once():
    room = a_room()
    other = RoomFactory(floor=room.floor, capacity=40)
    moves, goes = a_session(room, 10), a_session(room, 14, title="Chess")
    asked, booked = book(room, 12, 13), book(room, 16, 17)
    RoomBooking.objects.filter(pk=asked.pk).update(status=RoomBookingStatus.REQUESTED)
    for session in (moves, goes):
        book_for(PersonFactory(), session=session)
    Notice.objects.all().delete()

    closing.close(
        a_closure(room),
        keyed((moves, other), (goes, CALL_OFF), (asked, CALL_OFF), (booked, other)),
        by=UserFactory(),
    )

    for each in (moves, goes, asked, booked):
        each.refresh_from_db()
    assert moves.taking.room == other
    assert moves.canceled_at is None
    assert goes.cancel_reason == "Painting"
    assert (asked.status, asked.decision) == (RoomBookingStatus.DECLINED, "Painting")
    assert (booked.status, booked.room) == (RoomBookingStatus.CONFIRMED, other)
    assert kinds() == [
        "bookings/called_off",
        "bookings/changed",
        "bookings/room_changed",
        "bookings/room_declined",
    ]
    taken = Occupancy.objects.get(room=room, active=True)
    assert taken.taking.kind == TakingKind.CLOSURE


def test_the_house_may_end_what_has_begun_and_says_why():
    room = a_room()
    booking = book(room, 10, 12)
    begun = timezone.now() - timedelta(minutes=10)
    RoomBooking.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=1))
    Taking.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=1))
    span = (begun, begun + timedelta(hours=1))
    Occupancy.objects.update(during=takings.DateTimeTZRange(*span))
    closure = Closure(
        center=room.center,
        room=room,
        starts_at=timezone.now(),
        ends_at=timezone.now() + timedelta(hours=5),
        reason="Water",
    )

    closing.close(closure, keyed((booking, CALL_OFF)), by=UserFactory())

    booking.refresh_from_db()
    assert (booking.status, booking.decision) == (RoomBookingStatus.CANCELED, "Water")
    assert Notice.objects.get(kind="bookings/room_canceled").context["reason"] == "Water"


def test_a_closed_center_takes_in_closures_that_lie_within_and_standing_slots():
    room = a_room()
    closures.shut(a_closure(room, 10, 11))
    slot = takings.take(room, at(14), at(15), kind=TakingKind.STANDING_SLOT, label="Choir")
    met = closing.hits(a_closure(room, whole=True))

    closing.close(
        a_closure(room, whole=True), dict.fromkeys([h.key for h in met], CALL_OFF), by=UserFactory()
    )

    assert Closure.objects.get().room is None
    slot.refresh_from_db()
    assert slot.released_at


def test_the_partner_of_a_standing_slot_is_told_why_it_cannot_be_had():
    member = PartnerMemberFactory()
    slot = agreed(a_hall(), member, times=1)
    date = slot.dates.get()
    closure = Closure(
        center=slot.room.center,
        room=slot.room,
        starts_at=date.starts_at,
        ends_at=date.ends_at,
        reason="Painting",
    )
    [hit] = closing.hits(closure)
    assert (hit.title, hit.fact) == ("Rehearsal", member.partner.name)

    closing.close(closure, {hit.key: CALL_OFF}, by=UserFactory())

    date.refresh_from_db()
    assert date.released_at
    notice = Notice.objects.get(kind="bookings/slot_closed")
    assert (notice.recipient, notice.context["reason"]) == (member.user, "Painting")


def test_a_closure_that_reaches_further_stays_somebodys_decision():
    room = a_room()
    closures.shut(a_closure(room, 8, 11))
    [hit] = closing.hits(a_closure(room, 10, 12))

    with pytest.raises(BookingRefused):
        closing.close(a_closure(room, 10, 12), {hit.key: CALL_OFF}, by=UserFactory())

    assert Closure.objects.count() == 1


def test_rooms_instead_are_free_then_large_enough_and_not_a_part():
    room = a_room()
    RoomFactory(floor=room.floor, whole=room)
    tiny, busy, small, large = [RoomFactory(floor=room.floor, capacity=n) for n in (2, 10, 12, 40)]
    takings.take(busy, at(10), at(11), kind=TakingKind.SESSION)
    first, second = a_session(room, capacity=8), book(room, 12, 13, headcount=4)
    closure = a_closure(room)

    found = closing.rooms_instead(closure, closing.hits(closure))

    keys = list(keyed((first, 0), (second, 0)))
    assert found[keys[0]] == [small, large, tiny]
    assert found[keys[1]] == [busy, small, large]


def test_two_things_at_one_time_are_not_sent_to_the_same_room():
    hall = a_room()
    left, right = [RoomFactory(floor=hall.floor, whole=hall, capacity=10) for _ in range(2)]
    small, large = [RoomFactory(floor=hall.floor, capacity=n) for n in (12, 40)]
    a_session(left, capacity=8), a_session(right, capacity=8, title="Chess")
    closure = a_closure(hall)

    found = closing.rooms_instead(closure, closing.hits(closure))

    assert [rooms[0] for rooms in found.values()] == [small, large]


# --- At the desk --------------------------------------------------------------------------


def typed(closure, **more):
    def local(moment):
        return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"

    return {
        "center": closure.center.pk,
        "room": closure.room.pk if closure.room else "",
        "starts_at": local(closure.starts_at),
        "ends_at": local(closure.ends_at),
        "reason": closure.reason,
    } | more


@pytest.fixture
def room():
    return a_room()


@pytest.fixture
def desk(room):
    return at_the_desk(manager(room.center))


@pytest.mark.parametrize("whole", [False, True])
def test_where_nothing_is_planned_it_is_shut_at_once(desk, room, whole):
    part = RoomFactory(floor=room.floor)

    answer = desk.post(ADD, typed(a_closure(room, whole=whole)))

    assert answer.status_code == 302
    shut = {each.room for each in Occupancy.objects.filter(active=True)}
    assert shut == ({room, part} if whole else {room})


def test_what_is_planned_is_shown_with_a_choice_for_each(desk, room):
    RoomFactory(floor=room.floor, name="Studio")
    a_session(room)

    shown = desk.post(ADD, typed(a_closure(room)))

    assert shown.status_code == 200
    assert "Choir" in words(shown)
    assert "Studio</option>" in words(shown)
    assert 'value="Painting"' in words(shown)
    assert not Closure.objects.exists()


def test_only_what_was_shown_is_done(desk, room):
    session, booking = a_session(room), book(room, 12, 13)
    book_for(PersonFactory(name="Ana"), session=session)
    asked = typed(a_closure(room), rest="off")

    shown = desk.post(ADD, asked)
    assert "Ana" in words(shown)
    assert "1 room booking changes" in words(shown)
    assert not Closure.objects.exists()

    stale = desk.post(ADD, asked | {"sure": "1", "seen": "0"})
    assert stale.status_code == 409
    assert "changed meanwhile" in words(stale)
    seen = shown.context["effects"].fingerprint
    assert desk.post(ADD, asked | {"sure": "1", "seen": seen}).status_code == 302
    session.refresh_from_db()
    booking.refresh_from_db()
    assert session.canceled_at
    assert booking.status == RoomBookingStatus.CANCELED
    assert Closure.objects.get().reason == "Painting"


def test_what_is_left_undecided_is_refused_by_name(desk, room):
    a_session(room)

    answer = desk.post(ADD, typed(a_closure(room), rest=""))

    assert answer.status_code == 409
    assert "1 thing is not decided yet: Choir." in words(answer)


def test_what_fits_moves_and_the_others_are_called_off(desk, room):
    other = RoomFactory(floor=room.floor, capacity=5)
    fits, too_large = a_session(room, 10), book(room, 12, 13, headcount=9)
    shown = desk.post(ADD, typed(a_closure(room), rest="move"))
    chosen = {field.html_name: field.initial for _hit, field in shown.context["answers"].rows}
    assert list(chosen.values()) == [other.pk, CALL_OFF]
    seen = shown.context["effects"].fingerprint

    desk.post(ADD, typed(a_closure(room), rest="", **chosen, sure="1", seen=seen))

    fits.refresh_from_db()
    too_large.refresh_from_db()
    assert fits.taking.room == other
    assert too_large.status == RoomBookingStatus.CANCELED


def test_a_room_without_a_number_of_people_holds_everybody(desk, room):
    RoomFactory(floor=room.floor, capacity=None)
    a_session(room)

    shown = desk.post(ADD, typed(a_closure(room), rest="move"))

    assert shown.status_code == 200
    assert not [each for each in shown.context["effects"].warnings if "holds" in each]


def test_what_cannot_be_meant_is_said(desk, room):
    wrong = typed(a_closure(room), ends_at="2020-01-01T10:00", starts_at="2020-01-01T11:00")
    assert "The end must be after the start." in words(desk.post(ADD, wrong))
    past = typed(a_closure(room), starts_at="2020-01-01T10:00", ends_at="2020-01-01T11:00")
    assert "That time has passed already." in words(desk.post(ADD, past))
    foreign = typed(a_closure(room), room=RoomFactory().pk)
    assert desk.post(ADD, foreign).status_code == 422
    nonsense = desk.post(ADD, {"center": "x", "room": "x", "starts_at": "x"})
    assert nonsense.status_code == 422


def test_only_managers_shut_their_own_house(room):
    worker = at_the_desk(social_worker(room.center))
    other = at_the_desk(manager())

    assert worker.get(ADD).status_code == 403
    assert other.post(ADD, typed(a_closure(room))).status_code == 422


def test_what_opens_again_before_its_time_has_never_been_shut(desk, room):
    closure = closing.close(a_closure(room), {}, by=UserFactory())

    answer = desk.post(f"/admin/venues/closure/{closure.pk}/open_again/")

    assert answer.url == "/admin/venues/closure/"
    assert not Closure.objects.exists()
    assert not Occupancy.objects.filter(active=True).exists()


def test_what_opens_again_in_the_middle_was_shut_until_then(desk, room):
    closure = closing.close(a_closure(room), {}, by=UserFactory())
    started = timezone.now() - timedelta(minutes=5)
    Closure.objects.update(starts_at=started)

    desk.post(f"/admin/venues/closure/{closure.pk}/open_again/")

    assert started < Closure.objects.get().ends_at <= timezone.now()


# --- At the same time as bookings ----------------------------------------------------------


def rivals(room):
    wishes = [a_wish(room, hour, hour + 1) for hour in range(9, 16)]
    shut = partial(closing.close, a_closure(room), {}, by=UserFactory())
    return [shut, *(partial(rooms.ask_for, wish) for wish in wishes)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_a_room_is_shut_or_booked_but_never_both():
    room = a_room()

    with while_held(Room.objects.filter(pk=room.pk), *rivals(room)) as answers:
        pass

    assert all(isinstance(each, Closure | RoomBooking | BookingRefused) for each in answers)
    is_shut, booked = Closure.objects.exists(), RoomBooking.objects.alive().count()
    assert is_shut != bool(booked)
    assert is_shut or booked == 7


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_control_without_lock_and_constraint_a_shut_room_is_booked(unlocked):  # noqa: F811
    with without_constraint(Occupancy, "room_is_taken_once"):
        room = a_room()
        with while_held(Occupancy, *rivals(room)):
            pass

        assert Closure.objects.exists()
        assert RoomBooking.objects.alive().count() == 7
