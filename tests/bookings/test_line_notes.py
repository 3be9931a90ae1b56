from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from activities.models import BookingMode, FreedPlace
from bookings import changes, line_words, passing_on, services, waitlist
from bookings.models import LineFact, LineNote, Status
from tests.bookings.booking import book_for, carer
from tests.factories import ActivityFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


def party(size, session=None, **more):
    return book_for(*PersonFactory.create_batch(size), session=session, **more)


def give_back(booking, people=1):
    places = list(booking.places.all()[:people])
    services.cancel(booking, by=booking.booked_by, places=places)


def facts(booking):
    return [note.fact for note in booking.line_notes.all()]


def a_line(*sizes, capacity=3, **activity):
    """A full session, whoever has it, and parties that wait for it."""
    session = SessionFactory(
        capacity=capacity, **{f"activity__{name}": value for name, value in activity.items()}
    )
    return session, party(capacity, session), [party(size, session) for size in sizes]


def test_whoever_moves_up_has_it_noted():
    _session, had, [waiting] = a_line(1)

    give_back(had)

    [note] = waiting.line_notes.all()
    assert (note.fact, note.facts) == (LineFact.SERVED, {"people": 1})


def test_an_offer_and_its_end_are_noted_with_the_deadline():
    _session, had, [waiting] = a_line(1, freed_place=FreedPlace.OFFERED)
    give_back(had)
    waiting.refresh_from_db()
    deadline = waiting.offer_expires_at

    waitlist.settle_due(at=deadline)

    assert facts(waiting) == [LineFact.OFFERED, LineFact.LAPSED]
    noted = [datetime.fromisoformat(note.facts["until"]) for note in waiting.line_notes.all()]
    assert noted == [deadline, deadline]


def test_an_offer_that_is_taken_is_noted_with_who_took_it():
    _session, had, [waiting] = a_line(1, freed_place=FreedPlace.OFFERED)
    give_back(had)

    services.accept(waiting, by=waiting.booked_by)

    taken = waiting.line_notes.get(fact=LineFact.SERVED)
    assert taken.by == waiting.booked_by


def test_whoever_is_too_many_is_noted_as_passed_when_somebody_behind_is_served():
    session, had, [three, one] = a_line(3, 1, smaller_may_pass=True)

    give_back(had)

    one.refresh_from_db()
    assert one.status == Status.CONFIRMED
    [note] = three.line_notes.all()
    assert note.fact == LineFact.SKIPPED
    assert note.facts == {
        "session": session.pk,
        "starts_at": session.starts_at.isoformat(),
        "needs": 3,
        "free": 1,
    }


def test_nothing_is_noted_while_nobody_behind_is_served():
    session, had, _line = a_line(3, smaller_may_pass=True)
    give_back(had)

    for capacity in (4, 3):
        changes.set_capacity(session, capacity)

    assert not LineNote.objects.exists()


def test_each_time_somebody_passes_is_noted_once():
    _session, had, [three, *_ones] = a_line(3, 1, 1, 1, smaller_may_pass=True)

    give_back(had, people=2)

    # Two places, two who were served behind it in one go.
    assert facts(three) == [LineFact.SKIPPED]


def test_what_is_free_is_noted_as_it_was_at_that_party_s_turn():
    _session, had, [_one, two, _last] = a_line(1, 2, 1, smaller_may_pass=True)

    give_back(had, people=2)

    assert two.line_notes.get().facts["free"] == 1


def test_whoever_stands_behind_is_not_passed():
    _session, had, [_one, three] = a_line(1, 3, smaller_may_pass=True)

    give_back(had)

    assert facts(three) == []


def test_a_newcomer_who_passes_is_noted_too():
    session, had, [three] = a_line(3, smaller_may_pass=True)
    give_back(had)

    newcomer = party(1, session)

    assert newcomer.status == Status.CONFIRMED
    assert facts(three) == [LineFact.SKIPPED]
    assert three.line_notes.get().facts["free"] == 1


def test_a_course_that_waits_is_passed_by_whoever_waits_for_one_of_its_dates():
    activity = ActivityFactory(booking_mode=BookingMode.EITHER)
    first, second = SessionFactory.create_batch(2, activity=activity, capacity=1)
    had = [party(1, session) for session in (first, second)]
    course = party(1, activity=activity)
    single = party(1, second)

    give_back(had[1])

    single.refresh_from_db()
    assert single.status == Status.CONFIRMED
    [note] = course.line_notes.all()
    assert (note.fact, note.facts["session"], note.facts["free"]) == (
        LineFact.SKIPPED,
        first.pk,
        0,
    )


def test_a_course_behind_a_larger_one_is_told_of_that_one():
    activity = ActivityFactory(booking_mode=BookingMode.EITHER)
    sessions = SessionFactory.create_batch(2, activity=activity, capacity=2)
    had = [party(2, session) for session in sessions]
    larger, smaller = party(2, activity=activity), party(1, activity=activity)
    for booking in had:
        give_back(booking)
    single = party(1, sessions[0])

    # There is a place on every date, but whoever is before needs two.
    assert (smaller.status, single.status) == (Status.WAITING, Status.CONFIRMED)
    waiting = party(1, sessions[0])
    services.cancel(single, by=single.booked_by)
    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED
    assert [facts(each) for each in (larger, smaller)] == [[LineFact.SKIPPED]] * 2
    note = smaller.line_notes.get()
    assert (note.facts["needs"], note.facts["free"]) == (1, 1)
    with translation.override("en"):
        assert "somebody before needs more than is free" in line_words.in_words(note)


def test_in_strict_order_nobody_is_ever_passed():
    session, had, [_three, one] = a_line(3, 1)

    give_back(had)
    party(1, session)

    one.refresh_from_db()
    assert one.status == Status.WAITING
    assert not LineNote.objects.exists()


def test_whoever_is_let_in_beyond_the_places_has_it_noted_with_the_reason():
    _session, _had, [_first, second] = a_line(1, 1)
    staff = carer()

    passing_on.let_in(second, by=staff, reason="Came anyway")

    note = second.line_notes.get()
    assert (note.fact, note.by, note.reason) == (LineFact.SERVED, staff, "Came anyway")


def test_a_rush_without_anybody_to_serve_notes_nothing_and_asks_nothing():
    session, _had, _line = a_line(1)

    with CaptureQueriesContext(connection) as seen:
        party(1, session)
        waitlist.settle_due(at=timezone.now() + timedelta(minutes=1))

    assert [each["sql"] for each in seen if "bookings_linenote" in each["sql"]] == []


def test_all_notes_of_one_change_are_written_at_once():
    _session, had, _line = a_line(3, 1, 1, smaller_may_pass=True)

    with CaptureQueriesContext(connection) as seen:
        give_back(had, people=2)

    written = [each for each in seen if each["sql"].startswith('INSERT INTO "bookings_linenote"')]
    assert len(written) == 1
    assert LineNote.objects.count() == 3
