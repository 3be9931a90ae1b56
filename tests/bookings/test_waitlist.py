from collections import defaultdict
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from activities.availability import of_session
from activities.models import BookingMode, FreedPlace, Session
from bookings import changes, lines, services, waitlist
from bookings.counting import drifts
from bookings.models import Booking, BookingChannel, Place, Status
from bookings.services import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.factories import ActivityFactory, PersonFactory, SessionFactory


@pytest.mark.django_db
def test_everybody_knows_their_position():
    session = SessionFactory(capacity=1)
    bookings = [book_for(PersonFactory(), session=session) for _ in range(3)]

    assert [waitlist.position(each) for each in bookings] == [None, 1, 2]


@pytest.mark.django_db
def test_nobody_is_served_after_closing():
    session = SessionFactory(capacity=1, starts_at=timezone.now() + timedelta(days=1))
    first, second = [book_for(PersonFactory(), session=session) for _ in range(2)]

    services.cancel(
        first, by=first.booked_by, at=session.booking_closes_at, channel=BookingChannel.DESK
    )

    second.refresh_from_db()
    assert second.status == Status.WAITING


@pytest.mark.django_db
def test_an_activity_says_how_long_one_has_to_answer():
    nine = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    session = SessionFactory(
        capacity=1,
        starts_at=nine + timedelta(days=9),
        booking_opens_at=nine - timedelta(days=1),
        activity__freed_place=FreedPlace.OFFERED,
        activity__offer_minutes=30,
        activity__offer_from=time(10),
    )
    first, second = [book_for(PersonFactory(), session=session, at=nine) for _ in range(2)]

    services.cancel(first, by=first.booked_by, at=nine)

    second.refresh_from_db()
    assert second.offer_expires_at == nine + timedelta(hours=1, minutes=30)


@pytest.mark.django_db
def test_the_news_of_an_offer_does_not_outlive_it():
    session = SessionFactory(capacity=1, activity__freed_place=FreedPlace.OFFERED)
    first, second = [book_for(PersonFactory(), session=session) for _ in range(2)]

    services.cancel(first, by=first.booked_by)

    second.refresh_from_db()
    assert Notice.objects.get(kind="bookings/offered").expires_at == second.offer_expires_at


@pytest.mark.django_db
def test_the_counters_of_a_course_are_written_at_once():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    sessions = SessionFactory.create_batch(3, activity=activity, capacity=2)
    booking = book_for(PersonFactory(), activity=activity)

    with CaptureQueriesContext(connection) as seen:
        services.cancel(booking, by=booking.booked_by)

    written = [each for each in seen if each["sql"].startswith('UPDATE "activities_session"')]
    assert len(written) == 1
    assert [Session.objects.get(pk=each.pk).places_taken for each in sessions] == [0, 0, 0]


@pytest.mark.django_db
def test_the_sweeper_passes_lapsed_offers_on():
    session = SessionFactory(capacity=1, activity__freed_place=FreedPlace.OFFERED)
    first, second, third = [book_for(PersonFactory(), session=session) for _ in range(3)]
    services.cancel(first, by=first.booked_by)
    second.refresh_from_db()

    waitlist.settle_due(at=second.offer_expires_at)

    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.status, third.status) == (Status.LAPSED, Status.OFFERED)


@pytest.mark.django_db
def test_the_sweeper_releases_what_the_desk_kept():
    session = SessionFactory(
        capacity=1, places_kept=1, kept_until=timezone.now() + timedelta(hours=1)
    )
    waiting = book_for(PersonFactory(), session=session)

    waitlist.settle_due(at=session.kept_until)

    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED


def line_of(size, *waiting, mode=BookingMode.SINGLE, dates=1, **activity):
    """(full sessions, the bookings that have them, parties that wait for all they can)."""
    activity = ActivityFactory(booking_mode=mode, **activity)
    start = timezone.now() + timedelta(days=3)
    sessions = [
        SessionFactory(activity=activity, capacity=size, starts_at=start + timedelta(days=n))
        for n in range(dates)
    ]
    whole = None if mode == BookingMode.COURSE or dates > 1 else sessions[0]
    had = book_for(*PersonFactory.create_batch(size), session=whole, activity=activity)
    line = [
        book_for(*PersonFactory.create_batch(people), session=whole, activity=activity)
        for people in waiting
    ]
    return sessions, had, line


def statuses(*bookings):
    return [Booking.objects.get(pk=each.pk).status for each in bookings]


MOVED_UP = {FreedPlace.GIVEN: Status.CONFIRMED, FreedPlace.OFFERED: Status.OFFERED}


@pytest.mark.django_db
@pytest.mark.parametrize("freed", FreedPlace.values)
@pytest.mark.parametrize(
    ("mode", "dates"),
    [(BookingMode.SINGLE, 1), (BookingMode.COURSE, 2), (BookingMode.EITHER, 2)],
)
def test_raising_the_capacity_serves_the_line(mode, dates, freed):
    sessions, _had, [two, one] = line_of(2, 2, 1, mode=mode, dates=dates, freed_place=freed)

    for session in sessions:
        assert statuses(two, one) == [Status.WAITING, Status.WAITING]
        changes.set_capacity(session, 4)

    assert statuses(two, one) == [MOVED_UP[freed], Status.WAITING]
    assert drifts() == []


@pytest.mark.django_db
@pytest.mark.parametrize("freed", FreedPlace.values)
def test_raising_by_too_little_serves_only_where_smaller_parties_may_pass(freed):
    for may_pass, expected in [(False, Status.WAITING), (True, MOVED_UP[freed])]:
        [session], _had, [two, one] = line_of(2, 2, 1, freed_place=freed, smaller_may_pass=may_pass)

        changes.set_capacity(session, 3)

        assert statuses(two, one) == [Status.WAITING, expected]


@pytest.mark.django_db
def test_a_newcomer_to_a_raised_session_stands_behind_the_line():
    [session], _had, [two] = line_of(2, 2)

    changes.set_capacity(session, 3)
    newcomer = book_for(PersonFactory(), session=session)

    assert statuses(two, newcomer) == [Status.WAITING, Status.WAITING]


def lapsed_offer(*waiting):
    """(the session, the moment, an offer that has just lapsed and was swept by nobody, the line)."""
    [session], had, [first, *line] = line_of(1, 1, *waiting, freed_place=FreedPlace.OFFERED)
    services.cancel(had, by=had.booked_by)
    first.refresh_from_db()
    return session, first.offer_expires_at, first, line


@pytest.mark.django_db
def test_nobody_swept_and_a_newcomer_gets_the_place_of_a_lapsed_offer():
    session, at, first, _line = lapsed_offer()

    newcomer = book_for(PersonFactory(), session=Session.objects.get(pk=session.pk), at=at)

    assert statuses(first, newcomer) == [Status.LAPSED, Status.CONFIRMED]
    assert drifts(at) == []


@pytest.mark.django_db
def test_nobody_swept_and_a_newcomer_still_stands_behind_who_waits():
    session, at, _first, [second] = lapsed_offer(1)

    newcomer = book_for(PersonFactory(), session=Session.objects.get(pk=session.pk), at=at)

    assert newcomer.status == Status.WAITING
    assert [waitlist.position(each) for each in (second, newcomer)] == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [services.accept, services.decline])
def test_nobody_swept_and_an_answer_that_comes_late_passes_the_place_on(answer):
    _session, at, first, [second] = lapsed_offer(1)

    with pytest.raises(BookingRefused) as no:
        answer(first, by=first.booked_by, at=at)

    assert no.value.reason.code == "offer_lapsed"
    assert statuses(first, second) == [Status.LAPSED, Status.OFFERED]


@pytest.mark.django_db
def test_nobody_swept_and_what_has_lapsed_cannot_be_canceled():
    _session, at, first, _line = lapsed_offer(1)

    with pytest.raises(BookingRefused) as no:
        services.cancel(first, by=first.booked_by, at=at)

    assert no.value.reason.code == "over"


@pytest.mark.django_db
def test_until_the_last_moment_an_offer_is_accepted():
    _session, at, first, [second] = lapsed_offer(1)

    services.accept(first, by=first.booked_by, at=at - timedelta(seconds=1))

    assert statuses(first, second) == [Status.CONFIRMED, Status.WAITING]


@pytest.mark.django_db
def test_pages_tell_of_a_lapsed_offer_s_place_as_free_though_nobody_swept():
    session, at, _first, _line = lapsed_offer()
    stored = [Session.objects.select_related("activity").get(pk=session.pk)]

    [before] = waitlist.as_they_are(stored, session.activity, at=at - timedelta(seconds=1))
    [after] = waitlist.as_they_are(stored, session.activity, at=at)

    assert (before.places_free, after.places_free) == (0, 1)
    assert of_session(after, at).kind == "few"
    assert stored[0].places_free == 0


@pytest.mark.django_db
def test_looking_for_lapsed_offers_costs_nothing_where_places_are_given(
    django_assert_num_queries,
):
    session = SessionFactory()

    with django_assert_num_queries(0):
        waitlist.as_they_are([session], session.activity, at=timezone.now())


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["join", "join", "join", "course", "cancel", "one less", "accept", "decline",
             "capacity", "call off", "wait", "desk", "reorder"]
        ),
        st.integers(0, 50),
        st.integers(1, 3),
    ),
    max_size=25,
)  # fmt: skip


class AnyOrderOfSteps(TestCase):
    """Whatever happens in whatever order, the counters are right and the line is in order."""

    @settings(max_examples=40, deadline=None)
    @given(
        mode=st.sampled_from(BookingMode.values),
        freed=st.sampled_from(FreedPlace.values),
        smaller_may_pass=st.booleans(),
        steps=STEPS,
    )
    def test_keeps_counters_and_line(self, mode, freed, smaller_may_pass, steps):
        activity = ActivityFactory(
            booking_mode=mode, freed_place=freed, smaller_may_pass=smaller_may_pass
        )
        start = timezone.now() + timedelta(days=3)
        for n in range(2):
            SessionFactory(
                activity=activity,
                capacity=4,
                places_kept=n,
                starts_at=start + timedelta(days=n),
            )
        self.at, self.lines = timezone.now(), defaultdict(list)
        for step, choice, size in steps:
            try:
                self.take(step, activity, choice, size)
            except BookingRefused:
                continue
            finally:
                assert drifts(self.at) == []
                assert self.lines_are_in_order(activity)
                assert no_party_is_torn_apart(activity)

    def take(self, step, activity, choice, size):
        sessions = list(Session.objects.filter(activity=activity).order_by("pk"))
        session = sessions[choice % len(sessions)]
        alive = list(Booking.objects.alive().order_by("pk"))
        booking = alive[choice % len(alive)] if alive else None
        people = PersonFactory.create_batch(size) if step in ("join", "course", "desk") else []
        match step:
            case "join":
                book_for(*people, session=session, at=self.at)
            case "desk":
                book_for(*people, session=session, at=self.at, channel=BookingChannel.DESK)
            case "course":
                book_for(*people, activity=activity, at=self.at)
            case "capacity":
                changes.set_capacity(session, choice % 8 + 1, at=self.at)
            case "call off" if choice % 7 == 0:
                changes.call_off(session, reason="Storm", by=carer(), at=self.at)
            case "wait":
                self.at += timedelta(hours=choice % 5)
                waitlist.settle_due(self.at)
            case "cancel" if booking:
                services.cancel(booking, by=booking.booked_by, at=self.at)
            case "one less" if booking:
                somebody = booking.places.filter(canceled_at=None).first()
                places = list(booking.places.filter(person=somebody.person))
                services.cancel(booking, by=booking.booked_by, places=places, at=self.at)
            case "accept" if booking:
                services.accept(booking, by=booking.booked_by, at=self.at)
            case "decline" if booking:
                services.decline(booking, by=booking.booked_by, at=self.at)
            case "reorder" if booking and booking.status == Status.WAITING:
                self.reorder(booking, choice)

    def reorder(self, booking, choice):
        line = self.lines[booking.session_id]
        others = [pk for pk in line if pk != booking.pk]
        after = choice % len(line)
        to = Booking.objects.get(pk=others[after]) if after < len(others) else lines.END
        lines.move(booking, to=to, by=carer(), reason="As agreed", at=self.at)
        self.lines[booking.session_id] = [*others[:after], booking.pk, *others[after:]]

    def lines_are_in_order(self, activity):
        """Nobody was ever put in front of somebody, except by staff; new ones are at the end."""
        for session in [None, *activity.sessions.values_list("pk", flat=True)]:
            found = activity.bookings.waiting().filter(session=session).with_position()
            now = [each.pk for each in found]
            known = [pk for pk in self.lines[session] if pk in now]
            if now != known + sorted(set(now) - set(known)):
                return False
            if [each.position for each in found] != list(range(1, len(now) + 1)):
                return False
            self.lines[session] = now
        return True


def no_party_is_torn_apart(activity):
    """Everybody of a booking has the same number of dates."""
    for booking in activity.bookings.alive():
        places = Place.objects.filter(booking=booking, canceled_at=None)
        people = places.values("person").distinct().count()
        dates = places.values("session").distinct().count()
        if people != booking.party_size or places.count() != people * dates:
            return False
    return True


@pytest.mark.django_db
def test_no_smaller_course_passes_one_that_waits_where_dates_are_booked_either_way():
    """And so nobody is told to wait whom the next look at the line would serve."""
    activity = ActivityFactory(booking_mode=BookingMode.EITHER)
    first, _second = SessionFactory.create_batch(2, activity=activity, capacity=2)
    alone = book_for(PersonFactory(), session=first)
    pair, one = [
        book_for(*PersonFactory.create_batch(people), activity=activity) for people in (2, 1)
    ]

    assert (pair.status, one.status) == (Status.WAITING, Status.WAITING)
    assert drifts() == []

    services.cancel(alone, by=alone.booked_by)

    pair.refresh_from_db()
    one.refresh_from_db()
    assert (pair.status, one.status) == (Status.CONFIRMED, Status.WAITING)
