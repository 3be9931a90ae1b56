"""Swaps, merges and cancellations with many at once, and the same with a guard taken out."""

from functools import partial

import pytest

from accounts.models import PersonQuerySet
from activities.models import Session, SessionQuerySet
from bookings import services, swaps
from bookings.counting import drifts
from bookings.models import Booking, Status
from tests.bookings.booking import book_for, carer
from tests.bookings.test_races import RIVALS, outcome, rivals, the_row
from tests.bookings.test_swaps import again, dates
from tests.factories import PersonFactory, SessionFactory
from tests.races import together, while_held

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.fixture
def unlocked(monkeypatch):
    """Takes the row locks out of people and sessions."""
    for queryset in (PersonQuerySet, SessionQuerySet):
        monkeypatch.setattr(queryset, "locked", lambda self: self.order_by("pk"))


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
