from datetime import timedelta

import pytest
from django.utils import timezone, translation

from bookings import kept
from bookings.models import BookingChannel, Status
from bookings.panel import Panel
from bookings.services import BookingRefused
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, social_worker, words
from tests.factories import PersonFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(code):
    return pytest.raises(BookingRefused, check=lambda error: error.reason.code == code)


def places(session):
    session.refresh_from_db()
    return session.places_taken, session.places_waiting, session.places_kept


def day_before(session):
    return session.starts_at - timedelta(days=1)


def test_free_places_are_kept_for_the_desk_and_stay_free_for_nobody_else():
    session = SessionFactory(capacity=2)
    kept.keep(session, places=2, until=day_before(session))
    session.refresh_from_db()

    online = book_for(PersonFactory(), session=session)
    called = book_for(PersonFactory(), session=session, channel=BookingChannel.DESK)

    assert (online.status, called.status) == (Status.WAITING, Status.CONFIRMED)
    assert places(session) == (1, 1, 1)


def test_no_more_are_kept_than_are_free_and_the_number_is_said():
    session = SessionFactory(capacity=3)
    book_for(PersonFactory(), session=session)

    with pytest.raises(BookingRefused) as error, translation.override("en"):
        kept.keep(session, places=3, until=day_before(session))

    assert error.value.reason.code == "not_so_many_free"
    assert "2 places at most" in error.value.reason.text
    assert places(session) == (1, 0, 0)


def test_keeping_fewer_serves_whoever_waits():
    session = SessionFactory(capacity=2, places_kept=2)
    session.kept_until = day_before(session)
    session.save()
    waiting = book_for(PersonFactory(), session=session)

    kept.keep(session, places=1, until=day_before(session))

    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED
    assert places(session) == (1, 0, 1)


@pytest.mark.parametrize("hours", [-1000, 1])
def test_they_are_kept_until_a_time_to_come_and_not_beyond_the_start(hours):
    session = SessionFactory()

    with refused("kept_too_long"):
        kept.keep(session, places=1, until=session.starts_at + timedelta(hours=hours))


def test_nothing_is_kept_of_what_was_called_off():
    session = SessionFactory(canceled_at=timezone.now())

    with refused("called_off"):
        kept.keep(session, places=1, until=day_before(session))


def test_the_page_says_how_many_are_kept_until_when():
    session = SessionFactory()
    kept.keep(session, places=3, until=day_before(session))
    session.refresh_from_db()
    panel = Panel(session.activity, [session], UserFactory())

    assert panel.kept == session
    panel.at = session.kept_until
    assert panel.kept is None


def button(session):
    return f"/admin/activities/session/{session.pk}/keep_places/"


def test_staff_set_it_at_the_desk_and_read_why_not():
    session = SessionFactory(capacity=2)
    desk = at_the_desk(social_worker(session.activity.center))
    until = f"{timezone.localtime(day_before(session)):%Y-%m-%dT%H:%M}"

    asked = desk.get(button(session))
    too_many = desk.post(button(session), {"places": 3, "until": until})
    nonsense = desk.post(button(session), {"places": "x", "until": ""})
    done = desk.post(button(session), {"places": 2, "until": until})

    assert "How many places are kept for the desk?" in words(asked)
    assert "2 places at most can be kept" in words(too_many)
    assert (too_many.status_code, nonsense.status_code, done.status_code) == (422, 422, 302)
    assert places(session) == (0, 0, 2)


def test_staff_of_elsewhere_keep_nothing():
    session = SessionFactory()

    answer = at_the_desk(social_worker()).post(button(session), {"places": 1, "until": ""})

    assert answer.status_code in (403, 404)
    assert places(session) == (0, 0, 0)
