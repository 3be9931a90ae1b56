"""The desk brings a file with room bookings in: what it is shown, and who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bookings.models import RoomBooking, RoomImport
from tests.bookings.ical import calendar, event
from tests.bookings.test_room_imports import a_file, line
from tests.bookings.test_room_rows import csv
from tests.bookings.test_rooms import a_room, book
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import PartnerFactory
from venues.models import Center

pytestmark = pytest.mark.django_db

PAGE = "/admin/rooms/import/"


@pytest.fixture
def room():
    return a_room(name="音乐室", capacity=20)


@pytest.fixture
def choir(room):
    partner = PartnerFactory(name="合唱团")
    partner.centers.add(room.center)
    return partner


@pytest.fixture
def desk(room):
    return at_the_desk(social_worker(room.center))


def send(desk, content, center=None, name="rooms.csv", **more):
    center = center or Center.objects.order_by("pk").first()
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return desk.post(PAGE, {"center": center.pk, "file": file, "headcount": "1"} | more)


def test_a_file_is_shown_before_anything_is_done_and_then_booked(desk, room, choir):
    book(room, 14, 16, purpose="Reading")

    sent = send(desk, csv(line(9, 10), line(15, 17), line(room="天台")))
    shown = words(desk.get(sent["Location"]))

    assert not RoomBooking.objects.imported().exists()
    assert "3 times in the file" in shown
    assert "“Reading”" in shown
    assert "“天台” is no room of" in shown
    assert "Book the 1 that can be had" in shown

    done = desk.post(sent["Location"], {"book": "free"})
    assert done.status_code == 302
    assert RoomBooking.objects.imported().count() == 1
    shown = words(desk.get(sent["Location"]))
    assert "1 time is booked." in shown
    assert "There is nothing left in it to book." in shown


def test_only_if_all_can_be_had_says_so_and_books_nothing(desk, room, choir):
    book(room, 14, 16)
    sent = send(desk, csv(line(9, 10), line(15, 17)))

    answer = desk.post(sent["Location"], {"book": "all"})

    assert answer.status_code == 409
    assert "so nothing was booked" in words(answer)
    assert not RoomBooking.objects.imported().exists()


def test_a_calendar_takes_room_and_partner_from_the_form(desk, room, choir):
    content = calendar(
        event("DTSTART;TZID=Asia/Shanghai:20991201T100000", "DURATION:PT1H", location=""),
        event("DTSTART;VALUE=DATE:20200101", location="", uid="two"),
    )

    sent = send(desk, content, name="all.ics", partner=choir.pk, room=room.pk)
    shown = words(desk.get(sent["Location"]))

    assert "That is more than two years ahead." in shown
    assert "That time has passed already." in shown


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The submitted file is empty."),
        (bytes(range(256)) * 9, "This is no text that can be read."),
        (b"PK\x03\x04broken", "cannot be opened as an Excel workbook"),
        (b"BEGIN:VCALENDAR\r\n", "The file is cut off."),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
    ids=["empty", "binary", "no workbook", "cut off", "huge"],
)
def test_a_broken_file_gets_a_sentence_and_what_was_typed_stays(desk, choir, content, reason):
    answer = send(desk, content, headcount="7")

    assert answer.status_code == 422
    assert reason in words(answer)
    assert 'value="7"' in words(answer)
    assert not RoomImport.objects.exists()


def test_nobody_else_sends_a_file_or_sees_one(room, choir, client):
    file = a_file(room.center, line())
    page = f"{PAGE}{file.pk}/"

    for user in (social_worker(), district_office(room.center.district)):
        desk = at_the_desk(user)
        assert desk.get(page).status_code == 404
        assert desk.post(page, {"book": "free"}).status_code == 404
        assert send(desk, csv(line()), room.center).status_code in (404, 422)
    assert client.get(page).status_code == 302
    assert not RoomBooking.objects.imported().exists()


def test_a_room_or_partner_of_elsewhere_is_none_of_the_choices(desk, room, choir):
    elsewhere = a_room()
    stranger = PartnerFactory()
    stranger.centers.add(elsewhere.center)

    answer = send(desk, csv(line()), room=elsewhere.pk, partner=stranger.pk)

    assert answer.status_code == 422
    assert not RoomImport.objects.exists()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_preview_costs_the_same_however_long_the_file_is(
    desk, room, choir, rows, django_assert_max_num_queries
):
    file = a_file(
        room.center, *(line(9 + n % 10, 10 + n % 10, days=5 + n // 10) for n in range(rows))
    )

    with django_assert_max_num_queries(18):
        assert desk.get(f"{PAGE}{file.pk}/").status_code == 200
