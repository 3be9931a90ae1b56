from datetime import timedelta

import pytest
from django.utils import timezone, translation

from activities.availability import of_course, of_session
from activities.models import Allocation, BookingMode
from tests.factories import ActivityFactory, SessionFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("session", "kind", "words"),
    [
        ({"capacity": 30}, "free", "30 places left"),
        ({"capacity": 30, "places_taken": 20}, "free", "10 places left"),
        ({"capacity": 30, "places_taken": 27}, "few", "Few places left"),
        ({"capacity": 30, "places_taken": 20, "places_kept": 8}, "few", "Few places left"),
        ({"capacity": 9, "places_taken": 9}, "wait", "Full, waitlist open"),
        ({"capacity": 9, "places_taken": 9, "places_waiting": 3}, "wait", "Waitlist (3 waiting)"),
        ({"capacity": 9, "places_taken": 8, "places_waiting": 1}, "wait", "Waitlist (1 waiting)"),
        ({"booking_closes_at": NOW - HOUR}, "full", "Booking is closed"),
        ({"canceled_at": NOW}, "off", "Called off"),
    ],
)
def test_a_session_says_how_many_places_it_has(session, kind, words):
    said = of_session(SessionFactory(**session))

    assert (said.kind, said.words) == (kind, words)


def test_a_session_without_a_waitlist_is_full():
    session = SessionFactory(capacity=9, places_taken=9, activity__has_waitlist=False)

    assert of_session(session).words == "Full"


def test_where_smaller_parties_may_pass_a_waitlist_hides_no_places():
    session = SessionFactory(places_taken=2, places_waiting=4, activity__smaller_may_pass=True)

    assert of_session(session).words == "8 places left"


def test_before_it_opens_a_session_says_when():
    opens = timezone.make_aware(timezone.datetime(2031, 12, 1, 9))
    session = SessionFactory(
        booking_opens_at=opens, starts_at=opens + HOUR, ends_at=opens + 2 * HOUR
    )

    assert of_session(session).words == "Opens 1 Dec 09:00"


def test_a_course_opens_as_a_whole():
    opens = timezone.make_aware(timezone.datetime(2031, 12, 1, 9))
    activity = ActivityFactory(booking_mode=BookingMode.COURSE, course_opens_at=opens)

    assert of_session(SessionFactory(activity=activity)).words == "Opens 1 Dec 09:00"


def test_after_its_end_a_session_is_over():
    session = SessionFactory()

    assert of_session(session, at=session.ends_at).words == "Over"


def test_to_a_drop_in_one_just_comes():
    assert of_session(SessionFactory(activity__is_drop_in=True)).words == "Just come"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "By lot, opens soon"),
        ({"applications_close_at": NOW + timedelta(hours=1)}, "By lot, apply now"),
        ({"applications_close_at": NOW}, "By lot, being drawn"),
        ({"applications_close_at": NOW, "drawn_at": NOW}, "Full, waitlist open"),
    ],
)
def test_a_draw_is_applied_for_and_then_booked_like_anything_else(facts, words):
    session = SessionFactory(activity__allocation=Allocation.DRAW, places_taken=10, **facts)

    assert of_session(session, NOW).words == words


def test_a_course_is_as_full_as_its_fullest_date():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    sessions = [
        SessionFactory(activity=activity, places_taken=2),
        SessionFactory(activity=activity, places_taken=6),
        SessionFactory(activity=activity, places_taken=10, canceled_at=NOW),
    ]

    assert of_course(activity, sessions).words == "4 places left"


def test_a_course_whose_dates_have_passed_is_over():
    session = SessionFactory()

    assert of_course(session.activity, [session], at=session.ends_at).words == "Over"
