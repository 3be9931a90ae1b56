"""Booking for somebody from the desk: find, tick, say the number."""

import pytest
from django.utils import timezone

from accounts.models import Consent, Person
from activities.models import BookingMode, Question
from bookings.models import Booking, BookingChannel, Limit, Status
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, social_worker, words
from tests.factories import ActivityFactory, CenterFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def session_of(center, **more):
    activity = more.pop("activity", None) or ActivityFactory(center=center)
    return SessionFactory(activity=activity, **more)


def address(activity):
    return f"/admin/book/?activity={activity.pk}"


def send(desk, activity, **given):
    given = {"request_key": "call-1", "book": "1"} | given
    return desk.post(address(activity), given)


def test_a_call_is_booked_and_the_number_is_said(desk, center):
    session, person = session_of(center), PersonFactory(name="李秀英")

    answer = send(desk, session.activity, person=person.pk, session=session.pk, note="wheelchair")

    booking = Booking.objects.get()
    page = desk.get(answer.url)
    assert (booking.channel, booking.status) == (BookingChannel.DESK, Status.CONFIRMED)
    assert booking.note == "wheelchair"
    assert booking.spoken_reference in words(page)
    assert "李秀英" in words(page)


@pytest.mark.parametrize("typed", ["秀英", "lixiuying", "xiu ying", "lxy", "5678"])
def test_a_person_is_found_as_one_says_it(desk, center, typed):
    session = session_of(center)
    PersonFactory(name="李秀英", phone="+8613812345678", birth_date="1948-03-05")
    PersonFactory(name="王建国", phone="+8613987654321")

    page = words(desk.post(address(session.activity), {"q": typed, "find": "1"}))

    assert "李秀英" in page
    assert "138****5678" in page
    assert "1948" in page
    assert "13812345678" not in page
    assert "王建国" not in page


def test_looking_for_the_next_person_keeps_what_was_ticked_and_typed(desk, center):
    session, mother = session_of(center), PersonFactory(name="李秀英")
    PersonFactory(name="王建国")

    page = words(
        desk.post(
            address(session.activity),
            {"q": "wangjg", "find": "1", "person": mother.pk, "session": session.pk, "note": "x"}
            | {"q": "wjg"},
        )
    )

    assert f'name="person" value="{mother.pk}" checked' in page
    assert "王建国" in page
    assert f'name="session" value="{session.pk}" checked' in page
    assert 'name="note" value="x"' in page


def test_a_new_person_is_written_down_in_place(desk, center):
    session = session_of(center)

    send(desk, session.activity, session=session.pk, new_name="王小明", new_phone="138 1234 5678")

    person = Person.objects.get()
    assert (person.name, person.phone) == ("王小明", "+8613812345678")
    assert Booking.objects.get().places.get().person == person


def test_a_child_needs_the_guardians_consent(desk, center):
    session = session_of(center)
    child = {"session": session.pk, "new_name": "小宝", "new_birth_date": "20200501"}

    refused = send(desk, session.activity, **child)
    assert refused.status_code == 422
    assert not Person.objects.exists()

    send(desk, session.activity, **child, agreed="phone")
    assert Consent.objects.get().person.name == "小宝"


def test_somebody_of_the_same_name_is_pointed_out_first(desk, center):
    session = session_of(center)
    PersonFactory(name="王小明", phone="+8613812345678")
    new = {"session": session.pk, "new_name": "王小明"}

    asked = send(desk, session.activity, **new)
    assert asked.status_code == 422
    assert "138****5678" in words(asked)

    send(desk, session.activity, **new, is_somebody_else="on")
    assert Person.objects.filter(name="王小明").count() == 2


def test_a_refusal_is_a_sentence_beside_the_form_and_nothing_is_lost(desk, center):
    session, person = session_of(center), PersonFactory(name="李秀英")
    book_for(person, session=session)

    answer = send(desk, session.activity, person=person.pk, session=session.pk, note="x")

    assert answer.status_code == 422
    assert "李秀英 is already booked or waiting for this." in words(answer)
    assert f'name="person" value="{person.pk}" checked' in words(answer)
    assert 'name="note" value="x"' in words(answer)


def test_one_date_is_refused_and_the_other_is_booked(desk, center):
    activity, person = ActivityFactory(center=center), PersonFactory()
    first, second = (session_of(center, activity=activity) for _ in range(2))
    book_for(person, session=first)

    answer = send(desk, activity, person=person.pk, session=[first.pk, second.pk])
    page = words(desk.get(answer.url))

    assert "is already booked or waiting for this." in page
    assert Booking.objects.filter(channel=BookingChannel.DESK).get().session == second


def test_a_full_date_puts_them_on_the_waitlist(desk, center):
    session = session_of(center, capacity=1)
    book_for(PersonFactory(), session=session)

    answer = send(desk, session.activity, person=PersonFactory().pk, session=session.pk)

    assert "On the waitlist, number 1" in words(desk.get(answer.url))


def test_a_course_is_booked_as_a_whole(desk, center):
    activity = ActivityFactory(center=center, booking_mode=BookingMode.COURSE)
    session_of(center, activity=activity)

    answer = send(desk, activity, person=PersonFactory().pk, course="on")

    assert answer.status_code == 302
    assert Booking.objects.get().session is None


def test_answers_are_kept_as_the_pages_for_residents_keep_them(desk, center):
    session, person = session_of(center), PersonFactory()
    question = Question.objects.create(
        activity=session.activity, text="Allergies", purpose="Food", is_per_person=True
    )

    send(
        desk,
        session.activity,
        person=person.pk,
        session=session.pk,
        **{f"question_{question.pk}_{person.pk}": "nuts"},
    )

    assert Booking.objects.get().answers == {str(question.pk): {str(person.pk): "nuts"}}


def test_a_double_tap_makes_one_booking(desk, center):
    session, person = session_of(center), PersonFactory()

    for _ in range(2):
        send(desk, session.activity, person=person.pk, session=session.pk)

    assert Booking.objects.count() == 1


@pytest.mark.parametrize("missing", [{"session": None}, {"person": None}])
def test_what_is_missing_is_asked_for(desk, center, missing):
    session = session_of(center)
    given = {"person": PersonFactory().pk, "session": session.pk} | missing

    answer = send(desk, session.activity, **{k: v for k, v in given.items() if v})

    assert answer.status_code == 422
    assert not Booking.objects.exists()


def test_without_an_activity_the_next_dates_are_offered(desk, center):
    session = session_of(center, starts_at=timezone.now() + timezone.timedelta(hours=2))
    elsewhere = SessionFactory()

    page = words(desk.get("/admin/book/"))

    assert f"session={session.pk}" in page
    assert f"session={elsewhere.pk}" not in page


def test_activities_and_bookings_of_others_are_not_there(desk):
    booking = book_for(PersonFactory(), session=SessionFactory())

    assert desk.get(address(booking.activity)).status_code == 404
    assert desk.get(f"/admin/book/{booking.request_key}/").status_code == 404


def test_a_nul_finds_nobody_and_breaks_nothing(desk, center):
    session = SessionFactory(activity__center=center)

    answer = desk.post(address(session.activity), {"q": "a\0b", "find": "1"})

    assert answer.status_code == 200


def test_what_was_typed_of_somebody_new_stays_in_sight(desk, center):
    session = SessionFactory(activity__center=center)

    asked = send(desk, session.activity, new_phone="12")

    assert '<details class="desk-fold" open>' in words(asked)


def test_nobody_reads_out_everybody_by_ticking_numbers(desk, center):
    session = session_of(center)
    people = [PersonFactory(name=f"居民{n:02}") for n in range(40)]

    ticked = {"person": [person.pk for person in people], "find": "1"}
    page = words(desk.post(address(session.activity), ticked))

    assert len([person for person in people if person.name in page]) == 30


def test_a_limit_is_said_and_staff_go_beyond_it_with_a_reason_that_is_kept(desk, center):
    Limit.objects.create(center=center, period="year", most=1)
    person = PersonFactory(name="李秀英")
    activity = ActivityFactory(center=center)
    first = session_of(center, activity=activity)
    book_for(person, session=first)
    second = session_of(center, activity=activity, starts_at=first.ends_at)
    call = {"person": person.pk, "session": second.pk}

    told = send(desk, activity, **call)
    without_reason = send(desk, activity, **call, beyond_limits="on")
    send(desk, activity, **call, beyond_limits="on", note="Her sister is ill")

    assert "1 date a year for each person, and 李秀英 has them already." in words(told)
    assert 'name="beyond_limits"' in words(told)
    assert 'name="beyond_limits"' not in words(desk.get(address(activity)))
    assert (told.status_code, without_reason.status_code) == (422, 422)
    assert "Please say why." in words(without_reason)
    assert Booking.objects.get(session=second).note == "Her sister is ill"


def test_the_desk_is_told_that_own_residents_come_first_and_decides(desk, center):
    center.community = "East Hill"
    center.save()
    session = session_of(
        center,
        activity=ActivityFactory(center=center, own_residents_days=3),
        booking_opens_at=timezone.now(),
    )

    page = words(desk.get(address(session.activity)))
    send(desk, session.activity, person=PersonFactory().pk, session=session.pk)

    assert "Online, residents of East Hill come first until" in page
    assert Booking.objects.get().status == Status.CONFIRMED


def test_where_somebody_new_lives_is_written_down(desk, center):
    session = session_of(center)

    send(desk, session.activity, session=session.pk, new_name="Cy", new_area="East Hill")

    assert Person.objects.get(name="Cy").area == "East Hill"


def test_who_booked_at_whose_request_and_why_stands_on_the_booking(center):
    worker = social_worker(center, name="Wang Li")
    desk, session = at_the_desk(worker), session_of(center)
    daughter = PersonFactory(name="Chen Mei")
    mother = PersonFactory(name="Chen Guiying")
    call = {"person": [mother.pk, daughter.pk], "session": session.pk, "asked_by": daughter.pk}

    send(desk, session.activity, **call, note="Needs a seat in front")
    page = words(desk.get(f"/admin/bookings/booking/{Booking.objects.get().pk}/change/"))

    for said in ("Wang Li", "Chen Mei", "At the desk", "Needs a seat in front"):
        assert said in page


def test_each_person_is_asked_the_newcomer_too(desk, center):
    session = session_of(center)
    ana, bo = PersonFactory(name="Ana"), PersonFactory(name="Bo")
    cake = Question.objects.create(
        activity=session.activity, text="Cake", purpose="To bake", is_per_person=True
    )

    asked = words(desk.post(address(session.activity), {"person": [ana.pk, bo.pk], "find": "1"}))
    send(
        desk,
        session.activity,
        person=[ana.pk, bo.pk],
        session=session.pk,
        new_name="Cy",
        **{f"question_{cake.pk}_{ana.pk}": "plum", f"question_{cake.pk}_new": "apple"},
    )

    assert [f"Cake ({name})" in asked for name in ("Ana", "Bo", "Cy")] == [True, True, False]
    cy = Person.objects.get(name="Cy")
    assert Booking.objects.get().answers == {
        str(cake.pk): {str(ana.pk): "plum", str(cy.pk): "apple"}
    }


def test_notes_on_health_are_kept_when_the_desk_has_asked(desk, center):
    session, ana = session_of(center), PersonFactory(name="Ana")
    allergies = Question.objects.create(
        activity=session.activity,
        text="Allergies",
        purpose="Food",
        is_per_person=True,
        is_sensitive=True,
    )
    call = {"person": ana.pk, "session": session.pk, f"question_{allergies.pk}_{ana.pk}": "nuts"}

    unasked = send(desk, session.activity, **call)
    assert unasked.status_code == 422
    assert "Health notes on Ana are kept only with consent." in words(unasked)
    assert 'value="nuts"' in unasked.content.decode()
    send(desk, session.activity, **call, health_agreed="phone")

    booking = Booking.objects.get()
    assert (booking.answers, booking.sensitive_answers.count()) == ({}, 1)
    assert Consent.objects.get().channel == "phone"
