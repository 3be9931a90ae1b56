import time
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone, translation

from activities.findings import Caution, Problem
from activities.import_reports import What
from activities.imports import import_timetable
from activities.models import Activity, Allocation, BookingMode, Category, Session, Status
from activities.search import query_for
from activities.spreadsheets import Row, Table
from activities.timetable import ZONE
from bookings import services as booking_services
from tests.bookings.booking import book_for
from tests.factories import (
    CategoryFactory,
    CenterFactory,
    FloorFactory,
    PersonFactory,
    RoomFactory,
    UserFactory,
)
from tests.races import together, while_held
from venues import takings
from venues.models import CalendarDay, Occupancy, Room, Taking, TakingKind

pytestmark = pytest.mark.django_db

YOGA = {
    "source_id": "Y1",
    "title": "哈他瑜伽",
    "category": "瑜伽",
    "location": "",
    "room": "舞蹈室",
    "days": "周二、周四(24/12除外)",
    "starts": "19:30",
    "ends": "21:00",
    "first_day": "2026-12-01",
    "last_day": "2026-12-31",
    "ages": "18岁以上",
    "places": "20",
    "fee": "30",
    "booking_opens": "2026-11-20 9:00",
    "booking_closes": "2026-12-10",
    "notes": "自备瑜伽垫",
}
TAI_CHI = YOGA | {
    "source_id": "T1",
    "title": "太极剑",
    "category": "太极",
    "days": "周六",
    "starts": "7:00",
    "ends": "8:00",
    "location": "人民广场",
    "room": "东门",
}
BEFORE = datetime(2026, 11, 21, 12, tzinfo=ZONE)


@pytest.fixture
def center():
    center = CenterFactory(name="榕荫里社区中心", slug="rongyinli")
    RoomFactory(floor=FloorFactory(center=center, level=5, name="五楼"), name="舞蹈室")
    return center


def table(*rows):
    return Table(tuple(Row(number, cells) for number, cells in enumerate(rows, start=2)))


def bring_in(center, *rows, at=BEFORE, **more):
    return import_timetable(table(*rows), center, at=at, **more)


def whats(report):
    return [outcome.what for outcome in report.outcomes.values()]


def problems(report):
    return {
        number: [problem.kind for problem in outcome.problems]
        for number, outcome in report.of(What.REFUSED).items()
    }


def everything():
    """All that an import could change, as values."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Activity, Session, Category, Taking, Occupancy)
    ]


def days(activity):
    return [timezone.localtime(each.starts_at).date() for each in activity.sessions.live()]


def december(*numbers):
    return [date(2026, 12, number) for number in numbers]


def test_a_row_becomes_a_published_course_with_its_sessions(center):
    report = bring_in(center, YOGA)

    assert whats(report) == [What.ADDED]
    yoga = Activity.objects.get()
    assert (yoga.title, yoga.category.name, yoga.center) == ("哈他瑜伽", "瑜伽", center)
    assert (yoga.status, yoga.published_at) == (Status.PUBLISHED, BEFORE)
    assert yoga.booking_mode == BookingMode.COURSE
    assert yoga.allocation == Allocation.FIRST_COME
    assert (yoga.min_age, yoga.max_age) == (18, None)
    assert (yoga.fee_amount, yoga.fee_text) == (Decimal(30), "")
    assert yoga.course_opens_at == datetime(2026, 11, 20, 9, tzinfo=ZONE)
    assert yoga.course_closes_at == datetime(2026, 12, 11, tzinfo=ZONE)
    assert yoga.description == "自备瑜伽垫"
    assert days(yoga) == december(1, 3, 8, 10, 15, 17, 22, 29, 31)
    session = yoga.sessions.first()
    assert session.starts_at == datetime(2026, 12, 1, 19, 30, tzinfo=ZONE)
    assert session.ends_at == datetime(2026, 12, 1, 21, tzinfo=ZONE)
    assert session.capacity == 20
    assert session.booking_opens_at == yoga.course_opens_at
    assert report.sessions == 9


def test_rooms_of_the_center_are_taken(center):
    bring_in(center, YOGA)

    assert Taking.objects.filter(kind=TakingKind.SESSION, room__name="舞蹈室").count() == 9
    assert Occupancy.objects.filter(active=True).count() == 9
    assert not Session.objects.filter(taking=None).exists()


def test_a_place_elsewhere_is_a_place_in_words(center):
    bring_in(center, TAI_CHI | {"district": "鼓楼区"})

    session = Session.objects.first()
    assert session.taking is None
    assert session.outside_place == "鼓楼区 人民广场 东门"


def test_the_center_s_own_name_as_place_means_its_rooms(center):
    bring_in(center, YOGA | {"location": "榕荫里 社区中心", "room": "五楼舞蹈室"})

    assert Taking.objects.count() == 9


def test_without_a_center_to_take_rooms_of_every_place_is_in_words(center):
    bring_in(center, YOGA, TAI_CHI, takes_rooms=False)

    assert Taking.objects.count() == 0
    assert set(Session.objects.values_list("outside_place", flat=True)) == {
        "舞蹈室",
        "人民广场 东门",
    }


def test_a_room_that_is_taken_refuses_the_row_and_leaves_nothing(center):
    takings.take(
        Room.objects.get(),
        datetime(2026, 12, 17, 20, tzinfo=ZONE),
        datetime(2026, 12, 17, 22, tzinfo=ZONE),
        kind=TakingKind.CLOSURE,
        label="刷墙",
    )
    before = everything()

    report = bring_in(center, YOGA)

    assert problems(report) == {2: [Problem.ROOM_TAKEN]}
    assert "刷墙" in report.outcomes[2].problems[0].text
    assert everything() == before


def test_a_refused_row_does_not_hold_up_the_others(center):
    clashing = YOGA | {"source_id": "Y2", "title": "空中瑜伽", "category": "空中"}

    report = bring_in(center, YOGA, clashing, TAI_CHI, clashing | {"source_id": "Y3", "room": "x"})

    assert problems(report) == {3: [Problem.ROOM_TAKEN], 5: [Problem.ROOM_UNKNOWN]}
    assert set(Activity.objects.values_list("title", flat=True)) == {"哈他瑜伽", "太极剑"}
    assert set(Category.objects.values_list("name", flat=True)) == {"瑜伽", "太极"}


def test_a_category_of_a_refused_row_is_made_by_the_next_one(center):
    clashing = YOGA | {"source_id": "Y2", "category": "空中"}

    report = bring_in(
        center, YOGA, clashing, clashing | {"source_id": "Y3", "starts": "17:00", "ends": "18:00"}
    )

    assert whats(report) == [What.ADDED, What.REFUSED, What.ADDED]
    assert Activity.objects.get(source_id="Y3").category.name == "空中"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"room": "舞厅"}, Problem.ROOM_UNKNOWN),
        ({"room": ""}, Problem.MISSING),
        ({"places": "若干"}, Problem.NUMBERS),
    ],
    ids=str,
)
def test_a_row_that_cannot_come_in_says_why(center, wrong, problem):
    report = bring_in(center, YOGA | wrong)

    assert problems(report) == {2: [problem]}
    assert not Activity.objects.exists()
    assert not Category.objects.exists()


def test_a_place_is_needed_somewhere(center):
    report = bring_in(center, TAI_CHI | {"location": "", "room": ""}, takes_rooms=False)

    assert problems(report) == {2: [Problem.MISSING]}


def test_an_unknown_room_is_answered_with_the_rooms_there_are(center):
    report = bring_in(center, YOGA | {"room": "舞厅"})

    assert "舞蹈室" in report.outcomes[2].problems[0].text


def test_of_two_rooms_with_one_name_the_floor_decides(center):
    third = FloorFactory(center=center, level=3, name="三楼")
    room = RoomFactory(floor=third, name="舞蹈室")

    report = bring_in(center, YOGA, YOGA | {"source_id": "Y2", "room": "三楼舞蹈室"})

    assert problems(report) == {2: [Problem.ROOM_UNKNOWN]}
    assert "三楼舞蹈室" in report.outcomes[2].problems[0].text
    assert set(Taking.objects.values_list("room", flat=True)) == {room.pk}


def test_cells_beyond_the_header_refuse_the_row(center):
    rows = Table((Row(2, YOGA, surplus=1),))

    assert problems(import_timetable(rows, center)) == {2: [Problem.SURPLUS]}


def test_the_same_class_twice_in_a_file_goes_in_once(center):
    report = bring_in(center, TAI_CHI, YOGA, TAI_CHI | {"title": "别的"})

    assert problems(report) == {4: [Problem.REPEATED]}
    assert "2" in report.outcomes[4].problems[0].text


@pytest.mark.parametrize("number", ["Y1", ""], ids=["by its number", "by its content"])
def test_a_second_run_changes_nothing(center, number):
    rows = [row | {"source_id": number and row["source_id"]} for row in (YOGA, TAI_CHI)]
    bring_in(center, *rows)
    before = everything()

    report = bring_in(center, *reversed(rows), at=BEFORE + timedelta(days=1))

    assert whats(report) == [What.UNCHANGED, What.UNCHANGED]
    assert everything() == before


def test_the_same_content_written_differently_changes_nothing(center):
    bring_in(center, YOGA)
    before = everything()
    rewritten = YOGA | {
        "days": "逢星期二╱四(12月24日除外)",
        "starts": "",
        "ends": "",
        "times": "晚上7:30-9:00",
        "first_day": "2026年12月1日",
        "ages": "",
        "age_min": "18",
        "age_max": "99",
        "fee": "30.00元",
    }

    assert whats(bring_in(center, rewritten)) == [What.UNCHANGED]
    assert everything() == before


def test_two_centers_may_number_their_classes_alike(center):
    other = CenterFactory()
    bring_in(center, TAI_CHI)

    report = bring_in(other, TAI_CHI)

    assert whats(report) == [What.ADDED]
    assert Activity.objects.count() == 2


def test_two_lists_of_a_center_may_number_their_classes_alike(center):
    bring_in(center, TAI_CHI, source="autumn")

    report = bring_in(center, TAI_CHI | {"title": "舞蹈"}, source="spring")

    assert whats(report) == [What.ADDED]


def test_words_ages_fee_and_window_are_changed_by_a_later_file(center):
    bring_in(center, YOGA)
    changed = YOGA | {
        "title": "流瑜伽",
        "category": "运动",
        "ages": "16-60岁",
        "fee": "材料费20元",
        "booking_opens": "2026-11-22",
        "notes": "",
    }

    report = bring_in(center, changed)

    yoga = Activity.objects.get()
    assert whats(report) == [What.UPDATED]
    assert len(report.outcomes[2].changes) == 8
    assert (yoga.title, yoga.category.name, yoga.description) == ("流瑜伽", "运动", "")
    assert (yoga.min_age, yoga.max_age) == (16, 60)
    assert (yoga.fee_amount, yoga.fee_text) == (Decimal(20), "材料费20元")
    assert yoga.course_opens_at == datetime(2026, 11, 22, tzinfo=ZONE)
    assert yoga.sessions.first().booking_opens_at == yoga.course_opens_at
    assert set(Taking.objects.values_list("label", flat=True)) == {"流瑜伽"}
    assert list(Activity.objects.filter(search_vector=query_for("lyj"))) == [yoga]
    assert whats(bring_in(center, changed)) == [What.UNCHANGED]


def test_dates_nobody_has_booked_follow_the_file(center):
    bring_in(center, YOGA)
    kept = set(Session.objects.exclude(starts_at__day=31).values_list("pk", flat=True))

    report = bring_in(center, YOGA | {"days": "周二、周四(31/12除外)"})

    yoga = Activity.objects.get()
    assert whats(report) == [What.UPDATED]
    assert days(yoga) == december(1, 3, 8, 10, 15, 17, 22, 24, 29)
    assert kept < set(yoga.sessions.values_list("pk", flat=True))
    assert Taking.objects.count() == Occupancy.objects.count() == 9


def test_times_nobody_has_booked_move_within_the_same_room(center):
    bring_in(center, YOGA)

    report = bring_in(center, YOGA | {"starts": "20:00"})

    assert whats(report) == [What.UPDATED]
    assert {timezone.localtime(s.starts_at).hour for s in Session.objects.all()} == {20}
    assert Occupancy.objects.count() == 9


def test_a_class_nobody_has_booked_moves_to_another_place(center):
    bring_in(center, YOGA)

    bring_in(center, YOGA | {"location": "人民广场", "room": ""})

    assert set(Session.objects.values_list("outside_place", flat=True)) == {"人民广场"}
    assert not Taking.objects.exists()


def test_a_move_into_a_taken_room_is_refused_and_the_old_dates_stay(center):
    other = YOGA | {"source_id": "Y2", "starts": "17:00", "ends": "18:00"}
    bring_in(center, YOGA, other)
    before = everything()

    report = bring_in(center, YOGA, other | {"ends": "20:00", "fee": "99"})

    assert problems(report) == {3: [Problem.ROOM_TAKEN]}
    assert everything() == before


def test_the_number_of_places_follows_the_file(center):
    bring_in(center, YOGA)

    report = bring_in(center, YOGA | {"places": "25"})

    assert whats(report) == [What.UPDATED]
    assert set(Session.objects.values_list("capacity", flat=True)) == {25}


@pytest.mark.parametrize(
    "change",
    [
        {"days": "周二、周四(31/12除外)"},
        {"starts": "20:00"},
        {"places": "25"},
        {"places": "5"},
        {"location": "人民广场"},
        {"days": "周二、周四(24/12除外)", "last_day": "2027-01-31"},
    ],
    ids=str,
)
def test_what_people_have_booked_is_not_moved_by_a_file(center, change):
    bring_in(center, YOGA)
    book_for(PersonFactory(), activity=Activity.objects.get(), at=BEFORE)
    before = everything()

    report = bring_in(center, YOGA | change | {"fee": "99"})

    assert problems(report) == {2: [Problem.BOOKED]}
    assert everything() == before


def test_what_moves_nobody_changes_even_after_bookings(center):
    bring_in(center, YOGA)
    book_for(PersonFactory(), activity=Activity.objects.get(), at=BEFORE)

    report = bring_in(center, YOGA | {"notes": "自备瑜伽垫和毛巾"})

    assert whats(report) == [What.UPDATED]
    assert Activity.objects.get().description == "自备瑜伽垫和毛巾"
    assert Session.objects.first().places_taken == 1


def test_an_unchanged_row_leaves_bookings_alone(center):
    bring_in(center, YOGA)
    book_for(PersonFactory(), activity=Activity.objects.get(), at=BEFORE)
    before = everything()

    assert whats(bring_in(center, YOGA)) == [What.UNCHANGED]
    assert everything() == before


def test_a_date_that_staff_called_off_stays_called_off(center):
    bring_in(center, TAI_CHI)
    Session.objects.filter(pk=Session.objects.first().pk).update(canceled_at=BEFORE)
    before = everything()

    assert whats(bring_in(center, TAI_CHI)) == [What.UNCHANGED]
    assert everything() == before


def test_one_more_person_let_in_by_staff_is_no_difference(center):
    bring_in(center, TAI_CHI | {"places": "1", "days": "", "last_day": ""})
    session = Session.objects.get()
    book_for(PersonFactory(), activity=session.activity, at=BEFORE)
    booking_services.admit(
        session, PersonFactory(), by=UserFactory(), reason="Came with a friend", at=BEFORE
    )
    before = everything()

    report = bring_in(center, TAI_CHI | {"places": "1", "days": "", "last_day": ""})

    assert whats(report) == [What.UNCHANGED]
    assert everything() == before


def test_a_whole_file_moves_by_whole_weeks_to_the_day_asked_for(center):
    then = {
        "first_day": "2020-12-01",
        "last_day": "2020-12-31",
        "booking_opens": "2020-11-24",
        "booking_closes": "2020-12-10",
    }

    report = bring_in(center, YOGA | then, TAI_CHI | then, starting=date(2026, 11, 30))

    yoga = Activity.objects.get(source_id="Y1")
    assert report.shift == timedelta(weeks=313)
    assert days(yoga)[0] == date(2026, 12, 1)
    assert days(yoga)[-1] == date(2026, 12, 31)
    assert days(Activity.objects.get(source_id="T1"))[0] == date(2026, 12, 5)
    assert yoga.course_opens_at == datetime(2026, 11, 24, tzinfo=ZONE)
    assert date(2026, 12, 24) not in days(yoga)


@pytest.mark.parametrize("starting", [date(2026, 12, day) for day in range(1, 15)])
def test_the_first_session_is_never_later_than_six_days_after_the_day_asked_for(center, starting):
    bring_in(center, TAI_CHI, starting=starting)

    first = days(Activity.objects.get())[0]
    assert starting <= first <= starting + timedelta(days=6)
    assert first.isoweekday() == 6


def test_a_file_of_the_future_moves_back(center):
    bring_in(center, TAI_CHI, starting=date(2026, 11, 1))

    assert days(Activity.objects.get())[0] == date(2026, 11, 7)


def test_rows_that_cannot_be_read_do_not_move_the_others(center):
    typo = TAI_CHI | {"source_id": "T2", "first_day": "1926-12-01"}

    report = bring_in(center, TAI_CHI, typo, starting=date(2026, 12, 5))

    assert report.shift == timedelta(0)
    assert problems(report) == {3: [Problem.DATES]}


def test_a_second_run_with_the_same_start_changes_nothing(center):
    bring_in(center, YOGA, starting=date(2027, 3, 1))
    before = everything()

    assert whats(bring_in(center, YOGA, starting=date(2027, 3, 1))) == [What.UNCHANGED]
    assert everything() == before


def test_a_trial_says_the_same_and_leaves_nothing(center):
    clashing = YOGA | {"source_id": "Y2"}
    before = everything()

    trial = bring_in(center, YOGA, clashing, TAI_CHI, dry_run=True)

    assert everything() == before
    assert trial == bring_in(center, YOGA, clashing, TAI_CHI)


def test_holidays_that_the_house_knows_are_left_out(center):
    CalendarDay.objects.create(date=date(2026, 12, 22), kind="holiday")

    report = bring_in(center, YOGA | {"days": "周二(法定节假日除外)", "last_day": "2026-12-29"})

    assert days(Activity.objects.get()) == december(1, 8, 15, 29)
    assert report.outcomes[2].cautions == ()


def test_holidays_that_the_house_does_not_know_are_said_to_be_unknown(center):
    report = bring_in(center, YOGA | {"days": "周二(法定节假日除外)", "last_day": "2026-12-29"})

    assert days(Activity.objects.get()) == december(1, 8, 15, 22, 29)
    assert [caution.kind for caution in report.outcomes[2].cautions] == [Caution.HOLIDAYS_UNKNOWN]


def test_places_by_lot_come_in_first_come_first_served_and_say_so(center):
    report = bring_in(center, YOGA | {"allocation": "B", "draw_on": "2026-11-25"})

    yoga = Activity.objects.get()
    assert yoga.allocation == Allocation.FIRST_COME
    assert "2026" in yoga.description
    assert yoga.description.startswith("自备瑜伽垫")
    assert [caution.kind for caution in report.outcomes[2].cautions] == [Caution.DRAW]


def test_whoever_imports_it_in_whatever_language_changes_nothing(center):
    row = YOGA | {"allocation": "B", "draw_on": "2026-11-25", "category": ""}
    bring_in(center, row)
    before = everything()

    with translation.override("en"):
        report = bring_in(center, row)

    assert whats(report) == [What.UNCHANGED]
    assert everything() == before


def test_categories_are_used_again(center):
    yoga = CategoryFactory(name="瑜伽")

    bring_in(center, YOGA, TAI_CHI)

    assert Activity.objects.get(source_id="Y1").category == yoga
    assert Category.objects.count() == 2


def test_a_category_gets_a_short_name_of_its_own(center):
    CategoryFactory(name="瑜伽 A", slug="瑜伽")

    bring_in(center, YOGA, TAI_CHI | {"category": "!!!"})

    assert Category.objects.get(name="瑜伽").slug == "瑜伽-2"
    assert Category.objects.get(name="!!!").slug == "category"


def test_a_row_without_a_category_is_put_under_other_things(center):
    bring_in(center, TAI_CHI | {"category": ""}, YOGA | {"category": ""})

    assert Category.objects.count() == 1


def test_an_imported_class_is_found_and_booked(center):
    bring_in(center, YOGA)
    [yoga] = Activity.objects.filter(search_vector=query_for("htyj"))

    booking = book_for(PersonFactory(), activity=yoga, at=BEFORE)

    assert booking.places.count() == 9
    assert set(Session.objects.values_list("places_taken", flat=True)) == {1}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_row_whose_room_somebody_is_using_just_then_is_refused_and_can_come_again(center):
    def hurried_import():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        return bring_in(center, YOGA, TAI_CHI)

    with while_held(Room.objects.all(), hurried_import) as answers:
        while not answers:
            time.sleep(0.02)

    [report] = answers
    assert problems(report) == {2: [Problem.BUSY]}
    assert whats(bring_in(center, YOGA, TAI_CHI)) == [What.ADDED, What.UNCHANGED]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_file_at_once_make_one_class(center):
    reports = together(*[lambda: bring_in(center, TAI_CHI)] * 8)

    outcomes = [what for report in reports for what in whats(report)]
    assert outcomes.count(What.ADDED) == 1
    assert Activity.objects.count() == 1
    assert Session.objects.count() == 4


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_class_that_is_booked_while_a_file_would_move_it_stays(center):
    bring_in(center, YOGA)
    person = PersonFactory()

    def move():
        return bring_in(center, YOGA | {"starts": "20:00"})

    with while_held(Session.objects.order_by("pk"), move) as answers:
        book_for(person, activity=Activity.objects.get(), at=BEFORE)

    assert problems(answers[0]) == {2: [Problem.BOOKED]}
    assert Session.objects.filter(places_taken=1).count() == 9
