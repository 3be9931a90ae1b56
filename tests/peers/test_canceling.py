"""Giving back, calling off and being told: what peers ask for, answered by this center."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from bookings import changes, services
from bookings.models import Status
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.factories import ActivityFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


def test_what_people_have_booked_is_never_deleted():
    """Not even after all of them have canceled: it is called off, or archived."""
    session = SessionFactory()
    booking = book_for(PersonFactory(), session=session)
    services.cancel(booking, by=booking.booked_by)

    for thing in (session, session.activity):
        with pytest.raises(ProtectedError):
            thing.delete()


def test_who_has_canceled_hears_no_more_of_it():
    session = SessionFactory()
    gone, there = [book_for(PersonFactory(), session=session) for _ in range(2)]
    services.cancel(gone, by=gone.booked_by)
    before = Notice.objects.filter(recipient=gone.booked_by).count()

    changes.call_off(session, reason="Storm", by=carer())

    assert Notice.objects.filter(recipient=gone.booked_by).count() == before
    told = Notice.objects.get(kind="bookings/called_off")
    assert told.recipient == there.booked_by


def test_called_off_again_changes_nothing_and_tells_nobody():
    session = SessionFactory()
    booking = book_for(PersonFactory(), session=session)
    changes.call_off(session, reason="Storm", by=carer())
    told, off_since = Notice.objects.count(), session.canceled_at

    changes.call_off(session, reason="Another storm", by=carer())

    booking.refresh_from_db()
    assert booking.status == Status.CANCELED
    assert (Notice.objects.count(), session.canceled_at) == (told, off_since)
    assert session.cancel_reason == "Storm"


def test_a_reminder_comes_before_and_never_after():
    activity = ActivityFactory()
    activity.reminder_hours = [-1]

    with pytest.raises(ValidationError) as error:
        activity.full_clean()

    assert "reminder_hours" in error.value.message_dict


def test_words_of_people_are_shown_as_they_are_and_do_nothing(client):
    activity = ActivityFactory(title="<script>alert(1)</script>")
    SessionFactory(activity=activity)

    page = client.get(activity.get_absolute_url()).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
