"""Fixed times of partners: they hold the room, give way to their own, and are asked about."""

from datetime import time, timedelta
from functools import partial

import pytest
from django.utils import timezone, translation

from activities.previews import preview as preview_dates
from activities.services import add_sessions
from activities.timetable import plan_dates
from bookings import changes, rooms, standing_slots
from bookings.models import RoomBooking
from bookings.rules import BookingRefused
from notices import rendering
from notices.models import Notice
from partners.models import Agreement, SlotDate, StandingSlot
from tests.bookings.test_room_series import FIRST, a_hall, overlaps, week, weekly
from tests.bookings.test_room_series import ask as a_series
from tests.bookings.test_rooms import a_wish, book, refusal_of
from tests.factories import ActivityFactory, PartnerMemberFactory, UserFactory
from tests.races import together, while_held, without_constraint
from venues import takings
from venues.models import CalendarDay, CalendarDayKind, Occupancy, RoomQuerySet, TakingKind
from venues.takings import RoomTaken

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return a_hall()


@pytest.fixture
def member(room):
    return PartnerMemberFactory()


def a_slot(room, member, times=4, start=14, end=18, **more):
    agreement = Agreement.objects.create(
        partner=member.partner, center=room.center, title="Together", starts_on=FIRST
    )
    return StandingSlot(
        agreement=agreement,
        room=room,
        purpose="Rehearsal",
        first_day=FIRST,
        last_day=FIRST + timedelta(weeks=times - 1),
        starts_at=time(start),
        ends_at=time(end),
        weekdays=[FIRST.isoweekday()],
        **more,
    )


def agreed(room, member, **more):
    return standing_slots.agree(a_slot(room, member, **more), by=UserFactory())


def states(slot):
    with translation.override("en"):
        return [str(each.state) for each in slot.dates.select_related("taking")]


def told():
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def theirs(room, member):
    return ActivityFactory(partner=member.partner, center=room.center, title="Concert")


def plan(activity, room, start, end, week_=0):
    return add_sessions(activity, [(week(week_, start), week(week_, end))], capacity=9, room=room)[
        0
    ]


def test_what_is_agreed_stands_above_what_others_ask_for(room, member):
    slot = agreed(room, member)

    assert slot.dates.held().count() == 4
    assert refusal_of(book, room, week(1, 15), week(1, 16)) == "room_taken"
    assert refusal_of(a_series, room, weekly(start=15, end=16)) == "room_taken"
    with pytest.raises(RoomTaken):
        plan(ActivityFactory(center=room.center), room, 15, 16)


def test_holidays_closures_and_clashes_are_left_out_and_say_why(room, member):
    CalendarDay.objects.create(date=FIRST, kind=CalendarDayKind.HOLIDAY, name="Feast")
    takings.take(room, week(1, 8), week(1, 20), kind=TakingKind.CLOSURE, label="Paint")
    book(room, week(2, 15), week(2, 16))
    slot = a_slot(room, member)

    shown = standing_slots.preview(slot, by=UserFactory())
    standing_slots.agree(slot, by=UserFactory())

    assert [each.no and each.no.code for each in shown] == [
        "holiday", "room_closed", "room_taken", None,
    ]  # fmt: skip
    assert slot.dates.held().count() == 1
    assert "Paint" in slot.dates.all()[1].left_out


def test_on_a_weekday_without_hours_nothing_is_held(room, member):
    room.center.opening_hours.all().delete()

    with pytest.raises(BookingRefused):
        agreed(room, member)
    assert not StandingSlot.objects.exists()


def test_what_the_partner_plans_itself_takes_the_place_of_what_it_holds(room, member):
    slot = agreed(room, member)
    activity = theirs(room, member)
    shown = preview_dates(activity, plan_dates([FIRST], time(15), time(16)), room=room)

    session = plan(activity, room, 15, 16)

    assert shown[0].can_be_made
    assert session.taking.kind == TakingKind.SESSION
    first_day = slot.dates.filter(starts_at__lt=week(1, 0)).order_by("starts_at")
    held = [(each.starts_at, each.ends_at) for each in first_day.held()]
    assert held == [(week(0, 14), week(0, 15)), (week(0, 16), week(0, 18))]
    assert slot.dates.filter(used_at__isnull=False).count() == 1
    assert overlaps() == 0


def test_a_session_that_moves_into_the_slot_finds_it_open(room, member):
    slot = agreed(room, member)
    session = plan(theirs(room, member), room, 9, 10)

    changes.move(session, starts_at=week(1, 14), ends_at=week(1, 18), room=room, by=UserFactory())

    assert states(slot) == ["held", "used", "held", "held"]


def test_what_fails_gives_nothing_away(room, member):
    slot = agreed(room, member)
    takings.take(room, week(0, 18), week(0, 20), kind=TakingKind.SESSION)

    with pytest.raises(RoomTaken):
        plan(theirs(room, member), room, 17, 19)

    assert slot.dates.held().count() == 4


def test_partners_are_asked_once_about_the_coming_weeks(room, member):
    PartnerMemberFactory(partner=member.partner)
    slot = agreed(room, member)
    plan(theirs(room, member), room, 14, 18)

    assert standing_slots.ask_about_coming() == 1
    assert standing_slots.ask_about_coming() == 0
    assert told() == ["bookings/slot_asked"] * 2
    assert "Rehearsal" in rendering.render(Notice.objects.first())[1]
    assert slot.dates.exclude(asked_at=None).get().starts_at == week(1, 14)


@pytest.mark.parametrize("answer", ["kept", "released", None])
def test_without_an_answer_a_date_is_free_three_days_before(room, member, answer):
    slot = agreed(room, member)
    asked_at = week(0, 14) - timedelta(days=4, hours=12)
    first = slot.dates.first()
    standing_slots.ask_about_coming(asked_at)
    if answer == "kept":
        standing_slots.keep(first, at=asked_at)
    if answer == "released":
        standing_slots.release(first, by=member.user, at=asked_at)

    too_early = standing_slots.release_unanswered(week(0, 14) - timedelta(days=3, minutes=1))
    released = standing_slots.release_unanswered(week(0, 14) - timedelta(days=2, hours=12))

    assert (too_early, released) == (0, answer is None)
    assert states(slot)[0] == (answer or "released")
    is_free = not takings.clashes(room, week(0, 14), week(0, 18)).exists()
    assert is_free is (answer != "kept")
    assert told() == ["bookings/slot_asked", *["bookings/slot_released"] * released]
    assert "Rehearsal" in rendering.render(Notice.objects.latest("pk"))[1]


def test_nobody_loses_what_they_were_never_asked_about(room, member):
    agreed(room, member)

    assert standing_slots.release_unanswered(week(0, 12)) == 0


def test_what_is_released_is_not_released_again(room, member):
    date = agreed(room, member).dates.first()
    standing_slots.release(date, by=member.user)

    assert refusal_of(standing_slots.release, date, by=member.user) == "slot_over"
    assert refusal_of(standing_slots.keep, date) == "slot_over"
    assert book(room, week(0, 15), week(0, 16))


def test_a_slot_that_ends_gives_back_what_is_to_come_and_says_so(room, member):
    slot = agreed(room, member)

    assert standing_slots.end(slot, by=UserFactory(), at=week(1, 20)) == 2

    assert states(slot) == ["held", "held", "released", "released"]
    assert told() == ["bookings/slot_ended"]
    assert "Rehearsal" in rendering.render(Notice.objects.get())[1]
    assert refusal_of(standing_slots.end, slot, by=UserFactory(), at=week(1, 20)) == "slot_over"


def test_members_see_their_times_and_answer(client, room, member):
    date = agreed(room, member).dates.first()
    client.force_login(member.user)

    assert "Rehearsal" in client.get("/rooms/slots/").content.decode()
    for answer, status in [("keep", 302), ("keep", 302), ("release", 302), ("release", 409)]:
        assert client.post(f"/rooms/slots/{date.pk}/{answer}/").status_code == status
        assert client.get("/rooms/slots/").status_code == 200


@pytest.mark.parametrize("who", ["another partner", "a resident"])
def test_nobody_answers_for_others(client, room, member, who):
    date = agreed(room, member).dates.first()
    client.force_login(PartnerMemberFactory().user if who == "another partner" else UserFactory())

    answer = client.post(f"/rooms/slots/{date.pk}/release/")

    assert answer.status_code == 404
    assert "Rehearsal" not in client.get("/rooms/slots/").content.decode()
    assert SlotDate.objects.held().count() == 4


def test_a_long_list_costs_no_more_statements(client, room, member, django_assert_max_num_queries):
    agreed(room, member, times=20)
    client.force_login(member.user)
    client.get("/rooms/slots/")

    with django_assert_max_num_queries(8):
        client.get("/rooms/slots/")


def a_rush(room, member):
    slot = a_slot(room, member)
    singles = [a_wish(room, week(n % 4, 15), week(n % 4, 16)) for n in range(8)]
    return [
        partial(standing_slots.agree, slot, by=UserFactory()),
        *[partial(rooms.ask_for, wish) for wish in singles],
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_a_slot_and_single_bookings_never_share_a_date(room, member):
    together(*a_rush(room, member))

    assert overlaps() == 0
    booked = RoomBooking.objects.confirmed().count()
    assert SlotDate.objects.held().count() + booked == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_control_without_lock_and_constraint_they_share_it(monkeypatch, room, member):
    monkeypatch.setattr(RoomQuerySet, "locked", lambda self: self.order_by("pk"))
    with without_constraint(Occupancy, "room_is_taken_once"):
        with while_held(Occupancy, *a_rush(room, member)):
            pass
        assert overlaps() > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_a_date_is_either_used_or_released_and_nobody_meets_there(room, member):
    date = agreed(room, member).dates.first()
    activity = theirs(room, member)
    singles = [a_wish(room, week(0, 15), week(0, 16)) for _ in range(6)]

    together(
        partial(plan, activity, room, 14, 18),
        partial(standing_slots.release, date, by=member.user),
        *[partial(rooms.ask_for, wish) for wish in singles],
    )

    assert overlaps() == 0
    assert timezone.now() < date.starts_at
