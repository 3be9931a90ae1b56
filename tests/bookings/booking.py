"""Short ways of booking, for tests that are about something else."""

import uuid

from accounts import consents
from accounts.models import ConsentKind, Role
from bookings import services
from bookings.models import BookingChannel
from tests.factories import CareFactory, UserFactory


def carer(*people):
    """A user who may book for these people, and has agreed where they are children."""
    user = UserFactory()
    for person in people:
        CareFactory(user=user, person=person, role=Role.HELPER)
        if consents.needs_guardian(person.birth_date):
            consents.give(person, ConsentKind.CHILD, by=user)
    return user


def book_for(*people, session=None, activity=None, by=None, key=None, **more):
    """Book these people into the session, or into the whole course of `activity`."""
    return services.book(
        activity or session.activity,
        session=session,
        people=list(people),
        by=by or carer(*people),
        channel=more.pop("channel", BookingChannel.WEB),
        request_key=key or uuid.uuid4().hex,
        **more,
    )
