"""Residents look at their answers on the page of the booking, and put them right until it closes."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import consents
from accounts import services as people
from accounts.models import ConsentKind
from activities.models import AnswerKind, BookingMode, Question, Session
from bookings import answers, services
from bookings.models import Booking, BookingChannel, SensitiveAnswer
from tests.bookings.booking import book_for
from tests.desk import social_worker, words
from tests.factories import ActivityFactory, CareFactory, PersonFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def ana(user):
    return people.introduce(user, "Ana")


@pytest.fixture
def granny(user):
    return people.add_adult(user, name="Granny")


@pytest.fixture
def client(user, ana):
    return browser(user)


@pytest.fixture
def session():
    return SessionFactory(activity__party_limit=3)


def ask(session, text, **more):
    defaults = {"purpose": "To cook.", "is_per_person": True}
    return Question.objects.create(activity=session.activity, text=text, **defaults | more)


@pytest.fixture
def cake(session):
    return ask(session, "Cake?", order=1)


@pytest.fixture
def car(session):
    return ask(session, "Car?", order=2, kind=AnswerKind.YES_NO, is_per_person=False)


@pytest.fixture
def allergies(session):
    return ask(session, "Allergies?", order=3, is_sensitive=True)


@pytest.fixture
def booking(session, user, ana, granny, cake, car, allergies):
    given = {
        str(cake.pk): {str(ana.pk): "plum", str(granny.pk): "apple"},
        str(car.pk): "no",
        str(allergies.pk): {str(ana.pk): "peanuts", str(granny.pk): "milk"},
    }
    return book_for(ana, granny, session=session, by=user, answers=given, agreed=[ana, granny])


def detail(booking):
    return f"/bookings/{booking.reference}/"


def page(booking):
    return f"/bookings/{booking.reference}/answers/"


def told(booking):
    """What is kept on health, by name."""
    lines = answers.read([booking], by=social_worker(), where="roster").get(booking.pk, [])
    return {line.person.name: line.answer for line in lines}


def fields(booking, *pairs):
    return {
        f"question_{question.pk}" + (f"_{person.pk}" if person else ""): answer
        for question, person, answer in pairs
    }


def test_the_booking_says_what_was_answered_and_of_others_health_only_that_it_was(client, booking):
    shown = words(client.get(detail(booking)))

    assert "Your answers" in shown
    assert [word in shown for word in ("plum", "apple", "peanuts", "milk")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert "was answered" in shown
    assert page(booking) in shown


def test_it_says_when_staff_have_read_it_and_no_names(client, booking):
    worker = social_worker(name="Lin")
    at = timezone.make_aware(datetime(2026, 12, 1, 9, 12))  # noqa: DTZ001
    answers.read([booking], by=worker, where="roster", at=at)

    shown = words(client.get(detail(booking)))

    assert "Staff have read the notes on health 1 time" in shown
    assert "Staff of the center, Tue 1 Dec 09:12" in shown
    assert "Lin" not in shown


def test_where_nothing_is_asked_there_is_nothing_about_answers(client, user, ana):
    plain = book_for(ana, session=SessionFactory(), by=user)

    assert "Your answers" not in words(client.get(detail(plain)))
    assert "There is nothing to answer." in words(client.get(page(plain)))


def test_a_carer_of_one_sees_that_ones_answers_and_not_the_partys(booking, granny, user):
    daughter = UserFactory()
    people.introduce(daughter, "Daughter")
    CareFactory(user=daughter, person=granny, role="helper")

    shown = words(browser(daughter).get(detail(booking)))

    assert [word in shown for word in ("apple", "plum", "Car?", "peanuts", "milk")] == [
        True, False, False, False, False,
    ]  # fmt: skip


def test_the_form_begins_with_what_was_said(client, booking, ana, granny, cake, allergies):
    shown = client.get(page(booking)).content.decode()

    def value(question, person):
        tag = re.search(rf'<input[^>]*name="question_{question.pk}_{person.pk}"[^>]*>', shown)[0]
        found = re.search(r'value="([^"]*)"', tag)
        return found and found[1]

    assert (value(cake, ana), value(cake, granny)) == ("plum", "apple")
    assert (value(allergies, ana), value(allergies, granny)) == ("peanuts", None)
    assert "Something is noted already." in shown


def test_answers_are_corrected_and_those_unseen_stay(
    client, booking, ana, granny, cake, car, allergies
):
    given = fields(
        booking,
        (cake, ana, "cherry"),
        (cake, granny, ""),
        (car, None, "yes"),
        (allergies, ana, ""),
        (allergies, granny, ""),
    )

    sent = client.post(page(booking), given)

    assert sent.url == detail(booking)
    booking.refresh_from_db()
    assert booking.answers == {str(cake.pk): {str(ana.pk): "cherry"}, str(car.pk): "yes"}
    assert told(booking) == {"Granny": "milk"}


def test_a_helper_may_write_over_what_they_do_not_see(client, booking, ana, granny, allergies):
    client.post(
        page(booking), fields(booking, (allergies, ana, "nuts"), (allergies, granny, "eggs"))
    )

    assert told(booking) == {"Ana": "nuts", "Granny": "eggs"}


def test_answers_of_others_in_the_party_stay(session, user, ana, cake, car):
    bo = PersonFactory(name="Bo")
    given = {str(cake.pk): {str(ana.pk): "plum", str(bo.pk): "apple"}, str(car.pk): "no"}
    booking = book_for(
        ana, bo, session=session, by=social_worker(), channel=BookingChannel.DESK, answers=given
    )

    shown = browser(user).get(page(booking))
    browser(user).post(page(booking), fields(booking, (cake, ana, "cherry"), (cake, bo, "x")))

    assert "Car?" not in words(shown)
    booking.refresh_from_db()
    assert booking.answers == {
        str(cake.pk): {str(ana.pk): "cherry", str(bo.pk): "apple"},
        str(car.pk): "no",
    }


def test_who_refused_may_agree_later_and_is_then_asked(client, user, session, ana, allergies):
    booking = book_for(ana, session=session, by=user)
    asked = client.get(page(booking))
    assert ("Health notes on Ana" in words(asked), "Allergies?" in words(asked)) == (True, False)
    agreeing = {f"consent_{ana.pk}": "yes"}

    more = client.post(page(booking), agreeing)
    assert (more.status_code, "Allergies?" in words(more)) == (200, True)
    assert "Please answer this" not in words(more)
    client.post(
        page(booking),
        agreeing | {f"shown_{ana.pk}": "1"} | fields(booking, (allergies, ana, "peanuts")),
    )

    assert told(booking) == {"Ana": "peanuts"}
    assert ana.consents.get(kind=ConsentKind.HEALTH).given_by == user


def test_who_decides_nothing_keeps_it_as_it_is(client, user, session, ana, cake, allergies):
    booking = book_for(ana, session=session, by=user)

    sent = client.post(page(booking), fields(booking, (cake, ana, "plum")))

    assert sent.status_code == 302
    assert not SensitiveAnswer.objects.exists()


def test_a_consent_that_was_withdrawn_meanwhile_keeps_nothing(client, booking, ana, allergies):
    consent = ana.consents.get(kind=ConsentKind.HEALTH)
    answers.withdraw(consent)

    with pytest.raises(services.BookingRefused) as no:
        answers.correct(
            booking,
            {str(allergies.pk): {str(ana.pk): "nuts"}},
            replaced=[(allergies, ana)],
            people=[ana],
            by=booking.booked_by,
        )

    assert no.value.reason.code == "needs_consent"
    assert "Ana" not in told(booking)


@pytest.mark.parametrize("given", ["x" * 501, "\n" * 600])
def test_what_is_no_answer_is_said_beside_the_field_and_nothing_is_lost(
    client, user, session, ana, cake, given
):
    needed = ask(session, "Needed?", is_required=True)
    booking = book_for(ana, session=session, by=user)

    sent = client.post(page(booking), fields(booking, (cake, ana, "plum"), (needed, ana, given)))

    assert sent.status_code == 422
    assert 'value="plum"' in sent.content.decode()
    assert Booking.objects.get(pk=booking.pk).answers == {}


def closed(booking):
    now = timezone.now()
    Session.objects.filter(pk=booking.session_id).update(booking_closes_at=now)


def canceled(booking):
    services.cancel(booking, by=booking.booked_by)


@pytest.mark.parametrize("happens", [closed, canceled])
def test_once_it_is_closed_or_over_the_desk_helps(client, booking, ana, cake, happens):
    happens(booking)

    shown = client.get(page(booking))
    sent = client.post(page(booking), fields(booking, (cake, ana, "cherry")))

    assert "Please call the desk: 0588-555 0100." in words(shown)
    assert sent.status_code == 409
    assert page(booking) not in words(client.get(detail(booking)))
    booking.refresh_from_db()
    assert booking.answers[str(cake.pk)][str(ana.pk)] == "plum"


def test_a_course_is_corrected_until_its_own_closing(user, ana):
    activity = ActivityFactory(
        booking_mode=BookingMode.COURSE, course_closes_at=timezone.now() + timedelta(days=1)
    )
    session = SessionFactory(activity=activity)
    cake = ask(session, "Cake?")
    booking = book_for(ana, activity=activity, by=user)

    browser(user).post(page(booking), fields(booking, (cake, ana, "plum")))
    booking.refresh_from_db()

    assert booking.answers == {str(cake.pk): {str(ana.pk): "plum"}}
    later = timezone.now() + timedelta(days=2)
    assert answers.stay_as_they_are(booking, later).code == "answers_stay"


def test_a_question_that_is_asked_no_more_keeps_its_answer(client, booking, cake):
    cake.retired_at = timezone.now()
    cake.save()

    assert "plum" in words(client.get(detail(booking)))
    assert "Cake?" not in words(client.get(page(booking)))
    client.post(page(booking), {})
    booking.refresh_from_db()
    assert str(cake.pk) in booking.answers


def test_a_stranger_finds_nothing(booking):
    stranger = browser(UserFactory())

    assert stranger.get(page(booking)).status_code == 404
    assert stranger.post(page(booking), {}).status_code == 404


def test_other_methods_are_refused(client, booking):
    assert client.delete(page(booking)).status_code == 405


def test_a_consent_given_before_is_not_asked_again(client, user, session, ana, allergies):
    consents.give(ana, ConsentKind.HEALTH, by=user)
    booking = book_for(ana, session=session, by=user)

    assert "Health notes on Ana" not in words(client.get(page(booking)))
