from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.deadlines import SHORTEST, counted_time, offer_deadline

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = (time(8), time(21))


def shanghai(day, hour, minute=0):
    return datetime(2026, 12, day, hour, minute, tzinfo=SHANGHAI)


def deadline(at, closes_at, minutes=120, day=DAY):
    return offer_deadline(at, closes_at=closes_at, minutes=minutes, day=day)


@pytest.mark.parametrize(
    ("at", "lapses_at"),
    [
        (shanghai(1, 9), shanghai(1, 11)),
        (shanghai(1, 19), shanghai(1, 21)),
        (shanghai(1, 20), shanghai(2, 9)),
        (shanghai(1, 20, 59), shanghai(2, 9, 59)),
        (shanghai(1, 21), shanghai(2, 10)),
        (shanghai(1, 22), shanghai(2, 10)),
        (shanghai(1, 3), shanghai(1, 10)),
        (shanghai(1, 8), shanghai(1, 10)),
    ],
    ids=["by day", "to the evening", "into the next morning", "at the last minute of the day",
         "when the day ends", "at night", "early", "when the day begins"],
)  # fmt: skip
def test_an_offer_lasts_so_much_of_the_day(at, lapses_at):
    assert deadline(at, closes_at=shanghai(9, 18)) == lapses_at


@pytest.mark.parametrize(
    ("minutes", "at", "lapses_at"),
    [
        (30, shanghai(1, 20, 45), shanghai(2, 8, 15)),
        (26 * 60, shanghai(1, 8), shanghai(2, 21)),
        (27 * 60, shanghai(1, 8), shanghai(3, 9)),
    ],
)
def test_an_activity_says_how_long(minutes, at, lapses_at):
    assert deadline(at, closes_at=shanghai(20, 18), minutes=minutes) == lapses_at


def test_an_activity_says_which_hours_count():
    hours = (time(10), time(18))

    assert deadline(shanghai(1, 17), shanghai(20, 18), day=hours) == shanghai(2, 11)


@pytest.mark.parametrize(
    ("at", "closes_at", "lapses_at"),
    [
        (shanghai(1, 14), shanghai(1, 18), shanghai(1, 16)),
        (shanghai(1, 15), shanghai(1, 18), shanghai(1, 16, 30)),
        (shanghai(1, 17), shanghai(1, 18), shanghai(1, 17, 30)),
        # Half of the day that is left, not of the night: it does not lapse at half past three.
        (shanghai(1, 22), shanghai(2, 9), shanghai(2, 8, 30)),
        (shanghai(1, 20, 30), shanghai(2, 9), shanghai(2, 8, 15)),
    ],
)
def test_near_the_closing_it_is_half_of_what_is_left_of_the_day(at, closes_at, lapses_at):
    assert deadline(at, closes_at) == lapses_at


@pytest.mark.parametrize(
    ("at", "closes_at", "lapses_at"),
    [
        (shanghai(1, 17, 50), shanghai(1, 18), shanghai(1, 18)),
        (shanghai(1, 17, 45), shanghai(1, 18), shanghai(1, 17, 55)),
        (shanghai(1, 17, 59), shanghai(1, 18), shanghai(1, 18)),
        (shanghai(1, 22), shanghai(2, 8, 12), shanghai(2, 8, 10)),
    ],
    ids=["the last ten minutes", "a quarter of an hour", "the last minute", "right after night"],
)
def test_it_is_never_too_short_to_answer_and_never_after_closing(at, closes_at, lapses_at):
    assert deadline(at, closes_at) == lapses_at


def test_before_a_session_at_dawn_it_is_half_of_the_night():
    assert deadline(shanghai(1, 22), shanghai(2, 6), minutes=600) == shanghai(2, 2)
    assert deadline(shanghai(1, 22), shanghai(2, 6), minutes=60) == shanghai(1, 23)


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=1), timedelta(days=3)])
def test_after_closing_nothing_is_offered(late):
    assert deadline(shanghai(1, 18) + late, shanghai(1, 18)) is None


def test_hours_that_make_no_sense_leave_only_the_clock():
    assert deadline(shanghai(1, 9), shanghai(9, 9), day=(time(21), time(8))) == shanghai(1, 11)


moments = st.timedeltas(timedelta(), timedelta(days=700)).map(lambda after: shanghai(1, 0) + after)


@given(
    at=moments,
    until_closing=st.timedeltas(timedelta(seconds=1), timedelta(days=40)),
    minutes=st.integers(15, 3000),
    opening=st.integers(0, 23),
    hours=st.integers(0, 10),
)
def test_it_is_fair_at_any_moment(at, until_closing, minutes, opening, hours):
    day = (time(opening), time(min(opening + hours, 23), 59))
    closes_at = at + until_closing

    lapses_at = deadline(at, closes_at, minutes, day)

    counted, left = counted_time(at, lapses_at, day), counted_time(at, closes_at, day)
    half = (left or until_closing) / 2
    # Somebody can answer, and nobody after closing.
    assert min(at + SHORTEST, closes_at) <= lapses_at <= closes_at
    # Never longer than promised, nor more than half of what was left for everybody.
    used = counted if left else lapses_at - at
    assert used <= max(min(timedelta(minutes=minutes), half), SHORTEST)
    if left and lapses_at < closes_at:
        # Never in somebody's sleep.
        assert day[0] <= lapses_at.time() <= day[1]
