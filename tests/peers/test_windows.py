"""When something can be booked: what peers' own tests ask for, answered by this center."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from activities.services import add_sessions
from bookings.models import BookingChannel
from bookings.services import BookingRefused
from tests.bookings.booking import book_for
from tests.factories import ActivityFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 1, 10, tzinfo=SHANGHAI)


def test_each_date_opens_by_itself():
    """So many days before it, whatever else of the series is open."""
    activity = ActivityFactory(opens_days_before=7)
    starts = [NOW + timedelta(days=days) for days in (6, 8)]
    near, far = add_sessions(
        activity,
        [(start, start + timedelta(hours=1)) for start in starts],
        capacity=5,
        outside_place="Square",
        at=NOW,
    )

    book_for(PersonFactory(), session=near, at=NOW)
    with pytest.raises(BookingRefused) as refused:
        book_for(PersonFactory(), session=far, at=NOW)

    assert refused.value.reason.code == "not_open_yet"


def test_days_before_are_days_at_the_center():
    """Half past midnight there is still the day before in Greenwich."""
    activity = ActivityFactory(opens_days_before=1, opens_at_time=time(9))
    starts_at = datetime(2026, 12, 9, 0, 30, tzinfo=SHANGHAI)

    (session,) = add_sessions(
        activity,
        [(starts_at, starts_at + timedelta(hours=1))],
        capacity=5,
        outside_place="Square",
        at=NOW,
    )

    assert session.booking_opens_at == datetime(2026, 12, 8, 9, tzinfo=SHANGHAI)


@pytest.mark.parametrize("channel", [BookingChannel.WEB, BookingChannel.DESK])
def test_what_has_begun_is_booked_by_nobody(channel):
    session = SessionFactory(starts_at=NOW, booking_opens_at=NOW - timedelta(days=9))

    with pytest.raises(BookingRefused) as refused:
        book_for(PersonFactory(), session=session, channel=channel, at=NOW)

    assert refused.value.reason.code == "closed"


def test_nothing_ends_before_it_starts():
    with pytest.raises(IntegrityError, match="session_ends_after_it_starts"):
        SessionFactory(starts_at=NOW, ends_at=NOW)
