"""What is kept of a page for all who are signed in, and what is not."""

import re

import pytest
import time_machine
from django.core.cache import caches
from django.http import HttpResponse
from django.template import RequestContext, Template
from django.test import Client

from accounts.models import Person
from activities.shells import kept_for_readers
from bookings.models import Booking
from tests.bookings.booking import book_for
from tests.desk import social_worker
from tests.factories import CenterFactory, PersonFactory, SessionFactory, carer_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _memory(settings):
    local = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {name: {"BACKEND": local, "LOCATION": name} for name in ("default", "here")}
    for cache in caches.all():
        cache.clear()


@pytest.fixture
def session():
    return SessionFactory(activity__title="Calligraphy")


def browser_of(user, **more):
    client = Client(**more)
    client.force_login(user)
    return client


@pytest.fixture
def readers():
    """Two browsers of two users, each with one person."""
    return [browser_of(carer_of(PersonFactory(name=name), name=name)) for name in ("柳安", "柳博")]


def page_of(client, session, **more):
    return client.get(f"/activities/{session.activity_id}/", **more).content.decode()


def token_in(page):
    return re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]


def test_the_second_reader_costs_only_the_pieces(readers, session, django_assert_num_queries):
    for reader in readers:
        page_of(reader, session)

    # The session and its user, what is new for them, their people, what these have booked at
    # that time or at all, the limits on that, what is asked.
    with django_assert_num_queries(8):
        assert "Calligraphy" in page_of(readers[0], session)


def test_each_reader_sees_their_own_pieces_and_nobody_elses(readers, session):
    first, second = (page_of(reader, session) for reader in readers)

    assert "柳安" in first
    assert "柳博" not in first
    assert "柳博" in second
    assert "柳安" not in second
    assert token_in(first) != token_in(second)


def test_the_token_of_a_kept_page_is_taken(session):
    client = browser_of(carer_of(PersonFactory()), enforce_csrf_checks=True)
    page_of(client, session)
    page = page_of(client, session)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page))

    assert client.post(f"/activities/{session.activity_id}/book/", fields).status_code == 302
    assert Booking.objects.count() == 1


def test_what_a_reader_has_booked_is_there_at_once(readers, session):
    page_of(readers[0], session)
    person = Person.objects.get(name="柳安")

    book_for(person, session=session, by=person.cares.get().user)

    assert "You have this already" in page_of(
        readers[0], session, headers={"accept-language": "en"}
    )


def test_free_places_are_never_older_than_five_seconds(readers):
    with time_machine.travel("2026-11-24T09:10+08:00", tick=False) as now:
        session = SessionFactory(capacity=9)
        english = {"headers": {"accept-language": "en"}}
        assert "9 places left" in page_of(readers[0], session, **english)
        session.places_taken = 2
        session.save()

        now.shift(6)

        assert "7 places left" in page_of(readers[0], session, **english)


def test_places_in_a_list_are_those_of_now(readers, session):
    english = {"accept-language": "en"}
    assert "10 places left" in readers[0].get("/activities/", headers=english).content.decode()
    session.places_taken = 3
    session.save()

    assert "7 places left" in readers[0].get("/activities/", headers=english).content.decode()


def test_who_is_signed_in_and_who_is_not_see_different_shells(client, readers, session):
    page_of(readers[0], session)

    assert "/accounts/login/" in page_of(client, session)
    assert "/accounts/logout/" in page_of(readers[0], session)


def test_languages_and_the_elder_view_do_not_mix(readers, session):
    chinese = page_of(readers[0], session)
    english = page_of(readers[0], session, headers={"accept-language": "en"})
    readers[0].cookies["elder"] = "1"
    elder = page_of(readers[0], session)

    assert '<html lang="zh-CN">' in chinese
    assert '<html lang="en">' in english
    assert '<html lang="zh-CN" class="elder">' in elder


def test_the_elder_view_of_a_profile_counts_too(session):
    young, old = carer_of(PersonFactory()), carer_of(PersonFactory(), elder_view=True)

    assert 'class="elder"' not in page_of(browser_of(young), session)
    assert 'class="elder"' in page_of(browser_of(old), session)


def test_staff_get_a_page_drawn_whole(readers):
    center = CenterFactory()
    session = SessionFactory(activity__center=center)
    page_of(readers[0], session)
    worker = social_worker(center)

    assert "/admin/" in page_of(browser_of(worker), session)
    assert "/admin/" not in page_of(readers[1], session)


def test_a_page_with_a_token_outside_of_the_pieces_is_not_kept(rf, readers, session):
    drawn = []

    @kept_for_readers
    def view(request):
        drawn.append(request.user)
        return HttpResponse(Template("{% csrf_token %}").render(RequestContext(request)))

    for _ in range(2):
        request = rf.get("/somewhere/")
        request.user, request.htmx, request.session = carer_of(PersonFactory()), False, {}
        view(request)

    # A try for everybody, and then for the one who asked.
    assert len(drawn) == 4


def test_a_missing_page_is_missing_for_everybody(readers):
    assert readers[0].get("/activities/999999/").status_code == 404
