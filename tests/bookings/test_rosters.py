from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Person
from bookings import desk, passing_on, rosters
from bookings.counting import drifts
from bookings.desk import Newcomer
from bookings.models import Place, Status
from bookings.rosters import Roster
from bookings.services import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.desk import social_worker
from tests.factories import ActivityFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db

NOON = timezone.now().replace(hour=4, minute=0, second=0, microsecond=0) + timedelta(days=2)


def session_at_noon(**more):
    return SessionFactory(starts_at=NOON, **more)


def place_of(person, session):
    return session.places.select_related("person").get(person=person, canceled_at=None)


def test_names_are_sorted_by_pinyin():
    session = session_at_noon()
    for name in ("赵敏", "单雪梅", "陈静", "Ana"):
        book_for(PersonFactory(name=name), session=session)

    assert [str(place.person) for place in Roster(session).places] == [
        "Ana", "陈静", "单雪梅", "赵敏",
    ]  # fmt: skip


def test_somebody_came_and_saying_it_again_changes_nothing():
    session, person = session_at_noon(), PersonFactory()
    staff = social_worker(session.activity.center)
    book_for(person, session=session)
    place = place_of(person, session)

    rosters.mark_came(place, by=staff, at=NOON)
    rosters.mark_came(place, by=carer(), at=NOON + timedelta(minutes=5))

    place.refresh_from_db()
    assert (place.checked_in_at, place.checked_in_by, place.checked_in_how) == (
        NOON,
        staff,
        "staff",
    )


def test_whoever_was_missed_came_after_all():
    session, person = session_at_noon(), PersonFactory()
    book_for(person, session=session)
    place = place_of(person, session)

    rosters.mark_absent(place, by=carer(), at=NOON)
    rosters.mark_came(place, by=carer(), at=NOON + timedelta(minutes=10))

    place.refresh_from_db()
    assert (place.checked_in_at, place.absent_at) == (NOON + timedelta(minutes=10), None)


@pytest.mark.parametrize("mark", [rosters.mark_came, rosters.mark_absent])
def test_a_slip_of_the_finger_is_undone(mark):
    session, person = session_at_noon(), PersonFactory()
    book_for(person, session=session)
    place = place_of(person, session)
    mark(place, by=carer(), at=NOON)

    for _ in range(2):
        rosters.undo(place, by=carer(), at=NOON)

    place.refresh_from_db()
    assert (place.checked_in_at, place.absent_at, place.checked_in_by) == (None, None, None)


def test_nobody_has_come_before_the_day():
    session, person = session_at_noon(), PersonFactory()
    book_for(person, session=session)

    with pytest.raises(BookingRefused) as refused:
        rosters.mark_came(place_of(person, session), by=carer(), at=NOON - timedelta(days=1))

    assert refused.value.reason.code == "too_early_to_mark"


def test_whoever_canceled_meanwhile_cannot_be_marked():
    from bookings import services

    session, person = session_at_noon(), PersonFactory()
    booking = book_for(person, session=session)
    place = place_of(person, session)
    services.cancel(booking, by=booking.booked_by)

    with pytest.raises(BookingRefused):
        rosters.mark_came(place, by=carer(), at=NOON)


def test_the_waitlist_stands_in_order_behind_whoever_was_offered_a_place():
    from activities.models import FreedPlace
    from bookings import services

    session = session_at_noon(capacity=1, activity=ActivityFactory(freed_place=FreedPlace.OFFERED))
    ana, bo, cy, di = (PersonFactory(name=name) for name in ("Ana", "Bo", "Cy", "Di"))
    bookings = [book_for(person, session=session) for person in (ana, bo, di, cy)]
    services.cancel(bookings[0], by=bookings[0].booked_by)

    roster = Roster(session)

    assert [place.person for place in roster.places] == []
    assert [place.person for place in roster.waiting] == [bo, di, cy]


def test_the_counts_say_who_came():
    session = session_at_noon()
    people = PersonFactory.create_batch(3)
    for person in people:
        book_for(person, session=session)
    rosters.mark_came(place_of(people[0], session), by=carer(), at=NOON)
    rosters.mark_absent(place_of(people[1], session), by=carer(), at=NOON)

    roster = Roster(session)

    assert (roster.booked, roster.came, roster.absent) == (3, 1, 1)


def test_a_party_from_the_waitlist_is_let_in_beyond_the_places():
    session = session_at_noon(capacity=1)
    book_for(PersonFactory(), session=session)
    two = book_for(PersonFactory(), PersonFactory(), session=session)
    behind = book_for(PersonFactory(), session=session)

    passing_on.let_in(two, by=carer(), reason="Somebody stayed away")

    session.refresh_from_db()
    two.refresh_from_db()
    behind.refresh_from_db()
    assert (session.capacity, session.places_taken, session.places_waiting) == (3, 3, 1)
    assert (two.status, behind.status) == (Status.CONFIRMED, Status.WAITING)
    assert Notice.objects.filter(recipient=two.booked_by, kind="bookings/confirmed").exists()
    assert drifts() == []


def test_letting_in_twice_counts_once():
    session = session_at_noon(capacity=1)
    book_for(PersonFactory(), session=session)
    waiting = book_for(PersonFactory(), session=session)
    passing_on.let_in(waiting, by=carer(), reason="Came")

    with pytest.raises(BookingRefused):
        passing_on.let_in(waiting, by=carer(), reason="Came")

    session.refresh_from_db()
    assert session.places_taken == 2


def test_a_newcomer_at_the_door_is_written_down_once():
    session = session_at_noon()
    staff = social_worker(session.activity.center)
    new = Newcomer(name="王小明", phone="+8613812345678")

    desk.walk_in(session, by=staff, reason="Came by", newcomer=new)
    with pytest.raises(BookingRefused):
        desk.walk_in(session, by=staff, reason="Came by", newcomer=new)

    assert Person.objects.filter(name="王小明").count() == 1
    assert Place.objects.filter(session=session).count() == 1
    assert drifts() == []


def minutes(number):
    return NOON + timedelta(minutes=number)


def test_an_older_tap_that_comes_late_changes_nothing():
    session, person = session_at_noon(), PersonFactory()
    book_for(person, session=session)
    place = place_of(person, session)

    assert rosters.mark_absent(place, by=carer(), at=minutes(5))
    assert not rosters.mark_came(place, by=carer(), at=minutes(3))
    assert not rosters.undo(place, by=carer(), at=minutes(4))

    place.refresh_from_db()
    assert (place.absent_at, place.checked_in_at) == (minutes(5), None)


def test_the_same_tap_sent_twice_is_one():
    session, person = session_at_noon(), PersonFactory()
    book_for(person, session=session)
    place = place_of(person, session)

    assert rosters.mark_came(place, by=carer(), at=minutes(1))
    assert not rosters.mark_came(place, by=carer(), at=minutes(1))
    assert rosters.undo(place, by=carer(), at=minutes(2))
    # Sent again because its answer was lost.
    assert not rosters.mark_came(place, by=carer(), at=minutes(1))

    place.refresh_from_db()
    assert place.checked_in_at is None


def test_saying_it_again_counts_against_an_undo_from_in_between():
    session, person = session_at_noon(), PersonFactory()
    book_for(person, session=session)
    place = place_of(person, session)
    rosters.mark_came(place, by=carer(), at=minutes(1))
    rosters.mark_came(place, by=carer(), at=minutes(3))

    assert not rosters.undo(place, by=carer(), at=minutes(2))

    place.refresh_from_db()
    assert place.checked_in_at == minutes(1)


def test_whoever_nobody_ticked_stayed_away():
    session = session_at_noon()
    people = PersonFactory.create_batch(3)
    for person in people:
        book_for(person, session=session)
    rosters.mark_came(place_of(people[0], session), by=carer(), at=NOON)

    with pytest.raises(BookingRefused):
        rosters.mark_rest_absent(session, by=carer(), at=minutes(-1))
    assert rosters.mark_rest_absent(session, by=carer(), at=minutes(20)) == 2
    assert rosters.mark_rest_absent(session, by=carer(), at=minutes(21)) == 0

    roster = Roster(session)
    assert (roster.came, roster.absent, roster.open) == (1, 2, 0)


def test_a_tap_from_before_still_counts_after_the_rest_is_marked():
    session, person = session_at_noon(), PersonFactory()
    book_for(person, session=session)
    rosters.mark_rest_absent(session, by=carer(), at=minutes(20))

    assert rosters.mark_came(place_of(person, session), by=carer(), at=minutes(-5))
