"""Places and parties: what peers' own tests ask for, answered by this center.

What other tests of ours say already is only listed, in docs/behaviors.md.
"""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from activities.models import FreedPlace
from bookings import services
from bookings.models import Booking, Place, Status
from bookings.services import BookingRefused
from tests.bookings.booking import book_for
from tests.factories import ActivityFactory, PersonFactory, SessionFactory, carer_of

pytestmark = pytest.mark.django_db


def test_a_party_too_large_for_what_is_left_is_refused_as_a_whole():
    session = SessionFactory(capacity=1, activity__has_waitlist=False)

    with pytest.raises(BookingRefused) as refused:
        book_for(*PersonFactory.create_batch(2), session=session)

    assert refused.value.reason.code == "full"
    assert (Booking.objects.count(), Place.objects.count()) == (0, 0)


def test_without_a_place_and_without_a_line_nobody_is_written_down():
    session = SessionFactory(capacity=0, activity__has_waitlist=False)

    with pytest.raises(BookingRefused):
        book_for(PersonFactory(), session=session)

    assert not Booking.objects.exists()


def test_every_session_says_how_many_places_it_has():
    with pytest.raises(IntegrityError):
        SessionFactory(capacity=None)


def test_no_activity_limits_parties_to_less_than_one_person():
    activity = ActivityFactory()
    activity.party_limit = 0

    with pytest.raises(ValidationError) as error:
        activity.full_clean()

    assert "party_limit" in error.value.message_dict


def test_two_dates_of_one_activity_have_places_of_their_own():
    activity = ActivityFactory()
    small, large = [SessionFactory(activity=activity, capacity=n) for n in (1, 2)]
    for session in (small, large):
        book_for(PersonFactory(), session=session)

    second = [book_for(PersonFactory(), session=session) for session in (small, large)]

    assert [booking.status for booking in second] == [Status.WAITING, Status.CONFIRMED]


def test_a_party_of_three_takes_three_places():
    session = SessionFactory(capacity=4)

    book_for(*PersonFactory.create_batch(3), session=session)

    session.refresh_from_db()
    assert (session.places_taken, session.places_free) == (3, 1)


@pytest.fixture
def offered():
    """A pair to whom two places are offered, and their carer."""
    pair = PersonFactory.create_batch(2)
    by = carer_of(*pair)
    session = SessionFactory(capacity=2, activity__freed_place=FreedPlace.OFFERED)
    first = book_for(*PersonFactory.create_batch(2), session=session)
    booking = book_for(*pair, session=session, by=by)
    services.cancel(first, by=first.booked_by)
    booking.refresh_from_db()
    assert booking.status == Status.OFFERED
    return booking


def test_a_held_place_is_taken_by_who_waited_and_by_nobody_else(client, offered):
    stranger = PersonFactory()
    client.force_login(offered.booked_by)

    client.post(reverse("bookings:accept", args=[offered.reference]), {"person": [stranger.pk]})

    offered.refresh_from_db()
    assert offered.status == Status.CONFIRMED
    assert not Place.objects.filter(person=stranger).exists()


def test_who_leaves_a_party_does_not_lengthen_its_offer(offered):
    deadline, leaving = offered.offer_expires_at, offered.places.first()

    services.cancel(offered, by=offered.booked_by, places=[leaving])

    offered.refresh_from_db()
    assert (offered.status, offered.party_size) == (Status.OFFERED, 1)
    assert offered.offer_expires_at == deadline
