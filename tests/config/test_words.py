from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone, translation

from config import words


@pytest.fixture(autouse=True)
def _on_a_tuesday():
    with time_machine.travel("2026-11-24T09:10+08:00", tick=False):
        yield


def at(day, hour, minute=0):
    return datetime(2026, 12, day, hour, minute, tzinfo=timezone.get_current_timezone())


def in_english(filter_, value):
    with translation.override("en"):
        return filter_(value)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (date(2026, 12, 1), "12月1日 周二", "Tue 1 Dec"),
        (date(2027, 1, 5), "1月5日 周二", "Tue 5 Jan"),
        (date(2027, 6, 30), "2027年6月30日 周三", "Wed 30 Jun 2027"),
        (date(2024, 2, 29), "2024年2月29日 周四", "Thu 29 Feb 2024"),
        (at(1, 9), "12月1日 周二", "Tue 1 Dec"),
        (None, "", ""),
    ],
)
def test_a_day_has_its_weekday_and_far_away_its_year(value, chinese, english):
    assert words.day(value) == chinese
    assert in_english(words.day, value) == english


def test_a_day_is_the_day_at_the_center_wherever_the_server_is():
    late = datetime(2026, 11, 30, 17, tzinfo=UTC)

    assert words.day(late) == "12月1日 周二"


def test_days_near_by_have_names():
    names = [words.nearness(date(2026, 11, day)) for day in (23, 24, 25, 26, 27)]

    assert names == ["", "今天", "明天", "后天", ""]


@pytest.mark.parametrize(
    ("hour", "minute", "chinese", "english"),
    [
        (0, 5, "上午 12:05", "12:05 in the morning"),
        (9, 10, "上午 9:10", "9:10 in the morning"),
        (12, 0, "下午 12:00", "12:00 in the afternoon"),
        (14, 30, "下午 2:30", "2:30 in the afternoon"),
        (19, 30, "晚上 7:30", "7:30 in the evening"),
    ],
)
def test_times_are_said_as_people_say_them(hour, minute, chinese, english):
    moment = at(1, hour, minute)

    assert words.spoken_clock(moment) == chinese
    assert in_english(words.spoken_clock, moment) == english


def test_a_stretch_of_time_names_its_day_once():
    evening = SimpleNamespace(starts_at=at(1, 19, 30), ends_at=at(1, 21))
    camp = SimpleNamespace(starts_at=at(1, 19, 30), ends_at=at(2, 8))

    assert words.when(evening) == "12月1日 周二 19:30–21:00"
    assert words.timespan(evening) == "19:30–21:00"
    assert words.when(camp) == "12月1日 周二 19:30 – 12月2日 周三 08:00"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 24), "农历十月十六"),
        (date(2026, 11, 22), "农历十月十四 小雪"),
        (date(2027, 2, 6), "农历正月初一 春节"),
        (date(2025, 8, 1), "农历闰六月初八"),
    ],
)
def test_the_lunar_day_is_said_with_what_falls_on_it(day, text):
    assert words.lunar(day) == text


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("0588-555 0100", "tel:+865885550100"),
        ("+86 138 1234 5678", "tel:+8613812345678"),
        ("13812345678", "tel:+8613812345678"),
        ("400 820 8820", "tel:4008208820"),
        ("12345", "tel:12345"),
    ],
)
def test_a_tap_on_a_phone_number_calls_it(number, address):
    assert words.tel(number) == address


def test_phones_are_whole_for_their_owner_and_masked_for_others():
    assert words.phone("+8613812345678") == "138 1234 5678"
    assert words.phone("0588-555 0100") == "0588-555 0100"
    assert words.masked_phone("+8613812345678") == "138****5678"


def test_an_icon_is_a_drawing_from_the_sprite():
    page = Template('{% icon "night" %}').render(Context())

    assert page == (
        '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#night"></use></svg>'
    )


def test_a_code_to_scan_is_drawn_into_the_page_and_says_what_it_is():
    page = Template("{% qr text label %}").render(
        Context({"text": "48271630", "label": 'A "code"'})
    )

    assert page.startswith('<span class="qr" role="img" aria-label="A &quot;code&quot;"><svg')
    assert "style=" not in page


def test_names_stand_in_a_row_as_each_language_has_it():
    assert words.in_a_row(["李敏", "小禾"]) == "李敏、小禾"
    with translation.override("en"):
        assert words.in_a_row(["Ann", "Bo"]) == "Ann, Bo"
