"""Series of room bookings on the pages of residents and partners."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.models import RoomBooking, RoomSeries
from tests.bookings.test_room_pages import DAY, ana, ask, form, resident, words  # noqa: F401
from tests.bookings.test_room_series import FIRST, a_hall, hours, week, weekly, weeks
from tests.bookings.test_room_series import ask as a_series
from tests.bookings.test_rooms import book
from tests.factories import RoomFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("resident")]

assert DAY == FIRST


def until(weeks):
    return f"{FIRST + timedelta(weeks=weeks - 1):%Y-%m-%d}"


def repeat(client, room, times=4, **more):
    return ask(client, room, repeat_until=until(times), **more)


def own_series(ana, resident, room=None, **more):  # noqa: F811
    return a_series(room or a_hall(), person=ana, by=resident, **more)


def page(series, more=""):
    return f"/rooms/series/{series.reference}/{more}"


def test_a_program_says_until_when_and_the_free_ones_are_booked(client):
    room = a_hall()
    book(room, week(1, 10), week(1, 11))

    answer = repeat(client, room)

    series = RoomSeries.objects.get()
    assert answer.status_code == 302
    assert answer.url == page(series)
    assert weeks(series) == [0, 2, 3]
    assert "未能订到" in words(client.get(answer.url))


def test_the_page_shows_every_date_before_it_books(client):
    room = a_hall(name="Hall")
    other = RoomFactory(floor=room.floor, name="Studio", days_ahead=900)
    book(room, week(1, 10), week(1, 11), purpose="Secret")
    taken = RoomFactory(floor=room.floor, name="Taken one", days_ahead=900)
    book(taken, week(2, 10), week(2, 11))

    answer = repeat(client, room, look_first="1")

    assert answer.status_code == 200
    assert not RoomSeries.objects.exists()
    shown = words(answer)
    assert "Secret" not in shown
    assert "Studio" in shown
    assert "Taken one" not in shown
    assert f"/rooms/{other.pk}/?date=" in answer.content.decode()
    for kept in ("Reading", until(4), "10:00"):
        assert f'value="{kept}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("decision", "status", "had"), [("free", 302, [0, 2, 3]), ("all", 409, []), ("back", 200, [])]
)
def test_one_decides_about_what_clashes(client, decision, status, had):
    room = a_hall()
    book(room, week(1, 10), week(1, 11))

    answer = repeat(client, room, look_first="1", decision=decision)

    assert answer.status_code == status
    assert [weeks(series) for series in RoomSeries.objects.all()] == ([had] if had else [])
    if not had:
        assert 'value="Reading"' in answer.content.decode()


def test_dates_are_crossed_out_and_what_is_no_date_is_nothing(client):
    skipped = [f"{FIRST + timedelta(weeks=2):%Y-%m-%d}", "never"]

    repeat(client, a_hall(), decision="all", without=skipped)

    assert weeks(RoomSeries.objects.get()) == [0, 1, 3]


@pytest.mark.parametrize(("rhythm", "had"), [("1", 9), ("2", 5), ("4", 3), ("month", 3), ("", 9)])
def test_how_often(client, rhythm, had):
    repeat(client, a_hall(), times=9, rhythm=rhythm)

    dates = RoomBooking.objects.all()
    assert dates.count() in (had, had - (rhythm == "month"))
    assert {each.starts_at.isoweekday() for each in dates} == {FIRST.isoweekday()}


@pytest.mark.parametrize(
    "wrong",
    [
        {"repeat_until": "someday"},
        {"repeat_until": "2020-01-01"},
        {"repeat_until": "2999-01-01"},
        {"repeat_until": until(3), "rhythm": "never"},
        {"repeat_until": until(3), "end": "09:00"},
    ],
)
def test_wrong_input_is_said_and_nothing_is_lost(client, wrong):
    answer = ask(client, a_hall(), **wrong)

    assert answer.status_code == 422
    assert 'value="Reading"' in answer.content.decode()
    assert not RoomSeries.objects.exists()


def test_a_series_that_cannot_be_had_says_why(client):
    answer = repeat(client, a_hall(capacity=2), headcount="3")

    assert answer.status_code == 409
    assert 'value="Reading"' in answer.content.decode()


def test_a_double_tap_makes_one_series(client):
    room = a_hall()

    assert repeat(client, room).url == repeat(client, room).url
    assert RoomSeries.objects.count() == 1


def test_a_room_that_is_not_for_residents_says_so(client):
    assert ask(client, a_hall(for_residents=False)).status_code == 409


def test_from_here_on_is_changed_on_a_page(client, ana, resident):  # noqa: F811
    series = own_series(ana, resident)
    third = series.dates.all()[2]
    change = {"start": "15:00", "end": "16:00", "headcount": "4", "room": series.room_id}
    one = client.get(f"/rooms/bookings/{third.reference}/").content.decode()

    assert f"{page(series, 'change/')}?since={third.reference}" in one
    assert client.get(page(series, f"change/?since={third.reference}")).status_code == 200
    assert client.post(page(series, "change/"), change | {"end": "14:00"}).status_code == 422
    assert client.post(page(series, "change/"), change | {"start": "6:00"}).status_code == 409
    answer = client.post(page(series, "change/"), change | {"since": third.reference})

    assert answer.status_code == 302
    assert hours(series) == [10, 10, 15, 15]


def test_a_change_says_how_many_dates_stay_as_they_were(client, ana, resident):  # noqa: F811
    series = own_series(ana, resident)
    book(series.room, week(1, 15), week(1, 16))
    change = {"start": "15:00", "end": "16:00", "headcount": "4", "room": series.room_id}

    client.post(page(series, "change/"), change)

    assert "保持原样" in words(client.get(page(series)))


def test_canceling_asks_first(client, ana, resident):  # noqa: F811
    series = own_series(ana, resident)
    second = series.dates.all()[1]

    assert client.get(page(series, "cancel/")).status_code == 200
    assert weeks(series) == [0, 1, 2, 3]
    client.post(page(series, "cancel/"), {"since": second.reference})
    assert weeks(series) == [0]
    client.post(page(series, "cancel/"))
    assert client.get(page(series)).status_code == 200
    for again in ("cancel/", "change/"):
        assert client.post(page(series, again)).status_code == 409
        assert client.get(page(series, again)).status_code == 409


def test_one_more_date(client, ana, resident):  # noqa: F811
    series = own_series(ana, resident)
    more = {"date": until(7), "start": "10:00", "end": "11:00", "request_key": "more"}

    assert client.post(page(series, "add/"), more).status_code == 302
    assert client.post(page(series, "add/"), more).status_code == 302
    assert weeks(series) == [0, 1, 2, 3, 6]
    assert client.post(page(series, "add/"), more | {"request_key": ""}).status_code == 409
    assert client.post(page(series, "add/"), more | {"date": "soon"}).status_code == 422


def test_all_dates_are_one_file_for_the_calendar(client, ana, resident):  # noqa: F811
    file = client.get(page(own_series(ana, resident), "calendar.ics")).content.decode()

    assert file.count("BEGIN:VEVENT") == 4


@pytest.mark.parametrize("more", ["", "change/", "cancel/", "calendar.ics"])
def test_nobody_sees_the_series_of_others(client, more):
    series = a_series(a_hall())

    assert client.get(page(series, more)).status_code == 404
    assert client.post(page(series, "cancel/")).status_code == 404
    assert len(weeks(series)) == 4


def test_a_date_of_another_series_is_none_of_this_one(client, ana, resident):  # noqa: F811
    series, other = own_series(ana, resident), a_series(a_hall())

    answer = client.post(page(series, "cancel/"), {"since": other.dates.first().reference})

    assert answer.status_code == 404


@pytest.mark.parametrize("times", [2, 12])
def test_a_long_series_costs_no_more_statements(
    client, ana, resident, times, django_assert_num_queries  # noqa: F811
):  # fmt: skip
    series = own_series(ana, resident, rule=weekly(times))
    client.get(page(series))

    with django_assert_num_queries(11):
        client.get(page(series))


def test_days_are_picked_one_by_one(client):
    room = a_hall()
    second, third = (FIRST + timedelta(days=n) for n in (2, 9))
    text = f"{second.month}月{second.day}日，{third.month}/{third.day}"

    shown = ask(client, room, on_days=text, look_first="1")
    answer = ask(client, room, on_days=text)

    assert shown.status_code == 200
    assert answer.status_code == 302
    booked = RoomBooking.objects.order_by("starts_at")
    assert [timezone.localdate(each.starts_at) for each in booked] == [FIRST, second, third]
    assert "所选日期" in words(client.get(answer.url))


@pytest.mark.parametrize("text", ["whenever", "13月40日", "2月30日"])
def test_what_is_no_list_of_days_is_said_and_nothing_is_lost(client, text):
    answer = ask(client, a_hall(), on_days=text)

    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert not RoomBooking.objects.exists()
