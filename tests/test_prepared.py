"""Statements that are put into SQL once answer as their QuerySets do."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Care, Person
from activities.models import Session
from notices.models import Notice
from notices.services import write
from prepared import insert, prepared, prepared_update, ready_sql
from tests.factories import PersonFactory, SessionFactory, carer_of

pytestmark = pytest.mark.django_db


@prepared
def named(name):
    return Person.objects.filter(name=name)


@prepared
def cares_of(user):
    return Care.objects.active().filter(user=user).select_related("person")


@prepared
def among(pks):
    return Person.objects.filter(pk__in=pks).order_by("pk")


def test_it_is_put_into_sql_once_and_answers_for_each_value():
    calls = []

    @prepared
    def person(pk):
        calls.append(pk)
        return Person.objects.filter(pk=pk)

    ana, bo = PersonFactory.create_batch(2)

    assert [person(ana.pk), person(bo.pk)] == [[ana], [bo]]
    assert person.first(ana.pk) == ana
    assert person.first(0) is None
    assert len(calls) == 1


def test_things_come_with_what_was_selected_with_them(django_assert_num_queries):
    for person in PersonFactory.create_batch(2):
        user = carer_of(person)
        with django_assert_num_queries(1):
            assert [care.person for care in cares_of(user)] == [person]


def test_lists_of_every_length():
    people = PersonFactory.create_batch(3)
    pks = [person.pk for person in people]

    assert [among(pks[:n]) for n in range(4)] == [[], people[:1], people[:2], people]


def test_none_asks_for_what_is_empty():
    @prepared
    def led_by(leader):
        return Session.objects.filter(leader=leader)

    leader = PersonFactory()
    led, alone = SessionFactory(leader=leader), SessionFactory()

    assert [led_by(leader), led_by(None)] == [[led], [alone]]


def test_yes_and_no_are_two_statements():
    @prepared
    def people(is_retired):
        everybody = Person.objects.order_by("pk")
        return everybody.exclude(retired_at=None) if is_retired else everybody.active()

    there, gone = PersonFactory(), PersonFactory(retired_at=timezone.now())

    assert [people(False), people(True)] == [[there], [gone]]


def test_values_instead_of_things():
    @prepared
    def names(pk):
        return Person.objects.filter(pk=pk).values_list("name", flat=True)

    assert names(PersonFactory(name="安娜").pk) == ["安娜"]


def test_a_text_is_a_value_and_never_a_piece_of_sql():
    wild = "'; DROP TABLE accounts_person; -- %s"
    person = PersonFactory(name=wild)

    assert named(wild) == [person]
    assert named("stand-in 0") == []


def test_what_reckons_with_a_value_is_refused():
    @prepared
    def older(number):
        return Person.objects.filter(pk__gt=number + 1)

    @prepared
    def like(name):
        return Person.objects.filter(name__contains=name)

    @prepared
    def whatever(number):
        return Person.objects.all()

    for refused, value in ((older, 5), (like, "李"), (whatever, 5)):
        with pytest.raises(ValueError, match="handed on"):
            refused(value)


def test_behind_a_pooler_no_connection_has_to_know_a_statement(settings):
    settings.DATABASE_PREPARES = False

    @prepared
    def of_one_family(name):
        people = Person.objects.filter(name=name, area__contains="100%", retired_at=None)
        return people.exclude(area__startswith="%s")

    person = PersonFactory(name="'; %s", area="100% 中心")

    assert of_one_family("'; %s") == [person]


def test_words_with_a_percent_sign_stay_as_they_are():
    @prepared
    def of_one_family(name):
        people = Person.objects.filter(name=name, area__contains="100%", retired_at=None)
        return people.exclude(area__startswith="%s")

    person = PersonFactory(name="%s$1", area="100% 中心")

    assert of_one_family("%s$1") == [person]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_gets_to_know_the_statement_again():
    assert named("nobody") == []
    connection.close()
    assert named("nobody") == []


def test_a_change_says_how_many_rows_it_changed():
    @prepared_update
    def take(session, n):
        free = Session.objects.filter(pk=session.pk, capacity__gte=F("places_taken") + n)
        return free, {"places_taken": F("places_taken") + n}

    session = SessionFactory(capacity=3)

    assert [take(session, 2), take(session, 2), take(session, 1)] == [1, 0, 1]
    session.refresh_from_db()
    assert session.places_taken == 3


def test_new_rows_get_their_keys():
    people = [Person(name=f"Person {n}", sort_key=str(n)) for n in range(3)]

    insert(people)

    assert list(Person.objects.order_by("pk")) == people
    assert [person.name for person in Person.objects.order_by("pk")] == [p.name for p in people]
    people[0].name = "安娜"
    people[0].save()
    assert Person.objects.count() == 3


def test_a_row_that_breaks_a_rule_is_refused_or_left_out():
    def notices():
        return [write("accounts/code", key=key, address="a@example.org") for key in "ab"]

    insert(notices()[:1])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(notices())
    insert(notices(), ignore_conflicts=True)

    assert sorted(Notice.objects.values_list("key", flat=True)) == ["a", "b"]


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_by_its_own_connection():
    people = PersonFactory.create_batch(8)

    def ask(person):
        try:
            return [among([person.pk]) for _ in range(20)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, people))

    assert answers == [[[person]] * 20 for person in people]


def test_a_key_that_is_too_large_belongs_to_nothing():
    person = PersonFactory()

    assert among([2**63]) == []
    assert among([person.pk, 2**63]) == [person]


def test_plain_sql_is_kept_by_the_connection_and_answers_with_rows():
    doubled = ready_sql("SELECT %s::int * 2, 'of ' || %s::text")

    assert [doubled(2, "two"), doubled(3, "three")] == [[(4, "of two")], [(6, "of three")]]


def test_plain_sql_behind_a_pooler_is_sent_whole(settings):
    settings.DATABASE_PREPARES = False

    assert ready_sql("SELECT %s::int * 2")(4) == [(8,)]
