from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import BookingMode
from bookings import residents
from bookings.models import BookingChannel, Status
from bookings.panel import Panel
from bookings.services import BookingRefused
from tests.bookings.booking import book_for
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PersonFactory,
    SessionFactory,
    carer_of,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def refused(code):
    return pytest.raises(BookingRefused, check=lambda error: error.reason.code == code)


@pytest.fixture
def center():
    return CenterFactory(community="East Hill")


@pytest.fixture
def session(center):
    """Open for three days to residents of East Hill, since yesterday."""
    return SessionFactory(
        activity__center=center,
        activity__own_residents_days=3,
        starts_at=timezone.now() + 10 * DAY,
        booking_opens_at=timezone.now() - DAY,
    )


def test_own_residents_book_first(session):
    with refused("own_residents_first"):
        book_for(PersonFactory(area="West Lake"), session=session)

    assert book_for(PersonFactory(area="East Hill"), session=session).status == Status.CONFIRMED


def test_after_those_days_everybody_books(session):
    opens_for_all = session.booking_opens_at + 3 * DAY

    with refused("own_residents_first"):
        book_for(PersonFactory(), session=session, at=opens_for_all - timedelta(seconds=1))

    assert book_for(PersonFactory(), session=session, at=opens_for_all)


@pytest.mark.parametrize(
    ("area", "is_own"), [("EastHill", True), (" East  Hill ", True), ("", False), ("East", False)]
)
def test_spaces_make_no_stranger(center, area, is_own):
    assert residents.is_own(PersonFactory(area=area), center) is is_own


def test_of_a_party_everybody_must_be_one(session):
    with refused("own_residents_first"):
        book_for(PersonFactory(area="East Hill"), PersonFactory(), session=session)


def test_the_desk_books_for_whom_it_decides(session):
    assert book_for(PersonFactory(), session=session, channel=BookingChannel.DESK)


def test_a_center_that_names_no_community_has_no_own_residents(session, center):
    center.community = ""
    center.save()
    session.refresh_from_db()

    assert book_for(PersonFactory(), session=session)


def test_a_course_opens_as_a_whole(center):
    opened = timezone.now() - 4 * DAY
    course = ActivityFactory(
        center=center, own_residents_days=3, booking_mode=BookingMode.COURSE, course_opens_at=opened
    )
    SessionFactory.create_batch(2, activity=course, booking_opens_at=timezone.now())

    assert book_for(PersonFactory(), activity=course)
    course.course_opens_at = opened + 2 * DAY
    with refused("own_residents_first"):
        book_for(PersonFactory(), activity=course)


def panel_for(session, *people):
    return Panel(session.activity, [session], carer_of(*people))


def test_the_page_says_from_when_it_is_open_for_whoever_looks(session):
    stranger = panel_for(session, PersonFactory(area="West Lake"))
    resident = panel_for(session, PersonFactory(area="East Hill"))

    assert stranger.refusal.code == "own_residents_first"
    assert session.activity.center.phone in stranger.refusal.next_step
    assert resident.refusal is None
    assert resident.residents_until == session.booking_opens_at + 3 * DAY


def test_before_it_opens_at_all_a_stranger_is_told_their_own_day(session):
    session.booking_opens_at = timezone.now() + DAY
    session.save()

    assert panel_for(session, PersonFactory()).refusal.code == "own_residents_first"
    assert panel_for(session, PersonFactory(area="East Hill")).refusal.code == "not_open_yet"


def test_later_the_page_speaks_of_nobody_first(session):
    session.booking_opens_at -= 3 * DAY
    session.save()

    assert panel_for(session, PersonFactory()).residents_until is None
