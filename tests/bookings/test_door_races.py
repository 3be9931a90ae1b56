"""Many at one door: passing on, late check-ins, walk-ins and parties let in at the same moment.

The controls show that the race would be seen with the guard taken out.
"""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError
from django.utils import timezone

from activities.models import Session
from bookings import desk, passing_on, rosters
from bookings.counting import drifts
from bookings.models import Booking, Place, Status
from tests.bookings.booking import book_for, carer
from tests.factories import ActivityFactory, PersonFactory, SessionFactory
from tests.races import together, while_held

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

NOON = timezone.now().replace(hour=4, minute=0, second=0, microsecond=0) + timedelta(days=2)
LATE = NOON + timedelta(minutes=15)
RIVALS = 8


def session_at_noon(capacity):
    return SessionFactory(
        activity=ActivityFactory(pass_on_minutes=15), starts_at=NOON, capacity=capacity
    )


def afresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def came_late(place, by):
    return partial(rosters.mark_came, afresh(place), by=by, at=LATE)


def is_counted_right(session):
    session.refresh_from_db()
    held = session.places.held().count()
    return held == session.places_taken <= session.capacity and drifts() == []


def ticked_while_places_pass_on():
    """Somebody is ticked while the clock of eight workers is about to pass the place on."""
    session, staff = session_at_noon(1), carer()
    book_for(PersonFactory(), session=session)
    place = Place.objects.get()
    clocks = [partial(passing_on.pass_on, afresh(session), at=LATE) for _ in range(RIVALS)]
    with while_held(Place.objects.filter(pk=place.pk), *clocks) as answers:
        rosters.mark_came(place, by=staff, at=LATE)
    place.refresh_from_db()
    return session, place, answers


def test_whoever_is_ticked_at_the_last_moment_keeps_the_place():
    session, place, answers = ticked_while_places_pass_on()

    assert answers == [0] * RIVALS
    assert (place.canceled_at, place.checked_in_at) == (None, LATE)
    assert is_counted_right(session)


def test_control_without_looking_once_more_somebody_came_and_is_missing(monkeypatch):
    unused = passing_on._unused

    def read_before(session, *, before):
        return Place.objects.filter(pk__in=[each.pk for each in unused(session, before=before)])

    monkeypatch.setattr(passing_on, "_unused", read_before)
    _session, _place, answers = ticked_while_places_pass_on()

    assert IntegrityError in {type(answer) for answer in answers}


def passed_on_while_phones_tick():
    """Eight phones tick somebody whose place passes on in that moment."""
    session, staff = session_at_noon(1), carer()
    book_for(PersonFactory(), session=session)
    place = Place.objects.get()
    phones = [came_late(place, staff) for _ in range(RIVALS)]
    with while_held(Place.objects.filter(pk=place.pk), *phones) as answers:
        passing_on.pass_on(session, at=LATE)
    place.refresh_from_db()
    return session, place, answers


def test_whoever_is_ticked_just_after_has_the_place_back_once():
    session, place, answers = passed_on_while_phones_tick()

    assert answers.count(True) == 1
    assert (place.canceled_at, place.absent_at, place.checked_in_at) == (None, None, LATE)
    assert is_counted_right(session)
    assert (session.capacity, session.places_taken) == (1, 1)


def test_control_with_a_guard_on_other_rows_somebody_is_ticked_without_a_place(monkeypatch):
    monkeypatch.setattr(
        rosters, "_booked", lambda session: Place.objects.confirmed().filter(session=session)
    )
    session, place, _answers = passed_on_while_phones_tick()

    assert place.checked_in_at
    assert place.canceled_at
    assert session.places.held().count() == 0


def test_everything_at_one_door_at_once_leaves_the_counters_right():
    session, staff = session_at_noon(4), carer()
    booked = [book_for(PersonFactory(), session=session) for _ in range(4)]
    waiting = [book_for(PersonFactory(), session=session) for _ in range(3)]
    places = [booking.places.get() for booking in booked]
    comers = PersonFactory.create_batch(3)

    answers = together(
        *[partial(passing_on.pass_on, afresh(session), at=LATE) for _ in range(3)],
        *[came_late(place, staff) for place in places[:2]],
        partial(passing_on.say_here, afresh(waiting[0]), at=LATE),
        *[
            partial(passing_on.let_in, afresh(booking), by=staff, reason="Came", at=LATE)
            for booking in waiting[1:]
        ],
        *[
            partial(desk.walk_in, afresh(session), by=staff, reason="Came", person=person, at=LATE)
            for person in comers
        ],
    )

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert is_counted_right(session)
    assert not session.places.held().filter(checked_in_at=None).exists()
    assert session.places.passed_on().count() == 2
    # Two who came late, two let in, three who came by; and whoever waited, if a place was left.
    got_in = Booking.objects.get(pk=waiting[0].pk).status == Status.CONFIRMED
    assert session.places_taken == 7 + got_in
    assert Session.objects.get(pk=session.pk).places_waiting == 1 - got_in
