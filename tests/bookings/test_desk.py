from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Consent, ConsentChannel, Person
from activities.models import BookingMode
from bookings.desk import Call, Newcomer, book_for
from bookings.models import Booking, BookingChannel, Status
from tests.desk import social_worker
from tests.factories import ActivityFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


def call_about(activity, *people, by=None, **more):
    by = by or social_worker(activity.center)
    return Call(activity, list(people), by, more.pop("request_key", "call-1"), **more)


def test_the_desk_books_before_booking_opens():
    session = SessionFactory(booking_opens_at=timezone.now() + timedelta(days=1))
    person = PersonFactory()

    [outcome] = book_for(call_about(session.activity, person), [session])

    assert outcome.booking.status == Status.CONFIRMED
    assert outcome.booking.channel == BookingChannel.DESK


def test_places_kept_for_the_desk_are_used_while_others_wait():
    session = SessionFactory(capacity=1, places_kept=1)

    [outcome] = book_for(call_about(session.activity, PersonFactory()), [session])

    session.refresh_from_db()
    assert outcome.booking.status == Status.CONFIRMED
    assert (session.places_taken, session.places_kept) == (1, 0)


def test_what_one_date_refuses_the_others_still_get():
    activity, person = ActivityFactory(), PersonFactory()
    over = SessionFactory(activity=activity, booking_closes_at=timezone.now() - timedelta(hours=1))
    open_one = SessionFactory(activity=activity)

    refused, booked = book_for(call_about(activity, person), [over, open_one])

    assert (refused.refusal.code, booked.booking.session) == ("closed", open_one)


def test_a_newcomer_is_written_down_with_the_first_booking():
    activity = ActivityFactory()
    sessions = [SessionFactory(activity=activity) for _ in range(2)]
    new = Newcomer(name="王小明", phone="+8613812345678")

    outcomes = book_for(call_about(activity, newcomer=new), sessions)

    person = Person.objects.get(name="王小明")
    assert {place.person for o in outcomes for place in o.booking.places.all()} == {person}
    assert len(outcomes) == 2


def test_a_newcomer_whom_every_date_refuses_is_not_written_down():
    session = SessionFactory(booking_closes_at=timezone.now() - timedelta(hours=1))

    book_for(call_about(session.activity, newcomer=Newcomer(name="王小明")), [session])

    assert not Person.objects.exists()


def test_a_double_tap_makes_one_booking_and_one_newcomer():
    session = SessionFactory()
    call = call_about(session.activity, newcomer=Newcomer(name="王小明"))

    first, second = book_for(call, [session]), book_for(call, [session])

    assert first == second
    assert (Booking.objects.count(), Person.objects.count()) == (1, 1)


def test_a_resend_completes_what_was_left_for_the_same_newcomer():
    activity = ActivityFactory()
    sessions = [SessionFactory(activity=activity) for _ in range(2)]
    call = call_about(activity, newcomer=Newcomer(name="王小明"))
    book_for(call, sessions[:1])

    book_for(call, sessions)

    assert (Booking.objects.count(), Person.objects.count()) == (2, 1)


def test_the_consent_of_a_childs_guardian_is_kept_with_who_heard_it():
    session = SessionFactory()
    child = Newcomer(name="小宝", birth_date=date(2020, 5, 1), agreed=ConsentChannel.PHONE)
    call = call_about(session.activity, newcomer=child)

    book_for(call, [session])

    consent = Consent.objects.get()
    assert (consent.person.name, consent.channel, consent.entered_by) == ("小宝", "phone", call.by)


def test_a_daughter_books_the_whole_course_for_her_mother():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    SessionFactory(activity=activity)
    mother, daughter = PersonFactory(), PersonFactory(phone="+8613812345678")

    [outcome] = book_for(call_about(activity, mother, asked_by=daughter), [None])

    assert (outcome.booking.session, outcome.booking.asked_by) == (None, daughter)
    assert [place.person for place in outcome.booking.places.all()] == [mother]
