"""Bringing room bookings in from a file: what would become of it, and what does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import room_imports, rooms
from bookings.models import (
    BookingChannel,
    MissedDate,
    RoomBooking,
    RoomBookingStatus,
    RoomImport,
    RoomSeries,
)
from bookings.room_import_plans import State, plan
from bookings.rules import BookingRefused
from notices.models import Notice
from tests.bookings.ical import calendar, event
from tests.bookings.test_room_rows import csv
from tests.bookings.test_rooms import a_room, at, book
from tests.desk import social_worker
from tests.factories import PartnerFactory, PersonFactory, RoomFactory
from tests.races import together
from venues import takings
from venues.models import CalendarDay, CalendarDayKind, Occupancy

pytestmark = pytest.mark.django_db

NEW, CLASHES, REFUSED, THERE = State


@pytest.fixture
def room():
    return a_room(name="音乐室", capacity=20)


@pytest.fixture
def choir(room):
    partner = PartnerFactory(name="合唱团")
    partner.centers.add(room.center)
    return partner


def line(start=10, end=11, *, days=5, purpose="排练", room="音乐室", people="8", partner="合唱团"):
    day = f"{at(start, days=days):%Y-%m-%d}"
    return f"{purpose},{room},{day},{start}:00,{end}:00,{people},{partner}"


def a_file(center, *lines, content=None, **more):
    content = content or csv(*lines).encode()
    by = more.pop("by", None) or social_worker(center)
    return RoomImport.objects.create(
        center=center, by=by, name="rooms.csv", content=content, **more
    )


def states(file):
    return [(each.state, each.reason) for each in plan(file).lines]


def test_every_row_says_what_would_become_of_it(room, choir):
    book(room, 14, 16, purpose="Reading")
    CalendarDay.objects.create(
        date=at(10, days=6).date(), kind=CalendarDayKind.HOLIDAY, name="春节"
    )
    file = a_file(
        room.center,
        line(9, 10),
        line(15, 17),
        line(9, 11, purpose="开会"),
        line(room="天台"),
        line(people="21"),
        line(6, 7),
        line(days=-1),
        line(days=6),
        line(days=800),
        line(partner="陌生人"),
        line(room="1楼音乐室" if room.floor.level == 1 else f"{room.floor.level}楼 音乐室", days=7),
    )

    found = states(file)

    assert [state for state, _reason in found] == [
        NEW, CLASHES, CLASHES, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, NEW,
    ]  # fmt: skip
    reasons = [reason for _state, reason in found]
    for reason, part in zip(
        reasons[1:10],
        ["“Reading”", "第 2 行", "天台", "20 人", "08:00–22:00", "过", "春节", "太远", "陌生人"],
        strict=True,
    ):
        assert part in reason
    assert not RoomBooking.objects.imported().exists()


def test_what_can_be_had_is_booked_and_the_rest_stays_out(room, choir):
    book(room, 14, 16)
    file = a_file(room.center, line(9, 10), line(15, 17), line(days=-1))

    done = room_imports.bring_in(file, by=file.by)

    (booking,) = RoomBooking.objects.imported()
    assert (booking.room, booking.partner, booking.headcount) == (room, choir, 8)
    assert (booking.starts_at, booking.ends_at) == (at(9), at(10))
    assert booking.status == RoomBookingStatus.CONFIRMED
    assert booking.taking.label == "排练"
    assert list(done.counts.values()) == [1, 1, 1, 0]
    assert not Notice.objects.filter(key__contains=f"room-{booking.pk}-").exists()


def test_all_or_none_books_nothing_when_one_row_cannot_be_had(room, choir):
    book(room, 14, 16)
    file = a_file(room.center, line(9, 10), line(15, 17))

    with pytest.raises(BookingRefused, match="一个也没有订"):
        room_imports.bring_in(file, by=file.by, all_or_none=True)

    assert not RoomBooking.objects.imported().exists()


def test_the_same_file_again_books_nothing_new_whatever_became_of_it(room, choir):
    first = a_file(room.center, line(9, 10), line(10, 11))
    room_imports.bring_in(first, by=first.by)
    canceled = RoomBooking.objects.imported().first()
    rooms.cancel(canceled, by=first.by)
    again = a_file(room.center, line(9, 10), line(10, 11), line(11, 12))

    room_imports.bring_in(again, by=again.by)

    assert RoomBooking.objects.imported().count() == 3
    assert [state for state, _reason in states(again)] == [THERE] * 3
    assert RoomBooking.objects.imported().alive().count() == 2


@pytest.mark.django_db(transaction=True)
def test_eight_who_bring_the_same_file_in_at_once_book_it_once(room, choir):
    file = a_file(room.center, *(line(hour, hour + 1) for hour in range(9, 17)))

    answers = together(*[lambda: room_imports.bring_in(file, by=file.by)] * 8)

    assert sorted(len(each.new) for each in answers) == [0] * 7 + [8]
    assert RoomBooking.objects.imported().count() == 8
    assert Occupancy.objects.filter(active=True).count() == 8


def test_buffers_parts_and_whole_count(room, choir):
    hall = a_room(name="大厅", floor=room.floor, setup_minutes=30)
    RoomFactory(name="左厅", floor=room.floor, whole=hall)
    file = a_file(
        room.center,
        line(10, 12, room="大厅"),
        line(9, 10, room="左厅"),
        line(12, 13, room="左厅"),
    )

    room_imports.bring_in(file, by=file.by)

    assert [state for state, _reason in states(file)] == [THERE, CLASHES, THERE]
    taken = Occupancy.objects.get(taking__room=hall)
    assert taken.during.lower == at(9, 30)


def weekly(days=5, count=4, **more):
    start = f"DTSTART;TZID=Asia/Shanghai:{at(19, days=days):%Y%m%dT%H%M%S}"
    return event(
        start, "DURATION:PT2H", f"RRULE:FREQ=WEEKLY;COUNT={count}", location="音乐室", **more
    )


def test_what_repeats_in_a_calendar_is_one_series(room, choir):
    taken = book(room, 19, 20, days=12, purpose="Reading")
    file = a_file(room.center, content=calendar(weekly()), partner=choir, headcount=5)

    room_imports.bring_in(file, by=file.by)

    series = RoomSeries.objects.get()
    dates = [at(19, days=days) for days in (5, 19, 26)]
    assert [each.starts_at for each in series.dates.order_by("starts_at")] == dates
    assert series.picked == [each.date() for each in dates]
    missed = MissedDate.objects.get(series=series)
    assert missed.starts_at == taken.starts_at
    assert "Reading" in missed.reason

    longer = a_file(room.center, content=calendar(weekly(count=5)), partner=choir)
    room_imports.bring_in(longer, by=social_worker(room.center))
    series.refresh_from_db()
    assert len(series.picked) == 4
    assert series.dates.count() == 4


def test_a_whole_day_is_as_long_as_the_room_is_open(room, choir):
    day = at(10).date()
    content = calendar(event(f"DTSTART;VALUE=DATE:{day:%Y%m%d}", location="音乐室, 某路 1 号"))
    file = a_file(room.center, content=content, partner=choir)

    room_imports.bring_in(file, by=file.by)

    booking = RoomBooking.objects.imported().get()
    assert (booking.starts_at, booking.ends_at) == (at(8), at(22))


def test_a_person_is_found_by_phone_and_hears_of_changes(room):
    bo = PersonFactory(name="Bo", phone="+8613912345678")
    header = "用途,场地,日期,时间,姓名,电话"
    day = f"{at(10):%Y-%m-%d}"
    rows = [
        f"读书,音乐室,{day},9:00-10:00,Bo,139 1234 5678",
        f"读书,音乐室,{day},10:00-11:00,Cy,13912345678",
        f"读书,音乐室,{day},11:00-12:00,Bo,",
    ]
    file = a_file(room.center, content=csv(*rows, header=header).encode())

    room_imports.bring_in(file, by=file.by)

    booking = RoomBooking.objects.imported().get()
    assert booking.person == bo
    assert [state for state, _reason in states(file)] == [THERE, REFUSED, REFUSED]
    rooms.cancel(booking, by=file.by)
    assert Notice.objects.get(kind="bookings/room_canceled").address == bo.phone


def test_a_file_is_kept_for_a_month(room):
    now = timezone.now()
    a_file(room.center, line(), created_at=now - timedelta(days=31))
    new = a_file(room.center, line(), created_at=now - timedelta(days=29))

    assert room_imports.throw_away(at=now) == 1
    assert list(RoomImport.objects.all()) == [new]


@pytest.mark.parametrize("rows", [1, 60])
def test_many_rows_cost_no_more_statements_than_one(room, choir, rows, django_assert_num_queries):
    book(room, 8, 9, days=20)
    lines = [line(9 + n % 10, 10 + n % 10, days=5 + n // 10) for n in range(rows)]
    file = a_file(room.center, *lines)

    with django_assert_num_queries(12):
        assert len(plan(file).new) == rows
    with django_assert_num_queries(30):
        room_imports.bring_in(file, by=file.by)


def test_without_a_look_before_the_database_still_keeps_a_room_from_being_taken_twice(room):
    takings.take(room, at(9), at(11), kind="session")
    wanted = [(room, at(8), at(9), "fine"), (room, at(10), at(12), "clashes")]

    with pytest.raises(takings.RoomTaken):
        takings.take_these(room.center, wanted, kind="room_booking")

    assert Occupancy.objects.filter(room=room).count() == 1
    assert RoomBooking.objects.filter(channel=BookingChannel.IMPORT).count() == 0
