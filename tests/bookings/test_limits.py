from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from activities.models import Allocation, BookingMode, FreedPlace, OverlapRule, midnight
from bookings import limits, services
from bookings.models import BookingChannel, Limit, Period, Status
from bookings.services import BookingRefused
from tests.bookings.booking import book_for, carer
from tests.bookings.drawing import ready
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PersonFactory,
    SessionFactory,
)

pytestmark = pytest.mark.django_db


def refused(code):
    return pytest.raises(BookingRefused, check=lambda error: error.reason.code == code)


def monday(weeks=2):
    """A Monday that is still to come."""
    today = timezone.localdate()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def on(day, hour=10, **more):
    return SessionFactory(starts_at=midnight(day) + timedelta(hours=hour), **more)


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def activity(center):
    return ActivityFactory(center=center)


@pytest.fixture
def ana():
    return PersonFactory(name="Ana")


def at_most(most, period, center, **of):
    return Limit.objects.create(center=center, most=most, period=period, **of)


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (Period.DAY, date(2026, 12, 31), date(2027, 1, 1)),
        (Period.WEEK, date(2026, 12, 28), date(2027, 1, 4)),
        (Period.MONTH, date(2026, 12, 1), date(2027, 1, 1)),
        (Period.YEAR, date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_periods_are_those_of_the_calendar_on_the_wall(kind, first, last):
    # Half past midnight at the center, and still the day before in Greenwich.
    session = SessionFactory.build(starts_at=datetime(2026, 12, 30, 16, 30, tzinfo=UTC))

    days = [timezone.localdate(moment) for moment in limits.period(kind, session)]

    assert days == [first, last]


def test_who_has_a_date_that_day_books_no_second(center, activity, ana):
    at_most(1, Period.DAY, center)
    book_for(ana, session=on(monday(), activity=activity))

    with refused("limit"):
        book_for(ana, session=on(monday(), 15, activity=activity))

    assert book_for(ana, session=on(monday() + timedelta(days=1), activity=activity))
    assert book_for(PersonFactory(), session=on(monday(), 18, activity=activity))


def test_the_refusal_says_what_holds_for_whom_and_what_to_do(center, activity, ana):
    at_most(1, Period.WEEK, center, activity=activity)
    book_for(ana, session=on(monday(), activity=activity))

    with pytest.raises(BookingRefused) as error:
        book_for(ana, session=on(monday() + timedelta(days=6), activity=activity))

    assert str(activity) in error.value.reason.text
    assert "Ana" in error.value.reason.text
    assert center.phone in error.value.reason.next_step


def test_a_week_begins_on_monday(center, activity, ana):
    at_most(1, Period.WEEK, center)
    book_for(ana, session=on(monday() + timedelta(days=6), activity=activity))

    assert book_for(ana, session=on(monday(3), activity=activity))
    with refused("limit"):
        book_for(ana, session=on(monday(), activity=activity))


def test_a_category_has_a_limit_of_its_own(center, ana):
    night, canteen = CategoryFactory(), CategoryFactory()
    at_most(1, Period.DAY, center, category=night)
    evening = partial(ActivityFactory, center=center, category=night)
    book_for(ana, session=on(monday(), 18, activity=evening()))
    book_for(ana, session=on(monday(), 12, activity=ActivityFactory(center=center)))

    assert book_for(
        ana, session=on(monday(), 13, activity=ActivityFactory(center=center, category=canteen))
    )
    with refused("limit"):
        book_for(ana, session=on(monday(), 20, activity=evening()))


def test_a_series_has_a_limit_of_its_own(center, activity, ana):
    at_most(1, Period.WEEK, center, activity=activity)
    book_for(ana, session=on(monday(), activity=activity))

    assert book_for(ana, session=on(monday(), 15, activity=ActivityFactory(center=center)))
    with refused("limit"):
        book_for(ana, session=on(monday() + timedelta(days=1), activity=activity))


def test_another_center_counts_for_itself(center, activity, ana):
    at_most(1, Period.DAY, center)
    book_for(ana, session=on(monday(), 8))

    assert book_for(ana, session=on(monday(), activity=activity))


def test_what_is_waited_for_counts_and_what_was_canceled_does_not(center, activity, ana):
    at_most(1, Period.DAY, center)
    full = on(monday(), activity=activity, capacity=1)
    book_for(PersonFactory(), session=full)
    waiting = book_for(ana, session=full)
    other = on(monday(), 15, activity=activity)

    with refused("limit"):
        book_for(ana, session=other)
    services.cancel(waiting, by=waiting.booked_by)

    assert book_for(ana, session=other).status == Status.CONFIRMED


def test_what_is_over_still_counts_in_its_period(center, activity, ana):
    at_most(1, Period.YEAR, center)
    year = timezone.localdate().year + 1
    spring = on(date(year, 3, 1), activity=activity)
    book_for(ana, session=spring)

    with refused("limit"):
        book_for(ana, session=on(date(year, 5, 1), activity=activity), at=spring.ends_at)


def test_a_course_is_one_date_in_the_period_of_its_first_session(center, ana):
    at_most(1, Period.WEEK, center)
    course = ActivityFactory(center=center, booking_mode=BookingMode.COURSE)
    for weeks in (2, 3):
        on(monday(weeks), activity=course)
        on(monday(weeks) + timedelta(days=2), activity=course)

    assert book_for(ana, activity=course).places.count() == 4

    single = ActivityFactory(center=center)
    assert book_for(ana, session=on(monday(3) + timedelta(days=1), activity=single))
    with refused("limit"):
        book_for(ana, session=on(monday(2) + timedelta(days=1), activity=single))


def test_who_applies_for_a_draw_is_bound_too(center, ana):
    at_most(1, Period.DAY, center)
    activity = ActivityFactory(center=center, allocation=Allocation.DRAW)
    first, second = ready(on(monday(2), activity=activity), on(monday(2), 15, activity=activity))
    book_for(ana, session=first)

    with refused("limit"):
        book_for(ana, session=second)


def test_an_offer_is_accepted_unless_something_else_fills_the_limit_by_now(center, ana):
    activity = ActivityFactory(center=center, freed_place=FreedPlace.OFFERED)
    session = on(monday(), activity=activity, capacity=1)
    first = book_for(PersonFactory(), session=session)
    offered = book_for(ana, session=session)
    services.cancel(first, by=first.booked_by)
    other = book_for(ana, session=on(monday(), 15, activity=activity))
    at_most(1, Period.DAY, center)

    with refused("limit"):
        services.accept(offered, by=offered.booked_by)
    services.cancel(other, by=other.booked_by)
    services.accept(offered, by=offered.booked_by)

    offered.refresh_from_db()
    assert offered.status == Status.CONFIRMED


def test_of_a_party_the_one_whose_limit_is_reached_is_named(center, activity, ana):
    at_most(1, Period.DAY, center)
    book_for(ana, session=on(monday(), activity=activity))
    bo = PersonFactory(name="Bo")

    with pytest.raises(BookingRefused, match="Ana") as error:
        book_for(bo, ana, session=on(monday(), 15, activity=activity))

    assert "Bo" not in str(error.value)


def test_the_desk_is_bound_unless_it_has_a_reason(center, activity, ana):
    at_most(1, Period.DAY, center)
    book_for(ana, session=on(monday(), activity=activity))
    at_the_desk = partial(
        book_for, ana, session=on(monday(), 15, activity=activity), channel=BookingChannel.DESK
    )

    with refused("limit"):
        at_the_desk()
    booking = at_the_desk(beyond_limits=True, note="Her first time")

    assert (booking.status, booking.note) == (Status.CONFIRMED, "Her first time")


def test_a_resend_is_answered_though_the_limit_is_reached_by_it(center, activity, ana):
    at_most(1, Period.DAY, center)
    again = partial(
        book_for, ana, session=on(monday(), activity=activity), by=carer(ana), key="once"
    )

    assert again() == again()


def test_an_account_books_for_so_many_people_all_bookings_together(center):
    activity = ActivityFactory(center=center, people_per_carer=2)
    session = SessionFactory(activity=activity)
    ana, bo, cy = PersonFactory.create_batch(3)
    by = carer(ana, bo, cy)
    first = book_for(ana, session=session, by=by)
    book_for(bo, session=session, by=by)

    with refused("people_per_carer"):
        book_for(cy, session=session, by=by)
    assert book_for(cy, session=session)
    services.cancel(first, by=by)

    assert book_for(ana, session=session, by=by)


def test_of_a_course_every_person_of_an_account_counts_once():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE, people_per_carer=2)
    SessionFactory.create_batch(3, activity=activity)
    ana, bo, cy = PersonFactory.create_batch(3)
    by = carer(ana, bo, cy)
    book_for(ana, bo, activity=activity, by=by)

    with refused("people_per_carer"):
        book_for(cy, activity=activity, by=by)


def test_the_desk_books_for_everybody_who_calls():
    session = SessionFactory(activity__people_per_carer=1)
    by = carer()

    for person in PersonFactory.create_batch(3):
        assert book_for(person, session=session, by=by, channel=BookingChannel.DESK)


def test_something_else_at_that_time_is_no_hindrance_where_it_is_a_hint(ana):
    first = SessionFactory(activity__overlaps=OverlapRule.HINT)
    second = SessionFactory(starts_at=first.starts_at, activity__overlaps=OverlapRule.HINT)
    strict = SessionFactory(starts_at=first.starts_at)
    book_for(ana, session=first)

    assert book_for(ana, session=second)
    with refused("overlap"):
        book_for(ana, session=strict)
    with refused("already_booked"):
        book_for(ana, session=second)
