"""Swaps, merges and cancellations with many at once, and the same with a guard taken out."""

from functools import partial

import pytest

from activities.models import BookingMode, FreedPlace, Session
from bookings import changes, merging, services, swaps
from bookings.counting import drifts
from bookings.models import Booking, Place, Status
from tests.bookings.booking import book_for, carer
from tests.bookings.test_races import RIVALS, outcome, rivals, the_row
from tests.bookings.test_swaps import again, dates
from tests.factories import ActivityFactory, PersonFactory, SessionFactory
from tests.races import together, while_held

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def full_with_a_booking():
    """A pair in a full session, and one of its two carers' other people."""
    session = SessionFactory(capacity=2)
    ana, bo, cy = PersonFactory.create_batch(3)
    return session, book_for(ana, bo, session=session, by=carer(ana, bo, cy)), ana, cy


def test_nobody_gets_in_between_when_a_person_is_swapped():
    session, booking, ana, cy = full_with_a_booking()
    swap = partial(swaps.swap_person, booking, ana, cy, by=booking.booked_by)

    with while_held(the_row(session), swap, *rivals(session)) as answers:
        pass

    assert outcome(answers) == {Status.CONFIRMED: 1, Status.WAITING: RIVALS}
    assert booking.places.filter(person=cy, canceled_at=None).exists()
    assert drifts() == []


def test_control_canceling_and_booking_anew_loses_the_place_to_somebody():
    session, booking, ana, cy = full_with_a_booking()
    place = booking.places.get(person=ana)

    with while_held(the_row(session), *rivals(session)) as answers:
        services.cancel(booking, by=booking.booked_by, places=[place])
    anew = book_for(cy, session=again(session), by=booking.booked_by)

    assert outcome(answers)[Status.CONFIRMED] == 1
    assert anew.status == Status.WAITING


def one_way_and_the_other():
    """Two dates, half full each; everybody wants the other one."""
    one, other = dates()
    Session.objects.update(capacity=RIVALS)
    there = [book_for(PersonFactory(), session=again(one)) for _ in range(RIVALS // 2)]
    back = [book_for(PersonFactory(), session=again(other)) for _ in range(RIVALS // 2)]
    calls = [partial(swaps.swap_date, each, other, by=each.booked_by) for each in there]
    calls += [partial(swaps.swap_date, each, one, by=each.booked_by) for each in back]
    return one, calls


def test_everybody_swaps_at_once_and_nobody_waits_for_ever():
    one, calls = one_way_and_the_other()

    answers = together(*calls)

    assert outcome(answers) == {Status.CONFIRMED: RIVALS}
    assert drifts() == []
    assert again(one).places_taken == RIVALS // 2


def test_control_without_the_lock_on_sessions_swaps_lose_count(unlocked):
    one, calls = one_way_and_the_other()

    with while_held(the_row(one), *calls):
        pass

    assert drifts() != []


def test_the_last_place_of_another_date_is_swapped_into_once():
    old, new = dates()
    Session.objects.filter(pk=old.pk).update(capacity=RIVALS)
    Session.objects.filter(pk=new.pk).update(capacity=1)
    there = [book_for(PersonFactory(), session=again(old)) for _ in range(RIVALS)]

    answers = together(*[partial(swaps.swap_date, b, new, by=b.booked_by) for b in there])

    assert outcome(answers) == {Status.CONFIRMED: 1, "BookingRefused": RIVALS - 1}
    assert Booking.objects.filter(session=new).count() == 1
    assert drifts() == []


def merged(one, other):
    """Two dates of ten places, five people in each."""
    return partial(merging.merge, again(one), again(other), reason="Few people", by=carer())


def half_full(capacity=2 * RIVALS):
    one, other = dates()
    Session.objects.update(capacity=capacity)
    for session in (one, other):
        for _ in range(RIVALS // 2):
            book_for(PersonFactory(), session=again(session))
    return again(one), again(other)


def test_who_books_while_two_dates_become_one_is_in_one_of_them_or_told():
    one, other = half_full()

    with while_held(the_row(one), *rivals(one)) as answers:
        merged(one, other)()

    assert outcome(answers) == {"BookingRefused": RIVALS}
    assert not Place.objects.active().filter(session=one).exists()
    assert drifts() == []


def test_control_without_the_guard_somebody_is_left_in_the_emptied_date(guard_without):
    guard_without("canceled_at")
    one, other = half_full()

    with while_held(the_row(one), *rivals(one)) as answers:
        merged(one, other)()

    assert outcome(answers) == {Status.CONFIRMED: RIVALS}
    assert Place.objects.active().filter(session=one).count() == RIVALS


def test_who_cancels_while_two_dates_become_one_has_no_place_in_either():
    one, other = half_full()
    leaving = Booking.objects.filter(session__in=[one, other])
    calls = [partial(services.cancel, each, by=each.booked_by) for each in leaving]

    answers = together(merged(one, other), *calls)

    assert not [each for each in answers if isinstance(each, Exception)]
    assert not Place.objects.active().exists()
    assert (again(other).places_taken, drifts()) == (0, [])


def test_who_cancels_a_date_that_has_just_moved_has_no_place_there_either():
    one, other = half_full()
    leaving = Booking.objects.filter(session=one)
    calls = [partial(services.cancel, each, by=each.booked_by) for each in leaving]

    with while_held(the_row(one), *calls) as answers:
        merged(one, other)()

    assert outcome(answers) == {Status.CANCELED: RIVALS // 2}
    assert not Place.objects.active().filter(booking__in=leaving).exists()
    assert drifts() == []


def test_control_without_the_lock_canceled_places_come_along(unlocked):
    one, other = half_full()
    leaving = Booking.objects.filter(session=other)
    calls = [partial(services.cancel, each, by=each.booked_by) for each in leaving]

    with while_held(the_row(other), merged(one, other), *calls):
        pass

    assert drifts() != []


def a_course_with_offers():
    """Somebody has canceled, and the places are held for those who waited."""
    activity = ActivityFactory(booking_mode=BookingMode.COURSE, freed_place=FreedPlace.OFFERED)
    sessions = SessionFactory.create_batch(2, activity=activity, capacity=RIVALS)
    first = [book_for(PersonFactory(), activity=activity) for _ in range(RIVALS)]
    offered = [book_for(PersonFactory(), activity=activity) for _ in range(RIVALS)]
    for each in first:
        services.cancel(each, by=each.booked_by)
    accepts = [partial(services.accept, each, by=each.booked_by) for each in offered]
    return [again(each) for each in sessions], accepts


def test_nobody_accepts_a_place_in_a_course_that_has_ended():
    sessions, accepts = a_course_with_offers()

    with while_held(Session.objects.all(), *accepts) as answers:
        changes.call_off_all(sessions, reason="Water", by=carer())

    assert outcome(answers) == {"BookingRefused": RIVALS}
    assert not Place.objects.active().exists()
    assert drifts() == []


def test_control_without_the_lock_an_offer_is_accepted_after_the_end(unlocked):
    sessions, accepts = a_course_with_offers()

    with while_held(Booking.objects.offered(), *accepts) as answers:
        changes.call_off_all(sessions, reason="Water", by=carer())

    assert outcome(answers) == {Status.CONFIRMED: RIVALS}
