"""The roster on the phone at the door, with and without a script."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Person
from activities.models import midnight
from bookings import check_in, passing_on, services
from bookings.models import Booking, BookingChannel, Status
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def today(center, **more):
    """A session that people have booked and that is about to begin."""
    starts_at = timezone.now() + timedelta(minutes=1)
    return SessionFactory(activity=ActivityFactory(center=center), starts_at=starts_at, **more)


def address(session):
    return f"/staff/sessions/{session.pk}/roster/"


def tap(desk, session, person, mark, **headers):
    place = session.places.get(person=person)
    return desk.post(f"{address(session)}places/{place.pk}/", {"mark": mark}, headers=headers)


def test_the_roster_says_who_how_to_reach_them_and_who_booked(desk, center):
    session = today(center)
    person = PersonFactory(name="李秀英", phone="+8613812345678", birth_date="1948-03-05")
    daughter = PersonFactory(name="李梅")
    staff = UserFactory(name="Wang Min")
    book_for(person, session=session, by=staff, channel=BookingChannel.DESK, asked_by=daughter)

    page = words(desk.get(address(session)))

    assert "李秀英" in page
    assert "138****5678" in page
    assert "1948" in page
    assert "booked at the desk by Wang Min" in page
    assert "asked by 李梅" in page
    assert "13812345678" not in page


@pytest.mark.parametrize(("mark", "field"), [("came", "checked_in_at"), ("absent", "absent_at")])
def test_one_tap_marks_and_one_takes_it_back(desk, center, mark, field):
    session, person = today(center), PersonFactory()
    book_for(person, session=session)
    place = session.places.get()

    answer = tap(desk, session, person, mark)
    place.refresh_from_db()
    assert answer.url == f"{address(session)}#place-{place.pk}"
    assert getattr(place, field)

    tap(desk, session, person, "undo")
    place.refresh_from_db()
    assert getattr(place, field) is None


JSON = {"accept": "application/json"}


def milliseconds(moment):
    return int(moment.timestamp() * 1000)


def test_the_script_gets_the_row_and_the_counts_back(desk, center):
    session, person = today(center), PersonFactory(name="李秀英")
    book_for(person, session=session)

    answer = tap(desk, session, person, "came", **JSON).json()

    assert answer["reason"] == ""
    assert f'id="place-{session.places.get().pk}" data-state="came"' in answer["row"]
    assert 'id="counts"' in answer["counts"]
    assert "<html" not in answer["row"] + answer["counts"]


def test_a_tap_handed_in_late_counts_for_its_own_moment(desk, center):
    session = today(center)
    book_for(PersonFactory(), session=session)
    place = session.places.get()
    noon = midnight(timezone.localdate(session.starts_at)) + timedelta(seconds=1)
    late = f"{address(session)}places/{place.pk}/"

    for _sent_twice in range(2):
        answer = desk.post(late, {"mark": "came", "tapped_at": milliseconds(noon)}, headers=JSON)
        assert answer.status_code == 200

    place.refresh_from_db()
    assert place.checked_in_at == place.marked_at == noon


@pytest.mark.parametrize(
    "given",
    [
        {"mark": "came", "tapped_at": "yesterday"},
        {"mark": "came", "tapped_at": "9" * 400},
        {"mark": "came", "tapped_at": milliseconds(timezone.now() + timedelta(days=1))},
        {"mark": "came", "tapped_at": milliseconds(timezone.now() - timedelta(days=8))},
        {"mark": "dance"},
        {},
    ],
)
def test_a_tap_that_can_never_be_done_is_refused_with_words(desk, center, given):
    session = today(center)
    book_for(PersonFactory(), session=session)
    place = session.places.get()

    answer = desk.post(f"{address(session)}places/{place.pk}/", given, headers=JSON)

    place.refresh_from_db()
    assert answer.status_code == 409
    assert answer.json()["reason"]
    assert place.marked_at is None


def test_whoever_canceled_meanwhile_has_no_row_any_more(desk, center):
    session = today(center)
    booking = book_for(PersonFactory(), session=session)
    place = session.places.get()
    services.cancel(booking, by=booking.booked_by, channel=BookingChannel.DESK)

    answer = desk.post(f"{address(session)}places/{place.pk}/", {"mark": "came"}, headers=JSON)

    assert answer.status_code == 409
    assert answer.json()["row"] is None


def test_before_the_day_a_tap_is_refused_with_words(desk, center):
    session, person = SessionFactory(activity=ActivityFactory(center=center)), PersonFactory()
    book_for(person, session=session)

    plain = tap(desk, session, person, "came")
    sent = tap(desk, session, person, "came", **JSON)

    assert plain.status_code == 409
    assert "Please mark it on the day." in words(plain)
    assert sent.status_code == 409
    assert "Please mark it on the day." in sent.json()["reason"]
    assert session.places.get().checked_in_at is None


def test_somebody_without_a_booking_is_found_and_added(desk, center):
    session, person = today(center, capacity=1), PersonFactory(name="王建国")
    book_for(PersonFactory(), session=session)

    assert "王建国" in words(desk.get(address(session), {"q": "wjg"}))
    desk.post(f"{address(session)}walk-in/", {"person": person.pk, "reason": "Came by"})

    session.refresh_from_db()
    assert (session.capacity, session.places_taken) == (2, 2)
    assert Booking.objects.get(places__person=person).note == "Came by"


def test_somebody_new_at_the_door_is_written_down(desk, center):
    session = today(center)

    desk.post(f"{address(session)}walk-in/", {"new_name": "王小明", "reason": "Came by"})

    assert session.places.get().person == Person.objects.get(name="王小明")


@pytest.mark.parametrize("given", [{}, {"reason": "Came by"}, {"new_name": "王小明"}])
def test_a_walk_in_needs_a_name_and_a_reason(desk, center, given):
    session = today(center)

    answer = desk.post(f"{address(session)}walk-in/", given)

    assert answer.status_code == 422
    assert not Booking.objects.exists()


def test_a_party_from_the_waitlist_is_let_in(desk, center):
    session = today(center, capacity=1)
    book_for(PersonFactory(), session=session)
    waiting = book_for(PersonFactory(name="王建国"), session=session)

    assert "王建国" in words(desk.get(address(session)))
    for status in (302, 409):
        answer = desk.post(f"{address(session)}bookings/{waiting.pk}/")
        assert answer.status_code == status

    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED


def begun(center, minutes=20, **rules):
    """A session that began so many minutes ago, and that people have booked before."""
    session = SessionFactory(activity=ActivityFactory(center=center, **rules))
    for name in ("Ana", "Bo"):
        book_for(PersonFactory(name=name), session=session)
    session.refresh_from_db()
    session.starts_at = timezone.now() - timedelta(minutes=minutes)
    session.ends_at = session.starts_at + timedelta(hours=1)
    session.booking_closes_at = session.starts_at
    session.save()
    Booking.objects.update(confirmed_at=session.starts_at - timedelta(days=1))
    return session


def test_whoever_was_not_ticked_is_marked_at_once_and_each_is_taken_back(desk, center):
    session = begun(center)
    ana = Person.objects.get(name="Ana")
    tap(desk, session, ana, "came")

    assert "1 person is not ticked" in words(desk.get(address(session)))
    answer = desk.post(f"{address(session)}rest/", follow=True)

    assert "1 person is marked as not there." in words(answer)
    bo = session.places.get(person__name="Bo")
    assert bo.absent_at
    tap(desk, session, bo.person, "undo")
    assert session.places.get(pk=bo.pk).absent_at is None


def test_nobody_is_missing_before_it_begins(desk, center):
    session = today(center)
    book_for(PersonFactory(), session=session)

    assert "not ticked" not in words(desk.get(address(session)))
    assert desk.post(f"{address(session)}rest/").status_code == 409


def test_unused_places_pass_on_and_whoever_comes_after_all_is_in_again(desk, center):
    session = begun(center, pass_on_minutes=15)

    assert "Pass 2 places on now" in words(desk.get(address(session)))
    answer = desk.post(f"{address(session)}pass-on/", follow=True)

    assert "2 places were passed on." in words(answer)
    assert "Not there, place passed on" in words(answer)
    ana = session.places.get(person__name="Ana")
    sent = tap(desk, session, ana.person, "came", **JSON).json()
    assert 'data-state="came"' in sent["row"]
    session.refresh_from_db()
    assert session.places_taken == 1


def test_before_their_time_places_do_not_pass_on(desk, center):
    session = begun(center, minutes=5, pass_on_minutes=15)

    assert "Unused places pass on by themselves from" in words(desk.get(address(session)))
    assert desk.post(f"{address(session)}pass-on/").status_code == 409


def test_who_waits_at_the_door_is_said(desk, center):
    session = begun(center, minutes=1, pass_on_minutes=15)
    session.booking_closes_at = timezone.now() + timedelta(hours=1)
    session.capacity = 2
    session.save()
    waiting = book_for(PersonFactory(name="Cy"), session=session)
    passing_on.say_here(waiting)

    assert "at the door since" in words(desk.get(address(session)))


def test_a_name_or_a_number_finds_who_has_come(desk, center):
    session = today(center)
    booking = book_for(PersonFactory(name="王建国"), session=session)
    book_for(PersonFactory(name="李秀英"), session=session)

    page = words(desk.get(address(session), {"who": "wjg"}))
    assert "王建国" in page
    assert "李秀英" not in page
    assert "Nobody of that name" in words(desk.get(address(session), {"who": "赵敏"}))
    answer = desk.get(address(session), {"who": booking.spoken_reference})
    assert answer.url == f"/staff/check-in/{check_in.token_of(booking)}/"


def test_the_number_of_another_center_finds_nothing(desk, center):
    booking = book_for(PersonFactory(), session=SessionFactory())

    answer = desk.get(address(today(center)), {"who": booking.reference})

    assert answer.status_code == 200
    assert "Nobody of that name" in words(answer)


def test_on_paper_there_is_a_column_to_sign_in(desk, center):
    session = today(center)
    book_for(PersonFactory(name="李秀英"), session=session)

    page = words(desk.get(f"{address(session)}print/"))

    assert "Signature" in page
    assert "李秀英" in page
    assert "site-nav" not in page


def test_a_center_that_is_not_theirs_is_not_there(center):
    session, person = today(center), PersonFactory()
    book_for(person, session=session)
    place = session.places.get()

    for user in (UserFactory(), social_worker(), district_office(center.district)):
        browser = at_the_desk(user)
        assert browser.get(address(session)).status_code == 404
        assert browser.get(f"{address(session)}print/").status_code == 404
        assert browser.post(f"{address(session)}places/{place.pk}/").status_code == 404
        assert browser.post(f"{address(session)}walk-in/").status_code == 404


def test_a_place_of_another_session_is_not_on_this_roster(desk, center):
    session, other = today(center), today(center)
    book_for(PersonFactory(), session=other)

    answer = desk.post(f"{address(session)}places/{other.places.get().pk}/", {"mark": "came"})

    assert answer.status_code == 404


def test_marks_are_made_by_post_only(desk, center):
    session = today(center)
    book_for(PersonFactory(), session=session)

    page = desk.get(f"{address(session)}places/{session.places.get().pk}/")

    assert page.status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_the_roster_costs_the_same_for_one_and_for_three(
    desk, center, count, django_assert_num_queries
):
    session = today(center, capacity=count)
    for person in PersonFactory.create_batch(count * 2):
        book_for(person, session=session)
    with django_assert_num_queries(9):
        desk.get(address(session))
