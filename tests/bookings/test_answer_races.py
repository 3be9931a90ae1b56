"""Whoever takes a consent back while bookings are on their way finds nothing sealed afterwards."""

from functools import partial

import pytest

from accounts import consents
from accounts.models import Consent, ConsentKind, Person
from activities.models import Question
from bookings import answers, services
from bookings.models import Booking, SensitiveAnswer
from tests.bookings.booking import book_for, carer
from tests.factories import PersonFactory, SessionFactory
from tests.races import together, while_held

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

RIVALS = 8


@pytest.fixture
def ana():
    return PersonFactory()


def calls(ana):
    """So many bookings with an answer on health, by an earlier consent; and its end."""
    user = carer(ana)
    consent = consents.give(ana, ConsentKind.HEALTH, by=user)
    bookings = []
    for session in SessionFactory.create_batch(RIVALS):
        question = Question.objects.create(
            activity=session.activity, text="?", purpose="!", is_sensitive=True, is_per_person=True
        )
        given = {str(question.pk): {str(ana.pk): "peanuts"}}
        bookings.append(partial(book_for, ana, session=session, by=user, answers=given))
    return bookings, partial(answers.withdraw, Consent.objects.get(pk=consent.pk))


def test_nothing_is_sealed_once_the_consent_is_withdrawn(ana):
    bookings, withdraw = calls(ana)

    answered = together(*bookings, withdraw)

    assert SensitiveAnswer.objects.count() == 0
    refused = [each for each in answered if isinstance(each, services.BookingRefused)]
    assert {each.reason.code for each in refused} <= {"needs_consent"}
    assert len(refused) + Booking.objects.count() == RIVALS


def withdrawn_while_bookings_wait(ana):
    """Bookings that are on their way to Ana's row when her consent is taken back."""
    bookings, withdraw = calls(ana)
    with while_held(Person.objects.filter(pk=ana.pk), *bookings) as answered:
        withdraw()
    return answered


def test_bookings_that_waited_for_the_row_see_that_it_is_withdrawn(ana):
    answered = withdrawn_while_bookings_wait(ana)

    assert [each.reason.code for each in answered] == ["needs_consent"] * RIVALS
    assert SensitiveAnswer.objects.count() == 0


def test_control_who_looks_at_the_consent_before_the_lock_seals_all_the_same(ana, monkeypatch):
    """The same, with the consent judged when the request came in."""
    monkeypatch.setattr(answers, "consented", lambda ids: set(ids))

    answered = withdrawn_while_bookings_wait(ana)

    assert all(isinstance(each, Booking) for each in answered)
    assert SensitiveAnswer.objects.count() == RIVALS


def test_control_without_the_lock_on_the_person_an_answer_outlives_the_consent(ana, monkeypatch):
    """The withdrawal passes while a booking that has looked is not committed yet."""
    monkeypatch.setattr(services, "_locked", lambda pks: list(Person.objects.filter(pk__in=pks)))
    bookings, withdraw = calls(ana)

    with while_held(SensitiveAnswer, *bookings[:RIVALS]) as answered:
        withdraw()

    assert all(isinstance(each, Booking) for each in answered)
    assert SensitiveAnswer.objects.count() == RIVALS
