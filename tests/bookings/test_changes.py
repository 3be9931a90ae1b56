from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import BookingMode, Session
from activities.services import LeaderBusy, add_sessions
from bookings import changes
from bookings.counting import drifts
from bookings.models import Booking, Status
from bookings.services import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.factories import ActivityFactory, PersonFactory, RoomFactory, SessionFactory
from venues.models import Occupancy
from venues.takings import RoomTaken

pytestmark = pytest.mark.django_db

TOMORROW = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)


def in_a_room(room=None, capacity=5, n=0, **activity):
    """A session of an hour in a room of its own."""
    activity = ActivityFactory(**activity)
    span = (TOMORROW + timedelta(hours=n), TOMORROW + timedelta(hours=n + 1))
    return add_sessions(activity, [span], capacity=capacity, room=room or RoomFactory())[0]


def told(kind):
    notices = Notice.objects.filter(kind=f"bookings/{kind}").order_by("pk")
    return list(notices.values_list("recipient", flat=True))


def test_calling_off_frees_the_room_and_tells_everybody_once():
    session = in_a_room()
    bookings = [book_for(PersonFactory(), session=session) for _ in range(2)]

    for _ in range(2):
        changes.call_off(session, reason="The teacher is ill", by=carer())

    assert told("called_off") == [each.booked_by.pk for each in bookings]
    assert set(Booking.objects.values_list("status", flat=True)) == {Status.CANCELED}
    assert (session.canceled_at is not None, session.places_taken) == (True, 0)
    assert not Occupancy.objects.filter(active=True).exists()


def test_whoever_waits_is_told_too_when_a_session_is_called_off():
    session = in_a_room(capacity=1)
    book_for(PersonFactory(), session=session)
    waiting = book_for(PersonFactory(), session=session)

    changes.call_off(session, reason="Storm", by=carer())

    assert waiting.booked_by.pk in told("called_off")
    assert session.places_waiting == 0


def test_a_course_goes_on_without_the_date_that_was_called_off():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    first, second = SessionFactory.create_batch(2, activity=activity)
    booking = book_for(PersonFactory(), activity=activity)

    changes.call_off(first, reason="Holiday", by=carer())

    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED
    assert [place.session for place in booking.places.filter(canceled_at=None)] == [second]
    assert drifts() == []


def test_a_course_whose_last_date_is_called_off_is_canceled():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    session = SessionFactory(activity=activity)
    booking = book_for(PersonFactory(), activity=activity)

    changes.call_off(session, reason="Holiday", by=carer())

    booking.refresh_from_db()
    assert booking.status == Status.CANCELED


def test_moving_keeps_the_bookings_and_tells_them_from_where():
    session, room = in_a_room(), RoomFactory()
    booking = book_for(PersonFactory(), session=session)
    old_place = str(session.room)
    later = session.starts_at + timedelta(days=1)

    changes.move(
        session, starts_at=later, ends_at=later + timedelta(hours=2), room=room, by=carer()
    )

    booking.refresh_from_db()
    notice = Notice.objects.get(kind="bookings/changed")
    assert (booking.status, session.room, session.starts_at) == (Status.CONFIRMED, room, later)
    assert session.booking_closes_at == later
    assert old_place in notice.context["old_place"]


@pytest.mark.parametrize(("opened", "days"), [(timedelta(days=-1), 0), (timedelta(days=1), 7)])
def test_what_is_open_already_stays_open_when_a_session_moves(opened, days):
    session, at = in_a_room(), TOMORROW - timedelta(hours=12)
    Session.objects.filter(pk=session.pk).update(booking_opens_at=at + opened)
    later = session.starts_at + timedelta(days=7)

    changes.move(session, starts_at=later, ends_at=later + timedelta(hours=1), by=carer(), at=at)

    session.refresh_from_db()
    assert session.booking_opens_at == at + opened + timedelta(days=days)


def test_a_session_does_not_move_into_a_taken_room():
    room = RoomFactory()
    in_a_room(room)
    session = in_a_room()

    with pytest.raises(RoomTaken):
        changes.move(
            session,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            room=room,
            by=carer(),
        )

    session.refresh_from_db()
    assert session.room != room


def test_a_session_does_not_move_into_the_past():
    session = in_a_room()
    now = timezone.now()

    with pytest.raises(BookingRefused) as refused:
        changes.move(
            session, starts_at=now, ends_at=now + timedelta(hours=1), room=session.room, by=carer()
        )

    assert refused.value.reason.code == "in_the_past"


def test_a_session_that_runs_may_last_longer():
    session = in_a_room()
    room, at = session.room, session.starts_at + timedelta(minutes=30)
    longer = session.ends_at + timedelta(hours=1)

    changes.move(session, starts_at=session.starts_at, ends_at=longer, room=room, by=carer(), at=at)

    assert session.ends_at == longer


def test_a_called_off_session_does_not_move():
    session = in_a_room()
    changes.call_off(session, reason="Storm", by=carer())

    with pytest.raises(BookingRefused):
        changes.move(
            session, starts_at=session.starts_at, ends_at=session.ends_at, room=session.room,
            by=carer(),
        )  # fmt: skip

    assert not Occupancy.objects.filter(active=True).exists()


def test_more_places_serve_whoever_waits():
    session = SessionFactory(capacity=1)
    _, second, third = [book_for(PersonFactory(), session=session) for _ in range(3)]

    changes.set_capacity(session, 2)

    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.status, third.status) == (Status.CONFIRMED, Status.WAITING)


def test_places_that_are_taken_cannot_be_taken_away():
    session = SessionFactory(capacity=2, places_kept=1)
    book_for(PersonFactory(), session=session)

    with pytest.raises(BookingRefused):
        changes.set_capacity(session, 1)


def test_releasing_what_the_desk_kept_serves_whoever_waits():
    session = SessionFactory(capacity=1, places_kept=1)
    waiting = book_for(PersonFactory(), session=session)

    changes.release_kept(session)

    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED


def test_whoever_booked_the_course_is_in_its_new_dates():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    SessionFactory(activity=activity)
    booking = book_for(PersonFactory(), PersonFactory(), activity=activity)

    added = changes.add_dates(
        activity, [(TOMORROW, TOMORROW + timedelta(hours=1))], capacity=3, outside_place="Square"
    )

    assert booking.places.filter(session=added[0]).count() == 2
    assert drifts() == []


def test_new_dates_of_a_course_have_room_for_everybody_in_it():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    SessionFactory(activity=activity)
    book_for(PersonFactory(), PersonFactory(), activity=activity)

    with pytest.raises(BookingRefused):
        changes.add_dates(activity, [(TOMORROW, TOMORROW + timedelta(hours=1))], capacity=1)

    assert Session.objects.count() == 1


def test_a_leader_is_in_one_place():
    leader = PersonFactory()
    span = [(TOMORROW, TOMORROW + timedelta(hours=1))]
    add_sessions(ActivityFactory(), span, capacity=1, leader=leader)

    with pytest.raises(LeaderBusy):
        add_sessions(ActivityFactory(), span, capacity=1, leader=leader, room=RoomFactory())

    assert not Occupancy.objects.exists()


def test_the_counters_are_found_wrong_when_they_are():
    session = SessionFactory()
    book_for(PersonFactory(), session=session)
    Session.objects.update(places_taken=3)

    assert [drift.session for drift in drifts()] == [session]


def test_a_line_that_should_have_moved_is_found():
    session = SessionFactory(capacity=1)
    book_for(PersonFactory(), session=session)
    book_for(PersonFactory(), session=session)
    Session.objects.update(capacity=2)

    assert [drift.session for drift in drifts()] == [session]
    assert Session.objects.get().places_taken == 1
