from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from activities.cell_texts import Ages, Fee
from activities.findings import Caution, Problem, RowRefused
from activities.timetable import ZONE, Calendar
from activities.timetable_rows import read_row

# Two weeks of tai chi on Tuesdays, Thursdays and Saturdays before the new year.
TAI_CHI = {
    "source_id": "40549321",
    "title": "太极剑训练班",
    "category": "太极剑",
    "district": "葵青",
    "location": "葵涌运动场",
    "room": "硬地足球场",
    "days": "星期二╱四╱六",
    "weekday_numbers": "2,4,6",
    "except_on": "",
    "starts": "7:00",
    "ends": "8:00",
    "first_day": "2020-12-12",
    "last_day": "2020-12-31",
    "age_min": "6",
    "age_max": "99",
    "places": "20",
    "fee": "60.00",
    "allocation": "S",
    "booking_opens": "2020-11-04",
    "booking_closes": "2020-12-12",
    "draw_on": "",
    "notes": "自备太极剑",
}
# No number, no categories, no second columns: what a center's own list looks like.
YOGA = {
    "title": "瑜伽",
    "days": "周二、周四",
    "times": "19:30-21:00",
    "first_day": "2026年12月1日",
    "last_day": "2026年12月31日",
    "places": "20人",
}


def read(cells, **more):
    return read_row(cells, **more)


def days(row):
    return [session.day for session in row.sessions]


def kinds(row):
    return [caution.kind for caution in row.cautions]


def problems(cells):
    with pytest.raises(RowRefused) as refused:
        read_row(cells)
    return [finding.kind for finding in refused.value.findings]


def december(*numbers):
    return [date(2020, 12, number) for number in numbers]


def test_a_row_becomes_a_class_with_its_sessions():
    row = read(TAI_CHI)

    assert row.key == "40549321"
    assert (row.title, row.category) == ("太极剑训练班", "太极剑")
    assert (row.district, row.location, row.room) == ("葵青", "葵涌运动场", "硬地足球场")
    assert days(row) == december(12, 15, 17, 19, 22, 24, 26, 29, 31)
    assert row.sessions[0].starts_at == datetime(2020, 12, 12, 7, tzinfo=ZONE)
    assert row.sessions[0].ends_at == datetime(2020, 12, 12, 8, tzinfo=ZONE)
    assert row.ages == Ages(6, None)
    assert row.places == 20
    assert row.fee == Fee(Decimal("60.00"))
    assert row.booking_opens_at == datetime(2020, 11, 4, tzinfo=ZONE)
    assert row.booking_closes_at == datetime(2020, 12, 13, tzinfo=ZONE)
    assert not row.is_by_lot
    assert row.notes == "自备太极剑"
    assert row.cautions == ()


def test_a_center_s_own_list_needs_few_columns():
    row = read(YOGA)

    assert days(row) == [date(2026, 12, day) for day in (1, 3, 8, 10, 15, 17, 22, 24, 29, 31)]
    assert row.sessions[0].starts_at.time() == time(19, 30)
    assert row.ages == Ages()
    assert row.fee == Fee()
    assert kinds(row) == [Caution.CATEGORY]


def test_excepted_dates_are_no_sessions():
    row = read(TAI_CHI | {"days": "逢星期二,四,六(15,24/12,26/12)除外"})

    assert days(row) == december(12, 17, 19, 22, 29, 31)


def test_an_exception_outside_the_run_is_a_caution():
    row = read(TAI_CHI | {"days": "逢星期二,四,六(01/10,26/12)除外"})

    assert days(row) == december(12, 15, 17, 19, 22, 24, 29, 31)
    assert kinds(row) == [Caution.EXCEPTION_OUTSIDE]
    assert "2020-10-01" in row.cautions[0].text


def test_an_exception_on_another_weekday_is_a_caution():
    row = read(TAI_CHI | {"days": "逢星期二,四,六(25/12)除外"})

    assert days(row) == december(12, 15, 17, 19, 22, 24, 26, 29, 31)
    assert kinds(row) == [Caution.EXCEPTION_IDLE]


def test_other_dates_in_brackets_are_the_dates_held():
    row = read(
        TAI_CHI
        | {
            "days": "逢星期日(27/12, 3,10,17,31/1) 星期六(23/1)",
            "weekday_numbers": "",
            "first_day": "2020-12-27",
            "last_day": "2021-01-31",
        }
    )

    january = [date(2021, 1, day) for day in (3, 10, 17, 23, 31)]
    assert days(row) == [date(2020, 12, 27), *january]
    assert row.cautions == ()


def test_a_list_of_exceptions_cut_off_is_completed_from_the_notes():
    row = read(
        TAI_CHI
        | {
            "days": "逢星期二,四,六(5,8,15,26/12,5,19/1,2,11,13/2",
            "notes": "16/2,2,16/3,3,6,20/4)除外",
            "first_day": "2020-12-03",
            "last_day": "2021-04-27",
        }
    )

    left_out = {
        *december(5, 8, 15, 26),
        *(date(2021, 1, day) for day in (5, 19)),
        *(date(2021, 2, day) for day in (2, 11, 13, 16)),
        *(date(2021, 3, day) for day in (2, 16)),
        *(date(2021, 4, day) for day in (3, 6, 20)),
    }
    run = [date(2020, 12, 3) + timedelta(days=n) for n in range(146)]
    class_days = [day for day in run if day.isoweekday() in (2, 4, 6)]
    assert days(row) == [day for day in class_days if day not in left_out]
    assert kinds(row) == [Caution.CONTINUED]
    assert row.notes == ""


def test_a_list_put_together_must_fit_the_class_days():
    cells = TAI_CHI | {"days": "逢星期二,四,六(15,24/1", "notes": "25/12)除外 自备太极剑"}

    assert problems(cells) == [Problem.CUT_OFF]


def test_a_list_cut_off_without_its_end_is_refused():
    assert problems(TAI_CHI | {"days": "逢星期二,四,六(15,24/12"}) == [Problem.CUT_OFF]


def test_a_first_date_that_is_no_class_day_is_a_caution():
    row = read(TAI_CHI | {"first_day": "2020-12-13", "last_day": "2020-12-30"})

    assert days(row) == december(15, 17, 19, 22, 24, 26, 29)
    assert kinds(row) == [Caution.FIRST_DAY]


def test_a_run_without_any_class_day_is_refused():
    cells = TAI_CHI | {"first_day": "2020-12-13", "last_day": "2020-12-14"}

    assert problems(cells) == [Problem.NO_SESSION]


def test_weekdays_as_numbers_do_where_the_text_is_missing():
    assert days(read(TAI_CHI | {"days": ""})) == days(read(TAI_CHI))


@pytest.mark.parametrize("numbers", ["1,3,5", "?"])
def test_the_text_counts_where_the_numbers_say_something_else(numbers):
    row = read(TAI_CHI | {"weekday_numbers": numbers})

    assert days(row) == days(read(TAI_CHI))
    assert kinds(row) == [Caution.COLUMNS_DIFFER]


def test_exceptions_may_have_a_column_of_their_own():
    row = read(TAI_CHI | {"except_on": "24/12、12月26日"})

    assert days(row) == december(12, 15, 17, 19, 22, 29, 31)


@pytest.mark.parametrize("column", ["24/12,26/12", "等通知"])
def test_the_text_counts_where_the_column_of_exceptions_says_something_else(column):
    row = read(TAI_CHI | {"days": "逢星期二,四,六(24/12)除外", "except_on": column})

    assert days(row) == december(12, 15, 17, 19, 22, 26, 29, 31)
    assert kinds(row) == [Caution.COLUMNS_DIFFER]


def test_one_date_needs_no_weekday():
    row = read(YOGA | {"days": "", "last_day": ""})

    assert days(row) == [date(2026, 12, 1)]


def test_a_stretch_of_dates_needs_weekdays():
    assert problems(YOGA | {"days": ""}) == [Problem.MISSING]


def test_dates_may_be_listed_instead_of_a_rule():
    cells = {name: YOGA[name] for name in ("title", "times", "places")}

    row = read(cells | {"dates": "2026-12-05、12日、19日、2027年1月2日"})

    assert days(row) == [
        date(2026, 12, 5),
        date(2026, 12, 12),
        date(2026, 12, 19),
        date(2027, 1, 2),
    ]


def test_a_listed_date_outside_the_run_is_refused():
    assert problems(YOGA | {"dates": "2026-12-05,2027-01-02"}) == [Problem.DATES]


def test_holidays_are_those_that_the_calendar_knows():
    calendar = Calendar({date(2026, 12, 24): "holiday"}, frozenset({2026}))
    cells = YOGA | {"days": "周二、四(法定节假日除外)"}

    known, unknown = read(cells, calendar=calendar), read(cells)

    assert date(2026, 12, 24) not in days(known)
    assert date(2026, 12, 24) in days(unknown)
    assert kinds(known) == [Caution.CATEGORY]
    assert kinds(unknown) == [Caution.HOLIDAYS_UNKNOWN, Caution.CATEGORY]


def test_a_class_in_every_second_week_counts_from_its_first_date():
    row = read(YOGA | {"days": "隔周周二"})

    assert days(row) == [date(2026, 12, day) for day in (1, 15, 29)]


def test_notes_that_speak_about_one_of_the_dates_are_a_caution():
    row = read(TAI_CHI | {"notes": "12月29日(星期二)改在室内举行"})

    assert kinds(row) == [Caution.DATE_IN_NOTES]


def test_places_by_lot_are_a_caution_and_kept():
    row = read(TAI_CHI | {"allocation": "B", "draw_on": "2020-11-16"})

    assert row.is_by_lot
    assert row.draw_on == date(2020, 11, 16)
    assert kinds(row) == [Caution.DRAW]


def test_a_whole_timetable_moves_by_whole_weeks():
    cells = TAI_CHI | {
        "days": "逢星期二,四,六(26/12)除外",
        "allocation": "B",
        "draw_on": "2020-11-16",
    }
    six_years = timedelta(weeks=312)

    then, now = read(cells), read(cells, shift=six_years)

    assert [session.starts_at + six_years for session in then.sessions] == [
        session.starts_at for session in now.sessions
    ]
    assert now.booking_opens_at == then.booking_opens_at + six_years
    assert now.booking_closes_at == then.booking_closes_at + six_years
    assert now.draw_on == then.draw_on + six_years
    assert now.key == then.key
    assert now.cautions == then.cautions


def test_holidays_are_left_out_after_the_move():
    calendar = Calendar({date(2026, 12, 24): "holiday"}, frozenset({2026}))
    cells = YOGA | {
        "days": "周二、四(法定节假日除外)",
        "first_day": "2025-12-02",
        "last_day": "2025-12-30",
    }

    row = read(cells, shift=timedelta(weeks=52), calendar=calendar)

    assert date(2026, 12, 24) not in days(row)
    assert date(2026, 12, 22) in days(row)


def test_a_row_without_a_number_is_known_by_what_makes_it_this_class():
    key = read(YOGA).key

    same = YOGA | {"days": "星期二/四", "first_day": "2026-12-01", "places": "25", "fee": "30"}
    assert read(same).key == key
    assert read(same, shift=timedelta(weeks=1)).key == key
    assert read(YOGA | {"title": "太极"}).key != key
    assert read(YOGA | {"times": "18:00-19:00"}).key != key
    assert read(YOGA | {"room": "舞蹈室"}).key != key
    assert read(YOGA | {"days": "周二"}).key != key


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"title": ""}, [Problem.MISSING]),
        ({"title": "长" * 121}, [Problem.TEXT]),
        ({"category": "长" * 41}, [Problem.TEXT]),
        ({"location": "长" * 120}, [Problem.TEXT]),
        ({"days": "双周"}, [Problem.DAYS]),
        ({"days": "星期六(改26/12)"}, [Problem.DAYS]),
        ({"starts": "", "ends": ""}, [Problem.MISSING]),
        ({"starts": "早上"}, [Problem.TIMES]),
        ({"starts": "9:00"}, [Problem.TIMES]),
        ({"first_day": ""}, [Problem.MISSING]),
        ({"first_day": "明年"}, [Problem.DATES]),
        ({"last_day": "2020-12-01"}, [Problem.DATES]),
        ({"last_day": "2062-12-01"}, [Problem.DATES]),
        ({"age_min": "12", "age_max": "6"}, [Problem.NUMBERS]),
        ({"places": ""}, [Problem.MISSING]),
        ({"places": "若干"}, [Problem.NUMBERS]),
        ({"booking_closes": "2020-11-01"}, [Problem.DATES]),
        ({"draw_on": "待定"}, [Problem.DATES]),
        (
            {"title": "", "places": "0", "starts": "x"},
            [Problem.MISSING, Problem.TIMES, Problem.NUMBERS],
        ),
    ],
    ids=str,
)
def test_a_row_that_cannot_be_read_is_refused_with_every_reason(wrong, expected):
    assert problems(TAI_CHI | wrong) == expected
