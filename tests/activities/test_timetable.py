from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.timetable import (
    EVERY_DAY,
    LAST_OF_MONTH,
    ZONE,
    Calendar,
    LeftOut,
    Mark,
    Rule,
    RuleUnclear,
    WhyLeftOut,
    plan,
    plan_dates,
)
from venues.models import CalendarDayKind


def days_from(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


# The State Council's arrangement for 2026.
HOLIDAYS_2026 = [
    *days_from(date(2026, 1, 1), date(2026, 1, 3)),
    *days_from(date(2026, 2, 15), date(2026, 2, 23)),
    *days_from(date(2026, 4, 4), date(2026, 4, 6)),
    *days_from(date(2026, 5, 1), date(2026, 5, 5)),
    *days_from(date(2026, 6, 19), date(2026, 6, 21)),
    *days_from(date(2026, 9, 25), date(2026, 9, 27)),
    *days_from(date(2026, 10, 1), date(2026, 10, 7)),
]
MAKEUP_WORKDAYS_2026 = [
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
]
CHINA_2026 = Calendar(
    dict.fromkeys(HOLIDAYS_2026, "holiday") | dict.fromkeys(MAKEUP_WORKDAYS_2026, "makeup_workday"),
    frozenset({2026}),
)


def rule(first, last, *weekdays, starts_at=time(19, 30), ends_at=time(21), **more):
    return Rule(first, last, starts_at, ends_at, frozenset(weekdays), **more)


def days_of(a_plan):
    return [session.day for session in a_plan.sessions]


def test_night_school_meets_on_its_three_evenings():
    autumn = plan(rule(date(2026, 11, 2), date(2026, 11, 15), 2, 4, 6), CHINA_2026)

    assert days_of(autumn) == [date(2026, 11, day) for day in (3, 5, 7, 10, 12, 14)]
    assert autumn.left_out == ()


def test_a_session_is_at_the_same_wall_time_in_shanghai_whatever_the_server_thinks():
    [session] = plan(rule(date(2026, 11, 3), date(2026, 11, 3), 2), CHINA_2026).sessions

    assert session.starts_at == datetime(2026, 11, 3, 11, 30, tzinfo=UTC)
    assert session.starts_at.astimezone(ZONE).time() == time(19, 30)
    assert session.ends_at - session.starts_at == timedelta(minutes=90)


def test_a_session_may_last_until_midnight():
    party = rule(date(2026, 12, 31), date(2026, 12, 31), 4, starts_at=time(22), ends_at=time(0))

    [session] = plan(party).sessions

    assert session.ends_at == datetime(2027, 1, 1, tzinfo=ZONE)


def test_every_second_week_counts_from_the_week_of_the_first_day():
    # 4 November is a Wednesday, so the Monday of that week is already past.
    pairs = plan(rule(date(2026, 11, 4), date(2026, 11, 30), 1, 5, every_weeks=2))

    assert days_of(pairs) == [date(2026, 11, day) for day in (6, 16, 20, 30)]


def test_the_fair_is_on_the_first_saturday_of_the_month():
    fair = plan(rule(date(2026, 9, 1), date(2026, 12, 31), 6, nth_of_month=frozenset({1})))

    assert days_of(fair) == [
        date(2026, 9, 5),
        date(2026, 10, 3),
        date(2026, 11, 7),
        date(2026, 12, 5),
    ]


def test_the_last_sunday_of_the_month_may_be_the_fourth_or_the_fifth():
    walk = rule(date(2026, 10, 1), date(2026, 11, 30), 7, nth_of_month=frozenset({LAST_OF_MONTH}))

    assert days_of(plan(walk)) == [date(2026, 10, 25), date(2026, 11, 29)]


def test_holidays_are_skipped_when_the_rule_says_so():
    course = rule(date(2026, 9, 21), date(2026, 10, 11), 4, 6, skip_holidays=True)

    with_holidays = plan(course, CHINA_2026)

    assert days_of(with_holidays) == [date(2026, 9, 24), date(2026, 10, 8), date(2026, 10, 10)]
    assert with_holidays.left_out == tuple(
        LeftOut(date(2026, month, day), WhyLeftOut.HOLIDAY)
        for month, day in ((9, 26), (10, 1), (10, 3))
    )


def test_a_session_on_a_holiday_is_marked_when_the_rule_does_not_skip_it():
    [session] = plan(rule(date(2026, 10, 1), date(2026, 10, 1), 4), CHINA_2026).sessions

    assert session.mark is Mark.HOLIDAY


def test_school_days_leave_out_holidays_and_take_in_makeup_workdays():
    class_after_school = rule(date(2026, 9, 14), date(2026, 10, 11), school_days=True)

    days = days_of(plan(class_after_school, CHINA_2026))

    weekdays = [d for d in days_from(date(2026, 9, 14), date(2026, 10, 9)) if d.isoweekday() <= 5]
    school_days = {*weekdays, date(2026, 9, 20), date(2026, 10, 10)} - set(HOLIDAYS_2026)
    assert days == sorted(school_days)


def test_monday_to_friday_as_school_days_is_every_school_day():
    ticked = rule(date(2026, 9, 14), date(2026, 10, 11), 1, 2, 3, 4, 5, school_days=True)
    unticked = rule(date(2026, 9, 14), date(2026, 10, 11), school_days=True)

    assert plan(ticked, CHINA_2026) == plan(unticked, CHINA_2026)


def test_two_school_days_a_week_do_not_move_to_makeup_workdays():
    tuesdays = rule(date(2026, 9, 14), date(2026, 10, 11), 2, school_days=True)

    assert days_of(plan(tuesdays, CHINA_2026)) == [
        date(2026, 9, 15),
        date(2026, 9, 22),
        date(2026, 9, 29),
    ]


@pytest.mark.parametrize("day", MAKEUP_WORKDAYS_2026)
def test_every_makeup_workday_of_2026_is_a_school_day_at_a_weekend(day):
    assert day.isoweekday() > 5
    assert days_of(plan(rule(day, day, school_days=True), CHINA_2026)) == [day]


@pytest.mark.parametrize("day", HOLIDAYS_2026)
def test_no_holiday_of_2026_is_a_school_day(day):
    assert days_of(plan(rule(day, day, school_days=True), CHINA_2026)) == []


def test_a_year_without_known_holidays_is_said_to_be_unknown():
    winter = plan(rule(date(2026, 12, 29), date(2027, 1, 7), 2, 4, skip_holidays=True), CHINA_2026)

    assert [session.mark for session in winter.sessions] == [
        Mark.ORDINARY,
        Mark.ORDINARY,
        Mark.UNKNOWN,
        Mark.UNKNOWN,
    ]
    assert winter.unknown_years == (2027,)


def test_a_day_that_is_listed_is_known_even_in_an_unknown_year():
    calendar = Calendar({date(2027, 1, 1): "holiday"})

    assert calendar.mark(date(2027, 1, 1)) is Mark.HOLIDAY
    assert calendar.mark(date(2027, 1, 2)) is Mark.UNKNOWN


def test_excepted_dates_are_left_out_and_needless_ones_are_named():
    course = rule(
        date(2026, 12, 1),
        date(2026, 12, 31),
        2,
        4,
        except_on=frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 5)}),
    )

    a_plan = plan(course)

    assert date(2026, 12, 24) not in days_of(a_plan)
    assert a_plan.left_out == (LeftOut(date(2026, 12, 24), WhyLeftOut.EXCEPTED),)
    assert a_plan.needless_exceptions == (date(2026, 12, 25), date(2027, 1, 5))


def test_dates_written_out_are_sorted_and_held_once():
    days = [date(2026, 12, 5), date(2026, 11, 28), date(2026, 12, 5)]

    assert days_of(plan_dates(days, time(9), time(10))) == [date(2026, 11, 28), date(2026, 12, 5)]


@pytest.mark.parametrize(
    "unclear",
    [
        {"first": date(2026, 2, 1), "last": date(2026, 1, 1)},
        {"first": date(2026, 1, 1), "last": date(2062, 1, 1)},
        {"weekdays": ()},
        {"weekdays": (0,)},
        {"weekdays": (8,)},
        {"every_weeks": 0},
        {"nth_of_month": frozenset({6})},
        {"nth_of_month": frozenset({1}), "every_weeks": 2},
        {"nth_of_month": frozenset({1}), "weekdays": (), "school_days": True},
        {"starts_at": time(21), "ends_at": time(19)},
        {"starts_at": time(21), "ends_at": time(21)},
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_meant_says_why(unclear):
    meant = {"first": date(2026, 1, 1), "last": date(2026, 2, 1), "weekdays": (2,)} | unclear
    first, last, weekdays = (meant.pop(name) for name in ("first", "last", "weekdays"))

    with pytest.raises(RuleUnclear) as refused:
        rule(first, last, *weekdays, **meant)

    assert refused.value.reason


def test_dates_written_out_need_an_end_after_the_start_too():
    with pytest.raises(RuleUnclear):
        plan_dates([date(2026, 1, 1)], time(10), time(9))


def test_marks_are_the_kinds_of_calendar_days():
    assert {Mark.HOLIDAY, Mark.MAKEUP_WORKDAY} == set(CalendarDayKind.values)


some_day = st.dates(date(2025, 1, 1), date(2028, 12, 31))
some_calendar = st.builds(
    Calendar,
    st.dictionaries(some_day, st.sampled_from(["holiday", "makeup_workday"]), max_size=60),
    st.frozensets(st.sampled_from([2025, 2026, 2027]), max_size=3),
)


@st.composite
def some_rule(draw, **fixed):
    first = draw(some_day)
    return Rule(
        first_day=first,
        last_day=first + timedelta(days=draw(st.integers(0, 200))),
        starts_at=draw(
            st.times(max_value=time(20)).map(lambda t: t.replace(second=0, microsecond=0))
        ),
        ends_at=draw(st.sampled_from([time(21), time(23, 59), time(0)])),
        weekdays=draw(st.frozensets(st.integers(1, 7), min_size=1)),
        except_on=draw(
            st.frozensets(st.integers(-5, 205).map(lambda n: first + timedelta(days=n)), max_size=8)
        ),
        **{name: draw(strategy) for name, strategy in fixed.items()},
    )


@given(
    some_rule(
        every_weeks=st.integers(1, 4), skip_holidays=st.booleans(), school_days=st.booleans()
    ),
    some_calendar,
)
def test_every_session_keeps_to_the_rule(a_rule, calendar):
    sessions = plan(a_rule, calendar).sessions

    monday = a_rule.first_day - timedelta(days=a_rule.first_day.weekday())
    named = (
        EVERY_DAY if a_rule.school_days and a_rule.weekdays >= {1, 2, 3, 4, 5} else a_rule.weekdays
    )
    for session in sessions:
        day = session.starts_at.astimezone(ZONE).date()
        assert a_rule.first_day <= day <= a_rule.last_day
        assert day.isoweekday() in named
        assert (day - monday).days // 7 % a_rule.every_weeks == 0
        assert day not in a_rule.except_on
        assert session.starts_at.astimezone(ZONE).time() == a_rule.starts_at
        assert session.ends_at.astimezone(ZONE).time() == a_rule.ends_at
        assert timedelta(0) < session.ends_at - session.starts_at <= timedelta(days=1)
        if a_rule.skip_holidays or a_rule.school_days:
            assert session.mark is not Mark.HOLIDAY
        if a_rule.school_days and day.isoweekday() > 5:
            assert session.mark is Mark.MAKEUP_WORKDAY
    assert [s.starts_at for s in sessions] == sorted({s.starts_at for s in sessions})


@given(some_rule(skip_holidays=st.booleans()), some_calendar)
def test_no_date_of_the_rule_gets_lost(a_rule, calendar):
    a_plan = plan(a_rule, calendar)

    run = days_from(a_rule.first_day, a_rule.last_day)
    named = [day for day in run if day.isoweekday() in a_rule.weekdays]
    assert sorted([*days_of(a_plan), *(left.day for left in a_plan.left_out)]) == named
    assert set(a_plan.needless_exceptions) == a_rule.except_on - set(named)


@given(some_rule(nth_of_month=st.frozensets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1)))
def test_the_nth_weekday_is_counted_from_either_end_of_the_month(a_rule):
    def is_meant(day):
        from_start = (day.day - 1) // 7 + 1
        is_last = (day + timedelta(days=7)).month != day.month
        return from_start in a_rule.nth_of_month or (is_last and -1 in a_rule.nth_of_month)

    run = days_from(a_rule.first_day, a_rule.last_day)
    named = [day for day in run if day.isoweekday() in a_rule.weekdays and is_meant(day)]
    assert days_of(plan(a_rule)) == [day for day in named if day not in a_rule.except_on]


@given(some_rule(), some_calendar)
def test_an_unknown_year_is_never_silent(a_rule, calendar):
    a_plan = plan(a_rule, calendar)

    years = {day.year for day in days_of(a_plan) if day not in calendar.days}
    assert set(a_plan.unknown_years) == years - calendar.known_years
