"""Dates of calendar files: rules, dates added, left out, moved, canceled; zones; broken files."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.spreadsheets import FileUnreadable
from activities.timetable import ZONE
from bookings.ical_dates import MOST_DATES, read_dates
from tests.bookings.ical import NOW, SHANGHAI, calendar, dates, event

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
TUESDAY = f"{SHANGHAI}:20261201T100000"
HOUR = "DURATION:PT1H"


def test_a_date_has_an_end_or_a_length():
    assert dates(
        event(TUESDAY, "DTEND;TZID=Asia/Shanghai:20261201T113000"),
        event(TUESDAY, "DURATION:PT90M", uid="two"),
    ) == (["12-01 10:00–11:30"] * 2, [])
    assert dates(event(TUESDAY)) == ([], ["没有写什么时候结束。"])
    assert dates(event(TUESDAY, "DURATION:PT0S")) == ([], ["结束时间要在开始之后。"])


@pytest.mark.parametrize(
    ("start", "shown"),
    [
        ("DTSTART:20261201T100000", "12-01 10:00–11:00"),
        ("DTSTART:20261201T020000Z", "12-01 10:00–11:00"),
        ("DTSTART;TZID=Europe/Berlin:20261201T030000", "12-01 10:00–11:00"),
        ("DTSTART;TZID=China Standard Time:20261201T100000", "12-01 10:00–11:00"),
        ("DTSTART;TZID=Office:20261201T110000", "12-01 10:00–11:00"),
    ],
)
def test_times_are_those_of_the_center_whichever_zone_they_are_written_in(start, shown):
    office = (
        "BEGIN:VTIMEZONE\r\nTZID:Office\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nTZNAME:O\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    )

    assert dates(office, event(start, HOUR)) == ([shown], [])


def test_a_zone_that_another_file_has_explained_is_not_known_here():
    test_times_are_those_of_the_center_whichever_zone_they_are_written_in(
        "DTSTART;TZID=Office:20261201T110000", "12-01 10:00–11:00"
    )

    assert dates(event("DTSTART;TZID=Office:20261201T110000", HOUR)) == (
        [],
        ["不认识时区“Office”。"],
    )


def test_whole_days_come_day_by_day():
    assert dates(event("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261203")) == (
        ["12-01", "12-02"],
        [],
    )
    assert dates(event("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=WEEKLY;COUNT=2")) == (
        ["12-01", "12-08"],
        [],
    )


def test_a_rule_with_dates_added_left_out_moved_and_canceled():
    main = event(
        TUESDAY, HOUR, "RRULE:FREQ=WEEKLY;COUNT=5",
        "EXDATE;TZID=Asia/Shanghai:20261208T100000",
        "RDATE;TZID=Asia/Shanghai:20261210T140000",
        "RDATE;VALUE=PERIOD:20261211T060000Z/PT3H",
    )  # fmt: skip
    moved = event(
        "RECURRENCE-ID;TZID=Asia/Shanghai:20261215T100000",
        f"{SHANGHAI}:20261216T180000", "DURATION:PT2H", summary="Choir, with guests",
    )  # fmt: skip
    canceled = event(
        "RECURRENCE-ID:20261222T020000Z", f"{SHANGHAI}:20261222T100000", HOUR, "STATUS:CANCELLED"
    )
    read = read_dates(calendar(main, moved, canceled), at=NOW)

    assert dates(moved, main, canceled)[0] == [
        "12-01 10:00–11:00",
        "12-10 14:00–15:00",
        "12-11 14:00–17:00",
        "12-16 18:00–20:00",
        "12-29 10:00–11:00",
    ]
    assert [row.purpose for row in read.rows if "guests" in row.purpose] == ["Choir, with guests"]
    assert len({row.series for row in read.rows}) == 1
    assert read.notes == ("文件里有 1 项已取消，没有读入。",)


def test_the_newest_version_of_an_entry_counts_and_a_canceled_one_is_none():
    old = event(TUESDAY, HOUR, "SEQUENCE:1")
    new = event(f"{SHANGHAI}:20261202T100000", HOUR, "SEQUENCE:2")

    assert dates(new, old)[0] == ["12-02 10:00–11:00"]
    assert dates(event(TUESDAY, HOUR, "STATUS:CANCELLED")) == ([], [])


def test_a_date_keeps_its_key_when_the_whole_is_read_again_and_it_was_moved():
    main = event(TUESDAY, HOUR, "RRULE:FREQ=WEEKLY;COUNT=2")
    moved = event(
        "RECURRENCE-ID;TZID=Asia/Shanghai:20261208T100000", f"{SHANGHAI}:20261209T100000", HOUR
    )

    def keys(*parts):
        return {row.key for row in read_dates(calendar(*parts), at=NOW).rows}

    assert len(keys(main)) == 2
    assert keys(main) == keys(main, moved)


def test_a_rule_goes_by_the_clock_of_its_zone_when_that_is_put_forward():
    starts, _problems = dates(
        event("DTSTART;TZID=Europe/Berlin:20270325T090000", HOUR, "RRULE:FREQ=WEEKLY;COUNT=2")
    )

    assert starts == ["03-25 16:00–17:00", "04-01 15:00–16:00"]


rules = st.fixed_dictionaries(
    {
        "interval": st.integers(1, 3),
        "weekdays": st.sets(st.integers(0, 6), min_size=1, max_size=4),
        "count": st.none() | st.integers(1, 12),
        "until": st.none() | st.integers(0, 80),
        "left_out": st.sets(st.integers(0, 60), max_size=5),
        "added": st.sets(st.integers(0, 60), max_size=4),
    }
)


@settings(max_examples=50, deadline=None)
@given(rules)
def test_weekly_rules_are_what_a_calendar_on_the_wall_says(rule):
    first = datetime(2026, 12, 1, 10, tzinfo=ZONE)
    rule["weekdays"].add(first.weekday())
    if rule["count"] is None and rule["until"] is None:
        rule["count"] = 8

    starts = [row.starts_at for row in read_dates(_weekly(first, rule), at=NOW).rows]

    assert starts == _on_the_wall(first, rule)


def _weekly(first, rule):
    parts = [f"FREQ=WEEKLY;WKST=MO;INTERVAL={rule['interval']}"]
    parts.append("BYDAY=" + ",".join(WEEKDAYS[day] for day in sorted(rule["weekdays"])))
    if rule["count"] is not None:
        parts.append(f"COUNT={rule['count']}")
    elif rule["until"] is not None:
        parts.append(f"UNTIL={(first + timedelta(days=rule['until'])).astimezone(UTC):{STAMP}}Z")
    lines = [f"DTSTART;TZID=Asia/Shanghai:{first:{STAMP}}", HOUR, f"RRULE:{';'.join(parts)}"]
    for name in ("left_out", "added"):
        for number in rule[name]:
            word = "EXDATE" if name == "left_out" else "RDATE"
            day = first + timedelta(days=number)
            lines.append(f"{word};TZID=Asia/Shanghai:{day:{STAMP}}")
    return calendar(event(*lines))


STAMP = "%Y%m%dT%H%M%S"


def _on_the_wall(first, rule):
    """Day by day, week by week, with a finger on the calendar."""
    found, day = [], first
    monday = first.date() - timedelta(days=first.weekday())
    last = first + timedelta(days=700)
    if rule["count"] is None:
        last = first + timedelta(days=rule["until"])
    while day <= last and (rule["count"] is None or len(found) < rule["count"]):
        week = (day.date() - monday).days // 7
        if week % rule["interval"] == 0 and day.weekday() in rule["weekdays"]:
            found.append(day)
        day += timedelta(days=1)
    added = {first + timedelta(days=number) for number in rule["added"]}
    left_out = {first + timedelta(days=number) for number in rule["left_out"]}
    return sorted({*found, *added} - left_out)


def test_what_is_over_is_passed_over_and_what_never_ends_is_cut():
    read = read_dates(
        calendar(event(f"{SHANGHAI}:20261110T100000", HOUR, "RRULE:FREQ=WEEKLY")), at=NOW
    )

    assert len(read.rows) == 104
    assert read.notes == (
        "有 3 个重复的日期已经过去，没有读入。",
        "没有结束日期的重复安排只读到 2028-11-27。",
    )


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=MINUTELY;COUNT=100000000",
        "RRULE:FREQ=DAILY;BYSECOND=0,1,2,3,4,5,6,7,8,9",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=DAILY;INTERVAL=-1",
        "RRULE:FREQ=WEEKLY;BYDAY=XX",
        "RRULE:FREQ=DAILY;BYMONTH=13",
        "RRULE:FREQ=DAILY;BYYEARDAY=999",
        "RRULE:FREQ=SOMETIMES",
        "RRULE:garbage",
        "RDATE;TZID=Nowhere:20261201T100000",
        "EXDATE:99991231T000000",
        "DTEND:99991231T000000Z",
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_at_once_and_the_rest_is_read(rule):
    lines = (TUESDAY, rule) if rule.startswith("DTEND") else (TUESDAY, HOUR, rule)

    starts, problems = dates(event(*lines), event(TUESDAY, HOUR, uid="two"))

    assert starts == ["12-01 10:00–11:00"]
    assert len(problems) == 1


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;COUNT=9;BYMONTH=2;BYMONTHDAY=30"]
)
def test_a_day_that_never_comes_is_not_looked_for_until_the_end_of_time(rule):
    assert dates(event(f"{SHANGHAI}:19700101T100000", HOUR, f"RRULE:{rule}")) == ([], [])


def test_rules_that_began_long_ago_are_followed_for_so_many_days_only():
    old = [
        event(f"{SHANGHAI}:19700101T100000", HOUR, "RRULE:FREQ=YEARLY", uid=str(n))
        for n in range(40)
    ]

    _starts, problems = dates(*old)

    assert set(problems) == {"文件里的重复安排开始得太早了。"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (calendar(event(TUESDAY, HOUR))[:-30], "文件不完整"),
        (b"BEGIN:VCALENDAR\r\n" + bytes(range(256)), "无法作为日历读取"),
        (b"BEGIN:VCALENDAR\r\n" * 10_000, "无法作为日历读取"),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", "无法作为日历读取"),
        (calendar("NONSENSE"), "无法作为日历读取"),
        (calendar(*[event()] * 5_001), "超过 5000 项"),
        (
            calendar(*(event(TUESDAY, HOUR, "RRULE:FREQ=DAILY", uid=n) for n in range(8))),
            f"超过 {MOST_DATES} 个时间",
        ),
    ],
    ids=["cut off", "garbage", "deep", "turned round", "no line", "many entries", "many dates"],
)
def test_a_broken_file_gets_a_sentence(content, reason):
    with pytest.raises(FileUnreadable, match=reason):
        read_dates(content, at=NOW)


def test_a_zone_with_a_rule_to_wait_for_is_not_known():
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Bomb\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nTZNAME:O\r\n"
        "END:STANDARD\r\nEND:VTIMEZONE"
    )

    assert dates(zone, event("DTSTART;TZID=Bomb:20261201T100000", HOUR)) == (
        [],
        ["不认识时区“Bomb”。"],
    )


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_whatever_is_done_to_a_file_the_answer_is_rows_or_a_sentence(data):
    content = bytearray(
        calendar(
            event(TUESDAY, HOUR, "RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=4", "EXDATE:20261201T020000Z"),
            event("RECURRENCE-ID:20270105T020000Z", f"{SHANGHAI}:20270106T100000", HOUR),
            event("DTSTART;VALUE=DATE:20261205", "RDATE;VALUE=DATE:20261206", uid="two"),
        )
    )
    for _change in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))

    with suppress(FileUnreadable):
        rows = read_dates(bytes(content), at=NOW).rows
        assert all(row.problem or row.day or row.ends_at > row.starts_at for row in rows)
