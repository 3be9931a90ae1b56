"""The week board of the desk: what uses the rooms, moving on it, and the week on paper."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import PersonQuerySet
from activities.models import Status
from activities.services import add_sessions
from bookings import rooms, standing_slots
from bookings.board import Board
from bookings.board_layout import DayLayout
from bookings.models import RoomBooking, RoomBookingStatus
from bookings.rules import BookingRefused
from tests.bookings.test_rooms import a_room, a_wish, at, book
from tests.bookings.test_standing_slots import a_slot
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PartnerMemberFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
    UserFactory,
)
from tests.races import together, while_held, without_constraint
from venues import closures, takings
from venues.models import Closure, Occupancy, Room, RoomQuerySet, TakingKind

pytestmark = pytest.mark.django_db

DAY = at(10).date()
RIVALS = 10


def a_session(room, start=14, end=16, *, leader=None, topic="", capacity=12, days=5, **activity):
    activity = ActivityFactory(center=room.center, **activity)
    spans = [(at(start, days=days), end if isinstance(end, datetime) else at(end, days=days))]
    more = {"leader": leader, "topic": topic}
    return add_sessions(activity, spans, capacity=capacity, room=room, **more)[0]


def a_closure(center, start, end, room=None):
    closure = Closure(
        center=center, room=room, starts_at=at(start), ends_at=at(end), reason="Water"
    )
    closures.shut(closure)
    return closure


def board_of(room, **more):
    return Board(room.center, DAY, **more)


def row_of(board, room):
    return next(row for row in board.rows if row.room == room)


def titles(board, room):
    return [block.title for block in row_of(board, room).cells[0].blocks]


@pytest.fixture
def room():
    return a_room(name="书画室")


@pytest.fixture
def desk(room):
    return at_the_desk(social_worker(room.center))


def test_all_that_uses_a_room_stands_in_its_row_in_order(room):
    a_closure(room.center, 8, 9, room)
    book(room, 10, 11, purpose="Reading")
    takings.take(room, at(12), at(13), kind=TakingKind.STANDING_SLOT, label="Choir")
    a_session(room, title="Brush", topic="Bamboo", leader=PersonFactory(name="Wen"))
    called_off = a_session(room, 17, 18, title="Nobody")
    takings.free(called_off.taking)

    board = board_of(room)

    assert titles(board, room) == ["Water", "Reading", "Choir", "Brush：Bamboo"]
    brush = row_of(board, room).cells[0].blocks[3]
    assert (brush.who, brush.places, brush.mark) == ("Wen", "0/12", "free")


def test_a_fixed_time_says_whose_it_is_and_leads_to_its_agreement(room):
    member = PartnerMemberFactory(partner__name="Choir of the East")
    slot = a_slot(room, member, times=1)
    slot.first_day = slot.last_day = DAY
    slot.weekdays = [DAY.isoweekday()]
    standing_slots.agree(slot, by=UserFactory())

    block = row_of(board_of(room), room).cells[0].blocks[0]

    assert (block.kind, block.title) == (TakingKind.STANDING_SLOT, "Choir of the East · Rehearsal")
    assert block.address == f"/admin/partners/standingslot/{slot.pk}/change/"


def test_a_request_that_takes_nothing_yet_is_seen_and_says_that_it_waits(room):
    Room.objects.filter(pk=room.pk).update(by_approval=True, requests_block=False)
    room.refresh_from_db()
    book(room, purpose="Rehearsal")

    block = row_of(board_of(room), room).cells[0].blocks[0]

    assert (block.title, block.mark, block.is_asked) == ("Rehearsal", "wait", True)


def test_whole_and_parts_show_what_takes_the_other(room):
    part = RoomFactory(floor=room.floor, whole=room, group_from=None)
    a_session(room, 9, 10, title="In the whole hall")
    a_session(part, 11, 12, title="In a part")

    board = board_of(room)

    assert titles(board, room) == ["In the whole hall", "In a part"]
    assert titles(board, part) == ["In the whole hall", "In a part"]
    assert len(board.blocks) == 2


def test_what_is_held_on_the_square_has_a_row_of_its_own(room):
    SessionFactory(activity__center=room.center, starts_at=at(7), ends_at=at(8))

    assert [row.room for row in board_of(room).rows] == [room, None]
    assert [row.room for row in board_of(room, kind="closure").rows] == [room]


def test_one_floor_and_one_kind_are_shown_alone(room):
    upstairs = RoomFactory(floor__center=room.center)
    a_session(room, title="Brush")
    book(room, purpose="Reading")

    board = board_of(room, floor=room.floor.level, kind=TakingKind.SESSION)

    assert [row.room for row in board.rows] == [room]
    assert titles(board, room) == ["Brush"]
    assert upstairs not in board.rooms


def test_a_room_is_free_now_until_something_takes_it(room):
    taken = RoomFactory(floor=room.floor)
    a_session(room, 14, 16)
    a_session(taken, 10, 12)

    assert board_of(room, at=at(11)).free_now == [(room, at(14))]


def test_blocks_stand_on_the_half_hours_of_the_clock(room):
    a_session(room, 14, 16)
    takings.take(room, at(9, 15), at(9, 45), kind=TakingKind.STANDING_SLOT, label="Tea")

    layout = DayLayout(board_of(room, at=at(9)))
    laid = layout.rows[0].blocks

    assert (layout.hours[0], layout.halves, layout.now) == (8, 28, 3)
    assert [(each.begin, each.halves) for each in laid] == [(3, 2), (13, 4)]


@pytest.mark.parametrize("number", [1, 12])
def test_a_week_of_many_rooms_costs_no_more_statements_than_of_one(
    room, number, django_assert_num_queries
):
    for _ in range(number):
        other = RoomFactory(floor=room.floor, group_from=None)
        RoomFactory(floor=room.floor, whole=other)
        a_session(other, leader=PersonFactory())
        book(other)
    a_closure(room.center, 18, 20)

    with django_assert_num_queries(8):
        board = Board(room.center, DAY, DAY + timedelta(days=6))
        assert len(board.blocks) == 2 * number + 1
        assert (list(board.notes), board.free_now) == ([], [])


def test_the_board_says_state_and_kind_in_words_and_leads_to_each_block(desk, room):
    session = a_session(room, title="Brush")
    booking = book(room, purpose="Reading", person=PersonFactory(name="Ana"))
    a_closure(room.center, 18, 20, room)

    for view in ("day", "week"):
        page = words(desk.get(f"/admin/board/?view={view}&date={DAY:%Y-%m-%d}"))

        assert f'href="/admin/activities/session/{session.pk}/change/"' in page
        assert f'href="/admin/bookings/roombooking/{booking.pk}/change/"' in page
        assert f'data-move="/admin/activities/session/{session.pk}/move/?back=' in page
        assert "12 places left · 0/12" in page
        assert "Booked · 4 · Ana" in page
        assert "Closure" in page


@pytest.mark.parametrize(
    "nonsense",
    ["date=never", "date=2026-02-31", "date=9999-12-31", "view=year", "floor=x", "kind=x"],
)
def test_nonsense_in_the_address_is_said_and_no_error(desk, nonsense):
    for page in ("", "copy/", "print/"):
        assert desk.get(f"/admin/board/{page}?{nonsense}").status_code == 200
    said = "is no day" in words(desk.get(f"/admin/board/?{nonsense}"))
    assert said is nonsense.startswith("date")


def test_the_board_is_for_those_who_work_at_the_center(room):
    elsewhere = at_the_desk(social_worker(CenterFactory()))
    looks_on = at_the_desk(district_office(room.center.district))

    for page in ("", "copy/", "print/"):
        address = f"/admin/board/{page}?center={room.center.slug}"
        assert elsewhere.get(address).status_code == 404
        assert looks_on.get(address).status_code == 404


def test_a_session_that_was_dragged_is_shown_with_what_happens_and_then_moved(desk, room):
    session = a_session(room)
    free = RoomFactory(floor=room.floor)
    back = f"/admin/board/?view=day&date={DAY:%Y-%m-%d}"
    given = {"starts_at": f"{DAY}T17:00", "ends_at": f"{DAY}T19:00", "room": free.pk}
    address = f"/admin/activities/session/{session.pk}/move/"

    page = desk.get(address, given | {"back": back})
    seen = page.context["effects"].fingerprint
    answer = desk.post(
        f"{address}?back={back.replace('&', '%26')}",
        given | {"outside_place": "", "sure": "1", "seen": seen},
    )

    session.refresh_from_db()
    assert page.context["form"].initial["room"] == free.pk
    assert (answer.status_code, answer.url) == (302, back)
    assert (session.starts_at, session.room) == (at(17), free)


def test_a_session_that_was_dragged_onto_another_is_refused_by_name(desk, room):
    session = a_session(room)
    a_session(room, 17, 18, title="Choir")
    given = {"starts_at": f"{DAY}T17:00", "ends_at": f"{DAY}T19:00", "room": room.pk}

    page = words(desk.get(f"/admin/activities/session/{session.pk}/move/", given))

    assert "is taken by “Choir”" in page
    assert 'name="sure"' not in page


@pytest.mark.parametrize(
    "wrong",
    [{"starts_at": "never"}, {"room": "0"}, {"room": "x"}, {"ends_at": "2026-01-01T10:00"}],
)
def test_a_place_that_makes_no_sense_leaves_the_form_as_it_is(desk, room, wrong):
    session = a_session(room)
    given = {"starts_at": f"{DAY}T17:00", "ends_at": f"{DAY}T19:00", "room": room.pk} | wrong

    page = desk.get(f"/admin/activities/session/{session.pk}/move/", given)

    assert page.status_code == 200
    assert page.context["form"].initial["starts_at"] == timezone.localtime(session.starts_at)
    assert page.context["effects"] is None


def test_no_address_leads_away_from_the_board(desk, room):
    session = a_session(room)

    page = desk.get(f"/admin/activities/session/{session.pk}/move/?back=//elsewhere.example/")

    assert page.context["back"] == f"/admin/activities/session/{session.pk}/change/"


def test_a_room_booking_that_was_dragged_finds_the_form_filled_in(desk, room):
    booking = book(room)
    given = {"date": f"{DAY}", "start": "17:00", "end": "18:00", "room": room.pk}
    back = "/admin/board/?view=week"
    address = f"/admin/bookings/roombooking/{booking.pk}/change_it/"

    page = words(desk.get(address, given | {"back": back}))
    answer = desk.post(f"{address}?back={back}", given | {"headcount": "4"})

    booking.refresh_from_db()
    assert 'value="17:00"' in page
    assert answer.url == back
    assert booking.starts_at == at(17)


def test_the_sheet_has_one_page_for_each_floor_and_no_private_titles(desk, room):
    RoomFactory(floor__center=room.center)
    book(room, purpose="Secret rehearsal", person=PersonFactory(name="Bo Secret"))
    a_session(room, title="Brush")
    a_session(room, 17, 18, title="Not yet public", status=Status.DRAFT)
    takings.take(room, at(8), at(9), kind=TakingKind.STANDING_SLOT, label="Secret choir")

    sheet = words(desk.get(f"/admin/board/print/?date={DAY}"))
    of_the_desk = words(desk.get(f"/admin/board/print/?date={DAY}&titles=1&paper=a3"))

    assert sheet.count('<section class="one-floor">') == 2
    assert "Brush" in sheet
    assert "Secret" not in sheet
    assert "Not yet public" not in sheet
    assert "Secret rehearsal" in of_the_desk
    assert "week-sheet a3" in of_the_desk


def test_a_floor_with_much_in_it_is_printed_smaller_to_stay_on_its_page(desk, room):
    quiet = words(desk.get(f"/admin/board/print/?date={DAY}"))
    for hour in range(8, 23):
        takings.take(room, at(hour), at(hour, 30), kind=TakingKind.STANDING_SLOT, label="Choir")

    busy = words(desk.get(f"/admin/board/print/?date={DAY}"))

    assert '<section class="one-floor">' in quiet
    assert '<section class="one-floor dense">' in busy


def test_the_home_of_the_desk_leads_to_the_board(desk):
    assert 'href="/admin/board/"' in words(desk.get("/admin/"))


def moves_and_asks(room):
    """Half of them move a booking of their own to ten o'clock, half ask for it."""
    others = [RoomFactory(floor=room.floor, group_from=None) for _ in range(RIVALS // 2)]
    bookings = [book(Room.objects.get(pk=other.pk), 18, 19) for other in others]
    to = {"starts_at": at(10), "ends_at": at(11), "room": room}
    return [
        *[partial(rooms.change, each, **to, by_staff=True) for each in bookings],
        *[partial(rooms.ask_for, a_wish(room)) for _ in range(RIVALS // 2)],
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_what_moves_and_what_is_booked_never_meet():
    room = a_room()

    answers = together(*moves_and_asks(room))

    had = [answer for answer in answers if isinstance(answer, RoomBooking)]
    assert len(had) == 1
    assert sum(isinstance(answer, BookingRefused) for answer in answers) == RIVALS - 1
    assert Occupancy.objects.filter(active=True, room=room).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_control_without_lock_and_constraint_they_meet(monkeypatch):
    for queryset in (RoomQuerySet, PersonQuerySet):
        monkeypatch.setattr(queryset, "locked", lambda self: self.order_by("pk"))
    with without_constraint(Occupancy, "room_is_taken_once"):
        room = a_room()
        with while_held(Occupancy, *moves_and_asks(room)):
            pass
        met = Occupancy.objects.filter(active=True, room=room).count()

    assert met == RIVALS
    assert RoomBooking.objects.filter(room=room, status=RoomBookingStatus.CONFIRMED).count() == met
