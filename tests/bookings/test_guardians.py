"""Nobody under 14 is booked online without the consent of the guardian who books."""

import pytest
from dateutil.relativedelta import relativedelta
from django.test import Client
from django.utils import timezone

from accounts import consents
from accounts import services as people
from accounts.models import Care, ConsentChannel, ConsentKind, Role
from bookings import desk, rules, services
from bookings.desk import Newcomer
from bookings.models import Booking, BookingChannel
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, social_worker, words
from tests.factories import CareFactory, PersonFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def born(years, *, days_short=0):
    today = timezone.localdate()
    return today - relativedelta(years=years) + relativedelta(days=days_short)


@pytest.fixture
def user():
    user = UserFactory()
    people.introduce(user, "Ana")
    return user


@pytest.fixture
def child(user):
    return people.add_child(user, name="Kid", birth_date=born(9), consented=True)


def refused(*party, by):
    with pytest.raises(services.BookingRefused) as no:
        book_for(*party, session=SessionFactory(), by=by)
    return no.value.reason


def test_a_guardian_who_agreed_books_for_the_child(user, child):
    assert book_for(child, session=SessionFactory(), by=user).party_size == 1


@pytest.mark.parametrize("role", [Role.GUARDIAN, Role.HELPER, Role.SELF])
def test_without_it_nobody_does_whatever_they_are_to_the_child(role):
    child = PersonFactory(name="Kid", birth_date=born(9))
    user = CareFactory(person=child, role=role).user

    reason = refused(child, by=user)

    assert reason.code == "needs_guardian"
    assert "Kid" in reason.text
    assert reason.next_step


def test_the_consent_of_another_guardian_does_not_do(child):
    other = CareFactory(person=child, role=Role.GUARDIAN).user

    assert refused(child, by=other).code == "needs_guardian"


def test_a_consent_that_was_withdrawn_does_not_do(user, child):
    consents.withdraw(child.consents.get())
    Care.objects.update(ended_at=None)  # As if the care had stayed.

    assert refused(child, by=user).code == "needs_guardian"


def test_the_eve_of_the_fourteenth_birthday_still_counts_and_the_day_does_not():
    young = PersonFactory(birth_date=born(14, days_short=1))
    old = PersonFactory(birth_date=born(14))
    user = CareFactory(person=young, role=Role.GUARDIAN).user
    CareFactory(user=user, person=old, role=Role.GUARDIAN)

    assert refused(young, old, by=user).code == "needs_guardian"
    assert book_for(old, session=SessionFactory(), by=user)


def test_staff_ask_the_guardian_themselves():
    child = PersonFactory(birth_date=born(9))

    booking = book_for(
        child, session=SessionFactory(), by=social_worker(), channel=BookingChannel.DESK
    )

    assert booking.party_size == 1


def test_it_costs_a_statement_only_where_somebody_is_young(user, child, django_assert_num_queries):
    with django_assert_num_queries(0):
        rules.unagreed([PersonFactory.build(birth_date=born(30)), PersonFactory.build()], by=user)
    with django_assert_num_queries(1):
        assert rules.unagreed([child], by=user) == []


def test_the_form_says_beside_the_child_what_is_needed(user):
    child = PersonFactory(name="Kid", birth_date=born(9))
    CareFactory(user=user, person=child, role=Role.GUARDIAN)
    session, client = SessionFactory(), Client(headers={"accept-language": "en"})
    client.force_login(user)

    asked = client.get(f"/activities/{session.activity_id}/book/")
    sent = client.post(
        f"/activities/{session.activity_id}/book/", {"person": child.pk, "session": session.pk}
    )

    needed = "Kid is under 14: booking online needs the guardian&#x27;s consent."
    assert needed in words(asked)
    assert (sent.status_code, needed in words(sent)) == (409, True)
    assert 'href="/people/"' in words(sent)
    assert not Booking.objects.exists()


def test_a_helper_cannot_add_a_child_as_a_neighbor(user):
    with pytest.raises(people.Refused):
        people.add_adult(user, name="Kid", birth_date=born(9))

    assert people.add_adult(user, name="Young", birth_date=born(14)).name == "Young"


def test_the_desk_writes_down_no_child_without_the_guardian():
    session = SessionFactory()
    worker = social_worker(session.activity.center)
    newcomer = Newcomer(name="Kid", birth_date=born(9))

    call = desk.Call(session.activity, [], worker, "key", newcomer=newcomer)
    [outcome] = desk.book_for(call, [session])

    assert outcome.refusal.code == "needs_guardian"
    with pytest.raises(services.BookingRefused):
        desk.walk_in(session, by=worker, reason="Came by", newcomer=newcomer)


class TestThePageOfAPerson:
    """Where staff add or correct a birth date."""

    address = "/admin/accounts/person/{}/change/"
    parts = {
        f"{name}-{count}_FORMS": 0
        for name in ("cares", "places")
        for count in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")
    }

    def send(self, person, **given):
        center = SessionFactory().activity.center
        self.worker = social_worker(center)
        data = {"name": person.name, "sort_key": "x", "birth_date": born(9)} | given
        return at_the_desk(self.worker).post(self.address.format(person.pk), self.parts | data)

    def test_a_birth_date_of_a_child_asks_for_the_guardian(self):
        person = PersonFactory()

        answer = self.send(person)

        assert "we need the guardian&#x27;s consent" in words(answer)
        person.refresh_from_db()
        assert person.birth_date is None

    def test_and_how_they_agreed_is_kept(self):
        person = PersonFactory()

        self.send(person, agreed=ConsentChannel.PHONE)

        person.refresh_from_db()
        assert person.birth_date == born(9)
        consent = person.consents.get()
        assert (consent.kind, consent.channel, consent.entered_by, consent.given_by) == (
            ConsentKind.CHILD,
            ConsentChannel.PHONE,
            self.worker,
            None,
        )

    def test_who_has_agreed_is_not_asked_again(self, child):
        answer = self.send(child, name="Kid again")

        assert answer.status_code == 302
        assert child.consents.count() == 1

    def test_of_a_grown_up_nothing_is_asked(self):
        person = PersonFactory()

        self.send(person, birth_date=born(40), agreed=ConsentChannel.PHONE)

        assert not person.consents.exists()
