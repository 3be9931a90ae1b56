import re
from urllib.parse import unquote

import pytest
from django.utils import timezone

from bookings import rooms
from bookings.models import BookingChannel, RoomBooking, RoomBookingStatus
from tests.bookings.booking import carer
from tests.bookings.test_rooms import a_room, at, book
from tests.factories import (
    PartnerMemberFactory,
    PersonFactory,
    RoomFactory,
    UserFactory,
    carer_of,
)
from venues.models import RoomTerms

pytestmark = pytest.mark.django_db

DAY = at(10).date()


@pytest.fixture
def ana():
    return PersonFactory(name="Ana")


@pytest.fixture
def resident(client, ana):
    user = carer_of(ana)
    client.force_login(user)
    return user


def form(**more):
    return {
        "date": f"{DAY:%Y-%m-%d}",
        "start": "10:00",
        "end": "11:00",
        "purpose": "Reading",
        "headcount": "4",
        "request_key": "once",
    } | more


def ask(client, room, **more):
    return client.post(f"/rooms/{room.pk}/book/", form(**more))


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def test_everybody_sees_what_is_free_and_nobody_by_whom_it_is_taken(client):
    room = a_room(name="书画室")
    book(room, 14, 16, purpose="Secret rehearsal", person=PersonFactory(name="Bo Secret"))

    page = client.get(f"/rooms/?date={DAY:%Y-%m-%d}")

    assert page.status_code == 200
    assert "书画室" in words(page)
    assert "空闲 08:00–14:00" in words(page)
    assert "已占 14:00–16:00" in words(page)
    assert "Secret" not in words(page)


def test_a_free_time_leads_to_the_form_filled_in(client):
    room = a_room()

    page = client.get(f"/rooms/?date={DAY:%Y-%m-%d}").content.decode()

    assert f'href="/rooms/{room.pk}/?date={DAY:%Y-%m-%d}&amp;start=08:00&amp;end=09:00#ask"' in page


def test_where_a_time_is_looked_for_free_rooms_come_first(client):
    taken, free = a_room(name="A taken"), None
    free = RoomFactory(floor=taken.floor, name="B free")
    book(taken, 14, 16)

    page = words(client.get(f"/rooms/?date={DAY:%Y-%m-%d}&start=14:00&end=15:00"))

    assert page.index(free.name) < page.index(taken.name)
    assert "那时空闲" in page
    assert "那时没空" in page


@pytest.mark.parametrize(("wish", "is_open"), [({}, False), ({"q": "piano"}, True)])
def test_the_fold_is_open_where_something_in_it_was_asked_for(client, wish, is_open):
    a_room()

    page = client.get("/rooms/", wish).content.decode()

    assert ('<details class="fold" open>' in page) is is_open


@pytest.mark.parametrize(
    "wish", ["headcount=31", "step_free=on", "q=piano", "floor=77"], ids=lambda wish: wish
)
def test_a_room_that_does_not_fit_is_not_shown(client, wish):
    a_room(name="书画室", is_step_free=False)

    page = client.get(f"/rooms/?date={DAY:%Y-%m-%d}&{wish}")

    shown = "书画室" in words(page)
    assert shown is (wish == "floor=77")  # A floor that is not there is as if it were not asked.


@pytest.mark.parametrize("nonsense", ["date=never", "headcount=many", "start=25:00", "date="])
def test_nonsense_in_the_address_is_no_error(client, nonsense):
    a_room()

    assert client.get(f"/rooms/?{nonsense}").status_code == 200


def test_a_house_without_rooms_says_so(client):
    assert client.get("/rooms/").status_code == 200


@pytest.mark.parametrize("number", [1, 12])
def test_many_rooms_cost_no_more_statements_than_one(client, number, django_assert_num_queries):
    room = a_room()
    for _ in range(number - 1):
        book(RoomFactory(floor=room.floor, group_from=None))
    client.get("/rooms/")

    with django_assert_num_queries(10):
        client.get(f"/rooms/?date={DAY:%Y-%m-%d}")


def test_a_room_that_is_not_for_booking_has_no_page(client):
    assert client.get(f"/rooms/{a_room(is_bookable=False).pk}/").status_code == 404


def test_a_visitor_signs_in_first(client):
    room = a_room()

    answer = ask(client, room)

    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_what_a_visitor_typed_is_there_again_after_signing_in(client, ana):
    room = a_room()

    away = ask(client, room, purpose="Reading aloud")
    client.force_login(carer_of(ana))
    page = client.get(unquote(away.url.partition("next=")[2])).content.decode()

    assert RoomBooking.objects.count() == 0
    for typed in (f"{DAY:%Y-%m-%d}", "10:00", "Reading aloud", "once"):
        assert f'value="{typed}"' in page


def test_a_newcomer_says_a_name_and_finds_the_form_as_it_was(client):
    room = a_room()
    client.force_login(UserFactory())

    away = ask(client, room, purpose="Reading aloud")
    here = unquote(away.url.partition("next=")[2])
    named = client.post("/people/me/", {"name": "Ana", "next": here})

    assert 'value="Reading aloud"' in client.get(named.url).content.decode()


def test_a_resident_books_a_room(client, resident, ana):
    answer = ask(client, a_room())

    booking = RoomBooking.objects.get()
    assert answer.url == f"/rooms/bookings/{booking.reference}/"
    assert (booking.person, booking.booked_by) == (ana, resident)
    assert booking.status == RoomBookingStatus.CONFIRMED
    assert booking.spoken_reference in words(client.get(answer.url))


def test_a_double_tap_books_once(client, resident):
    room = a_room()

    assert ask(client, room).url == ask(client, room).url
    assert RoomBooking.objects.count() == 1


def test_what_is_taken_suggests_what_is_free(client, resident):
    room = a_room(name="Hall")
    other = RoomFactory(floor=room.floor, name="Small room", capacity=6, group_from=None)
    book(room, 10, 11)

    answer = ask(client, room)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert f"/rooms/{other.pk}/?date={DAY:%Y-%m-%d}&amp;start=10:00&amp;end=11:00" in page
    assert f"/rooms/{room.pk}/?date={DAY:%Y-%m-%d}&amp;start=09:00&amp;end=10:00" in page
    assert 'value="Reading"' in page
    assert "headcount=4&amp;purpose=Reading#ask" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"date": ""}, "date"),
        ({"date": "someday"}, "date"),
        ({"start": "late"}, "start"),
        ({"end": "09:00"}, "end"),
        ({"headcount": "0"}, "headcount"),
        ({"headcount": "1e9"}, "headcount"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "x" * 121}, "purpose"),
    ],
)
def test_wrong_input_stands_beside_its_field_and_nothing_is_lost(client, resident, wrong, field):
    answer = ask(client, a_room(), **wrong)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    kept = form(**wrong) | {"request_key": "once"}
    other = "purpose" if field != "purpose" else "headcount"
    assert f'value="{kept[other]}"' in answer.content.decode()
    assert RoomBooking.objects.count() == 0


def test_terms_are_agreed_to_and_their_version_is_kept(client, resident):
    room = a_room()
    terms = RoomTerms.objects.create(center=room.center, text="No smoking")

    assert ask(client, room).status_code == 422
    ask(client, room, terms="on")

    assert RoomBooking.objects.get().terms == terms


def test_who_acts_for_a_partner_chooses_for_whom(client, resident, ana):
    member = PartnerMemberFactory(user=resident)

    ask(client, a_room(), whom=f"partner-{member.partner.pk}")

    assert RoomBooking.objects.get().partner == member.partner


def test_nobody_books_for_somebody_elses_person(client, resident):
    member, stranger = PartnerMemberFactory(user=resident), PersonFactory()

    answer = ask(client, a_room(), whom=f"person-{stranger.pk}")

    assert answer.status_code == 422
    assert member.partner.room_bookings.count() == 0


def test_who_has_not_said_who_they_are_is_asked_first(client):
    client.force_login(UserFactory())

    answer = ask(client, a_room())

    assert answer.status_code == 302
    assert answer.url.startswith("/people/me/")


def test_a_request_says_that_staff_look_at_it(client, resident):
    answer = ask(client, a_room(by_approval=True))

    assert "工作人员看过后告诉您" in words(client.get(answer.url))


def test_a_question_of_the_staff_is_answered(client, resident):
    ask(client, a_room(by_approval=True))
    booking = RoomBooking.objects.get()
    rooms.ask_back(booking, by=UserFactory(), question="With music?")
    page = f"/rooms/bookings/{booking.reference}/"

    assert "With music?" in words(client.get(page))
    assert client.post(f"{page}answer/", {"answer": " "}).status_code == 422
    assert client.post(f"{page}answer/", {"answer": "No"}).status_code == 302
    booking.refresh_from_db()
    assert booking.answer == "No"


def test_canceling_asks_once_and_gives_the_room_back(client, resident):
    room = a_room()
    ask(client, room)
    page = f"/rooms/bookings/{RoomBooking.objects.get().reference}/cancel/"

    assert client.get(page).status_code == 200
    assert RoomBooking.objects.confirmed().exists()
    assert client.post(page).status_code == 302
    assert client.post(page).status_code == 409
    assert book(room)


def test_a_room_booking_is_a_file_for_the_calendar(client, resident):
    ask(client, a_room(name="书画室"))
    booking = RoomBooking.objects.get()

    file = client.get(f"/rooms/bookings/{booking.reference}/calendar.ics")

    assert "SUMMARY:Reading" in file.content.decode()
    assert "VTIMEZONE" in file.content.decode()


@pytest.mark.parametrize("page", ["", "cancel/", "calendar.ics"])
def test_nobody_sees_the_room_booking_of_others(client, resident, page):
    booking = book(a_room())

    assert client.get(f"/rooms/bookings/{booking.reference}/{page}").status_code == 404


def test_what_the_desk_booked_for_somebody_is_on_their_list(client, resident, ana):
    worker = UserFactory()
    book(a_room(), person=ana, by=worker, channel=BookingChannel.DESK)

    assert "Reading" in words(client.get("/rooms/bookings/"))
    client.force_login(worker)
    assert "Reading" not in words(client.get("/rooms/bookings/"))


def test_the_list_is_empty_at_first_and_says_what_to_do(client, resident):
    assert "看空闲" in words(client.get("/rooms/bookings/"))


@pytest.mark.parametrize("number", [1, 5])
def test_a_long_list_costs_no_more_statements(
    client, resident, ana, number, django_assert_num_queries
):
    room = a_room()
    for hour in range(number):
        book(room, 9 + hour, 10 + hour, person=ana, by=resident)
    client.get("/rooms/bookings/")

    with django_assert_num_queries(7):
        client.get("/rooms/bookings/")


def test_a_room_of_today_is_free_from_now_on(client, time_machine):
    time_machine.move_to(at(12, 10))
    a_room()

    page = words(client.get("/rooms/"))

    assert "空闲 12:30–22:00" in page
    assert "已结束 08:00–12:30" in page
    assert timezone.localtime().hour == 12


def test_carers_book_for_their_people():
    person = PersonFactory()

    assert book(a_room(), person=person, by=carer(person)).person == person


def test_whoever_is_there_says_so_on_the_page(client, resident, time_machine):
    ask(client, a_room(frees_after_minutes=15))
    page = f"/rooms/bookings/{RoomBooking.objects.get().reference}/"
    assert client.post(f"{page}check-in/").status_code == 409

    time_machine.move_to(at(9, 45))
    client.force_login(resident)
    assert "我们来了" in words(client.get(page))
    assert client.post(f"{page}check-in/").status_code == 302
    assert client.post(f"{page}check-in/").status_code == 302

    assert rooms.free_unused(at(10, 30)) == 0
    assert "我们来了" not in words(client.get(page))
