from datetime import date, datetime, time
from decimal import Decimal

import pytest

from activities.cell_texts import (
    Ages,
    Fee,
    read_ages,
    read_date,
    read_fee,
    read_moment,
    read_places,
    read_time,
    read_times,
)
from activities.findings import Unclear
from activities.timetable import ZONE


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-02",
        "2026/12/2",
        "2026.12.2",
        "2026年12月2日",
        "２０２６年１２月２日",
        "2026-12-02 00:00:00",
        "2026年12月2日(星期三)",
        "20261202",
        "2/12/2026",
    ],
)
def test_a_date_is_read_as_people_write_it(text):
    assert read_date(text) == date(2026, 12, 2)


@pytest.mark.parametrize("text", ["", "明天", "12-02", "2026-02-30", "46358", "2026-12-02 9:00"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(Unclear):
        read_date(text)


def test_a_moment_may_have_a_time():
    assert read_moment("2026-12-02 9:30") == datetime(2026, 12, 2, 9, 30, tzinfo=ZONE)
    assert read_moment("2026年12月2日上午9时") == datetime(2026, 12, 2, 9, tzinfo=ZONE)


def test_a_mere_date_is_its_first_moment_or_its_last():
    assert read_moment("2026-12-02") == datetime(2026, 12, 2, tzinfo=ZONE)
    assert read_moment("2026-12-02", end_of_day=True) == datetime(2026, 12, 3, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:00", time(9)),
        ("09:00:00", time(9)),
        ("９：３０", time(9, 30)),
        ("晚上7:30", time(19, 30)),
        ("下午2时", time(14)),
        ("上午9时30分", time(9, 30)),
        ("7点半", time(7, 30)),
        ("2pm", time(14)),
        ("12am", time(0)),
        ("12:00", time(12)),
        ("24:00", time(0)),
    ],
)
def test_a_time_is_read_as_people_write_it(text, expected):
    assert read_time(text) == expected


@pytest.mark.parametrize("text", ["", "25:00", "24:30", "9:60", "930", "早"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(Unclear):
        read_time(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19:30-21:00", (time(19, 30), time(21))),
        ("19:30—21:00", (time(19, 30), time(21))),
        ("10:00～12:00", (time(10), time(12))),
        ("19:00至20:30", (time(19), time(20, 30))),
        ("晚上7:30-9:00", (time(19, 30), time(21))),
        ("下午2时至4时", (time(14), time(16))),
        ("上午11时-下午1时", (time(11), time(13))),
        ("2-4pm", (time(14), time(16))),
        ("11-1pm", (time(11), time(13))),
        ("22:00-24:00", (time(22), time(0))),
    ],
)
def test_both_times_may_stand_in_one_cell(text, expected):
    assert read_times(text) == expected


def test_one_time_alone_is_not_both():
    with pytest.raises(Unclear):
        read_times("19:30")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("6", "12"), Ages(6, 12)),
        (("6", "99"), Ages(6, None)),
        (("16", "100"), Ages(16, None)),
        (("60", "199"), Ages(60, None)),
        (("15", "999"), Ages(15, None)),
        (("0", "17"), Ages(None, 17)),
        (("", ""), Ages()),
        (("18岁", "不限"), Ages(18, None)),
        (("", "", "6-12岁"), Ages(6, 12)),
        (("", "", "6至12岁"), Ages(6, 12)),
        (("", "", "60岁以上"), Ages(60, None)),
        (("", "", "年满55岁或以上"), Ages(55, None)),
        (("", "", "18+"), Ages(18, None)),
        (("", "", "12岁以下"), Ages(None, 12)),
        (("", "", "成人"), Ages(18, None)),
        (("", "", "不限"), Ages()),
    ],
)
def test_ages_are_read_and_99_is_no_limit(cells, expected):
    assert read_ages(*cells) == expected


@pytest.mark.parametrize("cells", [("9", "8"), ("-3", "8"), ("", "", "小朋友"), ("六", "")])
def test_ages_that_cannot_be_meant_are_refused(cells):
    with pytest.raises(Unclear):
        read_ages(*cells)


@pytest.mark.parametrize("text", ["20", "20人", "20.0", " 20 位"])
def test_places_are_a_whole_number(text):
    assert read_places(text) == 20


@pytest.mark.parametrize("text", ["0", "-3", "二十", "20.5", "99999", ""])
def test_places_that_cannot_be_meant_are_refused(text):
    with pytest.raises(Unclear):
        read_places(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60.00", Fee(Decimal("60.00"))),
        ("0.00", Fee(Decimal(0))),
        ("免费", Fee()),
        ("", Fee()),
        ("￥60/人", Fee(Decimal(60))),
        ("60元", Fee(Decimal(60))),
        ("材料费20元", Fee(Decimal(20), "材料费20元")),
        ("会员60元，非会员80元", Fee(Decimal(0), "会员60元，非会员80元")),
        ("面议", Fee(Decimal(0), "面议")),
    ],
)
def test_a_fee_is_an_amount_or_words(text, expected):
    assert read_fee(text) == expected
