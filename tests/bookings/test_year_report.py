"""The year of a center: what was planned, held and attended, and what partners gave."""

import io
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from activities.timetable import ZONE
from bookings import year_report
from bookings.models import Feedback
from partners.models import Need, NeedStatus, PartnerKind
from tests.bookings.giving import came, held
from tests.desk import at_the_desk, district_office, manager, social_worker, words
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    FloorFactory,
    NeedFactory,
    PartnerFactory,
    PersonFactory,
    RoomFactory,
)
from venues.models import YearPlan

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 30, 12, tzinfo=ZONE)
PAGE, SHEET = "/admin/year/", "/admin/year.xlsx"


def at(month, day, hour=10, year=2026):
    return datetime(year, month, day, hour, tzinfo=ZONE)


@pytest.fixture
def center():
    return CenterFactory(slug="banyan")


def test_planned_held_and_attended_are_three_numbers(center):
    ana = PersonFactory()
    choir, chess = (ActivityFactory(center=center) for _ in range(2))
    held(choir, at(7, 1), ana)
    held(choir, at(8, 1), ana)
    held(chess, at(8, 2))
    held(ActivityFactory(center=center), at(11, 1))
    held(choir, at(8, 3), canceled_at=at(8, 1), cancel_reason="Rain")

    report = year_report.of_year(center, 2026, NOW)

    assert report.activities == year_report.Activities(planned=3, held=2, attended=1)
    total = report.total
    assert (total.planned, total.held, total.called_off) == (4, 3, 1)
    assert (total.person_times, total.persons) == (2, 1)
    august = report.months[8]
    assert (august.planned, august.held, august.person_times) == (2, 2, 1)
    assert report.months[11].planned == 1


def test_another_year_and_another_center_count_for_themselves(center):
    activity = ActivityFactory(center=center)
    held(activity, at(12, 31, 23, year=2025), hours=2)
    held(activity, at(1, 1, 0, year=2027))
    held(ActivityFactory(center=CenterFactory()), at(5, 5))

    assert year_report.of_year(center, 2026, NOW).total == year_report.Sums()


def test_the_plan_of_the_year_is_held_against_what_was_held(center):
    YearPlan.objects.create(center=center, year=2026, sessions=4)
    held(ActivityFactory(center=center), at(7, 1))

    assert year_report.of_year(center, 2026, NOW).percent_of_plan == 25
    assert year_report.of_year(center, 2025, NOW).percent_of_plan is None


def test_partners_stand_in_order_with_room_given_and_service_returned(center):
    room = RoomFactory(floor=FloorFactory(center=center))
    busy = PartnerFactory(name="Bookshop", kind=PartnerKind.SHOP)
    quiet = PartnerFactory(name="Clinic", kind=PartnerKind.PUBLIC_BODY)
    for partner in (busy, quiet, PartnerFactory(name="Elsewhere")):
        if partner.name != "Elsewhere":
            partner.centers.add(center)
    activity = ActivityFactory(center=center, partner=busy)
    people = [PersonFactory(), PersonFactory()]
    held(activity, at(7, 1), *people, room=room)
    held(activity, at(7, 8), people[0])

    report = year_report.of_year(center, 2026, NOW)

    assert [row.partner.name for row in report.partners] == ["Bookshop", "Clinic"]
    row = report.partners[0]
    assert (row.sessions, row.hours_served, row.hours_of_room) == (2, 4, 2)
    assert (row.person_times, row.persons) == (3, 2)
    shops = next(row for row in report.kinds if row.kind == PartnerKind.SHOP)
    assert (shops.partners, shops.with_sessions, shops.sessions) == (1, 1, 2)


def test_a_partner_who_has_left_keeps_what_they_gave_this_year(center):
    gone = PartnerFactory(status="ended")
    held(ActivityFactory(center=center, partner=gone), at(7, 1))

    assert [row.partner for row in year_report.of_year(center, 2026, NOW).partners] == [gone]


def test_needs_are_answered_in_time_late_or_not_at_all(center):
    def need(**more):
        return NeedFactory(center=center, created_at=at(6, 1), answer_by=at(6, 8), **more)

    need(answered_at=at(6, 5), status=NeedStatus.ANSWERED)
    need(answered_at=at(6, 9), status=NeedStatus.DONE, done_at=at(8, 1))
    need()
    Need.objects.create(center=center, title="Fresh", created_at=at(9, 29), answer_by=at(10, 6))

    needs = year_report.of_year(center, 2026, NOW).needs

    assert (needs.received, needs.in_time, needs.late, needs.done) == (4, 1, 1, 1)
    assert (needs.open, needs.overdue, needs.percent_in_time) == (3, 1, 50)


def test_categories_come_in_their_order(center):
    late, early = CategoryFactory(name="Late", order=9), CategoryFactory(name="Early", order=1)
    held(ActivityFactory(center=center, category=late), at(7, 1), PersonFactory())
    held(ActivityFactory(center=center, category=early), at(7, 2))

    rows = year_report.of_year(center, 2026, NOW).categories

    assert [(str(category), sums.held, sums.persons) for category, sums in rows] == [
        ("Early", 1, 0),
        ("Late", 1, 1),
    ]


def test_satisfaction_is_said_from_three_answers_on(center):
    session = held(ActivityFactory(center=center), at(7, 1))
    for marks in (5, 4):
        Feedback.objects.create(session=session, person=PersonFactory(), marks=marks)
    assert year_report.of_year(center, 2026, NOW).satisfaction.marks is None

    Feedback.objects.create(session=session, person=PersonFactory(), marks=3)

    assert year_report.of_year(center, 2026, NOW).satisfaction.marks == 4


@pytest.mark.parametrize("number", [1, 6])
def test_many_partners_cost_no_more_statements_than_one(center, number, django_assert_num_queries):
    for day in range(1, number + 1):
        partner = PartnerFactory()
        partner.centers.add(center)
        session = held(ActivityFactory(center=center, partner=partner), at(7, day))
        came(session, PersonFactory())

    with django_assert_num_queries(15):
        year_report.of_year(center, 2026, NOW)


def test_the_manager_reads_a_page_and_takes_a_workbook(center):
    YearPlan.objects.create(center=center, year=2025, sessions=144)
    activity = ActivityFactory(center=center, partner=PartnerFactory(name="=Shop"))
    held(activity, at(7, 1, year=2025), PersonFactory())
    browser = at_the_desk(manager(center))
    wanted = {"center": center.pk, "year": 2025}

    page, answer = words(browser.get(PAGE, wanted)), browser.get(SHEET, wanted)

    assert "<b>1</b> sessions held, of 144 in the plan" in page
    assert "Set the plan" in page
    assert answer["Content-Disposition"].endswith('"year-banyan-2025.xlsx"')
    year, months, _categories, partners, _kinds = [
        list(sheet.iter_rows(values_only=True))
        for sheet in load_workbook(io.BytesIO(answer.content))
    ]
    assert year[2] == ("sessions planned for the year", 144)
    assert months[8] == ("2025-07", 1, 1, 0, 1, 1)
    assert partners[2] == ("'=Shop", "Company", 1, 2, 0, 1, 1)


def test_the_district_reads_it_without_a_name_and_others_read_only_their_own(center):
    person = PersonFactory(name="Li Xiuying")
    held(ActivityFactory(center=center), timezone.now() - timedelta(days=1), person)
    CenterFactory()

    looks_on = words(at_the_desk(district_office(center.district)).get(PAGE))

    assert "Li Xiuying" not in looks_on
    assert (
        at_the_desk(social_worker(center)).get(PAGE, {"center": center.pk + 1}).status_code == 404
    )


@pytest.mark.parametrize("year", ["", "x", "0", "99999", "-1"])
def test_a_year_that_is_none_is_this_year(center, year):
    page = words(at_the_desk(manager(center)).get(PAGE, {"year": year}))

    assert f"the year {timezone.localdate().year}" in page
