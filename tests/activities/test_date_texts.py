from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.date_texts import Run, days_named, read_dates
from activities.findings import Caution, Unclear

WINTER = Run(date(2020, 12, 1), date(2021, 4, 30))


def dates(text, run=WINTER):
    return read_dates(text, run)[0]


def days(*texts):
    return tuple(map(date.fromisoformat, texts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24/12", days("2020-12-24")),
        ("25/12,01/01", days("2020-12-25", "2021-01-01")),
        ("25/12, 1/1；12/2", days("2020-12-25", "2021-01-01", "2021-02-12")),
        ("21,25/12", days("2020-12-21", "2020-12-25")),
        (
            "25/12; 12,15/2; 2,5/4",
            days("2020-12-25", "2021-02-12", "2021-02-15", "2021-04-02", "2021-04-05"),
        ),
        ("12-14/2", days("2021-02-12", "2021-02-13", "2021-02-14")),
        ("31/12-2/1", days("2020-12-31", "2021-01-01", "2021-01-02")),
        ("12月24日", days("2020-12-24")),
        ("12月24、31日", days("2020-12-24", "2020-12-31")),
        ("12月31日至1月2日", days("2020-12-31", "2021-01-01", "2021-01-02")),
        ("2021-02-12、2021年2月13日、2021/2/14", days("2021-02-12", "2021-02-13", "2021-02-14")),
        ("24/12/2020", days("2020-12-24")),
        ("24/12/20及31/12/20", days("2020-12-24", "2020-12-31")),
        ("１２／２", days("2021-02-12")),
        ("24.12", days("2020-12-24")),
        ("24/12,24/12", days("2020-12-24")),
    ],
)
def test_dates_are_read_as_people_write_them(text, expected):
    assert dates(text) == expected


def test_the_year_is_the_one_that_puts_the_date_into_the_run():
    assert dates("28/2,1/12") == days("2021-02-28", "2020-12-01")


def test_a_date_outside_the_run_gets_the_nearest_year():
    short = Run(date(2020, 12, 13), date(2021, 1, 10))

    assert dates("27/9", short) == days("2020-09-27")
    assert dates("14/2", short) == days("2021-02-14")


def test_the_month_comes_first_where_only_that_can_be_meant():
    found, cautions = read_dates("12/24,12/31", WINTER)

    assert found == days("2020-12-24", "2020-12-31")
    assert [caution.kind for caution in cautions] == [Caution.MONTH_FIRST]


def test_the_month_comes_first_where_only_that_gives_class_days():
    autumn = Run(date(2026, 9, 1), date(2026, 12, 31), frozenset({4}))

    found, cautions = read_dates("10/1,10/8", autumn)

    assert found == days("2026-10-01", "2026-10-08")
    assert [caution.kind for caution in cautions] == [Caution.MONTH_FIRST]


def test_the_day_comes_first_where_both_can_be_meant():
    found, cautions = read_dates("1/12,12/1", WINTER)

    assert found == days("2020-12-01", "2021-01-12")
    assert cautions == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "24",
        "25/12,26",
        "30/2",
        "13/13",
        "1/12-",
        "1/1-30/4",
        "FIS: 12/12",
        "12月",
        "24/12 除外",
    ],
)
def test_what_is_no_list_of_dates_is_refused(text):
    with pytest.raises(Unclear):
        dates(text)


def test_a_date_that_comes_twice_in_a_long_run_needs_its_year():
    long_run = Run(date(2026, 1, 1), date(2027, 6, 30))

    with pytest.raises(Unclear):
        dates("1/3", long_run)
    assert dates("1/3/2027", long_run) == days("2027-03-01")


def test_dates_named_among_other_words_are_found():
    run = Run(date(2020, 11, 22), date(2020, 11, 29), frozenset({2, 7}))

    assert days_named("11月29日(星期日)的训练课程将于下午举行", run) == {date(2020, 11, 29)}
    assert days_named("测试合格者可参加24/11(2pm-4pm)", run) == {date(2020, 11, 24)}
    assert days_named("请于28/11领取", run) == frozenset()
    assert days_named("11/24", run) == frozenset()
    assert days_named("11/24", run, either_way=True) == {date(2020, 11, 24)}


@given(st.lists(st.dates(WINTER.first_day, WINTER.last_day), min_size=1, max_size=12))
def test_whatever_dates_are_written_with_day_and_month_come_back(some_days):
    text = ",".join(f"{day.day}/{day.month}" for day in some_days)

    assert dates(text) == tuple(dict.fromkeys(some_days))


@given(st.dates(WINTER.first_day, WINTER.last_day), st.integers(0, 40))
def test_every_day_of_a_range_comes_back(start, length):
    end = date.fromordinal(start.toordinal() + length)

    found = dates(f"{start.month}月{start.day}日至{end.month}月{end.day}日")

    assert found == tuple(date.fromordinal(start.toordinal() + n) for n in range(length + 1))


@given(st.text(alphabet="0123456789/,-至月日除外 ()a", max_size=20))
def test_any_scribble_is_read_or_refused(text):
    try:
        found = dates(text)
    except Unclear:
        return
    assert found
