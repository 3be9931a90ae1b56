"""Swapping a date or a person from the page of a booking."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Allocation, BookingMode, Question, Session
from bookings import services
from bookings.models import Booking, Status
from tests.bookings.booking import book_for
from tests.bookings.drawing import ready
from tests.factories import ActivityFactory, PersonFactory, SessionFactory, UserFactory, carer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return PersonFactory(name="Ana")


@pytest.fixture
def bo():
    return PersonFactory(name="Bo")


@pytest.fixture
def user(client, ana, bo):
    user = carer_of(ana, bo, language="en")
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return user


def dates(number=2, **activity):
    activity = ActivityFactory(**activity)
    start = timezone.now().replace(microsecond=0) + timedelta(days=3)
    return [
        SessionFactory(activity=activity, capacity=2, starts_at=start + timedelta(days=n))
        for n in range(number)
    ]


def address(booking, page):
    return reverse(f"bookings:{page}", args=[booking.reference])


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def again(booking):
    return Booking.objects.get(pk=booking.pk)


def test_another_date_is_two_taps_away(client, user, ana):
    old, new = dates()
    booking = book_for(ana, session=old, by=user)

    assert address(booking, "swap_date") in client.get(address(booking, "detail")).content.decode()
    assert f'value="{new.pk}"' in client.get(address(booking, "swap_date")).content.decode()
    answer = client.post(address(booking, "swap_date"), {"session": new.pk})

    assert (answer.status_code, answer["Location"]) == (302, address(booking, "detail"))
    assert again(booking).session == new


def test_a_date_that_is_full_cannot_be_ticked_and_the_own_one_is_not_offered(client, user, ana):
    old, full = dates()
    booking = book_for(ana, session=old, by=user)
    book_for(PersonFactory(), PersonFactory(), session=full)

    page = client.get(address(booking, "swap_date"))
    answer = client.post(address(booking, "swap_date"), {"session": full.pk})

    assert f'value="{full.pk}" disabled' in page.content.decode()
    assert f'value="{old.pk}"' not in page.content.decode()
    assert "No other date can be chosen right now." in text(page)
    assert answer.status_code == 409
    assert "You keep the one you have." in text(answer)
    assert again(booking).session == old


@pytest.mark.parametrize(
    ("session", "says"), [("", "Please choose a date."), ("0", "This date is gone.")]
)
def test_what_was_not_chosen_is_said_beside_the_field(client, user, ana, session, says):
    old, _new = dates()
    booking = book_for(ana, session=old, by=user)

    answer = client.post(address(booking, "swap_date"), {"session": session})

    assert answer.status_code == 422
    assert says in text(answer)


def test_a_date_that_moved_meanwhile_is_looked_at_again(client, user, ana):
    old, new = dates()
    booking = book_for(ana, session=old, by=user)
    seen = {
        "session": new.pk,
        f"starts_at_{new.pk}": (new.starts_at - timedelta(hours=1)).isoformat(),
    }

    answer = client.post(address(booking, "swap_date"), seen)

    assert answer.status_code == 409
    assert "has changed" in text(answer)


@pytest.mark.parametrize(
    "activity", [{"allocation": Allocation.DRAW}, {"booking_mode": BookingMode.COURSE}]
)
def test_where_dates_cannot_be_swapped_none_is_offered(client, user, ana, activity):
    old, new = dates(**activity)
    course = activity.get("booking_mode")
    if not course:
        old, new = ready(old, new)
    booking = book_for(ana, session=None if course else old, activity=old.activity, by=user)

    assert (
        address(booking, "swap_date") not in client.get(address(booking, "detail")).content.decode()
    )
    assert client.get(address(booking, "swap_date")).status_code == 200
    assert client.post(address(booking, "swap_date"), {"session": new.pk}).status_code == 409


def test_who_has_only_some_of_the_people_does_not_move_the_others(client, user, ana):
    old, new = dates()
    booking = book_for(ana, PersonFactory(), session=old, by=None or UserFactory(), channel="desk")

    answer = client.post(address(booking, "swap_date"), {"session": new.pk})

    assert answer.status_code == 409
    assert "Others have places in this booking." in text(answer)


def test_after_the_deadline_the_page_says_that_it_is_late(client, user, ana):
    old, new = dates()
    booking = book_for(ana, session=old, by=user)
    Session.objects.filter(pk=old.pk).update(starts_at=timezone.now() + timedelta(minutes=30))

    assert "counts as canceled late" in text(client.get(address(booking, "swap_date")))
    client.post(address(booking, "swap_date"), {"session": new.pk})
    assert "Date 2 of 2" not in text(client.get(address(booking, "detail")))


def test_somebody_else_comes_with_one_form(client, user, ana, bo):
    booking = book_for(ana, session=dates(1)[0], by=user)

    assert (
        address(booking, "swap_person") in client.get(address(booking, "detail")).content.decode()
    )
    page = client.get(address(booking, "swap_person"))
    answer = client.post(address(booking, "swap_person"), {"leaving": ana.pk, "coming": bo.pk})

    assert f'name="coming" value="{bo.pk}"' in page.content.decode()
    assert answer.status_code == 302
    assert booking.places.get().person == bo
    assert "Bo comes instead of Ana." in text(client.get(answer["Location"]))


def test_in_a_course_one_date_can_be_named(client, user, ana, bo):
    first, second = dates(booking_mode=BookingMode.COURSE)
    booking = book_for(ana, activity=first.activity, by=user)

    page = text(client.get(address(booking, "swap_person")))
    client.post(
        address(booking, "swap_person"), {"leaving": ana.pk, "coming": bo.pk, "date": second.pk}
    )

    assert "On all dates to come" in page
    assert dict(booking.places.values_list("session", "person")) == {
        first.pk: ana.pk,
        second.pk: bo.pk,
    }


def test_what_is_asked_of_each_person_is_asked_of_the_newcomer(client, user, ana, bo):
    session = dates(1)[0]
    question = Question.objects.create(
        activity=session.activity, text="Allergies", purpose="Lunch", is_per_person=True,
        is_required=True,
    )  # fmt: skip
    booking = book_for(
        ana, session=session, by=user, answers={str(question.pk): {str(ana.pk): "-"}}
    )
    given = {"leaving": ana.pk, "coming": bo.pk}

    refused = client.post(address(booking, "swap_person"), given)
    client.post(address(booking, "swap_person"), given | {f"question_{question.pk}": "Nuts"})

    assert (refused.status_code, "Please answer this." in text(refused)) == (422, True)
    assert again(booking).answers == {str(question.pk): {str(bo.pk): "Nuts"}}


def test_a_stranger_is_not_chosen(client, user, ana):
    booking = book_for(ana, session=dates(1)[0], by=user)
    given = {"leaving": ana.pk, "coming": PersonFactory().pk}

    answer = client.post(address(booking, "swap_person"), given)

    assert answer.status_code == 422
    assert "You can only swap yourself and your people." in text(answer)
    assert booking.places.get().person == ana


def test_who_has_something_else_then_cannot_be_ticked(client, user, ana, bo):
    session = dates(1)[0]
    booking = book_for(ana, session=session, by=user)
    book_for(bo, session=SessionFactory(starts_at=session.starts_at), by=user)

    page = client.get(address(booking, "swap_person"))
    answer = client.post(address(booking, "swap_person"), {"leaving": ana.pk, "coming": bo.pk})

    assert f'value="{bo.pk}" disabled' in page.content.decode()
    assert answer.status_code == 409
    assert booking.places.get().person == ana


@pytest.mark.parametrize("page", ["swap_date", "swap_person"])
def test_a_booking_of_somebody_else_is_not_found(client, page):
    booking = book_for(PersonFactory(), session=dates()[0])
    client.force_login(carer_of(PersonFactory()))

    assert client.get(address(booking, page)).status_code == 404
    assert client.post(address(booking, page)).status_code == 404


@pytest.mark.parametrize("page", ["swap_date", "swap_person"])
def test_what_was_canceled_says_so(client, user, ana, page):
    booking = book_for(ana, session=dates()[0], by=user)
    services.cancel(booking, by=user)

    assert "already over or canceled" in text(client.get(address(booking, page)))
    assert client.post(address(booking, page), {"session": "1"}).status_code == 409
    assert again(booking).status == Status.CANCELED
