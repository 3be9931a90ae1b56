"""The step of booking that asks for consent to notes on health, before the questions."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import consents
from accounts import services as people
from accounts.models import Consent, ConsentKind
from activities.models import Question
from bookings import answers
from bookings.models import Booking, SensitiveAnswer
from tests.bookings.booking import book_for
from tests.desk import social_worker, words
from tests.factories import SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def ana(user):
    return people.introduce(user, "Ana")


@pytest.fixture
def client(user, ana):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def session():
    return SessionFactory(activity__party_limit=3)


@pytest.fixture
def allergies(session):
    return ask(session.activity)


def ask(activity, text="Allergies?", **more):
    defaults = {"purpose": "To cook.", "is_sensitive": True, "is_per_person": True}
    return Question.objects.create(activity=activity, text=text, **defaults | more)


def kid(user, years=8):
    born = timezone.localdate() - timedelta(days=years * 366)
    return people.add_child(user, name="Kid", birth_date=born, consented=True)


def send(client, session, *party, step=None, **more):
    data = {"session": session.pk, "person": [person.pk for person in party], "request_key": "tap"}
    data |= {"step": step} if step else {}
    return client.post(f"/activities/{session.activity_id}/book/", data | more)


def hidden(response):
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode())
    return dict(found)


def button(response):
    return re.findall(r'button main" name="step" value="([^"]+)"', response.content.decode())


def health():
    return Consent.objects.active().filter(kind=ConsentKind.HEALTH)


def test_it_is_asked_first_and_nothing_is_chosen_beforehand(client, ana, session, allergies):
    asked = client.get(f"/activities/{session.activity_id}/book/?session={session.pk}")

    assert "May we keep notes on health?" in words(asked)
    assert "I agree that they are kept" in words(asked)
    assert "I would rather not say" in words(asked)
    assert "Allergies?" not in words(asked)
    assert not re.search(rf'name="consent_{ana.pk}"[^>]*checked', asked.content.decode())
    assert button(asked) == ["questions"]


def test_who_agrees_is_asked_and_the_answer_is_sealed(client, user, ana, session, allergies):
    consented = {f"consent_{ana.pk}": "yes"}
    asked = send(client, session, ana, step="questions", **consented)
    assert "Allergies?" in words(asked)
    assert hidden(asked)[f"consent_{ana.pk}"] == "yes"

    answered = {f"question_{allergies.pk}_{ana.pk}": "peanuts"}
    checked = send(client, session, ana, step="check", **consented, **answered)
    assert "peanuts" in words(checked)
    assert not health().exists()
    sent = send(client, session, ana, **consented, **answered)

    booking = Booking.objects.get()
    assert sent.url == f"/bookings/{booking.reference}/"
    [line] = answers.read([booking], by=social_worker(), where="roster")[booking.pk]
    assert (line.words, line.person) == ("peanuts", ana)
    assert (health().get().given_by, health().get().version) == (
        user,
        consents.VERSIONS[ConsentKind.HEALTH],
    )


def test_who_would_rather_not_books_all_the_same_and_nothing_is_kept(
    client, ana, session, allergies
):
    refusing = {f"consent_{ana.pk}": "no", f"question_{allergies.pk}_{ana.pk}": "slipped in"}
    checked = send(client, session, ana, step="questions", **refusing)
    assert "Please look once more" in words(checked)
    assert "Allergies?" not in words(checked)

    send(client, session, ana, **refusing)

    assert Booking.objects.get().answers == {}
    assert not SensitiveAnswer.objects.exists()
    assert not health().exists()


def test_one_of_a_party_may_refuse(client, user, ana, session, allergies):
    child = kid(user)
    chosen = {f"consent_{ana.pk}": "no", f"consent_{child.pk}": "yes"}

    asked = send(client, session, ana, child, step="questions", **chosen)

    assert "Allergies? (Kid)" in words(asked).replace("（", " (").replace("）", ")")
    assert "(Ana)" not in words(asked)


def test_choosing_nothing_is_asked_again_with_kind_words(client, ana, session, allergies):
    asked = send(client, session, ana, step="questions")

    assert asked.status_code == 422
    assert "Please choose one; either is fine." in words(asked)


def test_where_it_cannot_do_without_the_desk_is_named(client, ana, session):
    ask(session.activity, is_required=True)

    asked = send(client, session, ana, step="questions", **{f"consent_{ana.pk}": "no"})

    assert asked.status_code == 422
    assert "please call the desk: 0588-555 0100" in words(asked)
    assert not Booking.objects.exists()


def test_each_is_asked_in_their_own_words(client, user, ana, session, allergies):
    child, teen = (
        kid(user),
        people.add_child(
            user, name="Teen", birth_date=timezone.localdate() - timedelta(days=15 * 366)
        ),
    )
    granny = people.add_adult(user, name="Granny")
    session.activity.party_limit = 4
    session.activity.save()

    asked = words(send(client, session, ana, child, teen, granny, step="consent"))

    assert "I agree that they are kept" in asked
    assert "I am the guardian of Kid, who is under 14, and agree" in asked
    assert "I am the guardian of Teen and agree" in asked
    assert "Granny agrees, and asked me to say so" in asked


def test_who_has_agreed_before_is_not_asked_again(client, user, ana, session, allergies):
    consents.give(ana, ConsentKind.HEALTH, by=user)

    asked = client.get(f"/activities/{session.activity_id}/book/?session={session.pk}")

    assert "May we keep notes on health?" not in words(asked)
    assert "Allergies?" in words(asked)


def test_where_nothing_is_asked_on_health_nobody_is_asked_for_consent(client, ana, session):
    ask(session.activity, "Cake?", is_sensitive=False)

    asked = client.get(f"/activities/{session.activity_id}/book/?session={session.pk}")

    assert "May we keep" not in words(asked)
    assert "Cake?" in words(asked)


def test_from_who_comes_one_gets_to_the_consents_of_whoever_was_chosen(
    client, user, ana, session, allergies
):
    child = kid(user)
    consents.give(ana, ConsentKind.HEALTH, by=user)
    who = client.get(f"/activities/{session.activity_id}/book/?session={session.pk}")
    assert button(who) == ["consent"]

    for_ana = send(client, session, ana, step="consent")
    for_the_child = send(client, session, child, step="consent")

    assert "Allergies?" in words(for_ana)
    assert "Health notes on Kid" in words(for_the_child)


def test_a_consent_withdrawn_meanwhile_is_asked_for_again_and_nothing_is_lost(
    client, user, ana, session, allergies
):
    consent = consents.give(ana, ConsentKind.HEALTH, by=user)
    answered = {f"question_{allergies.pk}_{ana.pk}": "peanuts"}
    assert "peanuts" in words(send(client, session, ana, step="check", **answered))
    answers.withdraw(consent)

    sent = send(client, session, ana, **answered)

    assert (sent.status_code, Booking.objects.count()) == (422, 0)
    assert "May we keep notes on health?" in words(sent)
    assert hidden(sent)[f"question_{allergies.pk}_{ana.pk}"] == "peanuts"


def test_in_the_elder_view_each_consent_and_each_question_has_its_own_page(
    client, user, ana, session, allergies
):
    child = kid(user)
    client.cookies["elder"] = "1"
    cake = ask(session.activity, "Cake?", is_sensitive=False, is_per_person=False, order=5)

    first = send(client, session, ana, child, step="consent")
    assert ("Health notes on Ana" in words(first), "Health notes on Kid" in words(first)) == (
        True,
        False,
    )
    chosen = {f"consent_{ana.pk}": "no"}
    second = send(client, session, ana, child, step=button(first)[0], **chosen)
    assert "Health notes on Kid" in words(second)
    chosen |= {f"consent_{child.pk}": "yes"}
    third = send(client, session, ana, child, step=button(second)[0], **chosen)
    assert ("Allergies?" in words(third), "Cake?" in words(third)) == (True, False)
    fourth = send(client, session, ana, child, step=button(third)[0], **chosen)
    assert "Cake?" in words(fourth)
    assert button(fourth) == ["check"]

    send(client, session, ana, child, **chosen, **{f"question_{cake.pk}": "plum"})
    assert Booking.objects.get().answers == {str(cake.pk): "plum"}


class TestOnThePageOfAPerson:
    def give(self, session, allergies, ana, user):
        given = {str(allergies.pk): {str(ana.pk): "peanuts"}}
        book_for(ana, session=session, by=user, answers=given, agreed=[ana])
        return health().get()

    def test_it_is_taken_back_there_and_the_answers_are_gone(
        self, client, user, ana, session, allergies
    ):
        consent = self.give(session, allergies, ana, user)
        page = client.get(f"/people/{ana.pk}/")
        assert "Without it all that was noted is deleted at once" in words(page)

        answer = client.post(f"/people/{ana.pk}/withdraw/{consent.pk}/")

        assert answer.url == f"/people/{ana.pk}/"
        assert not SensitiveAnswer.objects.exists()
        assert "withdrawn on" in words(client.get(answer.url))

    def test_who_speaks_for_a_person_takes_back_what_the_desk_has_heard(
        self, client, user, ana, session
    ):
        consent = consents.give(ana, ConsentKind.HEALTH, by=social_worker(), how="phone")

        client.post(f"/people/{ana.pk}/withdraw/{consent.pk}/")

        assert not health().exists()

    def test_a_helper_takes_back_only_what_they_gave(self, client, user, ana):
        granny = people.add_adult(user, name="Granny")
        consent = consents.give(granny, ConsentKind.HEALTH, by=social_worker(), how="paper")

        assert client.post(f"/people/{granny.pk}/withdraw/{consent.pk}/").status_code == 404
        assert (
            f"/withdraw/{consent.pk}/" not in client.get(f"/people/{granny.pk}/").content.decode()
        )

    def test_twice_and_by_a_stranger_there_is_nothing_to_take_back(
        self, client, user, ana, session, allergies
    ):
        consent = self.give(session, allergies, ana, user)
        stranger = Client()
        stranger.force_login(UserFactory())
        address = f"/people/{ana.pk}/withdraw/{consent.pk}/"

        assert stranger.post(address).status_code == 404
        assert client.get(address).status_code == 405
        client.post(address)
        assert client.post(address).status_code == 404
