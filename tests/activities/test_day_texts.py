from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.day_texts import Days, is_cut_off, read_days
from activities.findings import Caution, Problem, Unclear

FIRST, LAST = date(2020, 12, 1), date(2021, 4, 30)


def days(text, first=FIRST, last=LAST):
    return read_days(text, first, last)


def some(*texts):
    return frozenset(map(date.fromisoformat, texts))


@pytest.mark.parametrize(
    "text",
    [
        "逢星期二,四(24/12,31/12)除外",
        "逢星期二，四(24/12,31/12)除外",
        "逢星期二,四 (24/12,31/12除外)",
        "逢星期二､四（24/12，31/12）除外",
        "逢星期二,四(24/12, 31/12 除外",
        "逢星期二,四(24,31/12)除外",
        "逢星期二、四（12月24日、31日停课）",
        "周二、周四，除24/12,31/12外",
        "周二、周四,24/12,31/12除外",
        "周二周四,24/12停课,31/12停课",
        "Tue & Thu except 24/12, 31/12",
    ],
)
def test_excepted_dates_are_left_out(text):
    read = days(text)

    assert read.weekdays == {2, 4}
    assert read.except_on == some("2020-12-24", "2020-12-31")
    assert read.held_on == frozenset()
    assert read.cautions == ()


def test_a_long_list_with_borrowed_months_is_read_whole():
    read = days("逢星期一,三,五(21,25/12,01/01,12,15/02,2,5/04)除外")

    assert read.except_on == some(
        "2020-12-21",
        "2020-12-25",
        "2021-01-01",
        "2021-02-12",
        "2021-02-15",
        "2021-04-02",
        "2021-04-05",
    )


def test_a_range_of_dates_is_left_out():
    read = days("逢星期一,二,三,四,五,六,日(12-14/2除外)")

    assert read.except_on == some("2021-02-12", "2021-02-13", "2021-02-14")


def test_holidays_are_left_out_by_name():
    read = days("逢星期二,四(公众假期及24/12除外)")

    assert read.skip_holidays
    assert read.except_on == some("2020-12-24")


def test_school_days_are_every_school_day():
    read = days("每个上学日(24/12停课)")

    assert read == Days(school_days=True, except_on=some("2020-12-24"))


def test_other_brackets_list_the_dates_that_are_held():
    read = days("逢星期六(12,19/12, 2,9,16,23/1)", date(2020, 12, 12), date(2021, 1, 23))

    assert read.weekdays == frozenset()
    assert read.held_on == some(
        "2020-12-12", "2020-12-19", "2021-01-02", "2021-01-09", "2021-01-16", "2021-01-23"
    )


def test_two_weekdays_may_each_list_their_dates():
    read = days("逢星期日(1,8,15,22/11, 6/12) 星期六(28/11)", date(2020, 11, 1), date(2020, 12, 6))

    assert read == Days(
        held_on=some(
            "2020-11-01", "2020-11-08", "2020-11-15", "2020-11-22", "2020-11-28", "2020-12-06"
        )
    )


def test_a_listed_date_must_be_the_weekday_it_stands_under():
    with pytest.raises(Unclear):
        days("逢星期六(12,20/12)", date(2020, 12, 12), date(2020, 12, 20))


def test_a_list_without_the_first_and_last_date_may_be_a_forgotten_exception():
    with pytest.raises(Unclear) as unclear:
        days("逢星期六(26/12)", date(2020, 12, 5), date(2021, 1, 30))

    assert "除外" in unclear.value.finding.text


def test_words_that_cannot_speak_about_a_date_are_passed_over_and_said():
    read = days("逢星期日(FIS: 12/12)", date(2020, 12, 6), date(2020, 12, 6))

    assert read.weekdays == {7}
    assert [caution.kind for caution in read.cautions] == [Caution.NOT_UNDERSTOOD]


@pytest.mark.parametrize(
    "text",
    [
        "逢星期日(FIS: 13/12)",
        "星期六(改为26/12)",
        "星期六(双周)",
        "星期六(5,12)",
        "星期六(每月)",
    ],
)
def test_words_that_might_change_the_dates_are_refused(text):
    with pytest.raises(Unclear):
        days(text)


@pytest.mark.parametrize(
    ("text", "weekdays", "nth"),
    [
        ("每月第一个星期六", {6}, {1}),
        ("每月第一、三个星期六", {6}, {1, 3}),
        ("每个月最后一个周日", {7}, {-1}),
        ("每月首个星期日(公众假期除外)", {7}, {1}),
    ],
)
def test_some_weeks_of_the_month(text, weekdays, nth):
    read = days(text)

    assert (read.weekdays, read.nth_of_month) == (weekdays, nth)


@pytest.mark.parametrize(
    "text", ["隔周六", "隔周星期六", "隔星期六", "每两周星期六", "星期六(隔周)"]
)
def test_every_second_week(text):
    assert days(text) == Days(weekdays=frozenset({6}), every_weeks=2)


def test_weekdays_may_stand_in_brackets():
    assert days("每周(二、四)") == Days(weekdays=frozenset({2, 4}))


@pytest.mark.parametrize("text", ["", "逢星期", "星期二 19:30", "双周六", "星期三 停课"])
def test_what_names_no_weekday_for_certain_is_refused(text):
    with pytest.raises(Unclear):
        days(text)


def test_a_bracket_that_is_cut_off_is_refused():
    text = "逢星期二,四,六(5,8,15,26/12,5,19/1,2,11,13/2"

    assert is_cut_off(text)
    with pytest.raises(Unclear) as unclear:
        days(text)
    assert unclear.value.finding.kind is Problem.CUT_OFF


@pytest.mark.parametrize("text", ["逢星期二", "逢星期二(24/12)除外", "逢星期二(24/12除外"])
def test_a_finished_text_is_not_cut_off(text):
    assert not is_cut_off(text)


@given(
    st.text(
        alphabet="逢星期周一二三四五六日至、,()/-0123456789月除外停课假期每隔 FISab", max_size=30
    )
)
def test_any_scribble_is_read_or_refused(text):
    try:
        read = days(text)
    except Unclear:
        return
    assert read.weekdays or read.held_on or read.school_days


@pytest.mark.parametrize("text", ["星期二" + "1/1," * 1000, "星期二(" + "1-" * 500, "1/1" * 1000])
def test_a_very_long_text_takes_no_very_long_time(text):
    with pytest.raises(Unclear):
        days(text)
