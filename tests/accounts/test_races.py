"""Many at once, and the same with the guard taken out."""

import threading
from collections import Counter
from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError

from accounts import services
from accounts.models import Care, Consent, Person, Role, User
from tests.factories import UserFactory
from tests.races import together, while_held, without_constraint

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

RIVALS = 8


@pytest.fixture
def unlocked(monkeypatch):
    """Takes the lock out of a user's list, and lets all look at it before anybody writes."""
    all_have_looked, write = threading.Barrier(RIVALS), services._take_care

    def write_together(*args):
        all_have_looked.wait(10)
        write(*args)

    monkeypatch.setattr(services, "_lock", lambda user: None)
    monkeypatch.setattr(services, "_take_care", write_together)


def introduced(user):
    return together(*[partial(services.introduce, user, "Ana")] * RIVALS)


def test_whoever_introduces_himself_eight_times_at_once_is_one_person():
    user = UserFactory()

    answers = introduced(user)

    assert len(set(answers)) == 1
    assert Person.objects.being(user).count() == Person.objects.count() == 1


def test_without_the_lock_the_database_still_refuses_a_second_self(unlocked):
    user = UserFactory()

    answers = introduced(user)

    assert Counter(type(answer) for answer in answers) == {Person: 1, IntegrityError: RIVALS - 1}
    assert Person.objects.being(user).count() == Person.objects.count() == 1


def test_control_without_lock_and_constraint_one_user_is_several_people(unlocked):
    user = UserFactory()

    with without_constraint(Care, "user_is_one_person"):
        introduced(user)
        assert Person.objects.being(user).count() == RIVALS


def tapped(user):
    child = {"name": "小禾", "birth_date": date(2020, 3, 5), "consented": True}
    return partial(services.add_child, user, **child)


def test_eight_taps_add_one_child():
    user = UserFactory()

    answers = together(*[tapped(user)] * RIVALS)

    assert len(set(answers)) == 1
    assert Care.objects.filter(user=user, role=Role.GUARDIAN).count() == 1
    assert Consent.objects.count() == 1


def test_they_wait_for_each_other():
    user = UserFactory()

    with while_held(User.objects.filter(pk=user.pk), *[tapped(user)] * RIVALS) as answers:
        assert not Person.objects.exists()

    assert len(set(answers)) == 1


def test_control_without_the_lock_a_double_tap_adds_several(unlocked):
    together(*[tapped(UserFactory())] * RIVALS)

    assert Person.objects.count() == RIVALS


def test_eight_requests_for_a_code_make_one_newcomer():
    answers = together(*[partial(services.user_at, phone="+8613812345678")] * RIVALS)

    assert len(set(answers)) == 1
    assert User.objects.count() == 1
