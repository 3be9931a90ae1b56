"""What partners read of bookings: the sheet of a day, and numbers without a name."""

import csv
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from activities.models import Status as ActivityStatus
from bookings import day_sheet
from bookings.models import Feedback, Place
from partners.models import Role
from tests.bookings.booking import book_for
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PartnerFactory,
    PartnerMemberFactory,
    PersonFactory,
    SessionFactory,
)

pytestmark = pytest.mark.django_db

NOON = timezone.make_aware(datetime.combine(date(2026, 5, 10), time(12)))


@pytest.fixture
def partner():
    partner = PartnerFactory(name="Seal house")
    partner.centers.add(CenterFactory())
    return partner


@pytest.fixture
def activity(partner):
    return ActivityFactory(partner=partner, center=partner.centers.get(), title="Carving")


def desk_of(client, partner, role=Role.POSTER):
    client.force_login(PartnerMemberFactory(partner=partner, role=role, user__language="en").user)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def desk(client, partner):
    return desk_of(client, partner)


def sheet(session):
    return f"/partner/sessions/{session.pk}/"


def text(response):
    return " ".join(response.content.decode().split())


# The sheet of the day


def test_the_sheet_says_first_names_and_ages_and_nothing_else(desk, activity):
    session = SessionFactory(
        activity=activity, starts_at=timezone.now() + timedelta(hours=3), capacity=2
    )
    born = timezone.localdate() - timedelta(days=9 * 366)
    child = PersonFactory(name="柳小满", birth_date=born, phone="+8613912340002")
    for person in (child, PersonFactory(name="Ana Lima"), PersonFactory(name="Bo Waiting")):
        book_for(person, session=session)

    page = text(desk.get(sheet(session)))

    assert [(each.name, each.age) for each in day_sheet.who_comes(session)] == [
        ("Ana", None), ("小满", 9),
    ]  # fmt: skip
    assert "2 people come" in page
    assert "小满" in page
    assert not any(word in page for word in ("柳", "Lima", "Bo", "139"))


@pytest.mark.parametrize(
    ("days", "hour", "is_open"),
    [(-2, 23, False), (-1, 0, True), (0, 23, True), (1, 23, True), (2, 0, False)],
)
def test_it_is_open_from_the_day_before_until_the_day_after(days, hour, is_open):
    session = SessionFactory.build(activity=None, starts_at=NOON, ends_at=NOON + timedelta(hours=1))
    at = (NOON + timedelta(days=days)).replace(hour=hour)

    assert day_sheet.is_open(session, at) == is_open


def test_outside_of_these_days_there_is_none(desk, activity):
    far = SessionFactory(activity=activity, starts_at=timezone.now() + timedelta(days=3))
    off = SessionFactory(activity=activity, starts_at=timezone.now(), canceled_at=timezone.now())

    assert [desk.get(sheet(each)).status_code for each in (far, off)] == [404, 404]


def test_only_who_posts_for_this_partner_reads_it(client, activity):
    session = SessionFactory(activity=activity, starts_at=timezone.now() + timedelta(hours=3))
    rival = PartnerFactory()

    assert desk_of(client, activity.partner, Role.VIEWER).get(sheet(session)).status_code == 404
    assert desk_of(client, rival, Role.MANAGER).get(sheet(session)).status_code == 404
    manager = desk_of(client, activity.partner, Role.MANAGER)
    assert manager.get(sheet(session)).status_code == 200
    assert "no-store" in manager.get(sheet(session))["Cache-Control"]
    assert "Who comes" in text(manager.get(f"/partner/activities/{activity.pk}/"))


def test_it_is_read_in_as_many_statements_for_three_as_for_one(
    desk, activity, django_assert_num_queries
):
    session = SessionFactory(activity=activity, starts_at=timezone.now() + timedelta(hours=3))
    for people in (1, 2):
        for person in PersonFactory.create_batch(people):
            book_for(person, session=session)
        with django_assert_num_queries(1):
            day_sheet.who_comes(session)


# Numbers


def held(activity, *, people, came, marks=()):
    """A session of last month with so many who booked, came and said how it was."""
    starts_at = timezone.make_aware(datetime.combine(date(2026, 5, 5), time(15)))
    session = SessionFactory(
        activity=activity, starts_at=timezone.now() + timedelta(days=2), capacity=people
    )
    for person in PersonFactory.create_batch(people):
        book_for(person, session=session)
    places = list(Place.objects.filter(session=session))
    for place in places[:came]:
        Place.objects.filter(pk=place.pk).update(checked_in_at=starts_at)
    for place, mark in zip(places, marks, strict=False):
        Feedback.objects.create(session=session, person=place.person, marks=mark)
    type(session).objects.filter(pk=session.pk).update(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=1),
        booking_opens_at=starts_at - timedelta(days=9), booking_closes_at=starts_at,
    )  # fmt: skip
    return session


def test_numbers_say_what_came_of_an_activity_in_a_month(desk, activity):
    held(activity, people=4, came=3, marks=[5, 4, 4])
    held(activity, people=2, came=0)

    page = text(desk.get(f"/partner/{activity.partner_id}/numbers/?year=2026"))

    [line] = desk.get(f"/partner/{activity.partner_id}/numbers/?year=2026").context["lines"]
    assert (line.held, line.booked, line.came, line.answers, line.marks) == (2, 6, 3, 3, 4.3)
    assert str(line.month) == "2026-05-01"
    assert "4.3 of 5, from 3 answers" in page


def test_of_two_answers_no_average_is_said(desk, activity):
    held(activity, people=2, came=2, marks=[1, 5])

    [line] = desk.get(f"/partner/{activity.partner_id}/numbers/?year=2026").context["lines"]

    assert (line.answers, line.marks) == (2, None)


def test_numbers_cost_the_same_for_one_and_for_three(desk, activity, django_assert_num_queries):
    for more in (1, 2):
        for _one in range(more):
            other = ActivityFactory(partner=activity.partner, center=activity.center)
            held(other, people=1, came=1)
        with django_assert_num_queries(10):
            desk.get(f"/partner/{activity.partner_id}/numbers/?year=2026")


@pytest.mark.parametrize("year", ["", "x", "0001", "9999", "²026"])
def test_a_year_that_is_none_is_this_one(desk, partner, year):
    page = desk.get(f"/partner/{partner.pk}/numbers/?year={year}")

    assert page.context["year"] == timezone.localdate().year
    assert "Nothing was held in this year" in text(page)


def test_the_files_say_the_same_without_names_and_without_formulas(desk, activity):
    type(activity).objects.update(title="=1+1", status=ActivityStatus.ARCHIVED)
    held(activity, people=2, came=1)
    address = f"/partner/{activity.partner_id}/numbers"

    rows = list(
        csv.reader(StringIO(desk.get(f"{address}.csv?year=2026").content.decode("utf-8-sig")))
    )
    book = load_workbook(BytesIO(desk.get(f"{address}.xlsx?year=2026").content))

    expected = ["'=1+1", "2026-05", "1", "2", "1", "0", "0", ""]
    assert rows[1] == expected
    cells = [cell.value for cell in book.active[2]]
    assert [str(value) if value is not None else "" for value in cells] == expected


def test_viewers_read_the_numbers_and_rivals_do_not(client, activity):
    address = f"/partner/{activity.partner_id}/numbers/"

    assert desk_of(client, activity.partner, Role.VIEWER).get(address).status_code == 200
    assert desk_of(client, PartnerFactory(), Role.MANAGER).get(address).status_code == 404
