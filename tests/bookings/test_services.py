from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import BookingMode, FreedPlace
from activities.models import Status as ActivityStatus
from bookings import services
from bookings.models import Booking, BookingChannel, Place, Status
from bookings.services import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.factories import ActivityFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


def refused(code):
    return pytest.raises(BookingRefused, check=lambda error: error.reason.code == code)


def statuses(*bookings):
    return [Booking.objects.get(pk=each.pk).status for each in bookings]


def counters(session):
    session.refresh_from_db()
    return session.places_taken, session.places_waiting, session.places_kept


def test_whoever_comes_while_there_is_room_is_in():
    session = SessionFactory(capacity=2)

    booking = book_for(PersonFactory(), session=session)

    assert booking.status == Status.CONFIRMED
    assert counters(session) == (1, 0, 0)


def test_whoever_comes_when_it_is_full_waits():
    session = SessionFactory(capacity=1)
    book_for(PersonFactory(), session=session)

    late = book_for(PersonFactory(), session=session)

    assert late.status == Status.WAITING
    assert counters(session) == (1, 1, 0)


def test_without_a_waitlist_a_full_session_refuses():
    session = SessionFactory(capacity=1, activity__has_waitlist=False)
    book_for(PersonFactory(), session=session)

    with refused("full"):
        book_for(PersonFactory(), session=session)

    assert counters(session) == (1, 0, 0)


def test_the_last_place_goes_to_whoever_waited_longest():
    session = SessionFactory(capacity=1)
    first, second, third = [book_for(PersonFactory(), session=session) for _ in range(3)]

    services.cancel(first, by=first.booked_by)

    assert statuses(first, second, third) == [Status.CANCELED, Status.CONFIRMED, Status.WAITING]
    assert counters(session) == (1, 1, 0)


def test_a_party_gets_all_its_places_or_none():
    session = SessionFactory(capacity=3)
    book_for(PersonFactory(), PersonFactory(), session=session)

    pair = book_for(PersonFactory(), PersonFactory(), session=session)

    assert pair.status == Status.WAITING
    assert counters(session) == (2, 2, 0)


def test_nobody_passes_a_party_that_waits_though_one_place_is_free():
    session = SessionFactory(capacity=3)
    book_for(PersonFactory(), PersonFactory(), session=session)
    book_for(PersonFactory(), PersonFactory(), session=session)

    single = book_for(PersonFactory(), session=session)

    assert single.status == Status.WAITING


def test_smaller_parties_pass_where_the_activity_says_so():
    session = SessionFactory(capacity=3, activity__smaller_may_pass=True)
    book_for(PersonFactory(), PersonFactory(), session=session)
    book_for(PersonFactory(), PersonFactory(), session=session)

    single = book_for(PersonFactory(), session=session)

    assert single.status == Status.CONFIRMED


def test_a_course_takes_a_place_in_every_date_that_is_to_come():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    sessions = SessionFactory.create_batch(3, activity=activity, capacity=1)

    booking = book_for(PersonFactory(), activity=activity)

    assert booking.places.count() == 3
    assert [counters(each) for each in sessions] == [(1, 0, 0)] * 3


def test_a_full_course_has_a_line_of_its_own():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    SessionFactory.create_batch(2, activity=activity, capacity=1)
    first, second, third = [book_for(PersonFactory(), activity=activity) for _ in range(3)]

    services.cancel(first, by=first.booked_by)

    assert statuses(second, third) == [Status.CONFIRMED, Status.WAITING]


def test_a_course_that_waits_bars_no_single_date_of_either():
    activity = ActivityFactory(booking_mode=BookingMode.EITHER)
    full, free = SessionFactory.create_batch(2, activity=activity, capacity=1)
    book_for(PersonFactory(), session=full)
    course = book_for(PersonFactory(), activity=activity)

    single = book_for(PersonFactory(), session=free)

    assert statuses(course, single) == [Status.WAITING, Status.CONFIRMED]


def test_a_newcomer_for_a_whole_course_stands_behind_those_who_wait_for_one_date():
    activity = ActivityFactory(booking_mode=BookingMode.EITHER)
    session = SessionFactory(activity=activity, capacity=3)
    book_for(PersonFactory(), PersonFactory(), session=session)
    pair = book_for(PersonFactory(), PersonFactory(), session=session)

    course = book_for(PersonFactory(), activity=activity)

    assert statuses(pair, course) == [Status.WAITING, Status.WAITING]


def test_the_same_request_makes_one_booking():
    session, person = SessionFactory(), PersonFactory()
    by = carer(person)

    first = book_for(person, session=session, by=by, key="tap")
    again = book_for(person, session=session, by=by, key="tap")

    assert again == first
    assert counters(session) == (1, 0, 0)


def test_the_same_request_for_other_people_answers_with_the_first_booking():
    session, ana, bo = SessionFactory(), PersonFactory(), PersonFactory()
    by = carer(ana, bo)

    first = book_for(ana, session=session, by=by, key="tap")

    assert book_for(bo, session=session, by=by, key="tap") == first


@pytest.mark.parametrize(
    ("session", "code"),
    [
        ({"booking_opens_at": timezone.now() + timedelta(days=1)}, "not_open_yet"),
        ({"booking_closes_at": timezone.now() - timedelta(days=1)}, "closed"),
        ({"canceled_at": timezone.now()}, "called_off"),
        ({"activity__status": ActivityStatus.DRAFT}, "not_published"),
        ({"activity__is_drop_in": True}, "drop_in"),
        ({"activity__booking_mode": BookingMode.COURSE}, "whole_course"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_session_that_cannot_be_booked_says_why(session, code):
    with refused(code):
        book_for(PersonFactory(), session=SessionFactory(**session))


def test_single_dates_are_not_booked_as_a_course():
    with refused("choose_sessions"):
        book_for(PersonFactory(), activity=SessionFactory().activity)


def test_the_desk_books_before_it_opens_online():
    session = SessionFactory(booking_opens_at=timezone.now() + timedelta(days=1))

    booking = book_for(PersonFactory(), session=session, channel=BookingChannel.DESK)

    assert booking.status == Status.CONFIRMED


@pytest.mark.parametrize(("years", "code"), [(5, "too_young"), (14, "too_old")])
def test_ages_are_judged_on_the_day(years, code):
    session = SessionFactory(activity__min_age=6, activity__max_age=12)
    birthday = timezone.localtime(session.starts_at).date().replace(day=1)
    child = PersonFactory(birth_date=birthday.replace(year=birthday.year - years))

    with refused(code):
        book_for(child, session=session)


def test_a_birthday_on_the_day_itself_counts():
    session = SessionFactory(activity__min_age=6)
    day = timezone.localtime(session.starts_at).date()
    child = PersonFactory(birth_date=day.replace(year=day.year - 6))

    assert book_for(child, session=session).status == Status.CONFIRMED


def test_nobody_books_for_a_stranger():
    with refused("not_your_people"):
        book_for(PersonFactory(), session=SessionFactory(), by=carer())


def test_a_party_has_a_limit():
    session = SessionFactory(activity__party_limit=1)

    with refused("party_too_large"):
        book_for(PersonFactory(), PersonFactory(), session=session)


def test_a_booking_is_for_somebody():
    with refused("nobody"):
        book_for(session=SessionFactory(), by=carer())


def test_a_person_is_in_a_session_once():
    session, person = SessionFactory(), PersonFactory()
    book_for(person, session=session)

    with refused("already_booked"):
        book_for(person, session=session)


def test_waiting_twice_is_not_possible():
    session, person = SessionFactory(capacity=1), PersonFactory()
    book_for(PersonFactory(), session=session)
    book_for(person, session=session)

    with refused("already_booked"):
        book_for(person, session=session)


def test_a_person_is_in_one_place_at_a_time():
    person, one = PersonFactory(), SessionFactory()
    other = SessionFactory(starts_at=one.starts_at + timedelta(minutes=59))
    book_for(person, session=one)

    with refused("overlap"):
        book_for(person, session=other)


def test_what_ends_when_the_other_begins_does_not_overlap():
    person, one = PersonFactory(), SessionFactory()
    next_door = SessionFactory(starts_at=one.ends_at)
    book_for(person, session=one)

    assert book_for(person, session=next_door).status == Status.CONFIRMED


def test_after_canceling_one_may_book_again():
    session, person = SessionFactory(), PersonFactory()
    first = book_for(person, session=session)
    services.cancel(first, by=first.booked_by)

    again = book_for(person, session=session)

    assert statuses(first, again) == [Status.CANCELED, Status.CONFIRMED]
    assert counters(session) == (1, 0, 0)


def late_places():
    return list(Place.objects.filter(canceled_late=True))


def test_until_the_deadline_canceling_is_free():
    session = SessionFactory()
    booking = book_for(PersonFactory(), session=session)

    services.cancel(booking, by=booking.booked_by, at=session.cancel_deadline())

    assert (statuses(booking), late_places()) == ([Status.CANCELED], [])


@pytest.mark.parametrize("channel", [BookingChannel.WEB, BookingChannel.DESK])
def test_after_the_deadline_canceling_is_kept_as_late_and_the_next_moves_up(channel):
    session = SessionFactory(capacity=1)
    booking = book_for(PersonFactory(), session=session)
    waiting = book_for(PersonFactory(), session=session)
    late = session.cancel_deadline() + timedelta(seconds=1)

    services.cancel(booking, by=booking.booked_by, channel=channel, at=late)

    assert statuses(booking, waiting) == [Status.CANCELED, Status.CONFIRMED]
    assert late_places() == [booking.places.get()]
    assert counters(session) == (1, 0, 0)
    assert Notice.objects.get(kind="bookings/canceled").context["late"] is True


def test_of_a_course_only_the_date_whose_deadline_has_passed_is_late():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    now = timezone.now()
    soon, later = [
        SessionFactory(activity=activity, starts_at=now + timedelta(hours=hours))
        for hours in (1, 100)
    ]
    booking = book_for(PersonFactory(), activity=activity)

    services.cancel(booking, by=booking.booked_by)

    assert [place.session for place in late_places()] == [soon]
    assert statuses(booking) == [Status.CANCELED]
    assert counters(later) == (0, 0, 0)


def test_what_has_begun_is_canceled_at_the_desk():
    session = SessionFactory()
    booking = book_for(PersonFactory(), session=session)

    with refused("has_begun"):
        services.cancel(booking, by=booking.booked_by, at=session.starts_at)
    services.cancel(
        booking, by=booking.booked_by, channel=BookingChannel.DESK, at=session.starts_at
    )

    assert statuses(booking) == [Status.CANCELED]


def test_who_has_no_place_yet_is_never_late():
    session = SessionFactory(capacity=1, activity__freed_place=FreedPlace.OFFERED)
    first, offered, waiting = [book_for(PersonFactory(), session=session) for _ in range(3)]
    late = session.cancel_deadline() + timedelta(seconds=1)
    services.cancel(first, by=first.booked_by, at=late - timedelta(minutes=1))

    services.cancel(waiting, by=waiting.booked_by, at=late)
    services.decline(offered, by=offered.booked_by, at=late)

    assert late_places() == []


def test_whoever_waits_may_leave_the_line_at_any_time():
    session = SessionFactory(capacity=1, starts_at=timezone.now() + timedelta(hours=1))
    book_for(PersonFactory(), session=session)
    waiting = book_for(PersonFactory(), session=session)

    services.cancel(waiting, by=waiting.booked_by)

    assert counters(session) == (1, 0, 0)


def test_canceling_twice_says_so():
    booking = book_for(PersonFactory(), session=SessionFactory())
    services.cancel(booking, by=booking.booked_by)

    with refused("over"):
        services.cancel(booking, by=booking.booked_by)


def test_one_of_a_party_may_stay_at_home():
    session = SessionFactory(capacity=2)
    ana, bo = PersonFactory(), PersonFactory()
    pair = book_for(ana, bo, session=session)
    waiting = book_for(PersonFactory(), session=session)

    services.cancel(pair, by=pair.booked_by, places=[pair.places.get(person=bo)])

    pair.refresh_from_db()
    assert (pair.status, pair.party_size) == (Status.CONFIRMED, 1)
    assert statuses(waiting) == [Status.CONFIRMED]
    assert counters(session) == (2, 0, 0)


def test_one_date_of_a_course_may_be_left_out():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    first, second = SessionFactory.create_batch(2, activity=activity, capacity=1)
    booking = book_for(PersonFactory(), activity=activity)

    services.cancel(booking, by=booking.booked_by, places=[booking.places.get(session=second)])

    assert statuses(booking) == [Status.CONFIRMED]
    assert [counters(first), counters(second)] == [(1, 0, 0), (0, 0, 0)]


def test_the_past_of_a_course_stays_when_the_rest_is_canceled():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    sessions = SessionFactory.create_batch(2, activity=activity)
    first, second = sorted(sessions, key=lambda session: session.starts_at)
    booking = book_for(PersonFactory(), activity=activity)
    after_the_first = first.ends_at + timedelta(minutes=1)

    services.cancel(booking, by=booking.booked_by, at=after_the_first)

    assert [place.session for place in booking.places.filter(canceled_at=None)] == [first]
    assert [counters(first), counters(second)] == [(1, 0, 0), (0, 0, 0)]


def test_places_kept_for_the_desk_are_not_given_online():
    session = SessionFactory(capacity=2, places_kept=1)
    book_for(PersonFactory(), session=session)

    online = book_for(PersonFactory(), session=session)
    at_the_desk = book_for(PersonFactory(), session=session, channel=BookingChannel.DESK)

    assert statuses(online, at_the_desk) == [Status.WAITING, Status.CONFIRMED]
    assert counters(session) == (2, 1, 0)


def test_an_offer_holds_the_place_until_it_is_accepted():
    session = SessionFactory(capacity=1, activity__freed_place=FreedPlace.OFFERED)
    first, second = [book_for(PersonFactory(), session=session) for _ in range(2)]

    services.cancel(first, by=first.booked_by)
    assert statuses(second) == [Status.OFFERED]
    assert counters(session) == (1, 0, 0)
    services.accept(second, by=second.booked_by)

    assert statuses(second) == [Status.CONFIRMED]
    assert counters(session) == (1, 0, 0)


def test_an_offer_that_is_declined_goes_to_the_next():
    session = SessionFactory(capacity=1, activity__freed_place=FreedPlace.OFFERED)
    first, second, third = [book_for(PersonFactory(), session=session) for _ in range(3)]
    services.cancel(first, by=first.booked_by)

    services.decline(second, by=second.booked_by)

    assert statuses(second, third) == [Status.CANCELED, Status.OFFERED]


def test_a_lapsed_offer_is_not_accepted_though_nobody_swept():
    session = SessionFactory(capacity=1, activity__freed_place=FreedPlace.OFFERED)
    first, second, third = [book_for(PersonFactory(), session=session) for _ in range(3)]
    services.cancel(first, by=first.booked_by)
    second.refresh_from_db()
    too_late = second.offer_expires_at + timedelta(seconds=1)

    with refused("offer_lapsed"):
        services.accept(second, by=second.booked_by, at=too_late)
    newcomer = book_for(PersonFactory(), session=session, at=too_late)

    assert statuses(second, third, newcomer) == [Status.LAPSED, Status.OFFERED, Status.WAITING]


def test_one_more_is_admitted_beyond_the_capacity():
    session = SessionFactory(capacity=1)
    book_for(PersonFactory(), session=session)

    booking = services.admit(session, PersonFactory(), by=carer(), reason="Came along")

    session.refresh_from_db()
    assert (booking.status, session.capacity, session.places_taken) == (Status.CONFIRMED, 2, 2)


def test_a_booking_that_fails_leaves_no_trace():
    session = SessionFactory(capacity=1, activity__has_waitlist=False)
    book_for(PersonFactory(), session=session)
    notices = Notice.objects.count()

    with refused("full"):
        book_for(PersonFactory(), session=session)

    assert (Booking.objects.count(), Notice.objects.count()) == (1, notices)


def test_every_step_is_told_once():
    session = SessionFactory(capacity=1)
    first, second = [book_for(PersonFactory(), session=session) for _ in range(2)]
    services.cancel(first, by=first.booked_by)

    told = Notice.objects.order_by("pk").values_list("recipient", "kind")

    assert list(told) == [
        (first.booked_by.pk, "bookings/confirmed"),
        (second.booked_by.pk, "bookings/waitlisted"),
        (first.booked_by.pk, "bookings/canceled"),
        (second.booked_by.pk, "bookings/moved_up"),
    ]


def test_a_booking_of_one_session_needs_twelve_statements(django_assert_num_queries):
    session, person = SessionFactory(), PersonFactory()
    by = carer(person)
    session = type(session).objects.with_room().select_related("activity__center").get()

    with django_assert_num_queries(12):  # Two of them savepoints.
        book_for(person, session=session, by=by)


def test_a_reference_that_is_in_use_is_drawn_again(monkeypatch):
    session = SessionFactory()
    taken = book_for(PersonFactory(), session=session).reference
    drawn = iter([taken, "20260001"])
    monkeypatch.setattr(services, "new_reference", lambda: next(drawn))

    assert book_for(PersonFactory(), session=session).reference == "20260001"
