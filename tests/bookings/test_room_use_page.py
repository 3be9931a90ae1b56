"""The report on the use of rooms at the desk: who reads it, and what it says."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from tests.bookings.test_room_use import MONDAY, open_on, take
from tests.desk import at_the_desk, district_office, manager, social_worker, words
from tests.factories import CenterFactory, FloorFactory, RoomFactory
from venues.models import Center

pytestmark = pytest.mark.django_db

PAGE, SHEET = "/admin/rooms/use/", "/admin/rooms/use.xlsx"


@pytest.fixture
def room():
    center = CenterFactory(use_target=40)
    open_on(center, (10, 20))
    return RoomFactory(floor=FloorFactory(center=center, level=3), name="Studio")


def week(**more):
    return {"period": "week", "day": MONDAY.isoformat()} | more


def test_a_report_stands_beside_the_year_before_and_the_target(room):
    take(room, 0, 10, 17)
    take(room, -364, 10, 13)

    page = words(at_the_desk(manager(room.center)).get(PAGE, week()))

    assert "<b>10%</b> of the open hours are booked" in page
    assert "<b>4%</b> a year before" in page
    assert "<b>40%</b> is the target" in page
    assert "That is below the target." in page
    assert "7 of 70 hours" in page
    assert '<td class="heat-5">100</td>' in page
    assert '<th scope="row">Monday</th>' in page
    assert "Set the target" in page


def test_the_workbook_says_the_same(room):
    take(room, 0, 10, 17)

    answer = at_the_desk(social_worker(room.center)).get(SHEET, week())
    book = load_workbook(io.BytesIO(answer.content))

    assert answer["Content-Disposition"].endswith(f'-week-{MONDAY}.xlsx"')
    rooms, course, heat, whom = [list(sheet.iter_rows(values_only=True)) for sheet in book]
    assert rooms[2] == ("Floor 3", "Studio", 7, 70, 10, 0, 40)
    assert course[2][:4] == ("7 Sep", 7, 10, 70)
    assert heat[2][:3] == ("Monday", 100, 100)
    assert whom[2] == ("Classes", 7, 1, 0)


def test_the_district_reads_about_its_centers_and_nobody_about_others(room, client):
    office = at_the_desk(district_office(room.center.district))
    stranger = at_the_desk(social_worker())

    for address in (PAGE, SHEET):
        assert office.get(address, {"center": room.center.pk}).status_code == 200
        assert stranger.get(address, {"center": room.center.pk}).status_code == 404
        assert stranger.get(address, {"center": "none"}).status_code == 404
        assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    "asked", [{"day": "soon"}, {"period": "decade"}, {"day": "0001-01-01"}, {"day": "9999-12-31"}]
)
def test_a_period_that_cannot_be_meant_is_said_so(room, asked):
    desk = at_the_desk(social_worker(room.center))

    assert desk.get(PAGE, week() | asked).status_code == 422
    assert desk.get(SHEET, week() | asked).status_code == 404


def test_a_house_without_rooms_or_hours_has_nothing_to_say(room):
    empty = CenterFactory()
    RoomFactory(floor__center=empty)

    page = at_the_desk(social_worker(empty)).get(PAGE, week())

    assert page.status_code == 200
    assert "<b>–</b> of the open hours are booked" in words(page)
    assert at_the_desk(social_worker(CenterFactory())).get(SHEET).status_code == 200


@pytest.mark.parametrize("number", [1, 6])
def test_the_report_costs_the_same_for_many_rooms(room, number, django_assert_max_num_queries):
    for each in range(number):
        take(RoomFactory(floor=room.floor, name=f"Room {each}"), each, 10, 12)
    desk = at_the_desk(social_worker(room.center))

    with django_assert_max_num_queries(24):
        assert desk.get(PAGE, week(period="year")).status_code == 200


def test_a_target_is_a_percentage(room):
    desk, page = at_the_desk(manager(room.center)), f"/admin/venues/center/{room.center.pk}/change/"
    form = desk.get(page).context["adminform"].form
    typed = {name: form[name].value() or "" for name in form.fields} | {"has_feeds": "on"}
    for formset in desk.get(page).context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        typed |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}

    assert desk.post(page, typed | {"use_target": "101"}).status_code == 200
    assert desk.post(page, typed | {"use_target": "55"}).status_code == 302
    assert Center.objects.get(pk=room.center.pk).use_target == 55


def test_weeks_before_and_after_are_one_step_away(room):
    page = at_the_desk(social_worker(room.center)).get(PAGE, week())

    for days in (-7, 7):
        assert f"day={MONDAY + timedelta(days=days)}" in page.content.decode()
