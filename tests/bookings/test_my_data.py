"""What is kept about somebody, to take along; and leaving for good."""

import json
from datetime import time, timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts import consents
from accounts.models import Care, ConsentKind, Person, Role
from bookings import feeds, goodbye, rooms
from bookings.models import Booking, CalendarFeed, Place, Reading, Status
from bookings.my_data import copy_of
from bookings.rooms import Wish
from bookings.rules import BookingRefused
from notices.models import Notice, Preference
from notices.services import deliver_due
from partners import surveys
from tests.bookings.booking import book_for, carer
from tests.factories import (
    CareFactory,
    PersonFactory,
    RoomFactory,
    SentNoticeFactory,
    SessionFactory,
    StaffMemberFactory,
    SurveyQuestionFactory,
    UserFactory,
)
from tests.races import while_held
from venues.models import OpeningHours

pytestmark = pytest.mark.django_db


@pytest.fixture
def family():
    """A user, the person they are, and their child."""
    own, child = PersonFactory(name="Ana"), PersonFactory(name="Bo")
    user = UserFactory(name="Ana", email="ana@example.org")
    CareFactory(user=user, person=own, role=Role.SELF)
    CareFactory(user=user, person=child, role=Role.GUARDIAN)
    consents.give(child, ConsentKind.CHILD, by=user)
    return user, own, child


def test_the_copy_holds_all_that_is_kept(family):
    user, own, child = family
    booking = book_for(own, child, by=user, session=SessionFactory())
    SentNoticeFactory(recipient=user, subject="See you on Monday")

    data = copy_of(user)

    assert data["account"]["email"] == "ana@example.org"
    assert [person["name"] for person in data["people"]] == ["Ana", "Bo"]
    assert [each["kind"] for each in data["people"][1]["consents"]] == ["child"]
    assert [each["reference"] for each in data["bookings"]] == [booking.reference]
    assert {place["person"] for place in data["bookings"][0]["places"]} == {"Ana", "Bo"}
    assert "See you on Monday" in {each["subject"] for each in data["messages"]}


def test_the_copy_holds_nothing_of_others(client, family):
    stranger = PersonFactory(name="Cleo")
    book_for(stranger, by=carer(stranger), session=SessionFactory())
    client.force_login(family[0])

    for name in ("my-data.json", "my-data.html"):
        assert "Cleo" not in client.get(f"/people/{name}").content.decode()


def test_it_is_a_file_for_programs_and_one_for_people(client, family):
    user, own, _child = family
    book_for(own, by=user, session=SessionFactory())
    client.force_login(user)

    for_programs = client.get("/people/my-data.json")
    for_people = client.get("/people/my-data.html")

    assert json.loads(for_programs.content)["bookings"][0]["state"] == "confirmed"
    assert for_programs["Content-Disposition"].endswith('.json"')
    assert "已报名" in for_people.content.decode()
    assert for_people["Content-Disposition"].endswith('.html"')


def test_how_one_wants_to_be_told_is_in_both_files(client, family):
    user = family[0]
    Preference.objects.create(user=user, ways={"offers": "inbox"}, news=False, quiet_from=time(22))
    client.force_login(user)

    said = json.loads(client.get("/people/my-data.json").content)["account"]["wants_to_be_told"]

    assert (said["ways"], said["news"], said["quiet_from"]) == (
        {"offers": "inbox"},
        False,
        "22:00:00",
    )
    page = client.get("/people/my-data.html").content.decode()
    assert "候补和空出的名额: 我的消息" in page
    assert "22:00–08:00" in page


def test_the_address_of_the_calendar_is_in_the_copy_and_ends_with_the_account(client, family):
    user = family[0]
    feeds.renew(user)
    address = copy_of(user)["account"]["calendar_feed"]["address"]
    assert client.get(address).status_code == 200

    goodbye.close_account(user)

    assert client.get(address).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_one_reads_who_has_read_what_was_said_on_health(client, family):
    user, own, _child = family
    Reading.objects.create(
        booking=book_for(own, by=user, session=SessionFactory()),
        by=UserFactory(name="Lin"),
        where="roster",
    )
    client.force_login(user)

    assert "Lin" in client.get("/people/my-data/").content.decode()


def test_whoever_leaves_is_forgotten_and_the_next_in_line_moves_up(client, family):
    user, own, child = family
    session = SessionFactory(capacity=2)
    booking = book_for(own, child, by=user, session=session)
    waits = PersonFactory()
    waiting = book_for(waits, by=carer(waits), session=session)
    client.force_login(user)

    response = client.post("/people/close/", {"sure": "1"})

    assert response.status_code == 302
    for each in (user, own, child, booking, waiting):
        each.refresh_from_db()
    assert (booking.status, waiting.status) == (Status.CANCELED, Status.CONFIRMED)
    assert (user.is_active, user.email, user.name) == (False, None, "")
    assert {own.name, child.name} == {goodbye.NOBODY}
    assert own.birth_date is child.birth_date is None
    assert not Care.objects.active().filter(user=user).exists()
    assert child.consents.get().withdrawn_at
    assert client.get("/bookings/").status_code == 302  # to the sign-in


def test_they_are_told_once_more_and_then_no_address_is_left(family, mailoutbox):
    user, own, _child = family
    book_for(own, by=user, session=SessionFactory())

    goodbye.close_account(user)
    deliver_due()

    assert [mail.to for mail in mailoutbox] == [["ana@example.org"]]
    assert not Notice.objects.filter(recipient=user).exists()


def test_what_has_been_is_kept_without_a_name(family):
    user, own, _child = family
    past = book_for(own, by=user, session=SessionFactory())
    long_ago = timezone.now() - timedelta(days=9)
    past.session.starts_at, past.session.ends_at = long_ago, long_ago + timedelta(hours=1)
    past.session.save()
    Place.objects.filter(booking=past).update(checked_in_at=long_ago)
    Booking.objects.filter(pk=past.pk).update(answers={"1": "I am shy"}, note="calls twice")

    goodbye.close_account(user)

    past.refresh_from_db()
    assert past.places.get().checked_in_at == long_ago
    assert (past.status, past.answers, past.note) == (Status.CONFIRMED, {}, "")


def test_who_is_cared_for_by_others_too_stays_and_keeps_what_is_booked(family):
    user, own, child = family
    CareFactory(user=UserFactory(), person=child, role=Role.GUARDIAN)
    booking = book_for(own, child, by=user, session=SessionFactory())

    goodbye.close_account(user)

    child.refresh_from_db()
    assert child.name == "Bo"
    assert [place.person for place in booking.places.filter(canceled_at=None)] == [child]


def test_a_neighbor_one_only_helps_stays(family):
    user, _own, _child = family
    neighbor = PersonFactory(name="Dorje")
    CareFactory(user=user, person=neighbor, role=Role.HELPER)

    goodbye.close_account(user)

    neighbor.refresh_from_db()
    assert (neighbor.name, neighbor.retired_at) == ("Dorje", None)


def test_rooms_to_come_are_given_back(family):
    user, own, _child = family
    room = RoomFactory()
    for weekday in range(1, 8):
        OpeningHours.objects.create(
            center=room.center, weekday=weekday, opens_at=time(8), closes_at=time(22)
        )
    starts_at = (timezone.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    wish = Wish(
        room=room, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1),
        purpose="Ana's birthday", headcount=3, by=user, request_key="k", person=own,
    )  # fmt: skip
    booking = rooms.ask_for(wish)

    goodbye.close_account(user)

    booking.refresh_from_db()
    assert (booking.status, booking.purpose) == ("canceled", goodbye.NOBODY)
    assert not booking.taking.occupancies.filter(active=True).exists()


def test_what_was_answered_to_surveys_is_in_the_copy_and_goes_without_its_words(client, family):
    user = family[0]
    day = SurveyQuestionFactory(text="Which day?", choices=["Monday", "Friday"])
    why = SurveyQuestionFactory(survey=day.survey, text="Why?", kind="text")
    response = surveys.respond(
        day.survey, {day.pk: "Friday", why.pk: "My Bo"}, by=user, channel="web", request_key="k"
    )

    assert [each["answers"] for each in copy_of(user)["surveys"]] == [
        [
            {"question": "Which day?", "answer": "Friday"},
            {"question": "Why?", "answer": "My Bo"},
        ]
    ]
    client.force_login(user)
    assert "<b>My Bo</b>" in client.get("/people/my-data.html").content.decode()

    goodbye.close_account(user)

    response.refresh_from_db()
    assert response.user is None
    assert f"-{user.pk}-" not in response.request_key
    assert [each.picked for each in response.answers.all()] == [["Friday"]]


def test_without_being_sure_nothing_happens(client, family):
    client.force_login(family[0])

    response = client.post("/people/close/")

    assert response.status_code == 422
    assert Person.objects.filter(name="Ana").exists()


def test_it_is_shown_before_what_would_happen(client, family, django_assert_max_num_queries):
    user, own, child = family
    book_for(own, child, by=user, session=SessionFactory())
    client.force_login(user)

    with django_assert_max_num_queries(14):
        page = client.get("/people/close/").content.decode()

    assert "Ana、Bo" in page


def test_who_works_here_is_taken_off_the_list_first(client, family):
    user, own, _child = family
    StaffMemberFactory(user=user)

    with pytest.raises(BookingRefused):
        goodbye.close_account(user)
    client.force_login(user)
    assert client.post("/people/close/", {"sure": "1"}).status_code in (302, 409)
    own.refresh_from_db()
    assert own.name == "Ana"


def left_while_bookings_are_on_their_way(family, monkeypatch=None):
    """One booking holds the people and waits to be written; seven more, and the end, behind it."""
    user, own, child = family
    if monkeypatch:
        before = goodbye.foresee(user)
        monkeypatch.setattr(goodbye, "foresee", lambda user, at=None: before)
    bookings = [
        partial(book_for, own, child, by=user, session=session)
        for session in SessionFactory.create_batch(8)
    ]
    with while_held(Booking, *bookings, partial(goodbye.close_account, user)):
        pass
    return Place.objects.filter(canceled_at=None, person__in=[own, child])


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_nothing_is_booked_for_who_is_just_being_forgotten(family):
    assert not left_while_bookings_are_on_their_way(family).exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_control_who_looks_before_the_lock_leaves_places_without_a_name(family, monkeypatch):
    assert left_while_bookings_are_on_their_way(family, monkeypatch).exists()
