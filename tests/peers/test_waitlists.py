"""Lines and moving up: what peers' own tests ask for, answered by this center."""

import pytest

from activities.models import FreedPlace
from bookings import changes, services
from bookings.locked import locked_sessions
from bookings.models import Booking, Status
from bookings.waitlist import settle
from notices.models import Notice
from tests.bookings.booking import book_for
from tests.factories import PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


def states(bookings):
    found = Booking.objects.in_bulk([each.pk for each in bookings])
    return [found[each.pk].status for each in bookings]


def test_when_a_whole_party_cancels_as_many_move_up():
    session = SessionFactory(capacity=3)
    party = book_for(*PersonFactory.create_batch(3), session=session)
    line = [book_for(PersonFactory(), session=session) for _ in range(4)]

    services.cancel(party, by=party.booked_by)

    assert states(line) == [Status.CONFIRMED] * 3 + [Status.WAITING]


@pytest.mark.parametrize(
    ("freed", "served"),
    [(FreedPlace.OFFERED, Status.OFFERED), (FreedPlace.GIVEN, Status.CONFIRMED)],
)
def test_seven_new_places_serve_the_first_seven_of_ten(freed, served):
    session = SessionFactory(capacity=0, activity__freed_place=freed)
    line = [book_for(PersonFactory(), session=session) for _ in range(10)]

    changes.set_capacity(session, 7)

    assert states(line) == [served] * 7 + [Status.WAITING] * 3


def test_places_for_everybody_leave_nobody_in_line():
    session = SessionFactory(capacity=0)
    line = [book_for(PersonFactory(), session=session) for _ in range(10)]

    changes.set_capacity(session, 100)

    assert states(line) == [Status.CONFIRMED] * 10


def test_the_same_booking_is_offered_a_place_once():
    session = SessionFactory(capacity=0, activity__freed_place=FreedPlace.OFFERED)
    waiting = book_for(PersonFactory(), session=session)
    changes.set_capacity(session, 2)
    waiting.refresh_from_db()
    deadline = waiting.offer_expires_at

    with locked_sessions(session.activity, session) as locked:
        changed = settle(locked, at=waiting.created_at)

    waiting.refresh_from_db()
    assert (changed, waiting.offer_expires_at) == (0, deadline)
    assert Notice.objects.filter(kind="bookings/offered").count() == 1


def test_what_staff_keep_is_offered_to_nobody_until_they_release_it():
    session = SessionFactory(capacity=1, places_kept=1, activity__freed_place=FreedPlace.OFFERED)
    line = [book_for(PersonFactory(), session=session) for _ in range(2)]
    assert states(line) == [Status.WAITING, Status.WAITING]

    changes.release_kept(session)

    assert states(line) == [Status.OFFERED, Status.WAITING]


def test_waiting_is_told_in_other_words_than_a_place():
    session = SessionFactory(capacity=1)
    for _ in range(2):
        book_for(PersonFactory(), session=session)

    assert list(Notice.objects.order_by("pk").values_list("kind", flat=True)) == [
        "bookings/confirmed",
        "bookings/waitlisted",
    ]
