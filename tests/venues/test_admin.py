from datetime import time, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from activities.services import add_sessions
from tests.desk import at_the_desk, manager, social_worker, superuser, words
from tests.factories import ActivityFactory, CenterFactory, RoomFactory, UserFactory
from venues.models import CalendarDay, Occupancy, Room, StaffMember, StaffRole

pytestmark = pytest.mark.django_db

AT = (timezone.now() + timedelta(days=5)).replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(manager(center))


# --- Rooms -------------------------------------------------------------------------------


def room_form(room, **more):
    return {
        "name": room.name,
        "floor": room.floor_id,
        "whole": room.whole_id or "",
        "is_bookable": "on",
        "is_step_free": "on",
        "group_days": "3",
        "step_minutes": "30",
        "shortest_minutes": "30",
        "longest_minutes": "240",
        "days_ahead": "30",
        "setup_minutes": "0",
        "cleanup_minutes": "0",
    } | more


def test_a_room_that_becomes_a_part_is_taken_with_its_whole(desk, center):
    hall, part = RoomFactory(floor__center=center), RoomFactory(floor__center=center)
    add_sessions(ActivityFactory(), [(AT, AT + timedelta(hours=1))], capacity=5, room=hall)

    desk.post(f"/admin/venues/room/{part.pk}/change/", room_form(part, whole=hall.pk))

    assert Occupancy.objects.get(active=True).room == part


def test_a_room_in_use_with_its_whole_does_not_become_a_part(desk, center):
    hall, part = RoomFactory(floor__center=center), RoomFactory(floor__center=center)
    for room in (hall, part):
        add_sessions(ActivityFactory(), [(AT, AT + timedelta(hours=1))], capacity=5, room=room)

    answer = desk.post(f"/admin/venues/room/{part.pk}/change/", room_form(part, whole=hall.pk))

    assert answer.status_code == 200
    assert Room.objects.get(pk=part.pk).whole is None


def test_a_new_room_may_be_a_part_at_once(desk, center):
    hall = RoomFactory(floor__center=center)
    east = Room(name="East", floor=hall.floor)

    desk.post("/admin/venues/room/add/", room_form(east, whole=hall.pk))

    assert Room.objects.get(name="East").whole == hall


@pytest.mark.parametrize("fault", ["another center", "a part of it already", "itself"])
def test_a_whole_that_cannot_be_is_refused(desk, center, fault):
    part = RoomFactory(floor__center=center)
    whole = RoomFactory(floor__center=center)
    if fault == "another center":
        StaffMember.objects.update(center=None, district=center.district)
        whole = RoomFactory(floor__center=CenterFactory(district=center.district))
    elif fault == "itself":
        whole = part
    else:
        middle = RoomFactory(floor=part.floor, whole=part)
        Room.objects.filter(pk=whole.pk).update(whole=middle)

    answer = desk.post(f"/admin/venues/room/{part.pk}/change/", room_form(part, whole=whole.pk))

    assert answer.status_code == 200
    assert Room.objects.get(pk=part.pk).whole is None


def test_a_hall_is_taken_apart_again_and_keeps_its_dates(desk, center):
    hall = RoomFactory(floor__center=center)
    left, right = [RoomFactory(floor=hall.floor, whole=hall) for _ in range(2)]
    add_sessions(ActivityFactory(), [(AT, AT + timedelta(hours=1))], capacity=5, room=hall)

    for part in (left, right):
        desk.post(f"/admin/venues/room/{part.pk}/change/", room_form(part, whole=""))

    assert Occupancy.objects.get(active=True).room == hall


def test_a_room_is_not_retired_over_what_is_planned(desk, center):
    hall = RoomFactory(floor__center=center)
    part = RoomFactory(floor=hall.floor, whole=hall)
    activity = ActivityFactory(center=center, title="Choir")
    add_sessions(activity, [(AT, AT + timedelta(hours=1))], capacity=5, room=hall)
    page = f"/admin/venues/room/{part.pk}/change/"
    day = timezone.localdate(AT)

    refused = desk.post(page, room_form(part, retired_on=f"{day:%Y-%m-%d}"))
    assert "Choir" in words(refused)
    part.refresh_from_db()
    assert part.retired_on is None

    desk.post(page, room_form(part, retired_on=f"{day + timedelta(days=1):%Y-%m-%d}"))
    part.refresh_from_db()
    assert part.retired_on == day + timedelta(days=1)


def test_a_room_stays_in_its_center(desk, center):
    StaffMember.objects.update(center=None, district=center.district)
    room = RoomFactory(floor__center=center)
    elsewhere = RoomFactory(floor__center=CenterFactory(district=center.district)).floor

    answer = desk.post(f"/admin/venues/room/{room.pk}/change/", room_form(room, floor=elsewhere.pk))

    assert "A room stays in its center." in words(answer)


def test_social_workers_look_at_rooms_and_managers_change_them(center):
    room = RoomFactory(floor__center=center)
    browser = at_the_desk(social_worker(center))

    assert browser.get(f"/admin/venues/room/{room.pk}/change/").status_code == 200
    assert browser.post(f"/admin/venues/room/{room.pk}/change/", room_form(room)).status_code == 403


# --- Centers, holidays -------------------------------------------------------------------


def test_opening_hours_without_a_room_say_what_they_are_for(desk, center):
    shown = words(desk.get(f"/admin/venues/center/{center.pk}/change/"))

    assert "the whole center</option>" in shown.replace(" </option>", "</option>")


def test_opening_hours_are_kept_with_the_center(desk, center):
    desk.post(
        f"/admin/venues/center/{center.pk}/change/",
        {
            "name": center.name,
            "phone": "0512-68000100",
            "holiday_hours": "sunday",
            "box_weekday": "2",
            "box_time": "09:30",
            "answer_days": "5",
            "year_plans-TOTAL_FORMS": "1",
            "year_plans-INITIAL_FORMS": "0",
            "year_plans-0-year": "2027",
            "year_plans-0-sessions": "144",
            "floors-TOTAL_FORMS": "1",
            "floors-INITIAL_FORMS": "0",
            "floors-0-level": "1",
            "opening_hours-TOTAL_FORMS": "1",
            "opening_hours-INITIAL_FORMS": "0",
            "opening_hours-0-weekday": "1",
            "opening_hours-0-opens_at": "08:30",
            "opening_hours-0-closes_at": "21:00",
            "room_terms-TOTAL_FORMS": "1",
            "room_terms-INITIAL_FORMS": "0",
            "room_terms-0-text": "No smoking",
        },
    )

    center.refresh_from_db()
    assert center.room_terms.get().text == "No smoking"
    assert (center.box_weekday, center.box_time, center.answer_days) == (2, time(9, 30), 5)
    assert [(plan.year, plan.sessions) for plan in center.year_plans.all()] == [(2027, 144)]
    assert center.phone == "0512-68000100"
    assert str(center.opening_hours.get()).endswith("08:30–21:00")
    assert center.floors.get().level == 1


def test_a_managers_own_house_is_the_only_one(desk):
    other = CenterFactory()

    assert desk.get(f"/admin/venues/center/{other.pk}/change/").status_code == 302
    assert desk.get("/admin/venues/center/add/").status_code == 403


def test_holidays_are_entered_and_taken_out_by_managers(desk, center):
    day = {"date": "2027-02-06", "kind": "holiday", "name": "Spring Festival"}

    desk.post("/admin/venues/calendarday/add/", day)
    entered = CalendarDay.objects.get()
    refused = at_the_desk(social_worker(center)).post("/admin/venues/calendarday/add/", day)
    desk.post(f"/admin/venues/calendarday/{entered.pk}/delete/", {"post": "yes"})

    assert refused.status_code == 403
    assert not CalendarDay.objects.exists()


# --- Staff -------------------------------------------------------------------------------


def appoint(desk, center, address, role=StaffRole.SOCIAL_WORKER, **more):
    given = {"address": address, "center": center.pk if center else "", "role": role} | more
    return desk.post("/admin/venues/staffmember/add/", given)


@pytest.mark.parametrize("known", [True, False])
def test_a_colleague_is_named_by_phone_known_or_new(desk, center, known):
    if known:
        UserFactory(phone="+8613812345678")

    appoint(desk, center, "138 1234 5678")

    colleague = User.objects.get(phone="+8613812345678")
    assert colleague.is_staff
    assert colleague.staff_memberships.get().center == center


def test_nobody_is_appointed_twice(desk, center):
    for _ in range(2):
        answer = appoint(desk, center, "new@example.org")

    assert answer.status_code == 200
    assert StaffMember.objects.filter(user__email="new@example.org").count() == 1


def test_a_manager_appoints_for_the_own_center_only(desk):
    answer = appoint(desk, CenterFactory(), "new@example.org")

    assert answer.status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_manager_appoints_no_district_office(desk, center):
    appoint(desk, center, "new@example.org", StaffRole.DISTRICT)

    assert not User.objects.filter(email="new@example.org").exists()


def test_the_district_office_is_appointed_by_who_may_do_everything(center):
    desk = at_the_desk(superuser())

    appoint(desk, None, "qu@example.org", StaffRole.DISTRICT, district=center.district_id)

    member = StaffMember.objects.get(user__email="qu@example.org")
    assert (member.district, member.center) == (center.district, None)


def test_a_membership_ends_on_a_day(desk, center):
    appoint(desk, center, "new@example.org")
    member = StaffMember.objects.get(user__email="new@example.org")

    desk.post(
        f"/admin/venues/staffmember/{member.pk}/change/",
        {"center": center.pk, "role": "social_worker", "until": "2026-12-31"},
    )

    member.refresh_from_db()
    assert str(member.until) == "2026-12-31"
