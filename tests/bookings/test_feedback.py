"""How it was: said by those who came, read as averages and never with a name."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings import feedback, goodbye
from bookings.feedback_notices import tell_due
from bookings.models import Feedback
from bookings.my_data import copy_of
from bookings.rules import BookingRefused
from notices import unsubscribing
from notices.models import Notice, Preference
from notices.services import deliver_due, stop
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PartnerFactory,
    PartnerMemberFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
    carer_of,
)

pytestmark = pytest.mark.django_db

HERE = timezone.get_default_timezone()
EVENING = datetime(2026, 12, 1, 19, tzinfo=HERE)
END = EVENING + timedelta(hours=1)
MORNING = datetime(2026, 12, 2, 9, 25, tzinfo=HERE)
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel("2026-11-28T10:00+08:00", tick=False):
        yield


def an_evening(**more):
    return SessionFactory(starts_at=EVENING, ends_at=END, **more)


def who_came(*people, session, **more):
    """Their booking, with everybody checked in."""
    booking = book_for(*people, session=session, **more)
    booking.places.update(checked_in_at=EVENING)
    return booking


def said(session, *marks, line="", at=MORNING):
    for each in marks:
        booking = who_came(PersonFactory(), session=session)
        feedback.give(booking.places.get(), marks=each, line=line, at=at)


def told(user):
    return list(Notice.objects.filter(recipient=user).values_list("kind", flat=True))


def asked(user):
    return told(user).count("bookings/feedback")


# Who says what, and when


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (END - timedelta(minutes=1), "not_over"),
        (END, None),
        (END + timedelta(days=14), None),
        (END + timedelta(days=14, minutes=1), "too_late"),
    ],
)
def test_it_is_said_from_the_end_on_for_two_weeks(at, code):
    place = who_came(PersonFactory(), session=an_evening()).places.get()

    if code is None:
        assert feedback.give(place, marks=4, at=at).marks == 4
        return
    with pytest.raises(BookingRefused) as no:
        feedback.give(place, marks=4, at=at)
    assert no.value.reason.code == code


def test_who_did_not_come_says_nothing():
    place = book_for(PersonFactory(), session=an_evening()).places.get()

    with pytest.raises(BookingRefused) as no:
        feedback.give(place, marks=1, at=MORNING)
    assert no.value.reason.code == "was_not_there"


def test_said_again_the_later_answer_stands():
    place = who_came(PersonFactory(), session=an_evening()).places.get()

    feedback.give(place, marks=2, line="Cold", at=MORNING)
    feedback.give(place, marks=5, at=MORNING)

    [given] = Feedback.objects.all()
    assert (given.marks, given.line) == (5, "")


def test_the_database_takes_one_answer_for_a_session_and_only_from_1_to_5():
    place = who_came(PersonFactory(), session=an_evening()).places.get()
    once = {"session": place.session, "person": place.person}

    for marks in (0, 6):
        with pytest.raises(IntegrityError, match="feedback_is_from_1_to_5"), transaction.atomic():
            Feedback.objects.create(marks=marks, **once)
    Feedback.objects.create(marks=1, **once)
    with pytest.raises(IntegrityError, match="feedback_is_given_once"), transaction.atomic():
        Feedback.objects.create(marks=1, **once)


# The message the next morning


def test_who_came_is_asked_the_next_morning_once():
    person = PersonFactory()
    user = carer_of(person)
    who_came(person, session=an_evening(), by=user)

    assert tell_due(END + timedelta(hours=1)) == 0
    assert [tell_due(MORNING), tell_due(MORNING + timedelta(hours=1))] == [1, 0]
    assert asked(user) == 1


def test_a_party_gets_one_message_and_who_did_not_come_gets_none():
    people = PersonFactory.create_batch(2)
    user, absent = carer_of(*people), PersonFactory()
    session = an_evening()
    who_came(*people, session=session, by=user)
    book_for(absent, session=session)

    assert tell_due(MORNING) == 1
    assert asked(user) == 1


def test_of_lunch_every_day_one_is_asked_once_a_month():
    person, lunch = PersonFactory(), ActivityFactory()
    user = carer_of(person)
    for days in range(3):
        who_came(person, by=user, session=SessionFactory(
            activity=lunch, starts_at=EVENING + timedelta(days=days), ends_at=END + timedelta(days=days)
        ))  # fmt: skip

    told = [tell_due(MORNING + timedelta(days=days)) for days in range(3)]

    assert told == [1, 0, 0]
    assert asked(user) == 1


def test_of_a_course_one_is_asked_after_its_last_date():
    person, course = PersonFactory(), ActivityFactory(booking_mode="course")
    for weeks in range(2):
        later = timedelta(weeks=weeks)
        SessionFactory(activity=course, starts_at=EVENING + later, ends_at=END + later)
    booking = book_for(person, activity=course)
    booking.places.update(checked_in_at=EVENING)

    assert [tell_due(MORNING), tell_due(MORNING + timedelta(weeks=1))] == [0, 1]


def test_at_night_the_question_waits():
    user = carer_of(person := PersonFactory())
    who_came(person, session=an_evening(), by=user)

    tell_due(datetime(2026, 12, 2, 6, tzinfo=HERE))

    due = Notice.objects.get(recipient=user, kind="bookings/feedback").send_after
    assert due == datetime(2026, 12, 2, 8, tzinfo=HERE)


def test_who_has_asked_to_be_left_alone_is(mailoutbox):
    user = carer_of(person := PersonFactory(), email="ana@example.org", language="en")
    who_came(person, session=an_evening(), by=user)
    assert unsubscribing.link_in(Notice(kind="bookings/feedback", recipient=user))

    stop(user, "feedback")

    assert tell_due(MORNING) == 0
    assert Preference.objects.get(user=user).news is True


def test_many_are_asked_with_as_many_statements_as_one(django_assert_num_queries):
    session = an_evening()
    for _each in range(3):
        who_came(PersonFactory(), session=session)

    with django_assert_num_queries(4):  # places, who is deaf, who was asked, the notices
        assert tell_due(MORNING) == 3


# The page behind the link


@pytest.fixture
def party(client):
    """A booking of two who came, and the page behind their link on the next morning."""
    people = [PersonFactory(name="Ana Lima"), PersonFactory(name="Bo Lima")]
    booking = who_came(*people, session=an_evening(), by=carer_of(*people))
    with time_machine.travel(MORNING, tick=False):
        yield booking, feedback.link_to(booking, booking.session)


def test_the_link_in_the_message_opens_the_page_without_an_account(client, mailoutbox):
    user = carer_of(person := PersonFactory(), email="ana@example.org", language="en")
    booking = who_came(person, session=an_evening(), by=user)
    tell_due(MORNING)
    deliver_due(MORNING)
    link = feedback.link_to(booking, booking.session)
    assert link in mailoutbox[-1].body

    with time_machine.travel(MORNING, tick=False):
        page = client.get(link, headers=ENGLISH)

    assert page["Referrer-Policy"] == "no-referrer"
    assert "How was it?" in words(page)
    assert not Feedback.objects.exists()


def test_each_of_a_party_may_say_something_or_nothing(client, party):
    booking, link = party
    ana, _bo = booking.places.order_by("pk")
    page = words(client.get(link, headers=ENGLISH))
    assert "<h2>Ana</h2>" in page
    assert "Lima" not in page

    answer = client.post(link, {f"{ana.pk}-marks": "5", f"{ana.pk}-line": "Warm"})

    assert (answer.status_code, answer.url) == (302, f"{link}?thanks")
    assert [(each.person, each.marks, each.line) for each in Feedback.objects.all()] == [
        (ana.person, 5, "Warm")
    ]
    assert "Thank you" in words(client.get(answer.url, headers=ENGLISH))
    assert 'value="Warm"' in words(client.get(link, headers=ENGLISH))


def test_a_line_without_marks_is_kept_and_asked_about(client, party):
    booking, link = party
    place = booking.places.first()

    answer = client.post(link, {f"{place.pk}-line": "So loud"}, headers=ENGLISH)

    assert answer.status_code == 422
    assert 'value="So loud"' in words(answer)
    assert "Please choose one of the five." in words(answer)
    assert not Feedback.objects.exists()


def test_a_party_that_says_nothing_is_asked_again(client, party):
    assert client.post(party[1], {}).status_code == 422


@pytest.mark.parametrize("marks", ["", "0", "6", "x"])
def test_one_alone_chooses_one_of_the_five(client, marks):
    booking = who_came(PersonFactory(), session=an_evening())
    place = booking.places.get()

    with time_machine.travel(MORNING, tick=False):
        answer = client.post(
            feedback.link_to(booking, booking.session), {f"{place.pk}-marks": marks}
        )

    assert answer.status_code == 422
    assert not Feedback.objects.exists()


def test_before_the_end_and_after_two_weeks_the_page_says_so(client):
    booking = who_came(PersonFactory(), session=an_evening())
    link = feedback.link_to(booking, booking.session)

    for at, sentence in [
        (EVENING, "It is not over yet."),
        (END + timedelta(days=15), "This was more than two weeks ago."),
    ]:
        with time_machine.travel(at, tick=False):
            assert sentence in words(client.get(link, headers=ENGLISH))
            assert client.post(link, {"x": "1"}).status_code == 409


def test_the_page_of_the_booking_leads_there_as_long_as_it_can_be_said():
    user = carer_of(person := PersonFactory())
    booking = who_came(person, session=an_evening(), by=user)
    link = f'href="{feedback.link_to(booking, booking.session)}"'
    moments = [EVENING, MORNING, END + timedelta(days=15)]

    shown = []
    for at in moments:
        with time_machine.travel(at, tick=False):
            shown.append(link in words(at_the_desk(user).get(f"/bookings/{booking.reference}/")))

    assert shown == [False, True, False]


def test_who_was_missed_is_not_led_there():
    user = carer_of(person := PersonFactory())
    booking = book_for(person, session=an_evening(), by=user)

    with time_machine.travel(MORNING, tick=False):
        page = words(at_the_desk(user).get(f"/bookings/{booking.reference}/"))

    assert "/feedback/" not in page


def test_a_link_that_is_not_ours_opens_nothing(client):
    booking = book_for(PersonFactory(), session=an_evening())

    assert client.get(f"/feedback/{booking.pk}-{booking.session_id}.made-up/").status_code == 404
    # Nobody of this booking came.
    assert client.get(feedback.link_to(booking, booking.session)).status_code == 404


# Who reads it


def test_an_average_is_shown_from_three_answers_on():
    session = an_evening()
    said(session, 5, 4)
    assert feedback.average_of(session.activity).marks is None

    said(session, 3)

    assert feedback.average_of(session.activity) == feedback.Average(answers=3, marks=4)


def test_staff_see_averages_and_on_a_second_look_the_lines_without_names(
    django_assert_max_num_queries,
):
    center = CenterFactory()
    yoga, few = (
        an_evening(activity=ActivityFactory(center=center, title=title))
        for title in ("Yoga", "Few")
    )
    said(yoga, 5, 4, 3, line="So warm")
    said(few, 5, line="Only one")
    desk = at_the_desk(social_worker(center))

    page = words(desk.get("/admin/feedback/"))
    lines = desk.get(f"/admin/feedback/{yoga.activity_id}/")

    assert "Yoga" in page
    assert "4.0" in page
    assert "So warm" not in page
    assert words(lines).count("So warm") == 3
    assert "Person" not in words(lines).split("<main")[-1]
    assert desk.get(f"/admin/feedback/{few.activity_id}/").status_code == 404


def test_who_looks_on_reads_numbers_and_other_houses_nothing():
    center = CenterFactory()
    session = an_evening(activity=ActivityFactory(center=center, title="Yoga"))
    said(session, 5, 4, 3, line="So warm")
    lines = f"/admin/feedback/{session.activity_id}/"
    looking_on = at_the_desk(district_office(center.district))
    elsewhere = at_the_desk(social_worker())

    assert "4.0" in words(looking_on.get("/admin/feedback/"))
    assert looking_on.get(lines).status_code == 404
    assert "Yoga" not in words(elsewhere.get("/admin/feedback/"))
    assert elsewhere.get(lines).status_code == 404


def test_the_partner_sees_the_average_alone():
    partner = PartnerFactory()
    member = PartnerMemberFactory(partner=partner).user
    session = an_evening(activity=ActivityFactory(partner=partner))
    address = f"/partner/activities/{session.activity_id}/"
    said(session, 5, 4, line="So warm")
    assert "too few answers yet" in words(at_the_desk(member).get(address))

    said(session, 3)

    page = words(at_the_desk(member).get(address))
    assert "4.0 of 5, from 3 answers" in page
    assert "So warm" not in page


# My data


def test_it_is_in_my_data_and_its_words_go_with_me():
    user = carer_of(person := PersonFactory(name="Ana"))
    booking = who_came(person, session=an_evening(), by=user)
    feedback.give(booking.places.get(), marks=2, line="Ana was cold", at=MORNING)

    [copied] = copy_of(user)["feedback"]
    assert (copied["person"], copied["marks"], copied["line"]) == ("Ana", 2, "Ana was cold")

    goodbye.close_account(user)

    assert list(Feedback.objects.values_list("marks", "line")) == [(2, "")]


def test_of_others_there_is_nothing_in_my_data():
    said(an_evening(), 5)

    assert copy_of(UserFactory())["feedback"] == []
