"""At the door: the code of a booking, scanned by staff, and the poster, scanned by people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import check_in, passing_on, rosters, services
from bookings.models import Booking, BookingChannel, Status
from bookings.rules import BookingRefused
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
    carer_of,
)

pytestmark = pytest.mark.django_db

NOON = timezone.now().replace(hour=4, minute=0, second=0, microsecond=0) + timedelta(days=2)


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def soon(center, minutes=10, capacity=10, **rules):
    """A session that begins in so many minutes."""
    starts_at = timezone.now() + timedelta(minutes=minutes)
    activity = ActivityFactory(center=center, **rules)
    return SessionFactory(activity=activity, starts_at=starts_at, capacity=capacity)


def code(booking):
    return f"/staff/check-in/{check_in.token_of(booking)}/"


def poster(activity):
    return f"/check-in/{check_in.poster_token(activity)}/"


# The code of a booking


def test_staff_scan_a_code_and_check_in_the_whole_party_at_once(desk, center):
    session = soon(center)
    booking = book_for(PersonFactory(name="Ana"), PersonFactory(name="Bo"), session=session)

    page = words(desk.get(code(booking)))
    assert "All 2 are here" in page
    assert not session.places.filter(checked_in_at__isnull=False).exists()
    for _twice in range(2):
        answer = desk.post(code(booking), {"all": "1"})
        assert answer.url == code(booking)

    hows = set(session.places.values_list("checked_in_how", flat=True))
    assert hows == {"code"}
    assert "Everybody of this booking is checked in." in words(desk.get(code(booking)))


def test_one_of_a_party_is_checked_in_and_taken_back(desk, center):
    session = soon(center)
    booking = book_for(PersonFactory(name="Ana"), PersonFactory(name="Bo"), session=session)
    ana = session.places.get(person__name="Ana")

    desk.post(code(booking), {"place": ana.pk})
    assert list(session.places.filter(checked_in_at__isnull=False)) == [ana]

    desk.post(code(booking), {"place": ana.pk, "undo": "1"})
    assert not session.places.filter(checked_in_at__isnull=False).exists()


def test_a_code_for_another_day_says_when_it_is(desk, center):
    session = soon(center, minutes=60 * 24 * 2)
    booking = book_for(PersonFactory(name="Ana"), session=session)

    page = words(desk.get(code(booking)))

    assert "It is not today" in page
    assert "is here" not in page
    assert desk.post(code(booking), {"all": "1"}).status_code == 409
    assert session.places.get().checked_in_at is None


def test_of_a_course_the_code_is_about_the_date_of_today(desk, center):
    activity = ActivityFactory(center=center, booking_mode="course")
    later, today = (
        SessionFactory(activity=activity, starts_at=timezone.now() + timedelta(minutes=minutes))
        for minutes in (60 * 24 * 7, 1)
    )
    booking = book_for(PersonFactory(), activity=activity)

    desk.post(code(booking), {"all": "1"})

    assert today.places.get().checked_in_at
    assert later.places.get().checked_in_at is None


def test_who_waits_can_be_let_in(desk, center):
    session = soon(center, capacity=1)
    book_for(PersonFactory(), session=session)
    booking = book_for(PersonFactory(name="Cy"), session=session)

    page = words(desk.get(code(booking)))

    assert "They wait as number 1" in page
    assert f"/staff/sessions/{session.pk}/roster/bookings/{booking.pk}/" in page
    desk.post(f"/staff/sessions/{session.pk}/roster/bookings/{booking.pk}/")
    assert "Everybody of this booking is checked in." in words(desk.get(code(booking)))


def test_a_canceled_booking_says_what_to_do(desk, center):
    session = soon(center)
    booking = book_for(PersonFactory(), session=session)
    services.cancel(booking, by=booking.booked_by, channel=BookingChannel.DESK)

    page = words(desk.get(code(booking)))

    assert "does not count any more" in page
    assert f"/staff/sessions/{session.pk}/roster/#walk-in" in page
    assert desk.post(code(booking), {"all": "1"}).status_code == 302
    assert session.places.get().checked_in_at is None


def test_a_code_is_not_the_number_and_cannot_be_made_up(desk, center):
    booking = book_for(PersonFactory(), session=soon(center))

    for forged in (booking.reference, f"{booking.pk}.abc", check_in.poster_token(booking.activity)):
        assert desk.get(f"/staff/check-in/{forged}/").status_code == 404


def test_only_staff_of_the_center_check_in_by_code(center, client):
    booking = book_for(PersonFactory(), session=soon(center))

    assert client.get(code(booking)).url.startswith("/accounts/login/")
    own = at_the_desk(booking.booked_by)
    assert own.get(code(booking)).url == f"/bookings/{booking.reference}/"
    assert own.post(code(booking), {"all": "1"}).url == f"/bookings/{booking.reference}/"
    for user in (UserFactory(), social_worker(), district_office(center.district)):
        assert at_the_desk(user).get(code(booking)).status_code == 404
        assert at_the_desk(user).post(code(booking), {"all": "1"}).status_code == 404
    assert booking.places.get().checked_in_at is None


def test_the_booking_carries_the_code(center):
    booking = book_for(PersonFactory(), session=soon(center))
    own = at_the_desk(booking.booked_by)

    page = words(own.get(f"/bookings/{booking.reference}/"))

    assert "Staff scan it when you come." in page
    assert booking.spoken_reference in page


# The poster


def test_people_check_themselves_in_by_the_poster(center):
    session = soon(center)
    ana, bo = PersonFactory(name="Ana"), PersonFactory(name="Bo")
    user = carer_of(ana, bo)
    book_for(ana, bo, session=session, by=user)
    phone, address = at_the_desk(user), poster(session.activity)

    page = words(phone.get(address))
    assert "Ana" in page
    assert "We are here" in page
    assert not session.places.filter(checked_in_at__isnull=False).exists()
    place = session.places.get(person=ana)
    for _twice in range(2):
        assert phone.post(address, {"came": [place.pk]}).url == address

    place.refresh_from_db()
    assert (place.checked_in_how, place.checked_in_by) == ("self", user)
    phone.post(address, {"undo": [place.pk]})
    place.refresh_from_db()
    assert place.checked_in_at is None


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(31, "Checking in begins on"), (-16, "Checking in closed at")],
)
def test_outside_the_window_it_says_from_when_until_when(center, minutes, said):
    session = soon(center)
    person = PersonFactory()
    user = carer_of(person)
    book_for(person, session=session, by=user)
    session.refresh_from_db()
    session.starts_at = timezone.now() + timedelta(minutes=minutes)
    session.ends_at = session.starts_at + timedelta(hours=1)
    session.save()
    phone, place = at_the_desk(user), session.places.get()

    assert said in words(phone.get(poster(session.activity)))
    answer = phone.post(poster(session.activity), {"came": [place.pk]})

    place.refresh_from_db()
    assert answer.status_code == 409
    assert place.checked_in_at is None


@pytest.mark.parametrize(
    ("minute", "code"),
    [(-31, "check_in_not_yet"), (-30, None), (15, None), (16, "check_in_over")],
)
def test_the_window_is_as_wide_as_the_activity_says(minute, code):
    session = SessionFactory(starts_at=NOON)

    reason = check_in.refusal(session, NOON + timedelta(minutes=minute))

    assert (reason and reason.code) == code


def test_where_staff_check_in_people_do_not_do_it_themselves(center):
    session = soon(center, self_check_in=False)
    person = PersonFactory()
    user = carer_of(person)
    book_for(person, session=session, by=user)
    phone = at_the_desk(user)

    assert "Please say your name to them." in words(phone.get(poster(session.activity)))
    answer = phone.post(poster(session.activity), {"came": [session.places.get().pk]})

    assert answer.status_code == 409


def test_people_check_in_nobody_but_their_own(center):
    session = soon(center)
    book_for(PersonFactory(name="Ana"), session=session)
    ana = session.places.get()
    stranger = at_the_desk(carer_of(PersonFactory()))

    page = words(stranger.get(poster(session.activity)))
    stranger.post(poster(session.activity), {"came": [ana.pk]})

    ana.refresh_from_db()
    assert "Nobody of yours has a place here." in page
    assert "Ana" not in page
    assert ana.checked_in_at is None


def test_what_staff_have_ticked_people_do_not_take_back(center):
    session, person = soon(center), PersonFactory()
    user = carer_of(person)
    book_for(person, session=session, by=user)
    place = session.places.get()
    rosters.mark_came(place, by=UserFactory())
    phone = at_the_desk(user)

    answer = phone.post(poster(session.activity), {"undo": [place.pk]})

    place.refresh_from_db()
    assert answer.status_code == 409
    assert place.checked_in_at


def test_who_waits_says_so_at_the_door_and_reads_there_that_a_place_is_theirs(center):
    session = soon(center, capacity=1, pass_on_minutes=15)
    book_for(PersonFactory(), session=session)
    person = PersonFactory(name="Cy")
    user = carer_of(person)
    booking = book_for(person, session=session, by=user)
    phone, address = at_the_desk(user), poster(session.activity)

    assert "We are at the door" in words(phone.get(address))
    phone.post(address, {"here": booking.pk})
    assert "that you are at the door" in words(phone.get(address))
    phone.post(address, {"gone": booking.pk})
    assert "We are at the door" in words(phone.get(address))
    phone.post(address, {"here": booking.pk})
    Booking.objects.filter(status=Status.CONFIRMED).update(confirmed_at=session.starts_at)
    passing_on.pass_on(session, at=session.starts_at + timedelta(minutes=15))

    page = words(phone.get(address))
    assert "checked in" in page
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED


def test_whoever_lost_the_place_reads_it_at_the_door_and_in_my_bookings(center):
    session, person = soon(center, pass_on_minutes=0), PersonFactory(name="Ana")
    user = carer_of(person)
    booking = book_for(person, session=session, by=user)
    session.refresh_from_db()
    session.starts_at = timezone.now() - timedelta(minutes=5)
    session.save()
    Booking.objects.update(confirmed_at=session.starts_at - timedelta(days=1))
    passing_on.pass_on_due()
    phone = at_the_desk(user)

    assert "went to a neighbor" in words(phone.get(poster(session.activity)))
    assert "<h1>Not there</h1>" in words(phone.get(f"/bookings/{booking.reference}/"))
    assert "Not there" in words(phone.get("/bookings/"))
    assert "Not there" in words(phone.get("/my-day/"))
    with pytest.raises(BookingRefused):
        check_in.by_themselves(list(booking.places.all()), by=user)


def test_the_poster_is_for_staff_of_the_center_to_print(desk, center):
    activity = ActivityFactory(center=center)

    page = words(desk.get(f"/staff/activities/{activity.pk}/poster/"))

    assert "From 30 minutes before the start to 15 minutes after it" in page
    assert "<svg" in page
    elsewhere = at_the_desk(social_worker())
    assert elsewhere.get(f"/staff/activities/{activity.pk}/poster/").status_code == 404
    assert desk.post(f"/staff/activities/{activity.pk}/poster/").status_code == 405


def test_a_made_up_poster_leads_nowhere():
    phone = at_the_desk(carer_of(PersonFactory()))

    assert phone.get("/check-in/1.abc/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_at_the_door_cost_the_same_for_one_and_for_three(
    desk, center, count, django_assert_num_queries
):
    session = soon(center)
    people = PersonFactory.create_batch(count)
    user = carer_of(*people)
    booking = book_for(*people, session=session, by=user)
    phone = at_the_desk(user)

    with django_assert_num_queries(8):
        desk.get(code(booking))
    with django_assert_num_queries(7):
        phone.get(poster(session.activity))
