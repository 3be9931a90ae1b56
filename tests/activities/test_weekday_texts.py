import pytest

from activities.findings import Problem, Unclear
from activities.weekday_texts import read_weekdays


@pytest.mark.parametrize(
    ("text", "weekdays"),
    [
        ("星期二╱四╱六", {2, 4, 6}),
        ("星期一/三/五", {1, 3, 5}),
        ("逢星期二､四", {2, 4}),
        ("逢星期二，四", {2, 4}),
        ("逢星期三、五", {3, 5}),
        ("一、三、五", {1, 3, 5}),
        ("逢星期 一", {1}),
        ("逢星期一,二,三,四,五,六,日", {1, 2, 3, 4, 5, 6, 7}),
        ("星期二/星期四", {2, 4}),
        ("周一至周五", {1, 2, 3, 4, 5}),
        ("周一到五", {1, 2, 3, 4, 5}),
        ("週一 ～ 週三", {1, 2, 3}),
        ("星期一－星期三", {1, 2, 3}),
        ("周六至周一", {6, 7, 1}),
        ("每週六及日", {6, 7}),
        ("每周二、每周四", {2, 4}),
        ("禮拜天", {7}),
        ("礼拜日上午", {7}),
        ("周1、3、5", {1, 3, 5}),
        ("每天", {1, 2, 3, 4, 5, 6, 7}),
        ("周末", {6, 7}),
        ("平日", {1, 2, 3, 4, 5}),
        ("2,4,6", {2, 4, 6}),
        ("2.4", {2, 4}),
        ("1-5", {1, 2, 3, 4, 5}),
        ("Tue/Thu", {2, 4}),
        ("Mondays and Wednesdays", {1, 3}),
        ("Mon - Fri", {1, 2, 3, 4, 5}),
        ("every Saturday", {6}),
        ("Thurs.", {4}),
        ("", set()),
        ("逢星期", set()),
    ],
)
def test_weekdays_are_read_as_people_write_them(text, weekdays):
    assert read_weekdays(text) == weekdays


@pytest.mark.parametrize(
    "text",
    [
        "周八",
        "双周六",
        "星期二 19:30",
        "0",
        "8",
        "12",
        "至周五",
        "周一至",
        "周一至至周三",
        "sunny",
        "星期二 1/1",
    ],
)
def test_what_is_no_weekday_is_refused(text):
    with pytest.raises(Unclear) as unclear:
        read_weekdays(text)

    assert unclear.value.finding.kind is Problem.DAYS
