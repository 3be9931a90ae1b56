"""The panel on the page of an activity: what one can do there, or why not."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from activities.models import Allocation, BookingMode, Question, Session
from bookings.models import Booking
from bookings.panel import Panel
from tests.bookings.booking import book_for
from tests.bookings.drawing import course_to_draw, draw_of, held, session_to_draw
from tests.factories import ActivityFactory, PersonFactory, SessionFactory, carer_of

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()


def panel_of(activity, user=NOBODY, **more):
    return Panel(activity, list(activity.sessions.with_room()), user, **more)


def shown(activity, user=NOBODY, query=""):
    request = RequestFactory().get(f"/{query}")
    request.user = user
    template = Template("{% load booking %}{% booking_panel activity %}")
    return template.render(Context({"request": request, "activity": activity, "csrf_token": "t"}))


def course(sessions=2, **more):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE, **more)
    start = timezone.now() + timedelta(days=3)
    for n in range(sessions):
        SessionFactory(activity=activity, capacity=2, starts_at=start + timedelta(weeks=n))
    return activity


def label(html):
    return re.search(r'<button class="button main wide">([^<]*)</button>', html)[1]


# The one button.


def test_one_date_with_places_is_booked():
    session = SessionFactory()

    html = shown(session.activity)

    assert label(html) == "报名"
    assert f'<input type="hidden" name="session" value="{session.pk}">' in html


def test_a_full_date_is_waited_for():
    session = SessionFactory(capacity=1)
    book_for(PersonFactory(), session=session)
    session.refresh_from_db()

    html = shown(session.activity)

    assert label(html) == "加入候补"
    assert "可候补" in html or "名额已满" in html


def test_a_course_is_booked_as_a_whole():
    assert label(shown(course(sessions=3))) == "报名整期 3 次课"


def test_a_course_with_a_line_is_waited_for_though_a_place_is_free():
    activity = course()
    book_for(PersonFactory(), activity=activity)
    book_for(PersonFactory(), PersonFactory(), activity=activity)

    html = shown(activity)

    assert label(html) == "加入整期的候补"
    assert "整期已有 2 人在候补" in html


def test_a_draw_is_applied_for():
    session = session_to_draw()

    html = shown(session.activity)

    assert label(html) == "报名抽签"
    assert "早报晚报都一样" in html
    assert f'href="/activities/{session.activity_id}/draw/"' in html


def test_after_the_draw_one_books_what_is_left():
    session = session_to_draw()
    held(draw_of(session))

    assert label(shown(session.activity)) == "报名"


def test_between_closing_and_draw_one_reads_when_it_closed():
    session = session_to_draw()
    Session.objects.update(applications_close_at=timezone.now())

    html = shown(session.activity)

    assert "抽签报名已于" in html
    assert "<button" not in html


def test_of_several_dates_some_are_applied_for_and_others_booked():
    activity = ActivityFactory(allocation=Allocation.DRAW)
    drawn, _open = [session_to_draw(activity=activity) for _ in range(2)]
    held(draw_of(drawn))

    assert label(shown(activity)) == "报名勾选的日期"


def test_a_course_is_applied_for_as_a_whole():
    html = shown(course_to_draw())

    assert label(html) == "报名抽签"
    assert "早报晚报都一样" in html


def test_several_dates_are_ticked():
    activity = ActivityFactory()
    SessionFactory.create_batch(8, activity=activity)

    html = shown(activity)

    assert html.count('type="checkbox" name="session"') == 8
    assert "还有 2 个日期" in html
    assert label(html) == "报名勾选的日期"


def test_a_date_named_in_the_address_is_ticked():
    activity = ActivityFactory()
    _first, second = SessionFactory.create_batch(2, activity=activity)

    html = shown(activity, query=f"?session={second.pk}")

    assert re.findall(r'value="(\d+)" checked', html) == [str(second.pk)]


def test_dates_that_are_not_open_cannot_be_ticked():
    activity = ActivityFactory()
    SessionFactory(activity=activity)
    later = SessionFactory(activity=activity, booking_opens_at=timezone.now() + timedelta(days=1))

    html = shown(activity)

    assert re.findall(r'value="(\d+)" disabled', html) == [str(later.pk)]


def test_either_way_has_one_main_button_and_the_dates_below():
    activity = ActivityFactory(booking_mode=BookingMode.EITHER)
    SessionFactory.create_batch(2, activity=activity)

    html = shown(activity)

    assert label(html) == "报名整期 2 次课"
    assert html.count("button main") == 1
    assert "也可以只来其中几次" in html


def test_called_off_and_past_dates_are_left_out():
    activity = ActivityFactory()
    SessionFactory(activity=activity, canceled_at=timezone.now())
    past = timezone.now() - timedelta(days=2)
    SessionFactory(activity=activity, starts_at=past, ends_at=past + timedelta(hours=1))
    session = SessionFactory(activity=activity)

    assert [date.session for date in panel_of(activity).dates] == [session]


# Or why there is none.


def test_it_says_when_booking_opens():
    session = SessionFactory(booking_opens_at=timezone.now() + timedelta(days=1))

    html = shown(session.activity)

    assert "开放报名" in html
    assert "<button" not in html


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"activity__is_drop_in": True}, "drop_in"),
        ({"activity__has_waitlist": False, "capacity": 0}, "full"),
        ({"booking_closes_at": timezone.now() - timedelta(hours=1)}, "closed"),
        ({"canceled_at": timezone.now()}, "no_dates"),
    ],
)
def test_a_session_that_cannot_be_booked_says_why(change, code):
    session = SessionFactory(**change)

    assert panel_of(session.activity).refusal.code == code


def test_a_full_course_without_a_waitlist_says_so():
    activity = course(has_waitlist=False)
    book_for(PersonFactory(), PersonFactory(), activity=activity)

    assert panel_of(activity).refusal.code == "full"


def test_a_course_without_dates_to_come_says_so():
    assert panel_of(course(sessions=0)).refusal.code == "called_off"


def test_whoever_is_too_young_is_told_so():
    child = PersonFactory(birth_date=timezone.localdate() - timedelta(days=366 * 8))
    session = SessionFactory(activity__min_age=16)

    assert panel_of(session.activity, carer_of(child)).refusal.code == "too_young"
    assert panel_of(session.activity, carer_of(child, PersonFactory())).refusal is None


# For whom.


def test_a_visitor_signs_in_on_the_way_and_gets_no_token():
    html = shown(SessionFactory().activity)

    assert 'method="get"' in html
    assert "csrfmiddlewaretoken" not in html
    assert "要先登录" in html


def test_with_one_person_and_nothing_to_answer_the_button_books_at_once():
    ana = PersonFactory()
    session = SessionFactory()

    html = shown(session.activity, carer_of(ana))

    assert 'method="post"' in html
    assert f'name="person" value="{ana.pk}"' in html
    assert f'name="starts_at_{session.pk}"' in html
    assert re.search(r'name="request_key" value="[^"]{16}"', html)


def test_with_several_people_it_asks_who_comes_first():
    html = shown(SessionFactory().activity, carer_of(PersonFactory(), PersonFactory()))

    assert 'method="get"' in html


def test_with_a_question_it_asks_first():
    session = SessionFactory()
    Question.objects.create(activity=session.activity, text="Why?", purpose="To know.")

    assert 'method="get"' in shown(session.activity, carer_of(PersonFactory()))


def test_whoever_has_it_already_sees_the_booking_instead_of_a_button():
    ana = PersonFactory(name="Ana")
    user = carer_of(ana)
    booking = book_for(ana, session=SessionFactory(), by=user)

    html = shown(booking.activity, user)

    assert f"/bookings/{booking.reference}/" in html
    assert "Ana" in html
    assert "<button" not in html


def test_other_people_can_still_be_booked():
    ana, bo = PersonFactory(), PersonFactory()
    user = carer_of(ana, bo)
    booking = book_for(ana, session=SessionFactory(), by=user)

    html = shown(booking.activity, user)

    assert f"/bookings/{booking.reference}/" in html
    assert label(html) == "报名"


def test_a_canceled_booking_is_no_longer_mine():
    ana = PersonFactory()
    user = carer_of(ana)
    booking = book_for(ana, session=SessionFactory(), by=user)
    booking.places.update(canceled_at=timezone.now())
    Booking.objects.update(status="canceled")

    assert panel_of(booking.activity, user).mine == []


@pytest.mark.parametrize("dates", [1, 3])
def test_it_costs_the_same_for_any_number_of_dates(django_assert_num_queries, dates):
    activity = ActivityFactory()
    SessionFactory.create_batch(dates, activity=activity)
    user = carer_of(PersonFactory())

    # The dates; the user's people, what they have, whether they did not come, the limits of the
    # center; whether there are questions.
    with django_assert_num_queries(6):
        shown(activity, user)


def test_a_visitor_costs_nothing_more_than_the_dates(django_assert_num_queries):
    activity = ActivityFactory()
    SessionFactory.create_batch(3, activity=activity)

    with django_assert_num_queries(1):
        shown(activity)
