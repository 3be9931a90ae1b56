"""Lunch for both parents from Monday to Friday: ticked at once, told once, shown on one page."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import BookingMode
from bookings import gathering, services, told, weeks
from bookings.models import Booking, Status
from bookings.panel import date_choices
from notices.models import Notice
from notices.services import deliver_due
from tests.bookings.booking import book_for
from tests.factories import ActivityFactory, PersonFactory, SessionFactory, carer_of

pytestmark = pytest.mark.django_db

LIST = reverse("bookings:list")


@pytest.fixture
def parents():
    return PersonFactory(name="Mother"), PersonFactory(name="Father")


@pytest.fixture
def user(client, parents):
    user = carer_of(*parents, language="en")
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return user


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def next_monday():
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


def lunches(days=14, **activity):
    """Every day at noon, from next Monday on."""
    activity = ActivityFactory(**activity)
    noon = [
        timezone.make_aware(datetime.combine(next_monday() + timedelta(days=n), time(12)))
        for n in range(days)
    ]
    return [SessionFactory(activity=activity, starts_at=at, capacity=4) for at in noon]


def send(client, sessions, people, **more):
    given = {
        "session": [each.pk for each in sessions],
        "person": [each.pk for each in people],
        "request_key": "lunch",
    } | more
    return client.post(reverse("bookings:book", args=[sessions[0].activity_id]), given)


def test_a_week_of_lunches_for_both_is_one_submit(client, user, parents):
    week = lunches()[:5]
    book_for(*PersonFactory.create_batch(3), session=week[1])
    book_for(*PersonFactory.create_batch(4), session=week[2])

    answer = send(client, week, parents)
    page = text(client.get(LIST))

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    states = Booking.objects.filter(booked_by=user).order_by("session__starts_at")
    assert list(states.values_list("status", flat=True)) == [
        Status.CONFIRMED, Status.WAITING, Status.WAITING, Status.CONFIRMED, Status.CONFIRMED,
    ]  # fmt: skip
    assert "5 dates" in page
    assert "Number 1 on the waitlist" in page


def test_what_is_refused_stands_there_with_why_and_can_be_tried_again(client, user, parents):
    week = lunches(has_waitlist=False)[:3]
    book_for(*PersonFactory.create_batch(4), session=week[1])

    send(client, week, parents)
    page = client.get(LIST)

    assert "Not booked" in text(page)
    assert "All places are taken, and there is no waitlist." in text(page)
    assert f"?session={week[1].pk}&amp;person={parents[0].pk}" in page.content.decode()


def test_the_result_is_as_things_are_by_now_and_stays_until_it_is_closed(client, user, parents):
    week = lunches()[:2]
    send(client, week, parents)
    services.cancel(Booking.objects.get(session=week[0]), by=user)

    assert "Canceled" in text(client.get(LIST))
    assert client.get(reverse("bookings:close_outcome")).status_code == 405
    client.post(reverse("bookings:close_outcome"))
    assert 'id="outcome"' not in client.get(LIST).content.decode()


def test_after_a_day_the_result_is_gone(client, user, parents, time_machine):
    send(client, lunches()[:2], parents)
    assert 'id="outcome"' in client.get(LIST).content.decode()

    time_machine.move_to(timezone.now() + timedelta(hours=25))

    assert 'id="outcome"' not in client.get(LIST).content.decode()


def test_who_ticks_no_date_is_told_before_the_next_question(client, user, parents):
    week = lunches()[:5]
    given = {"person": [parents[0].pk], "request_key": "lunch", "step": "who"}

    answer = client.post(reverse("bookings:book", args=[week[0].activity_id]), given)

    page = text(answer)
    assert answer.status_code == 422
    assert "Which dates?" in page
    assert page.count("Please choose a date.") == 2


def test_one_message_tells_of_all_dates(client, user, parents):
    week = lunches()[:5]
    book_for(*PersonFactory.create_batch(4), session=week[0])
    Notice.objects.all().delete()

    send(client, week, parents)

    notice = Notice.objects.get()
    assert (notice.kind, notice.recipient) == ("bookings/several", user)
    deliver_due()
    notice.refresh_from_db()
    assert notice.subject.startswith("5 dates: ")
    assert notice.body.count("Booked for Mother, Father") == 4
    assert "On the waitlist as number 1: Mother, Father" in notice.body


def test_sending_again_completes_what_was_left_and_tells_of_that_alone(client, user, parents):
    week = lunches()[:4]
    send(client, week[:2], parents)
    send(client, week, parents)
    send(client, week, parents)

    assert Booking.objects.count() == 4
    told_of = [len(each.context["dates"]) for each in Notice.objects.order_by("pk")]
    assert told_of == [2, 2]


def test_what_has_been_sent_already_is_not_told_again(client, user, parents):
    week = lunches()[:3]
    first = book_for(*parents, session=week[0], by=user, key="lunch")
    deliver_due()
    rest = [book_for(*parents, session=each, by=user, key="lunch") for each in week[1:]]

    for _ in range(2):
        gathering.gather([first, *rest], by=user, request_key="lunch", at=timezone.now())

    several = Notice.objects.get(kind="bookings/several")
    assert several.context["references"] == [each.reference for each in rest]
    assert Notice.objects.get(kind="bookings/confirmed").sent_at


def test_one_date_keeps_its_own_message(client, user, parents):
    send(client, lunches()[:1], parents)

    assert Notice.objects.get().kind == "bookings/confirmed"


def test_the_desk_finds_the_message_at_each_of_its_bookings(client, user, parents):
    week = lunches()[:2]
    send(client, week, parents)
    other = book_for(PersonFactory(), session=week[0])
    several = Notice.objects.get(kind="bookings/several")

    for booking in Booking.objects.filter(booked_by=user):
        assert list(told.about(Booking.objects.filter(pk=booking.pk))) == [several]
    assert several not in told.about(Booking.objects.filter(pk=other.pk))


def test_a_week_is_ticked_with_one_tap(client, user, parents):
    days = lunches()
    book = reverse("bookings:book", args=[days[0].activity_id])

    page = client.get(f"{book}?tick=next_week").content.decode()

    assert "Monday to Friday next week" in page
    ticked = [int(pk) for pk in re.findall(r'name="session" value="(\d+)" checked', page)]
    assert ticked == [each.pk for each in days[:5]]


def test_who_was_chosen_stays_chosen_while_days_are_ticked(client, user, parents):
    days = lunches()
    book = reverse("bookings:book", args=[days[0].activity_id])

    page = client.get(f"{book}?person={parents[1].pk}").content.decode()

    assert f"?tick=workdays&amp;person={parents[1].pk}" in page


@pytest.mark.parametrize("tick", ["yesterday", ""])
def test_a_tick_that_means_nothing_ticks_nothing(client, user, tick):
    book = reverse("bookings:book", args=[lunches()[0].activity_id])

    page = client.get(f"{book}?tick={tick}")

    assert page.status_code == 200
    assert " checked" not in page.content.decode()


def test_weeks_are_offered_where_they_have_several_open_dates():
    sessions = lunches(days=9)
    choices = date_choices(sessions[0].activity, sessions, at=timezone.now())

    found = {each.key: len(each.sessions) for each in weeks.ticks(choices, at=timezone.now())}

    assert found == {"next_week": 5, "workdays": 7, "all": 9}


def test_a_course_has_no_days_to_tick(client, user):
    activity = lunches(booking_mode=BookingMode.COURSE)[0].activity

    assert "Monday to Friday" not in text(client.get(activity.get_absolute_url()))
