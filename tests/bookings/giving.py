"""Partners who give something: sessions in the past, and people who came to them."""

from datetime import timedelta

from django.utils import timezone

from bookings.models import Booking, BookingChannel, Place, Status
from tests.factories import SessionFactory, UserFactory
from venues import takings
from venues.models import TakingKind


def held(activity, starts_at, *people, hours=2, room=None, **more):
    """A session that is over, in that room, and these people were there."""
    ends_at = starts_at + timedelta(hours=hours)
    taking = room and takings.take(room, starts_at, ends_at, kind=TakingKind.SESSION)
    session = SessionFactory(
        activity=activity,
        starts_at=starts_at,
        ends_at=ends_at,
        taking=taking,
        outside_place="" if room else "Square",
        places_taken=len(people),
        capacity=30,
        **more,
    )
    for person in people:
        came(session, person)
    return session


def came(session, person, *, did_come=True):
    booking = Booking.objects.create(
        activity=session.activity,
        session=session,
        booked_by=UserFactory(),
        channel=BookingChannel.DESK,
        status=Status.CONFIRMED,
        party_size=1,
        request_key=f"{session.pk}-{person.pk}",
    )
    at = timezone.now() if did_come else None
    return Place.objects.create(booking=booking, person=person, session=session, checked_in_at=at)
