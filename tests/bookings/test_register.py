"""The register of a course: people by dates, on the page, on paper and as a spreadsheet."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from activities.models import BookingMode
from bookings import changes, services
from bookings.models import Place
from bookings.register import Register
from tests.bookings.booking import book_for, carer
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


@pytest.fixture
def course(center):
    activity = ActivityFactory(center=center, booking_mode=BookingMode.COURSE, title="书法")
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    for week in range(1, 4):
        SessionFactory(activity=activity, starts_at=noon + timedelta(days=7 * week), capacity=600)
    return activity


def address(activity, more=""):
    return f"/staff/activities/{activity.pk}/register/{more}"


def states(register):
    return {row.person.name: [cell.state for cell in row.cells] for row in register.rows}


def mark(person, number, **fields):
    places = Place.objects.filter(person__name=person).order_by("session__starts_at")
    Place.objects.filter(pk=places[number].pk).update(**fields)


def test_each_person_is_one_row_by_name_and_each_date_one_column(course):
    for name in ("王建国", "李秀英"):
        book_for(PersonFactory(name=name), activity=course)
    now = timezone.now()
    mark("王建国", 0, checked_in_at=now)
    mark("王建国", 1, absent_at=now)
    mark("李秀英", 1, absent_at=now, excused_at=now)

    register = Register(course)

    assert list(states(register).items()) == [
        ("李秀英", ["booked", "excused", "booked"]),
        ("王建国", ["came", "absent", "booked"]),
    ]
    assert [(row.came, row.absent, row.excused) for row in register.rows] == [(0, 0, 1), (1, 1, 0)]
    assert [(column.came, column.booked) for column in register.columns] == [(1, 2), (0, 2), (0, 2)]


def test_who_gave_a_date_back_or_waits_has_no_mark_there(course):
    ana, bo = (PersonFactory(name=name) for name in ("Ana", "Bo"))
    booking = book_for(ana, activity=course)
    first = booking.places.order_by("session__starts_at").first()
    services.cancel(booking, by=booking.booked_by, places=[first])
    course.sessions.update(capacity=1)
    book_for(bo, activity=course)

    assert states(Register(course)) == {"Ana": ["", "booked", "booked"]}


def test_a_place_that_passed_on_is_not_there_and_coming_after_all_is_there(course):
    booking = book_for(PersonFactory(name="Ana"), activity=course)
    now = timezone.now()
    mark("Ana", 0, absent_at=now, canceled_at=now)
    mark("Ana", 1, absent_at=now, canceled_at=now)
    again = booking.places.order_by("session__starts_at")[1]
    services.admit(again.session, again.person, by=carer(), reason="Late")
    Place.objects.filter(session=again.session, canceled_at=None).update(checked_in_at=now)

    assert states(Register(course)) == {"Ana": ["absent", "came", "booked"]}


def test_a_called_off_date_keeps_its_column_and_says_so(desk, course):
    book_for(PersonFactory(name="Ana"), activity=course)
    changes.call_off(course.sessions.first(), reason="Rain", by=carer())

    assert "Called off" in words(desk.get(address(course)))
    assert states(Register(course)) == {"Ana": ["", "booked", "booked"]}


def test_of_many_dates_the_last_ones_are_shown_unless_days_are_named(desk, center):
    activity = ActivityFactory(center=center)
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    for day in range(-30, 10):
        SessionFactory(activity=activity, starts_at=noon + timedelta(days=day))
    today = timezone.localdate()

    shown = Register(activity).sessions
    assert len(shown) == 20
    assert timezone.localdate(shown[-1].starts_at) in (
        today + timedelta(days=6),
        today + timedelta(days=7),
    )
    first = today - timedelta(days=30)
    chosen = Register(activity, first, first + timedelta(days=1)).sessions
    assert [timezone.localdate(each.starts_at) for each in chosen] == [
        first,
        first + timedelta(days=1),
    ]
    wrong = desk.get(address(activity), {"first": "2026-12-02", "last": "2026-12-01"})
    assert wrong.status_code == 422
    assert desk.get(address(activity, "register.xlsx"), {"first": "x"}).status_code == 422


def test_page_and_paper_say_every_mark_in_a_word_and_a_sign(desk, course):
    book_for(PersonFactory(name="Ana"), activity=course)
    mark("Ana", 0, checked_in_at=timezone.now())

    page, paper = (words(desk.get(address(course, more))) for more in ("", "print/"))

    for each in (page, paper):
        assert '<span aria-hidden="true">✓</span><span class="sr-only">Came</span>' in each
        assert "1/1" in each
    assert "Signature" in paper
    assert "Signature" not in page


def test_the_spreadsheet_holds_the_same_and_no_formula(desk, course):
    book_for(PersonFactory(name='=HYPERLINK("x")'), activity=course)
    book_for(PersonFactory(name="王建国"), activity=course)
    mark("王建国", 0, checked_in_at=timezone.now())

    answer = desk.get(address(course, "register.xlsx"))

    sheet = load_workbook(BytesIO(answer.content)).active
    names = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=3)}
    assert names["王建国"][:2] == ["Came", "Booked, not known yet"]
    assert """'=HYPERLINK("x")""" in names
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert "xlsx" in answer["Content-Disposition"]


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize(("more", "statements"), [("", 9), ("print/", 8), ("register.xlsx", 7)])
def test_the_register_costs_the_same_for_one_and_for_many(
    desk, course, count, more, statements, django_assert_num_queries
):
    people = PersonFactory.create_batch(count)
    booking = book_for(people[0], activity=course)
    Place.objects.bulk_create(
        Place(booking=booking, person=person, session=session)
        for person in people[1:]
        for session in course.sessions.all()
    )

    with django_assert_num_queries(statements):
        desk.get(address(course, more))


def test_only_staff_of_the_center_see_the_register(center, course):
    for user in (UserFactory(), social_worker(), district_office(center.district)):
        browser = at_the_desk(user)
        for more in ("", "print/", "register.xlsx"):
            assert browser.get(address(course, more)).status_code == 404


def test_the_activity_at_the_desk_leads_to_register_and_poster(desk, course):
    activity = f"/admin/activities/activity/{course.pk}/"
    page = words(desk.get(f"{activity}change/"))

    for name, leads_to in [
        ("see_register", address(course)),
        ("print_poster", f"/staff/activities/{course.pk}/poster/"),
    ]:
        link = re.search(rf'href="([^"]*{name}[^"]*)"', page)[1]
        assert desk.get(link).url == leads_to
