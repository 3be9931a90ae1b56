"""Copying a week: what can be had is made once, and the rest is said."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from activities.calendars import week_of
from activities.models import Session, Status
from bookings import standing_slots, week_copies
from tests.bookings.test_board import a_session
from tests.bookings.test_rooms import a_room, at, book
from tests.bookings.test_standing_slots import a_slot
from tests.desk import at_the_desk, social_worker, words
from tests.factories import (
    PartnerMemberFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
    UserFactory,
)
from tests.races import together, while_held
from venues import closures
from venues.models import CalendarDay, Closure

pytestmark = pytest.mark.django_db

NEXT_MONDAY = week_of(timezone.localdate())[0] + timedelta(days=7)
TUESDAY = (NEXT_MONDAY - timezone.localdate()).days + 1  # days from today


@pytest.fixture
def room():
    return a_room()


@pytest.fixture
def desk(room):
    return at_the_desk(social_worker(room.center))


def sessions_of(room, **more):
    return week_copies.of_week(room.center, NEXT_MONDAY, **more)


def obstacles(room, weeks=1):
    return [each.obstacle for each in week_copies.preview(sessions_of(room), weeks)]


def test_a_week_is_done_again_with_room_leader_and_places_and_only_once(room):
    leader = PersonFactory()
    session = a_session(room, days=TUESDAY, leader=leader, capacity=7)
    SessionFactory(
        activity__center=room.center, starts_at=at(8, days=TUESDAY), outside_place="Square"
    )

    made, left = week_copies.copy(sessions_of(room), 1)
    again, left_again = week_copies.copy(sessions_of(room), 1)

    outside, copied = made
    assert left == []
    assert copied.starts_at == session.starts_at + timedelta(weeks=1)
    assert (copied.room, copied.leader, copied.capacity) == (room, leader, 7)
    assert outside.outside_place == "Square"
    assert again == []
    assert [why for _, why in left_again] == ["这个活动当时已有场次"] * 2
    assert Session.objects.count() == 4


def test_each_obstacle_is_said_by_name(room):
    other, leader = RoomFactory(floor=room.floor), PersonFactory(name="文老师")
    a_session(room, 9, 10, days=TUESDAY)
    a_session(room, 11, 12, days=TUESDAY)
    a_session(other, 13, 14, days=TUESDAY, leader=leader)
    a_session(other, 15, 16, days=TUESDAY, status=Status.ARCHIVED)
    a_session(other, 17, 18, days=TUESDAY)
    book(room, 9, 10, days=TUESDAY + 7, purpose="读书会")
    closures.shut(
        Closure(
            center=room.center,
            room=room,
            starts_at=at(11, days=TUESDAY + 7),
            ends_at=at(12, days=TUESDAY + 7),
            reason="停水",
        )
    )
    a_session(RoomFactory(floor=room.floor), 13, 14, days=TUESDAY + 7, leader=leader, title="合唱")

    assert obstacles(room) == [
        f"{room}已被“读书会”占用 09:00–10:00",
        f"{room}那天关闭：停水",
        "文老师当时在带“合唱”",
        "这个活动已经结束",
        "",
    ]
    assert set(obstacles(room, weeks=-8)) == {"那个时间已经过去"}


def test_what_a_partner_holds_by_agreement_is_in_nobodys_way_but_others(room):
    member = PartnerMemberFactory()
    slot = a_slot(room, member, times=1)
    slot.first_day = slot.last_day = at(14, days=TUESDAY + 7).date()
    slot.weekdays = [slot.first_day.isoweekday()]
    standing_slots.agree(slot, by=UserFactory())
    own = a_session(room, 14, 15, days=TUESDAY, partner=member.partner)
    others = a_session(room, 16, 17, days=TUESDAY)

    made, left = week_copies.copy(sessions_of(room), 1)

    assert [each.activity for each in made] == [own.activity]
    assert [each.session for each, _why in left] == [others]


def test_a_holiday_is_marked_and_left_to_the_staff(room):
    a_session(room, days=TUESDAY)
    day = at(10, days=TUESDAY + 7).date()
    CalendarDay.objects.create(date=day, kind="holiday", name="元旦")

    copy = week_copies.preview(sessions_of(room), 1)[0]

    assert (copy.is_holiday, copy.can_be_made, copy.marks) == (True, True, ("元旦",))


def test_one_floor_or_one_activity_is_copied_alone(room):
    upstairs = a_session(RoomFactory(floor__center=room.center), days=TUESDAY)
    session = a_session(room, days=TUESDAY)
    called_off = a_session(room, 18, 19, days=TUESDAY)
    Session.objects.filter(pk=called_off.pk).update(canceled_at=timezone.now())

    assert sessions_of(room, floor=room.floor.level) == [session]
    assert sessions_of(room, activity=upstairs.activity) == [upstairs]


@pytest.mark.parametrize("number", [1, 6])
def test_looking_costs_the_same_for_many_dates(room, number, django_assert_num_queries):
    for hour in range(number):
        a_session(room, 9 + hour, 10 + hour, days=TUESDAY, leader=PersonFactory())
    sessions = sessions_of(room)

    with django_assert_num_queries(8):
        assert len(week_copies.preview(sessions, 1)) == number


def test_what_somebody_takes_meanwhile_stays_out_and_is_said(desk, room):
    early, late = a_session(room, 9, 10, days=TUESDAY), a_session(room, 11, 12, days=TUESDAY)
    weeks = {"source": f"{NEXT_MONDAY}", "target": f"{NEXT_MONDAY + timedelta(days=9)}"}
    page = words(desk.get("/admin/board/copy/", weeks))
    book(room, 9, 10, days=TUESDAY + 7, purpose="Choir")

    answer = desk.post("/admin/board/copy/", weeks | {"session": [early.pk, late.pk]}, follow=True)

    assert "2 dates can be made" in page
    assert answer.redirect_chain[0][0].startswith("/admin/board/?view=week")
    assert "1 date has been made." in words(answer)
    assert "is taken: “Choir” 09:00–10:00" in words(answer)
    assert late.activity.sessions.count() == 2
    assert early.activity.sessions.count() == 1


def test_a_form_that_makes_no_sense_says_so(desk, room):
    session = a_session(room, days=TUESDAY)
    week = {"source": f"{NEXT_MONDAY}"}
    address = "/admin/board/copy/"

    assert desk.get(address, week | {"target": "never"}).status_code == 422
    same = desk.get(address, week | {"target": f"{NEXT_MONDAY + timedelta(days=3)}"})
    assert "another week" in words(same)
    nothing = desk.post(address, week | {"target": f"{NEXT_MONDAY + timedelta(days=7)}"})
    assert nothing.status_code == 422
    assert "at least one date" in words(nothing)
    assert session.activity.sessions.count() == 1


def test_dates_of_another_center_are_not_copied(desk, room):
    theirs = a_session(a_room(), days=TUESDAY)
    a_session(room, days=TUESDAY)
    weeks = {"source": f"{NEXT_MONDAY}", "target": f"{NEXT_MONDAY + timedelta(days=7)}"}

    answer = desk.post("/admin/board/copy/", weeks | {"session": theirs.pk})

    assert answer.status_code == 422
    assert theirs.activity.sessions.count() == 1


def copies_at_once(room):
    """Ten of the staff copy a week with one date on the square: no room stands between them."""
    session = SessionFactory(
        activity__center=room.center, starts_at=at(8, days=TUESDAY), outside_place="Square"
    )
    sessions = sessions_of(room)
    return session.activity, [partial(week_copies.copy, sessions, 1) for _ in range(10)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_a_week_that_ten_copy_at_once_is_there_once():
    activity, copies = copies_at_once(a_room())

    answers = together(*copies)

    assert sorted(len(made) for made, _left in answers) == [0] * 9 + [1]
    assert activity.sessions.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_control_without_the_lock_on_the_center_it_is_there_ten_times(monkeypatch):
    monkeypatch.setattr(week_copies, "_one_at_a_time", lambda sessions: None)
    activity, copies = copies_at_once(a_room())

    with while_held(Session, *copies):
        pass

    assert activity.sessions.count() == 11
