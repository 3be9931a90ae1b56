from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk import at_the_desk, manager, words
from tests.factories import CenterFactory, RoomFactory
from venues import hours, opening
from venues.hours import KnownHours
from venues.models import (
    CalendarDay,
    CalendarDayKind,
    HolidayHours,
    OpeningException,
    OpeningHours,
)

MONDAY = date(2026, 12, 7)
A_DAY = timedelta(days=1)
SUMMER = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 8, 31)}
CANTEEN = 7


def row(opens, closes, weekday=1, room=None, **season):
    return OpeningHours(
        room_id=room, weekday=weekday, opens_at=time(opens), closes_at=time(closes), **season
    )


def other(day, opens=None, closes=None, room=None, reason=""):
    clock = {"opens_at": time(opens), "closes_at": time(closes)} if opens else {}
    return OpeningException(room_id=room, date=day, reason=reason, **clock)


def holiday(day, kind=CalendarDayKind.HOLIDAY):
    return CalendarDay(date=day, kind=kind, name="Feast")


def spans(known, day=MONDAY, room=None):
    return [(each.opens_at.hour, each.closes_at.hour) for each in known.on(day, room)]


# --- What goes before what ---------------------------------------------------------------


def test_an_exception_goes_before_a_season_and_a_season_before_all_year():
    rows = [row(9, 17), row(7, 22, **SUMMER)]
    in_summer = date(2026, 7, 6)

    assert spans(KnownHours(rows)) == [(9, 17)]
    assert spans(KnownHours(rows), in_summer) == [(7, 22)]
    assert spans(KnownHours(rows, [other(in_summer, 10, 12)]), in_summer) == [(10, 12)]


def test_in_a_season_only_its_own_hours_count():
    known = KnownHours([row(9, 17, weekday=2), row(7, 22, **SUMMER)])

    assert spans(known, date(2026, 7, 7)) == []  # A Tuesday.


def test_hours_of_a_room_go_before_those_of_the_center_in_any_season():
    known = KnownHours([row(11, 13, room=CANTEEN), row(7, 22, **SUMMER)])

    assert spans(known, date(2026, 7, 6), CANTEEN) == [(11, 13)]


def test_on_a_day_with_other_hours_a_room_keeps_its_own_within_them():
    rows = [row(9, 21), row(11, 13, room=CANTEEN)]

    assert spans(KnownHours(rows, [other(MONDAY, 8, 12)]), room=CANTEEN) == [(11, 12)]
    assert spans(KnownHours(rows, [other(MONDAY)]), room=CANTEEN) == []
    own = [other(MONDAY), other(MONDAY, 10, 15, room=CANTEEN)]
    assert spans(KnownHours(rows, own), room=CANTEEN) == [(10, 15)]


def test_a_day_may_have_a_break_and_says_why_it_is_other():
    day = [other(MONDAY, 9, 11, reason="Spring cleaning"), other(MONDAY, 14, 18)]

    known = KnownHours([row(8, 21)], day)

    assert spans(known) == [(9, 11), (14, 18)]
    assert known.why(MONDAY) == "Spring cleaning"
    assert known.why(MONDAY + A_DAY) == ""


@pytest.mark.parametrize(
    ("on_holidays", "expected"),
    [
        (HolidayHours.USUAL, [(9, 17)]),
        (HolidayHours.SUNDAY, [(10, 14)]),
        (HolidayHours.SHUT, []),
    ],
)
def test_a_center_says_what_a_holiday_means(on_holidays, expected):
    rows = [row(9, 17), row(10, 14, weekday=7)]

    assert spans(KnownHours(rows, [], [holiday(MONDAY)], on_holidays)) == expected
    party = KnownHours(rows, [other(MONDAY, 15, 20)], [holiday(MONDAY)], on_holidays)
    assert spans(party) == [(15, 20)]


def test_a_make_up_workday_keeps_the_hours_of_its_weekday():
    workday = holiday(MONDAY, CalendarDayKind.MAKEUP_WORKDAY)

    assert spans(KnownHours([row(9, 17)], [], [workday], HolidayHours.SHUT)) == [(9, 17)]


# --- Held against the same on paper ------------------------------------------------------

clocks = st.tuples(st.integers(6, 21), st.integers(1, 4)).map(
    lambda c: (c[0], min(c[0] + c[1], 23))
)
owners = st.sampled_from([None, CANTEEN])
seasons = st.sampled_from([{}, {}, SUMMER, {"starts_on": date(2026, 12, 1)}, {"ends_on": MONDAY}])
rows_of_week = st.builds(
    lambda c, weekday, room, season: row(*c, weekday=weekday, room=room, **season),
    clocks, st.integers(1, 7), owners, seasons,
)  # fmt: skip
days = st.sampled_from([MONDAY, MONDAY + A_DAY, date(2026, 7, 6), date(2026, 7, 5)])
other_days = st.builds(
    lambda day, c, room: other(day, *(c or ()), room=room), days, st.none() | clocks, owners
)


def on_paper(rows, exceptions, holidays, on_holidays, day, room):
    """The full hours of that day in which it is open, each asked for by itself."""
    weekday = day.isoweekday()

    def week_of(owner, number):
        mine = [r for r in rows if r.room_id == owner]
        season = [
            r
            for r in mine
            if (r.starts_on or r.ends_on)
            and (r.starts_on or date.min) <= day <= (r.ends_on or date.max)
        ]
        usual = [r for r in mine if not r.starts_on and not r.ends_on]
        counting = season or usual
        return bool(counting), {
            hour
            for r in counting
            if r.weekday == number
            for hour in range(r.opens_at.hour, r.closes_at.hour)
        }

    def excepted(owner):
        mine = [e for e in exceptions if e.date == day and e.room_id == owner]
        return bool(mine), {
            hour for e in mine if e.opens_at for hour in range(e.opens_at.hour, e.closes_at.hour)
        }

    is_other, its_hours = excepted(room)
    if is_other:
        return its_hours
    has_own, own = week_of(room, weekday) if room else (False, set())
    is_other, its_hours = excepted(None)
    if is_other:
        return own & its_hours if has_own else its_hours
    if day in holidays and on_holidays == HolidayHours.SHUT:
        return set()
    if day in holidays and on_holidays == HolidayHours.SUNDAY:
        weekday = 7
    has_own, own = week_of(room, weekday) if room else (False, set())
    return own if has_own else week_of(None, weekday)[1]


@settings(max_examples=60)
@given(
    st.lists(rows_of_week, max_size=8),
    st.lists(other_days, max_size=4),
    st.sets(days, max_size=2),
    st.sampled_from(HolidayHours),
    days,
    owners,
)
def test_it_is_open_when_it_is_open_on_paper(rows, exceptions, feasts, on_holidays, day, room):
    known = KnownHours(rows, exceptions, [holiday(each) for each in feasts], on_holidays)

    open_in = {h for start, end in spans(known, day, room) for h in range(start, end)}

    assert open_in == on_paper(rows, exceptions, feasts, on_holidays, day, room)


# --- What the database refuses -----------------------------------------------------------


def save_for_good(each):
    with transaction.atomic():
        each.save()
        connection.check_constraints()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "clashes"),
    [
        ({}, True),
        ({"weekday": 2}, False),
        (SUMMER, False),
        ({"opens_at": time(17), "closes_at": time(20)}, False),
    ],
)
def test_hours_of_one_day_and_season_do_not_overlap(more, clashes):
    center = CenterFactory()
    usual = {"weekday": 1, "opens_at": time(9), "closes_at": time(17), "center": center}
    first = OpeningHours.objects.create(**usual)

    second = OpeningHours(**{**usual, "opens_at": time(16), **more})

    assert first.overlaps(second) is clashes
    if not clashes:
        second.save()
        return
    with pytest.raises(IntegrityError, match="opening_hours_do_not_overlap"):
        save_for_good(second)


@pytest.mark.django_db
def test_seasons_may_follow_each_other_but_not_overlap():
    center = CenterFactory()
    usual = {"weekday": 1, "opens_at": time(9), "closes_at": time(17), "center": center}
    summer = OpeningHours.objects.create(**usual, **SUMMER)
    autumn = OpeningHours.objects.create(**usual, starts_on=SUMMER["ends_on"] + A_DAY)

    assert not summer.overlaps(autumn)
    assert summer.overlaps(OpeningHours(**usual, ends_on=SUMMER["starts_on"]))


@pytest.mark.django_db
def test_a_day_that_is_shut_has_no_hours_besides():
    center = CenterFactory()
    OpeningException.objects.create(center=center, date=MONDAY)

    with pytest.raises(IntegrityError, match="exceptions_do_not_overlap"), transaction.atomic():
        OpeningException.objects.create(
            center=center, date=MONDAY, opens_at=time(9), closes_at=time(10)
        )
    OpeningException.objects.create(
        center=center, room=RoomFactory(floor__center=center), date=MONDAY
    )


# --- Where it is written down and read ----------------------------------------------------


def typed_week(center, *rows):
    given = {"name": center.name, "holiday_hours": "usual"}
    given |= {"box_weekday": "5", "box_time": "16:00", "answer_days": "7"}
    for name in ("floors", "room_terms", "year_plans"):
        given |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    given |= {"opening_hours-TOTAL_FORMS": len(rows), "opening_hours-INITIAL_FORMS": "0"}
    for number, each in enumerate(rows):
        given |= {f"opening_hours-{number}-{name}": value for name, value in each.items()}
    return given


@pytest.mark.django_db
def test_managers_write_seasons_down_and_are_told_of_hours_that_overlap():
    center = CenterFactory()
    desk = at_the_desk(manager(center))
    address = f"/admin/venues/center/{center.pk}/change/"
    usual = {"weekday": "1", "opens_at": "09:00", "closes_at": "17:00"}
    summer = usual | {"starts_on": "2026-07-01", "ends_on": "2026-08-31"}

    again = usual | {"opens_at": "16:00"}
    answer = desk.post(address, typed_week(center, usual, again))
    assert "These hours overlap: Monday 09:00–17:00 and Monday 16:00–17:00." in words(answer)
    assert not center.opening_hours.exists()

    wrong = summer | {"ends_on": "2026-06-01"}
    assert "The season must end after it starts." in words(
        desk.post(address, typed_week(center, wrong))
    )
    assert desk.post(address, typed_week(center, usual, summer)).status_code == 302
    assert center.opening_hours.count() == 2


@pytest.mark.django_db
def test_managers_write_days_down_with_other_hours():
    center = CenterFactory()
    desk = at_the_desk(manager(center))
    address = "/admin/venues/openingexception/add/"
    day = {"center": center.pk, "date": "2026-12-07", "reason": "Spring cleaning"}

    backward = desk.post(address, day | {"opens_at": "12:00", "closes_at": "09:00"})
    assert "The end must be after the start." in words(backward)
    half = desk.post(address, day | {"opens_at": "12:00"})
    assert "Please say from when to when, or leave both empty." in words(half)
    assert desk.post(address, day).status_code == 302
    twice = desk.post(address, day | {"opens_at": "09:00", "closes_at": "12:00"})
    assert "That day has other hours already that overlap." in words(twice)
    elsewhere = desk.post(address, day | {"room": RoomFactory().pk, "date": "2026-12-08"})
    assert elsewhere.status_code == 200
    assert OpeningException.objects.get().is_shut


@pytest.mark.django_db
def test_the_page_of_the_center_says_what_is_ahead(client):
    center = CenterFactory(slug="east", holiday_hours=HolidayHours.SHUT)
    OpeningHours.objects.create(center=center, weekday=1, opens_at=time(9), closes_at=time(17))
    soon = opening.timezone.localdate() + 3 * A_DAY
    OpeningHours.objects.create(
        center=center, weekday=1, opens_at=time(7), closes_at=time(22), starts_on=soon
    )
    OpeningException.objects.create(center=center, date=soon, reason="Spring cleaning")
    CalendarDay.objects.create(date=soon, kind=CalendarDayKind.HOLIDAY, name="Feast")

    shown = words(client.get("/centers/east/", headers={"accept-language": "en"}))

    assert "Spring cleaning" in shown
    assert "07:00–22:00" in shown
    assert "09:00–17:00" in shown
    assert "closed on these days" in shown


@pytest.mark.django_db
def test_what_is_known_is_read_in_three_statements(django_assert_num_queries):
    center = CenterFactory()
    for weekday in range(1, 8):
        OpeningHours.objects.create(
            center=center, weekday=weekday, opens_at=time(9), closes_at=time(17)
        )

    with django_assert_num_queries(3):
        known = hours.of(center, MONDAY, MONDAY + 30 * A_DAY)
        assert all(known.on(MONDAY + n * A_DAY) for n in range(30))
