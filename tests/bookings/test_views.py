"""Booking through the form: one tap, several steps, several dates."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import kept_forms
from accounts.models import Person
from activities.models import AnswerKind, BookingMode, Question
from activities.models import Status as ActivityStatus
from bookings import services
from bookings.models import Booking, Place, Status
from tests.bookings.booking import book_for
from tests.bookings.drawing import session_to_draw
from tests.factories import (
    ActivityFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
    carer_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return PersonFactory(name="Ana")


@pytest.fixture
def user(client, ana):
    user = carer_of(ana)
    client.force_login(user)
    return user


@pytest.fixture
def family(client, ana):
    """Ana and the two she may book for."""
    people = [ana, PersonFactory(name="Bo"), PersonFactory(name="Cy")]
    client.force_login(carer_of(*people))
    return people


def address(activity):
    return reverse("bookings:book", args=[activity.pk])


def wish(*people, sessions=(), key="tap", **more):
    return {
        "person": [person.pk for person in people],
        "session": [session.pk for session in sessions],
        "request_key": key,
        **more,
    }


def send(client, activity, *people, **more):
    return client.post(address(activity), wish(*people, **more))


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def hidden(response):
    """What the page carries on to the next step, as a browser would send it."""
    fields = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', response.content.decode()):
        name = re.search(r'name="([^"]*)"', tag)[1]
        fields.setdefault(name, []).append(re.search(r'value="([^"]*)"', tag)[1])
    return fields


def question(activity, **more):
    return Question.objects.create(
        activity=activity, **{"text": "What must you not eat?", "purpose": "For the cook."} | more
    )


# One tap.


def test_booking_one_session_leads_to_the_booking(client, user, ana):
    session = SessionFactory()

    response = send(client, session.activity, ana, sessions=[session])

    booking = Booking.objects.get()
    assert response.status_code == 302
    assert response.url == f"/bookings/{booking.reference}/"
    assert (booking.status, booking.booked_by, booking.session) == (
        Status.CONFIRMED,
        user,
        session,
    )
    assert [place.person for place in booking.places.all()] == [ana]


def test_without_a_session_the_whole_course_is_booked(client, user, ana):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    SessionFactory.create_batch(3, activity=activity)

    response = send(client, activity, ana)

    booking = Booking.objects.get()
    assert response.url == f"/bookings/{booking.reference}/"
    assert (booking.session, booking.places.count()) == (None, 3)


def test_whoever_comes_late_waits(client, user, ana):
    session = SessionFactory(capacity=1)
    book_for(PersonFactory(), session=session)

    send(client, session.activity, ana, sessions=[session])

    assert Booking.objects.get(booked_by=user).status == Status.WAITING


def test_a_party_is_booked_together(client, family):
    session = SessionFactory()

    send(client, session.activity, *family[:2], sessions=[session])

    assert Booking.objects.get().party_size == 2


def test_a_double_tap_makes_one_booking(client, user, ana):
    session = SessionFactory()

    first = send(client, session.activity, ana, sessions=[session])
    second = send(client, session.activity, ana, sessions=[session])

    assert first.url == second.url
    assert Booking.objects.count() == 1


def test_going_back_and_choosing_somebody_else_books_for_them_too(client, family):
    ana, bo, _ = family
    session = SessionFactory()
    first = send(client, session.activity, ana, sessions=[session])

    second = send(client, session.activity, bo, sessions=[session])
    tapped_twice = send(client, session.activity, bo, sessions=[session])

    assert first.url != second.url == tapped_twice.url
    assert set(Place.objects.values_list("person", flat=True)) == {ana.pk, bo.pk}


def test_after_canceling_the_same_page_books_again(client, user, ana):
    session = SessionFactory()
    send(client, session.activity, ana, sessions=[session])
    services.cancel(Booking.objects.get(), by=user)

    send(client, session.activity, ana, sessions=[session])

    assert Booking.objects.confirmed().count() == 1


def test_without_a_key_it_is_booked_all_the_same(client, user, ana):
    session = SessionFactory()

    response = send(client, session.activity, ana, sessions=[session], key="")

    assert response.status_code == 302


def test_one_booking_is_a_handful_of_statements(client, user, ana):
    session = SessionFactory()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        send(client, session.activity, ana, sessions=[session])

    # Session, user; activity, people, questions, sessions; and the ten of the service.
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 16


# Several dates.


def test_several_dates_are_several_bookings(client, user, ana):
    activity = ActivityFactory()
    sessions = SessionFactory.create_batch(3, activity=activity)

    response = send(client, activity, ana, sessions=sessions[:2])

    assert response.url == "/bookings/"
    assert set(Booking.objects.values_list("session", flat=True)) == {s.pk for s in sessions[:2]}
    assert text(client.get(response.url)).count("已报名") >= 2


def test_sending_several_dates_again_completes_what_was_left(client, user, ana):
    activity = ActivityFactory()
    sessions = SessionFactory.create_batch(2, activity=activity)
    send(client, activity, ana, sessions=sessions[:1])

    send(client, activity, ana, sessions=sessions)
    send(client, activity, ana, sessions=sessions)

    assert Booking.objects.count() == 2


def test_a_date_that_is_refused_leaves_the_others_booked(client, user, ana):
    activity = ActivityFactory(has_waitlist=False)
    full, free = SessionFactory.create_batch(2, activity=activity, capacity=1)
    book_for(PersonFactory(), session=full)

    response = send(client, activity, ana, sessions=[full, free])

    assert response.status_code == 302
    assert Booking.objects.get(booked_by=user).session == free
    page = text(client.get(response.url))
    assert "没报上" in page
    assert "名额已经满了" in page


def test_when_every_date_is_refused_nothing_is_booked_and_each_says_why(client, user, ana):
    activity = ActivityFactory(has_waitlist=False)
    sessions = SessionFactory.create_batch(2, activity=activity, capacity=1)
    for session in sessions:
        book_for(PersonFactory(), session=session)

    response = send(client, activity, ana, sessions=sessions)

    assert response.status_code == 409
    assert text(response).count("名额已经满了") == 2


# Refusals.


def test_a_refusal_says_why_and_what_to_do_instead(client, user, ana):
    session = SessionFactory(booking_opens_at=timezone.now() + timedelta(days=1))

    response = send(client, session.activity, ana, sessions=[session])

    assert response.status_code == 409
    assert "开放报名。 到时候再来就行。" in text(response)
    assert not Booking.objects.exists()


def test_a_date_that_was_called_off_is_refused(client, user, ana):
    session = SessionFactory(canceled_at=timezone.now())

    response = send(client, session.activity, ana, sessions=[session])

    assert response.status_code == 409
    assert "这一场因故取消了" in text(response)


def test_a_date_that_is_over_is_refused(client, user, ana):
    past = timezone.now() - timedelta(days=3)
    session = SessionFactory(starts_at=past, ends_at=past + timedelta(hours=1))

    response = send(client, session.activity, ana, sessions=[session])

    assert response.status_code == 409
    assert "为止，已经结束了" in text(response)


def test_whoever_is_busy_at_that_time_is_told_with_what(client, user, ana):
    other = SessionFactory(activity__title="Choir")
    book_for(ana, session=other, by=user)
    session = SessionFactory(starts_at=other.starts_at, ends_at=other.ends_at)

    response = send(client, session.activity, ana, sessions=[session])

    assert response.status_code == 409
    assert "Ana这个时间已有“Choir”" in text(response)


def test_a_session_that_moved_meanwhile_asks_to_look_again(client, user, ana):
    session = SessionFactory()
    shown = (session.starts_at - timedelta(hours=1)).isoformat()
    said = {f"starts_at_{session.pk}": shown}

    response = send(client, session.activity, ana, sessions=[session], **said)

    assert response.status_code == 409
    assert "时间或地点有变动" in text(response)
    assert not Booking.objects.exists()
    again = hidden(response)[f"starts_at_{session.pk}"]
    assert (
        send(
            client, session.activity, ana, sessions=[session], **{f"starts_at_{session.pk}": again}
        ).status_code
        == 302
    )


@pytest.mark.parametrize("zone", [timezone.get_default_timezone(), timezone.get_fixed_timezone(0)])
def test_the_time_that_was_shown_counts_to_the_minute_in_any_zone(client, user, ana, zone):
    session = SessionFactory()
    shown = session.starts_at.astimezone(zone).isoformat(timespec="minutes")

    response = send(
        client, session.activity, ana, sessions=[session], **{f"starts_at_{session.pk}": shown}
    )

    assert response.status_code == 302


@pytest.mark.parametrize("nonsense", ["tomorrow", "2026-13-45T99:99"])
def test_a_time_that_is_none_asks_to_look_again(client, user, ana, nonsense):
    session = SessionFactory()

    response = send(
        client, session.activity, ana, sessions=[session], **{f"starts_at_{session.pk}": nonsense}
    )

    assert response.status_code == 409


def test_single_dates_are_not_booked_as_a_course(client, user, ana):
    activity = ActivityFactory()
    SessionFactory.create_batch(2, activity=activity)

    response = send(client, activity, ana)

    assert response.status_code == 409
    assert "请选一个日期" in text(response)
    assert response.content.decode().count('type="checkbox" name="session"') == 2


def test_nobody_chosen_is_asked_who_comes(client, family):
    session = SessionFactory()

    response = send(client, session.activity, sessions=[session])

    assert response.status_code == 422
    assert "请选一下谁来参加" in text(response)


def test_people_of_others_cannot_be_booked(client, user, ana):
    session, stranger = SessionFactory(), PersonFactory(name="Stranger")

    response = send(client, session.activity, ana, stranger, sessions=[session])

    assert response.status_code == 422
    assert "只能给自己和“我的家人”里的人报名" in text(response)
    assert "Stranger" not in text(response)
    assert not Booking.objects.exists()


@pytest.mark.parametrize("pk", ["0", "x", "9" * 30, "²"])
def test_a_date_of_another_activity_asks_to_look_again(client, user, ana, pk):
    session = SessionFactory()

    response = client.post(
        address(session.activity), {"person": ana.pk, "session": pk, "request_key": "tap"}
    )

    assert response.status_code == 422
    assert "有一个日期已经不在了" in text(response)


def test_where_the_form_can_change_nothing_there_is_none(client, user, ana):
    session = SessionFactory(capacity=1, activity__has_waitlist=False)
    book_for(PersonFactory(), session=session)

    response = send(client, session.activity, ana, sessions=[session])

    assert response.status_code == 409
    assert "request_key" not in response.content.decode()


def test_a_refusal_keeps_the_answers(client, user, ana):
    session = SessionFactory(capacity=1, activity__has_waitlist=False)
    food = question(session.activity)
    book_for(PersonFactory(), session=session)
    answer = {f"question_{food.pk}": "nuts"}

    response = send(client, session.activity, ana, sessions=[session], **answer)

    assert response.status_code == 409
    assert hidden(response)[f"question_{food.pk}"] == ["nuts"]


# The steps.


def test_the_form_begins_with_who_comes(client, family):
    session = SessionFactory()

    response = client.get(address(session.activity))

    page = response.content.decode()
    assert response.status_code == 200
    assert re.findall(r'name="person" value="(\d+)"( checked)?', page) == [
        (str(family[0].pk), " checked"),
        (str(family[1].pk), ""),
        (str(family[2].pk), ""),
    ]


def test_whoever_cannot_take_part_is_shown_with_the_reason(client, ana):
    young = PersonFactory(name="Bo", birth_date=timezone.localdate() - timedelta(days=8 * 366))
    busy = PersonFactory(name="Cy")
    client.force_login(carer_of(ana, young, busy))
    session = SessionFactory(activity__min_age=16)
    book_for(busy, session=session)

    page = text(client.get(address(session.activity)))

    assert "Bo年龄还差一点" in page
    assert "Cy已经报过名" in page


def test_where_only_one_can_come_they_are_ticked(client, ana):
    grown_up = PersonFactory(birth_date=timezone.localdate() - timedelta(days=40 * 366))
    client.force_login(carer_of(grown_up, ana))
    session = SessionFactory(activity__max_age=12)

    page = client.get(address(session.activity)).content.decode()

    assert re.findall(r'name="person" value="(\d+)"( checked| disabled)?', page) == [
        (str(grown_up.pk), " disabled"),
        (str(ana.pk), " checked"),
    ]


def test_whoever_adds_a_child_on_the_way_finds_it_ticked_beside_all_that_was_chosen(client, family):
    ana, bo, cy = family
    session, _other = SessionFactory.create_batch(2, activity=ActivityFactory())
    food = question(session.activity)
    typed = wish(ana, cy, sessions=[session], **{f"question_{food.pk}": "nuts"})

    away = client.post(address(session.activity), typed | {"add": "child"})
    child = {"name": "小禾", "birth_date": "20200305", "consented": "on"}
    back = client.post(away.url, child | {"next": unquote(away.url.partition("next=")[2])})
    page = client.get(back.url)

    assert away.url.startswith("/people/add/child/?next=")
    assert re.findall(r'name="person" value="(\d+)"( checked)?', page.content.decode()) == [
        (str(ana.pk), " checked"),
        (str(bo.pk), ""),
        (str(cy.pk), " checked"),
        (str(Person.objects.get(name="小禾").pk), " checked"),
    ]
    assert hidden(page)["session"] == [str(session.pk)]
    assert hidden(page)[f"question_{food.pk}"] == ["nuts"]
    assert hidden(page)["request_key"] == ["tap"]


def test_who_adds_nobody_after_all_finds_the_form_as_it_was(client, user, ana):
    session = SessionFactory()

    away = client.post(
        address(session.activity), wish(ana, sessions=[session]) | {"add": "neighbor"}
    )
    page = client.get(unquote(away.url.partition("next=")[2]))

    assert "谁来参加" in text(page)
    assert hidden(page)["session"] == [str(session.pk)]


def test_a_way_to_add_that_is_none_books(client, user, ana):
    session = SessionFactory()

    response = send(client, session.activity, ana, sessions=[session], add="robot")

    assert response.status_code == 302
    assert Booking.objects.get().session == session


def test_one_alone_who_cannot_come_may_add_a_child(client):
    grown_up = PersonFactory(birth_date=timezone.localdate() - timedelta(days=40 * 366))
    client.force_login(carer_of(grown_up))
    session = SessionFactory(activity__max_age=12)

    asked = client.get(address(session.activity), {"session": session.pk})
    sent = send(client, session.activity, grown_up, sessions=[session])

    assert 'value="child"' in asked.content.decode()
    assert sent.status_code == 409
    assert 'value="child"' in sent.content.decode()
    panel = client.get(f"/activities/{session.activity_id}/").content.decode()
    assert f'href="{address(session.activity)}?who=1"' in panel


def test_one_alone_may_bring_others_from_the_last_look(client, user, ana):
    session = SessionFactory()
    looked = client.get(address(session.activity), {"session": session.pk})

    page = client.post(address(session.activity), hidden(looked) | {"step": "who"})

    assert re.findall(r'name="person" value="(\d+)"( checked)?', page.content.decode()) == [
        (str(ana.pk), " checked")
    ]
    assert hidden(page)["who"] == ["1"]


@pytest.mark.parametrize("step", ["", "questions", "check"])
def test_a_form_sent_after_the_session_ran_out_is_kept_over_signing_in(client, ana, step):
    session = SessionFactory()
    food = question(session.activity)
    typed = wish(ana, sessions=[session], **{f"question_{food.pk}": "nuts"})

    away = client.post(address(session.activity), typed | ({"step": step} if step else {}))
    client.force_login(carer_of(ana))
    page = client.get(unquote(away.url.partition("next=")[2]))

    assert away.url.startswith("/accounts/login/?next=")
    assert Booking.objects.count() == 0
    assert page.status_code == 200
    assert "nuts" in page.content.decode()
    assert hidden(page)["session"] == [str(session.pk)]
    assert hidden(page)["request_key"] == ["tap"]


def test_what_is_kept_lies_sealed_and_is_gone_once_it_is_booked(client, user, ana):
    session = SessionFactory()
    food = question(session.activity)
    typed = wish(ana, sessions=[session], **{f"question_{food.pk}": "nuts"})

    client.post(address(session.activity), typed | {"add": "child"})
    kept = client.session[kept_forms.KEY]
    client.post(address(session.activity), typed)

    assert "nuts" not in str(kept)
    assert kept_forms.KEY not in client.session


@pytest.mark.parametrize("later", [False, True])
def test_what_was_kept_is_shown_for_an_hour_and_only_where_it_was_typed(client, user, ana, later):
    session, elsewhere = SessionFactory.create_batch(2)
    food = question(session.activity)
    typed = wish(ana, sessions=[session], **{f"question_{food.pk}": "nuts"})
    client.post(address(session.activity), typed | {"add": "child"})
    here = f"{address(session.activity if later else elsewhere.activity)}?kept=1"

    with time_machine.travel(timezone.now() + timedelta(hours=2 if later else 0)):
        page = client.get(here)

    assert page.status_code == 200
    assert "nuts" not in page.content.decode()


def test_asking_who_comes_costs_the_same_for_any_number(client, django_assert_num_queries):
    session = SessionFactory()
    people = PersonFactory.create_batch(5)

    for party in (people[:2], people):
        client.force_login(carer_of(*party))
        client.get(address(session.activity))
        # Session, user; activity, people, questions, sessions; what they have; center, header.
        with django_assert_num_queries(11):
            client.get(address(session.activity))


def test_one_person_with_nothing_to_answer_only_looks_once_more(client, user, ana):
    session = SessionFactory()

    response = client.get(address(session.activity), {"session": session.pk})

    assert "核对一下" in text(response)
    sent = client.post(address(session.activity), hidden(response))
    assert Booking.objects.get().session == session
    assert sent.status_code == 302


def test_what_was_chosen_before_signing_in_is_kept(client, ana):
    activity = ActivityFactory()
    _first, second = SessionFactory.create_batch(2, activity=activity)
    asked = f"{address(activity)}?session={second.pk}"

    response = client.get(asked)
    client.force_login(carer_of(ana))
    page = client.get(asked)

    assert response.status_code == 302
    assert f"session%3D{second.pk}" in response.url
    assert hidden(page)["session"] == [str(second.pk)]


def test_a_newcomer_is_asked_for_a_name_first(client):
    session = SessionFactory()
    client.force_login(UserFactory())

    response = client.get(address(session.activity), {"session": session.pk})

    assert response.url == (
        f"/people/me/?next=%2Factivities%2F{session.activity_id}%2Fbook%2F%3Fsession%3D{session.pk}"
    )


def test_questions_come_before_the_last_look(client, family):
    ana, bo, _ = family
    session = SessionFactory()
    food = question(session.activity, is_per_person=True, is_required=True)
    start = wish(ana, bo, sessions=[session], step="questions")

    asked = client.post(address(session.activity), start)
    names = [f"question_{food.pk}_{person.pk}" for person in (ana, bo)]
    answers = dict(zip(names, ["nuts", "nothing"], strict=True))
    checked = client.post(address(session.activity), hidden(asked) | answers | {"step": "check"})
    sent = client.post(address(session.activity), hidden(checked))

    assert (asked.status_code, checked.status_code, sent.status_code) == (200, 200, 302)
    assert all(f'name="{name}"' in asked.content.decode() for name in names)
    assert "nuts" in text(checked)
    assert Booking.objects.get().answers == {
        str(food.pk): {str(ana.pk): "nuts", str(bo.pk): "nothing"}
    }


def test_a_missing_answer_is_asked_for_again_and_nothing_is_lost(client, user, ana):
    session = SessionFactory()
    food = question(session.activity, is_required=True)
    photo = question(session.activity, kind=AnswerKind.YES_NO, is_required=True, text="Photos?")

    response = send(
        client, session.activity, ana, sessions=[session], **{f"question_{food.pk}": "nuts"}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="nuts"' in page
    assert page.count("请选一个。") == 2
    assert f'href="#id_question_{photo.pk}' in page
    assert hidden(response)["session"] == [str(session.pk)]
    assert not Booking.objects.exists()


def test_going_back_keeps_the_answers(client, family):
    session = SessionFactory()
    food = question(session.activity)
    given = wish(family[0], sessions=[session], **{f"question_{food.pk}": "nuts"})

    back = client.post(address(session.activity), given | {"step": "who"})
    forth = client.post(
        address(session.activity), hidden(back) | {"person": family[1].pk, "step": "questions"}
    )

    assert back.status_code == 200
    assert 'value="nuts"' in forth.content.decode()


def test_in_the_elder_view_each_question_has_its_own_page(client, user, ana):
    client.cookies["elder"] = "1"
    session = SessionFactory()
    food, photo = question(session.activity), question(session.activity, text="Photos?")

    first = client.get(address(session.activity))
    second = client.post(
        address(session.activity),
        hidden(first) | {f"question_{food.pk}": "nuts", "step": f"question_{photo.pk}"},
    )

    assert f'name="question_{food.pk}"' in first.content.decode()
    assert f'name="question_{photo.pk}"' not in first.content.decode()
    assert f'name="question_{photo.pk}"' in second.content.decode()
    assert hidden(second)[f"question_{food.pk}"] == ["nuts"]


def test_a_step_that_is_gone_by_now_books_nothing(client, user, ana):
    session = SessionFactory()

    response = client.post(
        address(session.activity), wish(ana, sessions=[session], step="question_7")
    )

    assert response.status_code == 200
    assert not Booking.objects.exists()


def test_the_last_button_says_that_one_will_wait(client, user, ana):
    session = SessionFactory(capacity=1)
    book_for(PersonFactory(), session=session)

    page = text(client.get(address(session.activity)))

    assert "加入候补" in page
    assert "名额暂时满了" in page


def test_a_draw_is_applied_for(client, user, ana):
    session = session_to_draw()

    assert "报名抽签" in text(client.get(address(session.activity)))
    send(client, session.activity, ana, sessions=[session])

    assert Booking.objects.get().status == Status.APPLIED


def test_what_cannot_be_booked_yet_says_when(client, user):
    session = SessionFactory(booking_opens_at=timezone.now() + timedelta(days=1))

    response = client.get(address(session.activity), {"session": session.pk})

    assert response.status_code == 200
    assert "开放报名" in text(response)
    assert "request_key" not in response.content.decode()


# Who may, and how.


def test_a_draft_is_not_there(client, user):
    session = SessionFactory(activity__status=ActivityStatus.DRAFT)

    assert client.get(address(session.activity)).status_code == 404


def test_whoever_is_not_signed_in_signs_in_first(client):
    session = SessionFactory()

    response = client.post(address(session.activity), {})

    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_other_methods_are_refused(client, user):
    session = SessionFactory()

    assert client.put(address(session.activity)).status_code == 405


def test_a_person_who_retired_is_nobodys_to_book(client, user, ana):
    Person.objects.filter(pk=ana.pk).update(retired_at=timezone.now())
    session = SessionFactory()

    assert send(client, session.activity, ana, sessions=[session]).status_code == 422
