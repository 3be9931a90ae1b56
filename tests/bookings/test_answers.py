"""What people said: plain answers with the booking, those on health sealed, and forgotten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import consents
from accounts import services as people
from accounts.models import Consent, ConsentChannel, ConsentKind, Role
from activities.models import AnswerKind, BookingMode, Question
from bookings import answers, desk, services, tasks
from bookings.desk import Call
from bookings.models import Booking, Reading, SensitiveAnswer
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.desk import social_worker
from tests.factories import ActivityFactory, CareFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return SessionFactory()


def ask(activity, text="Allergies?", **more):
    defaults = {"purpose": "To cook.", "is_sensitive": True, "is_per_person": True}
    return Question.objects.create(activity=activity, text=text, **defaults | more)


def of(question, *pairs):
    """Answers as they come in: of each person, or of the whole party."""
    if question.is_per_person:
        return {str(question.pk): {str(person.pk): answer for person, answer in pairs}}
    [(_nobody, answer)] = pairs
    return {str(question.pk): answer}


def book(session, *party, given, agreed=None, **more):
    return book_for(
        *party, session=session, answers=given, agreed=party if agreed is None else agreed, **more
    )


def refused(*args, **kwargs):
    with pytest.raises(services.BookingRefused) as no:
        book(*args, **kwargs)
    return no.value.reason.code


def read(*bookings, **more):
    return answers.read(bookings, by=social_worker(), where="roster", **more)


def words_of(booking):
    return [line.words for line in read(booking).get(booking.pk, [])]


# Keeping.


def test_what_is_said_on_health_is_sealed_and_nowhere_else(session):
    ana, bo = PersonFactory.create_batch(2)
    allergies, cake = ask(session.activity), ask(session.activity, "Cake?", is_sensitive=False)
    given = of(allergies, (ana, "peanuts"), (bo, "milk")) | of(cake, (ana, "plum"))

    booking = book(session, ana, bo, given=given)

    assert booking.answers == of(cake, (ana, "plum"))
    assert sorted(words_of(booking)) == ["milk", "peanuts"]
    kept = [*Booking.objects.values_list(), *SensitiveAnswer.objects.values_list()]
    kept += Notice.objects.values_list()
    assert "peanuts" not in str(kept)


def test_a_consent_is_written_down_with_the_answers_it_is_for(session):
    ana, bo = PersonFactory.create_batch(2)
    allergies, user = ask(session.activity), carer(ana, bo)

    book(session, ana, bo, given=of(allergies, (ana, "peanuts")), by=user)

    consent = Consent.objects.get(kind=ConsentKind.HEALTH)
    assert (consent.person, consent.given_by, consent.version) == (
        ana,
        user,
        consents.VERSIONS[ConsentKind.HEALTH],
    )


def test_without_consent_nothing_is_booked(session):
    ana = PersonFactory()
    given = of(ask(session.activity), (ana, "peanuts"))

    assert refused(session, ana, given=given, agreed=()) == "needs_consent"
    assert not Booking.objects.exists()
    assert not Consent.objects.filter(kind=ConsentKind.HEALTH).exists()


def test_an_earlier_consent_does_unless_its_wording_has_changed(session, monkeypatch):
    ana = PersonFactory()
    given = of(ask(session.activity), (ana, "peanuts"))
    consents.give(ana, ConsentKind.HEALTH, by=carer(ana))

    booking = book(session, ana, given=given, agreed=())
    services.cancel(booking, by=booking.booked_by)
    monkeypatch.setitem(consents.VERSIONS, ConsentKind.HEALTH, "2099-01")

    assert refused(session, ana, given=given, agreed=()) == "needs_consent"


def test_what_is_asked_of_the_party_needs_the_consent_of_all(session):
    ana, bo = PersonFactory.create_batch(2)
    allergies = ask(session.activity, is_per_person=False)
    given = of(allergies, (None, "peanuts"))

    assert refused(session, ana, bo, given=given, agreed=[ana]) == "needs_consent"
    assert words_of(book(session, ana, bo, given=given)) == ["peanuts"]


def test_answers_about_somebody_else_are_dropped(session):
    ana, stranger = PersonFactory.create_batch(2)
    allergies = ask(session.activity)

    booking = book(session, ana, given=of(allergies, (ana, "peanuts"), (stranger, "milk")))

    assert words_of(booking) == ["peanuts"]


def test_a_whole_course_is_sealed_once():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    SessionFactory.create_batch(3, activity=activity)
    ana = PersonFactory()

    book_for(ana, activity=activity, answers=of(ask(activity), (ana, "peanuts")), agreed=[ana])

    assert SensitiveAnswer.objects.count() == 1


def test_whoever_asks_nothing_pays_nothing(session):
    ana = PersonFactory()
    user = carer(ana)

    with CaptureQueriesContext(connection) as asked:
        book_for(ana, session=session, by=user)

    assert [each for each in asked.captured_queries if "question" in each["sql"]] == []
    assert [each for each in asked.captured_queries if "consent" in each["sql"]] == []


def test_the_desk_writes_down_how_they_agreed(session):
    ana = PersonFactory()
    worker = social_worker(session.activity.center)
    given = of(ask(session.activity), (ana, "peanuts"))
    call = Call(session.activity, [ana], worker, "call", answers=given)

    [no] = desk.book_for(call, [session])
    [yes] = desk.book_for(
        Call(session.activity, [ana], worker, "call", answers=given, agreed=ConsentChannel.PHONE),
        [session],
    )

    assert no.refusal.code == "needs_consent"
    assert words_of(yes.booking) == ["peanuts"]
    consent = ana.consents.get()
    assert (consent.channel, consent.entered_by, consent.given_by) == ("phone", worker, None)


def test_a_newcomer_at_the_desk_is_asked_too():
    activity = ActivityFactory()
    first, second = SessionFactory.create_batch(2, activity=activity)
    cake = ask(activity, is_sensitive=False)
    call = Call(
        activity,
        [],
        social_worker(activity.center),
        "call",
        newcomer=desk.Newcomer(name="Ana"),
        answers={str(cake.pk): {desk.NEWCOMER: "plum"}},
    )

    booked = [outcome.booking for outcome in desk.book_for(call, [first, second])]

    ana = booked[0].places.get().person
    assert [each.answers for each in booked] == [of(cake, (ana, "plum"))] * 2


# Withdrawing.


def test_withdrawing_deletes_at_once_and_leaves_the_booking_and_others(session):
    ana, bo = PersonFactory.create_batch(2)
    allergies = ask(session.activity)
    booking = book(session, ana, bo, given=of(allergies, (ana, "peanuts"), (bo, "milk")))

    answers.withdraw(ana.consents.get(kind=ConsentKind.HEALTH))

    assert words_of(booking) == ["milk"]
    assert SensitiveAnswer.objects.count() == 1
    assert booking.places.filter(canceled_at=None).count() == 2
    assert not ana.consents.active().filter(kind=ConsentKind.HEALTH).exists()


def test_what_was_said_of_the_party_goes_with_the_first_who_withdraws(session):
    ana, bo = PersonFactory.create_batch(2)
    allergies = ask(session.activity, is_per_person=False)
    book(session, ana, bo, given=of(allergies, (None, "peanuts")))

    answers.withdraw(bo.consents.get(kind=ConsentKind.HEALTH))

    assert not SensitiveAnswer.objects.exists()


def test_one_guardians_no_counts_for_all_consents_to_health(session):
    ana = PersonFactory()
    book(session, ana, given=of(ask(session.activity), (ana, "peanuts")))
    other = consents.give(ana, ConsentKind.HEALTH, by=carer(ana))

    answers.withdraw(other)

    assert not SensitiveAnswer.objects.exists()
    assert not ana.consents.active().filter(kind=ConsentKind.HEALTH).exists()


def test_with_the_consent_for_a_child_go_the_notes_on_its_health(session):
    user = CareFactory(role=Role.SELF).user
    born = timezone.localdate() - timedelta(days=3000)
    child = people.add_child(user, name="Kid", birth_date=born, consented=True)
    book(session, child, given=of(ask(session.activity), (child, "peanuts")), by=user)

    answers.withdraw(child.consents.get(kind=ConsentKind.CHILD))

    assert not SensitiveAnswer.objects.exists()
    assert not child.consents.active().exists()


def test_a_consent_about_something_else_takes_nothing_along(session):
    ana = PersonFactory()
    booking = book(session, ana, given=of(ask(session.activity), (ana, "peanuts")))
    photos = consents.give(ana, ConsentKind.PHOTO, by=booking.booked_by)

    answers.withdraw(photos)

    assert words_of(booking) == ["peanuts"]


def test_whoever_is_taken_off_the_list_is_read_no_more_and_forgotten_in_the_night(session):
    user = CareFactory(role=Role.SELF).user
    granny = people.add_adult(user, name="Granny")
    given = of(ask(session.activity), (granny, "peanuts"))
    booking = book(session, granny, given=given, by=user)

    people.end_care(granny.cares.get())

    assert words_of(booking) == []
    assert not Reading.objects.exists()
    assert answers.forget_due() == 1


# Forgetting.


def later(days):
    return timezone.now() + timedelta(days=days)


@pytest.mark.parametrize(("hours", "forgotten"), [(-1, 0), (1, 1)])
def test_a_week_after_the_last_date_it_is_forgotten(hours, forgotten):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    first = SessionFactory(activity=activity)
    last = SessionFactory(activity=activity, starts_at=first.starts_at + timedelta(days=30))
    ana = PersonFactory()
    book_for(ana, activity=activity, answers=of(ask(activity), (ana, "nuts")), agreed=[ana])

    at = last.ends_at + timedelta(days=7, hours=hours)

    assert answers.forget_due(first.ends_at + timedelta(days=8)) == 0
    assert answers.forget_due(at) == forgotten
    assert answers.forget_due(at) == 0
    assert SensitiveAnswer.objects.count() == 1 - forgotten


@pytest.mark.parametrize("is_per_person", [True, False])
def test_a_week_after_it_was_canceled_it_is_forgotten(session, is_per_person):
    ana = PersonFactory()
    allergies = ask(session.activity, is_per_person=is_per_person)
    booking = book(session, ana, given=of(allergies, (ana, "peanuts")))
    now = timezone.now()

    services.cancel(booking, by=booking.booked_by, at=now)

    assert answers.forget_due(now + timedelta(days=7, minutes=-1)) == 0
    assert answers.forget_due(now + timedelta(days=7, minutes=1)) == 1


def test_whoever_left_a_party_is_forgotten_before_those_who_stay(session):
    session.starts_at, session.ends_at = later(30), later(30.1)
    session.booking_closes_at = session.starts_at
    session.save()
    ana, bo = PersonFactory.create_batch(2)
    booking = book(
        session, ana, bo, given=of(ask(session.activity), (ana, "peanuts"), (bo, "milk"))
    )

    services.cancel(booking, by=booking.booked_by, places=booking.places.filter(person=ana))

    assert answers.forget_due(later(8)) == 1
    assert words_of(booking) == ["milk"]


def test_forgetting_is_one_statement_however_much_there_is(session, django_assert_num_queries):
    allergies = ask(session.activity)
    for person in PersonFactory.create_batch(3):
        book(session, person, given=of(allergies, (person, "peanuts")))

    with django_assert_num_queries(1):
        assert answers.forget_due(later(60)) == 3


def test_the_night_forgets_what_is_long_over(session):
    ana = PersonFactory()
    book(session, ana, given=of(ask(session.activity), (ana, "peanuts")))
    long_ago = timezone.now() - timedelta(days=8)
    type(session).objects.update(starts_at=long_ago - timedelta(hours=1), ends_at=long_ago)

    tasks.forget_health()

    assert not SensitiveAnswer.objects.exists()


# Reading.


def test_every_look_is_noted_once_for_each_booking(session):
    ana, bo, cy = PersonFactory.create_batch(3)
    allergies, worker = ask(session.activity), social_worker()
    one = book(session, ana, bo, given=of(allergies, (ana, "peanuts"), (bo, "milk")))
    plain = book(session, cy, given={})
    at = timezone.now()

    answers.read([one, plain], by=worker, where="roster", at=at)
    answers.read([one], by=worker, where="export", at=at)

    noted = Reading.objects.order_by("pk").values_list("booking", "by", "at", "where")
    assert list(noted) == [
        (one.pk, worker.pk, at, "roster"),
        (one.pk, worker.pk, at, "export"),
    ]


def test_reading_costs_the_same_for_one_and_for_many(session, django_assert_num_queries):
    allergies, worker = ask(session.activity), social_worker()
    booked = [
        book(session, person, given=of(allergies, (person, "peanuts")))
        for person in PersonFactory.create_batch(3)
    ]

    for some in (booked[:1], booked):
        with django_assert_num_queries(4):  # Savepoint, answers, readings, release.
            answers.read(some, by=worker, where="roster")


def test_without_the_key_there_is_a_line_without_words(session, settings):
    ana = PersonFactory()
    booking = book(session, ana, given=of(ask(session.activity), (ana, "peanuts")))

    settings.ANSWERS_KEYS = ["another" * 6]

    assert words_of(booking) == [None]


def test_an_answer_in_the_row_of_another_booking_has_no_words(session):
    ana, bo = PersonFactory.create_batch(2)
    allergies = ask(session.activity)
    one = book(session, ana, given=of(allergies, (ana, "peanuts")))
    other = book(session, bo, given=of(allergies, (bo, "milk")))

    SensitiveAnswer.objects.filter(booking=other).update(sealed=one.sensitive_answers.get().sealed)

    assert words_of(other) == [None]


def test_a_roster_says_what_was_answered_and_that_there_is_more(session, django_assert_num_queries):
    ana, bo, cy = PersonFactory.create_batch(3)
    activity = session.activity
    allergies = ask(activity, order=3)
    cake = ask(activity, "Cake?", order=1, is_sensitive=False)
    car = ask(
        activity, "Car?", order=2, kind=AnswerKind.YES_NO, is_sensitive=False, is_per_person=False
    )
    given = of(allergies, (ana, "nuts")) | of(cake, (ana, "plum"), (bo, "apple"))
    book(session, ana, bo, given=given | of(car, (None, "no")))
    book(session, cy, given={})
    places = answers.with_health(session.places.select_related("person", "booking"))

    with django_assert_num_queries(2):
        places = list(places.order_by("pk"))
        told = answers.told_by(places, activity)

    assert [
        ([(line.question.text, line.words) for line in told[place.pk]], place.has_health)
        for place in places
    ] == [
        ([("Cake?", "plum"), ("Car?", "否")], True),
        ([("Cake?", "apple"), ("Car?", "否")], False),
        ([], False),
    ]


def test_where_nothing_was_answered_a_roster_asks_nothing(session, django_assert_num_queries):
    book_for(PersonFactory(), session=session)
    places = list(session.places.select_related("person", "booking"))

    with django_assert_num_queries(0):
        assert answers.told_by(places, session.activity) == {places[0].pk: []}
