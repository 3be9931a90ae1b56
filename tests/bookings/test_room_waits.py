"""Waiting for a room: who is told when it comes free, and how often."""

from functools import partial

import pytest

from bookings import changes, room_waits, rooms
from bookings.models import RoomWait
from notices.models import Notice
from tests.bookings.test_room_pages import DAY, ana, resident, words
from tests.bookings.test_rooms import a_room, a_wish, at, book, refusal_of
from tests.desk import at_the_desk, social_worker
from tests.factories import (
    ActivityFactory,
    CareFactory,
    PartnerMemberFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
    UserFactory,
)
from tests.races import together
from venues import closures, takings
from venues.models import Closure, TakingKind

pytestmark = pytest.mark.django_db

__all__ = ["ana", "resident"]

PAGE = "/rooms/waits/"


def wait(room, *, any_room=False, by=None, start=10, end=11, people=4, **more):
    return room_waits.wait_for(
        room.center,
        room=None if any_room else room,
        starts_at=at(start),
        ends_at=at(end),
        headcount=people,
        by=by or UserFactory(),
        **more,
    )


def told():
    free = Notice.objects.filter(kind="bookings/room_free").order_by("pk")
    return [notice.recipient for notice in free]


def test_all_who_wait_are_told_once_when_the_room_comes_free():
    room = a_room()
    taken = book(room)
    ana, bo = UserFactory(), UserFactory()
    wait(room, by=ana)
    wait(room, by=bo)
    assert room_waits.tell_due() == 0

    rooms.cancel(taken, by=taken.booked_by)

    assert room_waits.tell_due() == 2
    assert room_waits.tell_due() == 0
    assert set(told()) == {ana, bo}
    path = f"/rooms/{room.pk}/?date={DAY:%Y-%m-%d}&start=10:00&end=11:00&headcount=4#ask"
    assert Notice.objects.latest("pk").link == path


def test_what_was_taken_again_is_told_again_when_it_comes_free_again():
    room = a_room()
    taken = book(room)
    mine = wait(room)
    rooms.cancel(taken, by=taken.booked_by)
    room_waits.tell_due()

    second = book(room)
    assert room_waits.tell_due() == 0
    rooms.cancel(second, by=second.booked_by)

    assert room_waits.tell_due() == 1
    assert told() == [mine.user] * 2


def called_off(room):
    activity = ActivityFactory(center=room.center)
    session = SessionFactory(activity=activity, starts_at=at(10), ends_at=at(11))
    changes.move(session, starts_at=at(10), ends_at=at(11), room=room, by=UserFactory())
    return partial(changes.call_off, session, reason="Rain", by=UserFactory())


def reopened(room):
    closure = Closure(
        center=room.center, room=room, starts_at=at(9), ends_at=at(12), reason="Paint"
    )
    closures.shut(closure)
    return partial(closures.open_again, closure)


def released(room):
    taking = takings.take(room, at(10), at(11), kind=TakingKind.STANDING_SLOT)
    return partial(takings.free, taking)


def moved(room):
    return partial(rooms.change, book(room), starts_at=at(14), ends_at=at(15))


@pytest.mark.parametrize("way", [called_off, reopened, released, moved])
def test_in_whichever_way_it_comes_free_they_are_told(way):
    room = a_room()
    free = way(room)
    mine = wait(room)
    assert room_waits.tell_due() == 0

    free()

    assert room_waits.tell_due() == 1
    assert told() == [mine.user]


def test_any_room_that_fits_will_do_and_the_smallest_is_named():
    large = a_room(capacity=40)
    small = RoomFactory(floor=large.floor, capacity=4, group_from=None)
    tiny = RoomFactory(floor=large.floor, capacity=3, group_from=None)
    for_partners = RoomFactory(floor=large.floor, for_residents=False, group_from=None)
    taken = [book(room) for room in (large, small)]
    wait(large, any_room=True)
    assert room_waits.tell_due() == 0

    for each in taken:
        rooms.cancel(each, by=each.booked_by)

    assert room_waits.tell_due() == 1
    assert Notice.objects.latest("pk").context["room"] == small.name
    assert not {tiny.name, for_partners.name} & {Notice.objects.latest("pk").context["room"]}


def test_a_member_of_a_partner_waits_for_rooms_of_partners_too():
    room = a_room(for_residents=False)
    member = PartnerMemberFactory()
    takings.take(room, at(10), at(11), kind=TakingKind.SESSION)

    assert wait(room, by=member.user)
    assert refusal_of(wait, room) == "not_for_you"


@pytest.mark.parametrize(
    ("rules", "times", "code"),
    [
        ({"capacity": 3}, {}, "room_too_small"),
        ({"days_ahead": 3}, {}, "too_far_ahead"),
        ({"longest_minutes": 30}, {}, "too_long"),
        ({}, {"start": 6, "end": 7}, "closed_that_day"),
        ({}, {"start": 11, "end": 10}, "order"),
        ({}, {"start": 15, "end": 16}, "is_free"),
    ],
)
def test_nobody_waits_for_what_they_could_not_have_or_have_already(rules, times, code):
    room = a_room(**rules)
    takings.take(room, at(10), at(11), kind=TakingKind.SESSION)

    assert refusal_of(wait, room, **times) == code


def test_the_same_wait_again_is_one_and_there_are_so_many_at_most(monkeypatch):
    monkeypatch.setattr(room_waits, "AT_MOST", 2)
    room, me = a_room(), UserFactory()
    takings.take(room, at(9), at(20), kind=TakingKind.SESSION)

    assert wait(room, by=me) == wait(room, by=me)
    wait(room, by=me, start=12, end=13)

    assert refusal_of(wait, room, by=me, start=14, end=15) == "too_many_waits"


def test_whoever_got_a_room_or_withdrew_waits_no_more():
    room = a_room()
    taken = book(room)
    lucky, weary = wait(room), wait(room)
    other = RoomFactory(floor=room.floor, group_from=None)
    person = PersonFactory()
    CareFactory(user=lucky.user, person=person)
    rooms.ask_for(a_wish(other, by=lucky.user, person=person))
    room_waits.withdraw(weary)
    rooms.cancel(taken, by=taken.booked_by)

    assert room_waits.tell_due() == 0


def test_a_wait_ends_by_itself_when_its_time_has_come():
    room = a_room()
    taken = book(room)
    wait(room)
    rooms.cancel(taken, by=taken.booked_by)

    assert room_waits.tell_due(at(10)) == 0
    assert not RoomWait.objects.open(at(10)).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_eight_sweeps_at_once_tell_once():
    room = a_room()
    taken = book(room)
    mine = wait(room)
    rooms.cancel(taken, by=taken.booked_by)

    answers = together(*[room_waits.tell_due] * 8)

    assert sum(answers) == 1
    assert told() == [mine.user]


@pytest.mark.parametrize("number", [1, 5])
def test_who_waits_in_vain_costs_no_statement(number, django_assert_num_queries):
    room = a_room()
    book(room)
    for _ in range(number):
        wait(room)

    with django_assert_num_queries(8):
        room_waits.tell_due()


# The pages.


def form(room, **more):
    return {
        "room": room.pk,
        "date": f"{DAY:%Y-%m-%d}",
        "start": "10:00",
        "end": "11:00",
        "headcount": "4",
    } | more


def test_what_is_taken_leads_to_being_told(client, resident):
    room = a_room()
    book(room)
    refused = client.post(f"/rooms/{room.pk}/book/", form(room, purpose="Tea"))
    link = f"{PAGE}?center={room.center.slug}&amp;room={room.pk}&amp;date={DAY:%Y-%m-%d}"
    assert link in refused.content.decode()

    page = client.get(f"{PAGE}?room={room.pk}&date={DAY:%Y-%m-%d}&start=10:00&end=11:00")
    assert 'value="10:00"' in page.content.decode()
    assert client.post(PAGE, form(room)).url == "/rooms/bookings/"
    assert "有空了告诉我" in words(client.get("/rooms/bookings/"))


def test_a_wait_is_withdrawn_by_whoever_waits(client, resident):
    room = a_room()
    book(room)
    mine, other = wait(room, by=resident), wait(room)

    assert client.post(f"{PAGE}{other.pk}/withdraw/").status_code == 404
    assert client.get(f"{PAGE}{mine.pk}/withdraw/").status_code == 405
    for _ in range(2):
        assert client.post(f"{PAGE}{mine.pk}/withdraw/").status_code == 302
    assert list(RoomWait.objects.open()) == [other]


def test_what_is_free_is_not_waited_for_but_shown(client, resident):
    answer = client.post(PAGE, form(a_room()))

    assert answer.status_code == 409
    assert "看空闲" in words(answer)


@pytest.mark.parametrize("wrong", [{"room": "x"}, {"date": ""}, {"end": "09:00"}], ids=str)
def test_wrong_input_stands_beside_its_field(client, resident, wrong):
    assert client.post(PAGE, form(a_room()) | wrong).status_code == 422


def test_staff_see_who_waits_at_their_center():
    room, elsewhere = a_room(name="Studio"), a_room(name="Far away")
    for each in (room, elsewhere):
        book(each)
        wait(each)

    page = words(at_the_desk(social_worker(room.center)).get("/admin/bookings/roomwait/"))

    assert "Studio" in page
    assert "Far away" not in page
