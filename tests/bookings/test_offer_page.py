"""The link of an offer: it works without signing in, once, and only by its buttons."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from activities.models import BookingMode, FreedPlace
from bookings import changes, offer_links, services, waitlist
from bookings.models import Booking, BookingChannel, LineFact, Status
from notices.models import Notice
from notices.rendering import render
from tests.bookings.booking import book_for, carer
from tests.desk import words
from tests.factories import ActivityFactory, PersonFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def nobody():
    """A browser without an account, that minds forged requests, and reads English."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


def offered(*people, **more):
    """(a booking that is offered a place, the link to answer it)."""
    people = people or [PersonFactory()]
    activity = ActivityFactory(freed_place=FreedPlace.OFFERED)
    session = SessionFactory(activity=activity, capacity=len(people))
    first = book_for(*PersonFactory.create_batch(len(people)), session=session)
    booking = book_for(*people, session=session, **more)
    services.cancel(first, by=first.booked_by)
    booking.refresh_from_db()
    return booking, offer_links.link_to(booking)


def later(booking, **change):
    Booking.objects.filter(pk=booking.pk).update(**change)


def rows():
    return list(Booking.objects.order_by("pk").values())


def test_the_notice_carries_the_link():
    _booking, link = offered()

    notice = Notice.objects.get(kind="bookings/offered")

    assert notice.link == link
    assert link in render(notice)[1]


def test_whoever_has_only_a_phone_gets_the_link_too():
    caller = PersonFactory(phone="+8613812345678")
    _booking, link = offered(caller, by=UserFactory(), channel=BookingChannel.DESK, asked_by=caller)

    notice = Notice.objects.get(kind="bookings/offered")

    assert (notice.recipient, notice.address) == (None, caller.phone)
    assert link in render(notice)[1]


def test_other_links_are_not_told_to_whoever_has_no_account():
    caller = PersonFactory(phone="+8613812345678")
    offered(caller, by=UserFactory(), channel=BookingChannel.DESK, asked_by=caller)

    assert "http" not in render(Notice.objects.get(kind="bookings/waitlisted", recipient=None))[1]


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(nobody, method):
    _booking, link = offered()
    before = rows()

    for _ in range(3):
        assert getattr(nobody, method)(link).status_code == 200

    assert rows() == before


def test_the_page_says_what_one_needs_and_no_more(nobody):
    booking, link = offered(PersonFactory(name="王小明"), PersonFactory(name="Ana Lima"))

    page = words(nobody.get(link))

    assert booking.activity.title in page
    assert "For 2 people: 王*, Ana" in page
    assert "王小明" not in page
    assert "Lima" not in page
    assert booking.reference not in page
    assert booking.booked_by.name not in page


def test_the_page_is_kept_by_nobody_and_told_to_nobody(nobody):
    _booking, link = offered()

    answer = nobody.get(link)

    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert "<script" not in answer.content.decode()


def test_the_button_takes_the_place(nobody):
    booking, link = offered()

    answer = nobody.post(link, {"answer": "accept"})

    booking.refresh_from_db()
    assert answer.url == link
    assert booking.status == Status.CONFIRMED
    assert booking.line_notes.get(fact=LineFact.SERVED).by == booking.booked_by
    assert "The place is yours" in words(nobody.get(link))


def test_no_thanks_gives_it_to_the_next(nobody):
    booking, link = offered()
    behind = book_for(PersonFactory(), session=booking.session)

    answer = nobody.post(link, {"answer": "decline"})

    booking.refresh_from_db()
    behind.refresh_from_db()
    assert answer.url == link
    assert (booking.status, booking.canceled_by) == (Status.CANCELED, booking.booked_by)
    assert behind.status == Status.OFFERED
    assert "Thank you for telling us" in words(nobody.get(link))


def test_for_whom_the_desk_booked_nobody_else_has_declined(nobody):
    booking, link = offered(channel=BookingChannel.DESK)

    nobody.post(link, {"answer": "decline"})

    booking.refresh_from_db()
    assert (booking.status, booking.canceled_by) == (Status.CANCELED, None)


def test_a_second_tap_changes_nothing_more(nobody):
    booking, link = offered()
    nobody.post(link, {"answer": "accept"})
    before = rows()

    again = nobody.post(link, {"answer": "accept"})

    assert (again.status_code, rows()) == (302, before)
    assert Notice.objects.filter(key__startswith=f"booking-{booking.pk}-confirmed").count() == 1


def test_what_was_taken_is_not_declined_by_the_link(nobody):
    booking, link = offered()
    nobody.post(link, {"answer": "accept"})

    answer = nobody.post(link, {"answer": "decline"})

    booking.refresh_from_db()
    assert (answer.status_code, booking.status) == (409, Status.CONFIRMED)
    assert "please cancel the booking" in words(answer)


def test_after_the_deadline_the_link_says_so_though_nobody_swept(nobody):
    booking, _link = offered()
    behind = book_for(PersonFactory(), session=booking.session)
    later(booking, offer_expires_at=timezone.now() - timedelta(minutes=1))
    booking.refresh_from_db()
    link = offer_links.link_to(booking)

    assert "The place went to the next in line" in words(nobody.get(link))
    answer = nobody.post(link, {"answer": "accept"})

    assert answer.status_code == 409
    assert "You lose nothing and may join the waitlist again" in words(answer)
    booking.refresh_from_db()
    behind.refresh_from_db()
    assert (booking.status, behind.status) == (Status.LAPSED, Status.OFFERED)


def test_a_lapsed_offer_is_not_declined_either(nobody):
    booking, link = offered()
    waitlist.settle_due(at=booking.offer_expires_at)

    answer = nobody.post(link, {"answer": "decline"})

    booking.refresh_from_db()
    assert (answer.status_code, booking.status) == (409, Status.LAPSED)


def test_an_older_link_does_not_answer_a_newer_offer(nobody):
    booking, link = offered()
    later(booking, offer_expires_at=booking.offer_expires_at + timedelta(minutes=5))
    before = rows()

    assert "This link is an older one" in words(nobody.get(link))
    for answer in ("accept", "decline"):
        assert nobody.post(link, {"answer": answer}).status_code == 409
    assert rows() == before


@pytest.mark.parametrize("nonsense", ["", "perhaps"])
def test_without_a_button_nothing_is_answered(nobody, nonsense):
    _booking, link = offered()
    before = rows()

    answer = nobody.post(link, {"answer": nonsense} if nonsense else {})

    assert answer.status_code == 422
    assert "Please choose one of the two buttons" in words(answer)
    assert "I take the place" in words(answer)
    assert rows() == before


def test_a_forged_link_is_not_there(nobody):
    booking, link = offered()
    token = link.split("/")[2]
    named = token.rpartition(".")[0]
    other = signing.Signer(salt="bookings.feed", sep=".").sign(named)

    for wrong in (token[:-1], f"{booking.pk + 1}{token}", other, "1", named, f"x.{token}"):
        assert nobody.get(f"/offers/{wrong}/").status_code == 404
        assert nobody.post(f"/offers/{wrong}/", {"answer": "accept"}).status_code == 404
    assert Booking.objects.offered().get() == booking


def test_a_link_of_a_booking_that_is_gone_is_not_there(nobody):
    token = signing.Signer(salt="bookings.offer", sep=".").sign("999999-1")

    assert nobody.get(f"/offers/{token}/").status_code == 404


def test_other_methods_are_refused(nobody):
    _booking, link = offered()

    assert nobody.put(link).status_code == 405
    assert nobody.delete(link).status_code == 405


def test_whoever_has_something_else_by_now_is_not_told_of_it_without_signing_in(nobody):
    person = PersonFactory(name="王小明")
    booking, link = offered(person)
    other = SessionFactory(starts_at=booking.session.starts_at, activity__title="Court")
    later(booking, status=Status.CANCELED)
    book_for(person, session=other, by=carer(person))
    later(booking, status=Status.OFFERED)

    answer = nobody.post(link, {"answer": "accept"})

    page = words(answer)
    assert answer.status_code == 409
    assert "cannot be taken by the link alone" in page
    assert "0588" in page
    assert "Court" not in page
    assert "王小明" not in page


def test_when_it_was_called_off_meanwhile_the_link_says_so(nobody):
    booking, link = offered()
    changes.call_off(booking.session, reason="Storm", by=carer())

    assert "does not take place" in words(nobody.get(link))
    assert nobody.post(link, {"answer": "accept"}).status_code == 409


def test_when_the_day_has_passed_the_link_says_so(nobody):
    booking, link = offered()
    nobody.post(link, {"answer": "accept"})
    booking.session.starts_at = timezone.now() - timedelta(hours=3)
    booking.session.ends_at = timezone.now() - timedelta(hours=2)
    booking.session.save()

    assert "This is over" in words(nobody.get(link))


def test_a_whole_course_is_offered_with_all_its_dates(nobody):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE, freed_place=FreedPlace.OFFERED)
    SessionFactory.create_batch(3, activity=activity, capacity=1)
    first, second = [book_for(PersonFactory(), activity=activity) for _ in range(2)]
    services.cancel(first, by=first.booked_by)
    second.refresh_from_db()

    page = words(nobody.get(offer_links.link_to(second)))

    assert "the whole course, 3 dates" in page


def test_the_page_costs_a_handful_of_statements(nobody, django_assert_num_queries):
    _booking, link = offered(*PersonFactory.create_batch(3))
    nobody.get(link)

    # The booking, its places; the center of the site.
    with django_assert_num_queries(3):
        body = nobody.get(link).content.decode()

    assert len(re.findall('name="answer"', body)) == 2
