"""Places that nobody uses, and who is at the door."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import BookingMode
from bookings import changes, desk, passing_on, rosters, services
from bookings.counting import drifts
from bookings.models import Place, Status
from bookings.rosters import Roster
from bookings.rules import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.factories import ActivityFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db

NOON = timezone.now().replace(hour=4, minute=0, second=0, microsecond=0) + timedelta(days=2)


def minutes(number):
    return NOON + timedelta(minutes=number)


def session_at_noon(capacity=2, **rules):
    activity = ActivityFactory(pass_on_minutes=15, **rules)
    return SessionFactory(activity=activity, starts_at=NOON, capacity=capacity)


def booked(session, *names):
    """{name: booking}, each for one person."""
    return {name: book_for(PersonFactory(name=name), session=session) for name in names}


def came(booking, at):
    rosters.mark_came(booking.places.get(), by=carer(), at=at)


def is_counted_right(session):
    session.refresh_from_db()
    return session.places.held().count() == session.places_taken and drifts() == []


def test_a_place_that_nobody_uses_is_free_fifteen_minutes_after_the_start():
    session = session_at_noon()
    bookings = booked(session, "Ana", "Bo")
    came(bookings["Ana"], NOON)

    assert passing_on.pass_on_due(minutes(14)) == 0
    assert passing_on.pass_on_due(minutes(15)) == 1
    assert passing_on.pass_on_due(minutes(16)) == 0

    place = bookings["Bo"].places.get()
    assert (place.absent_at, place.canceled_at) == (minutes(15), minutes(15))
    assert [row.person.name for row in Roster(session).passed_on] == ["Bo"]
    assert is_counted_right(session)
    assert session.places_taken == 1
    assert not Notice.objects.exclude(kind="bookings/confirmed").exists()


def test_where_the_activity_does_not_say_so_places_stay_whose_they_are():
    session = session_at_noon()
    session.activity.pass_on_minutes = None
    session.activity.save()
    booked(session, "Ana")

    assert passing_on.pass_on_due(minutes(30)) == 0
    with pytest.raises(BookingRefused) as refused:
        passing_on.pass_on(session, at=minutes(30))

    assert refused.value.reason.code == "stays_theirs"


@pytest.mark.parametrize(("minute", "code"), [(14, "too_early_to_pass_on"), (60, "over")])
def test_staff_pass_on_in_time_only(minute, code):
    session = session_at_noon()

    with pytest.raises(BookingRefused) as refused:
        passing_on.pass_on(session, at=minutes(minute))

    assert refused.value.reason.code == code


def test_nothing_passes_on_of_what_was_called_off():
    session = session_at_noon()
    booked(session, "Ana")
    changes.call_off(session, reason="Rain", by=carer())

    assert passing_on.pass_on_due(minutes(20)) == 0


def test_a_place_goes_to_whoever_waits_at_the_door_in_the_order_of_the_line():
    session = session_at_noon()
    bookings = booked(session, "Ana", "Bo", "Cy", "Di", "Ed")
    came(bookings["Ana"], NOON)
    assert not passing_on.say_here(bookings["Ed"], at=minutes(1))
    assert not passing_on.say_here(bookings["Di"], at=minutes(2))

    passing_on.pass_on_due(minutes(15))

    for booking in bookings.values():
        booking.refresh_from_db()
    # Cy is before them, but not here.
    assert [bookings[name].status for name in ("Cy", "Di", "Ed")] == [
        Status.WAITING,
        Status.CONFIRMED,
        Status.WAITING,
    ]
    place = bookings["Di"].places.get()
    assert (place.checked_in_at, place.checked_in_how) == (minutes(15), "self")
    assert is_counted_right(session)
    assert (session.capacity, session.places_taken, session.places_waiting) == (2, 2, 2)
    assert not Notice.objects.filter(recipient=bookings["Di"].booked_by, kind__endswith="up")


def test_a_place_that_is_free_already_is_theirs_when_they_say_they_are_here():
    session = session_at_noon()
    bookings = booked(session, "Ana", "Bo", "Cy")
    passing_on.pass_on_due(minutes(15))

    assert passing_on.say_here(bookings["Cy"], at=minutes(16))

    assert is_counted_right(session)
    assert session.places_taken == 1


def test_whoever_leaves_the_door_keeps_the_number_and_gets_no_place():
    session = session_at_noon(capacity=1)
    bookings = booked(session, "Ana", "Bo")
    passing_on.say_here(bookings["Bo"], at=NOON)
    passing_on.say_gone(bookings["Bo"], at=minutes(5))

    passing_on.pass_on_due(minutes(15))

    bookings["Bo"].refresh_from_db()
    assert bookings["Bo"].status == Status.WAITING


def test_nobody_is_at_the_door_hours_before():
    session = session_at_noon(capacity=1)
    bookings = booked(session, "Ana", "Bo")

    with pytest.raises(BookingRefused):
        passing_on.say_here(bookings["Bo"], at=minutes(-31))


def test_while_booking_is_open_the_door_does_not_pass_the_line():
    session = session_at_noon()
    session.booking_closes_at = minutes(30)
    session.save()
    bookings = booked(session, "Ana", "Bo")
    pair = book_for(PersonFactory(), PersonFactory(), session=session)
    single = booked(session, "Cy")["Cy"]
    services.cancel(bookings["Bo"], by=bookings["Bo"].booked_by)

    # One place is free, and the pair is before Cy.
    assert not passing_on.say_here(single, at=NOON)
    assert drifts() == []
    pair.refresh_from_db()
    assert pair.status == Status.WAITING


def test_a_party_let_in_takes_the_free_place_first():
    session = session_at_noon()
    bookings = booked(session, "Ana", "Bo")
    pair = book_for(PersonFactory(), PersonFactory(), session=session)
    came(bookings["Ana"], NOON)
    passing_on.pass_on_due(minutes(15))

    passing_on.let_in(pair, by=carer(), reason="Came", at=minutes(16))

    assert is_counted_right(session)
    assert (session.capacity, session.places_taken) == (3, 3)
    assert pair.places.filter(checked_in_at=minutes(16)).count() == 2


def test_whoever_comes_by_takes_a_free_place_before_there_is_one_more():
    session = session_at_noon()
    booked(session, "Ana", "Bo")
    passing_on.pass_on_due(minutes(15))

    for _person in range(3):
        desk.walk_in(session, by=carer(), reason="Came by", person=PersonFactory(), at=minutes(16))
        session.refresh_from_db()

    assert is_counted_right(session)
    assert (session.capacity, session.places_taken) == (3, 3)
    # They have just come, so the clock leaves them alone.
    assert passing_on.pass_on_due(minutes(17)) == 0


def test_whoever_comes_by_does_not_pass_a_party_at_the_door():
    session = session_at_noon()
    bookings = booked(session, "Ana", "Bo")
    pair = book_for(PersonFactory(), PersonFactory(), session=session)
    passing_on.say_here(pair, at=NOON)
    came(bookings["Ana"], NOON)
    passing_on.pass_on_due(minutes(15))

    desk.walk_in(session, by=carer(), reason="Came by", person=PersonFactory(), at=minutes(16))

    session.refresh_from_db()
    assert (session.capacity, session.places_taken, session.places_free) == (3, 2, 1)


def test_whoever_comes_by_takes_a_place_kept_for_the_desk():
    session = SessionFactory(starts_at=NOON, capacity=2, places_kept=1)

    desk.walk_in(session, by=carer(), reason="Came by", person=PersonFactory(), at=NOON)

    session.refresh_from_db()
    assert (session.capacity, session.places_taken, session.places_kept) == (2, 1, 0)


def test_whoever_comes_after_all_has_a_place_again():
    session = session_at_noon(capacity=1)
    bookings = booked(session, "Ana", "Bo")
    passing_on.say_here(bookings["Bo"], at=NOON)
    passing_on.pass_on_due(minutes(15))

    place = bookings["Ana"].places.get()
    assert rosters.mark_came(place, by=carer(), at=minutes(20))

    place.refresh_from_db()
    assert (place.canceled_at, place.absent_at, place.checked_in_at) == (None, None, minutes(20))
    assert is_counted_right(session)
    assert (session.capacity, session.places_taken) == (2, 2)


def test_whoever_was_ticked_in_time_without_a_network_has_the_place_back():
    session = session_at_noon()
    bookings = booked(session, "Ana")
    passing_on.pass_on_due(minutes(15))
    place = bookings["Ana"].places.get()

    assert rosters.mark_came(place, by=carer(), at=minutes(10))

    place.refresh_from_db()
    assert place.checked_in_at == minutes(10)
    assert is_counted_right(session)


def test_an_older_tap_does_not_bring_back_who_was_seen_to_be_missing():
    session = session_at_noon()
    place = booked(session, "Ana")["Ana"].places.get()
    rosters.mark_absent(place, by=carer(), at=minutes(5))
    passing_on.pass_on_due(minutes(15))

    assert not rosters.mark_came(place, by=carer(), at=minutes(4))
    assert not rosters.mark_absent(place, by=carer(), at=minutes(16))

    place.refresh_from_db()
    assert (place.absent_at, place.canceled_at) == (minutes(5), minutes(15))
    with pytest.raises(BookingRefused) as refused:
        rosters.undo(place, by=carer(), at=minutes(17))
    assert refused.value.reason.code == "passed_on"


def test_whoever_is_on_the_list_again_is_not_brought_back_as_well():
    session = session_at_noon()
    place = booked(session, "Ana")["Ana"].places.get()
    passing_on.pass_on_due(minutes(15))
    desk.walk_in(session, by=carer(), reason="Late", person=place.person, at=minutes(20))

    with pytest.raises(BookingRefused):
        rosters.mark_came(place, by=carer(), at=minutes(21))

    assert Roster(session).passed_on == []
    assert is_counted_right(session)


def test_of_a_course_only_the_one_date_passes_on():
    activity = ActivityFactory(pass_on_minutes=15, booking_mode=BookingMode.COURSE)
    today, later = (
        SessionFactory(activity=activity, starts_at=NOON + timedelta(days=days)) for days in (0, 7)
    )
    book_for(PersonFactory(), activity=activity)

    passing_on.pass_on_due(minutes(15))

    assert (is_counted_right(today), today.places_taken) == (True, 0)
    assert (is_counted_right(later), later.places_taken) == (True, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_passing_on_costs_the_same_for_one_and_for_three(count, django_assert_num_queries):
    session = session_at_noon(capacity=3)
    booked(session, *"ABC"[:count])

    with django_assert_num_queries(10):
        assert passing_on.pass_on_due(minutes(15)) == count


def test_a_place_that_passed_on_is_neither_counted_nor_lost():
    session = session_at_noon()
    booking = booked(session, "Ana")["Ana"]
    passing_on.pass_on_due(minutes(15))

    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED
    assert list(Place.objects.passed_on()) == list(booking.places.all())
