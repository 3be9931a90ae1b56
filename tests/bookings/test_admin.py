"""Lists of dates, bookings, people and messages: looked at, and changed by services only."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from accounts.models import Person
from activities.models import Allocation, FreedPlace, Session
from activities.search import text_for
from activities.services import add_sessions
from bookings import changes, draws, services
from bookings.counting import drifts
from bookings.models import Booking, Draw, Status
from bookings.rules import moment
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.bookings.drawing import apply_for, draw_of, session_to_draw
from tests.desk import at_the_desk, social_worker, words
from tests.factories import (
    ActivityFactory,
    CenterFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
)

pytestmark = pytest.mark.django_db

AT = (timezone.now() + timedelta(days=5)).replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def in_a_room(center, *, hour=0, room=None, **activity):
    """A session of an hour in a room of the center."""
    starts_at = AT + timedelta(hours=hour)
    return add_sessions(
        ActivityFactory(center=center, **activity),
        [(starts_at, starts_at + timedelta(hours=1))],
        capacity=5,
        room=room or RoomFactory(floor__center=center),
    )[0]


def page(thing, button="change"):
    meta = thing._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/{thing.pk}/{button}/"


def as_shown(session, **changed):
    """What the form of a session sends back, with some of it changed."""

    def parts(name, moment):
        local = timezone.localtime(moment)
        return {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}

    shown = {"topic": session.topic}
    for name in ("booking_opens_at", "booking_closes_at"):
        shown |= parts(name, changed.pop(name, getattr(session, name)))
    return shown | changed


# --- Dates -------------------------------------------------------------------------------


def test_time_room_places_and_leader_are_not_changed_in_passing(desk, center):
    session = in_a_room(center)
    smuggled = {
        "capacity": 1,
        "room": "",
        "leader": PersonFactory().pk,
        "starts_at_0": "2027-01-01",
    }

    desk.post(page(session), as_shown(session, topic="Bamboo") | smuggled)

    now = Session.objects.get(pk=session.pk)
    assert (now.topic, now.capacity, now.room, now.leader) == ("Bamboo", 5, session.room, None)
    assert now.starts_at == session.starts_at


def test_a_topic_alone_tells_nobody(desk, center):
    session = in_a_room(center)
    book_for(PersonFactory(), session=session)

    desk.post(page(session), as_shown(session, topic="Bamboo"))

    session.refresh_from_db()
    assert session.topic == "Bamboo"
    assert not Notice.objects.filter(kind="bookings/changed").exists()


def test_a_later_closing_serves_whoever_waits(desk, center):
    session = in_a_room(center)
    Session.objects.update(capacity=1)
    book_for(PersonFactory(), session=session)
    session.refresh_from_db()
    waiting = book_for(PersonFactory(), session=session)
    Session.objects.update(capacity=2, booking_closes_at=timezone.now())
    session.refresh_from_db()

    desk.post(page(session), as_shown(session, booking_closes_at=AT))

    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED


def test_a_date_that_was_called_off_is_only_looked_at(desk, center):
    session = in_a_room(center)
    changes.call_off(session, reason="Storm", by=carer())

    assert "Called off: Storm" in words(desk.get(page(session)))
    assert desk.post(page(session), as_shown(session, topic="Ink")).status_code == 403
    assert desk.post(page(session, "call_off"), {"reason": "Rain"}).status_code == 403


@pytest.mark.parametrize(
    "button",
    ["book_for_somebody", "call_off", "release_kept", "move", "change_places", "change_leader"],
)
def test_what_is_over_is_neither_booked_nor_called_off(desk, center, button):
    session = in_a_room(center, desk_places=2)
    ago = timezone.now() - timedelta(days=1)
    Session.objects.update(starts_at=ago, ends_at=ago + timedelta(hours=1))

    assert button not in words(desk.get(page(session)))
    assert desk.post(page(session, button), {"reason": "Rain"}).status_code == 403


def test_kept_places_are_released(desk, center):
    session = in_a_room(center, desk_places=2)

    desk.post(page(session, "release_kept"))

    session.refresh_from_db()
    assert session.places_kept == 0


def test_the_list_starts_with_what_is_to_come(desk, center):
    title = {"activity": ActivityFactory(center=center, title="Tai chi")}
    past = SessionFactory(**title, starts_at=timezone.now() - timedelta(days=3))
    coming = SessionFactory(**title)

    shown = words(desk.get("/admin/activities/session/"))
    asked = words(desk.get("/admin/activities/session/", {"when": "past"}))

    assert (page(past) in shown, page(coming) in shown) == (False, True)
    assert (page(past) in asked, page(coming) in asked) == (True, False)


@pytest.mark.parametrize("needs", ["leader", "waiting", "places", "called_off"])
def test_filters_of_the_list_work(desk, center, needs):
    SessionFactory(activity=ActivityFactory(center=center))

    answer = desk.get("/admin/activities/session/", {"needs": needs, "when": "all"})

    assert answer.status_code == 200


def test_pinyin_finds_dates_too(desk, center):
    activity = ActivityFactory(center=center, title="瑜伽")
    activity.search_text = text_for(activity)
    activity.save()
    session = SessionFactory(activity=activity)

    assert page(session) in words(desk.get("/admin/activities/session/", {"q": "yujia"}))


# --- Bookings ----------------------------------------------------------------------------


def booking_of(center, *people, **session):
    session = SessionFactory(activity=ActivityFactory(center=center), **session)
    return book_for(*(people or [PersonFactory()]), session=session)


@pytest.mark.parametrize("typed", ["number", "spoken", "lixiuying", "秀英", "5678"])
def test_a_booking_is_found_by_number_name_or_phone(desk, center, typed):
    booking = booking_of(center, PersonFactory(name="李秀英", phone="+8613812345678"))
    other = booking_of(center, PersonFactory(name="王建国"))
    typed = {"number": booking.reference, "spoken": booking.spoken_reference}.get(typed, typed)

    answer = words(desk.get("/admin/bookings/booking/", {"q": typed}))

    assert page(booking) in answer
    assert page(other) not in answer


@pytest.mark.parametrize("status", [Status.CANCELED, Status.LAPSED, Status.CONFIRMED])
def test_a_list_says_every_state_in_words(desk, center, status):
    booking_of(center)
    Booking.objects.update(status=status)

    shown = words(desk.get("/admin/bookings/booking/"))

    with translation.override("en"):
        assert f"> {status.label} <" in shown


def test_one_of_two_people_can_be_taken_out(desk, center):
    booking = booking_of(center, PersonFactory(), PersonFactory())
    leaving = booking.places.first()

    desk.post(page(booking, "cancel"), {"places": [leaving.pk]})

    booking.refresh_from_db()
    assert (booking.status, booking.party_size) == (Status.CONFIRMED, 1)
    assert drifts() == []


def test_the_desk_cancels_after_the_deadline(desk, center):
    booking = booking_of(center, starts_at=timezone.now() + timedelta(minutes=5))

    desk.post(page(booking, "cancel"), {"places": [booking.places.get().pk]})

    booking.refresh_from_db()
    assert booking.status == Status.CANCELED


def test_what_is_over_is_not_canceled(desk, center):
    booking = booking_of(center)
    Session.objects.update(
        starts_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(hours=1)
    )

    answer = desk.post(page(booking, "cancel"), {"places": [booking.places.get().pk]})

    assert answer.status_code == 422
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED


def test_a_held_place_is_accepted_for_somebody(desk, center):
    activity = ActivityFactory(center=center, freed_place=FreedPlace.OFFERED)
    session = SessionFactory(activity=activity, capacity=1)
    first = book_for(PersonFactory(), session=session)
    second = book_for(PersonFactory(), session=session)
    services.cancel(first, by=first.booked_by)

    desk.post(page(second, "accept_for_them"))

    second.refresh_from_db()
    assert second.status == Status.CONFIRMED


def test_a_party_is_let_in_from_its_own_page(desk, center):
    session = SessionFactory(activity=ActivityFactory(center=center), capacity=1)
    book_for(PersonFactory(), session=session)
    waiting = book_for(PersonFactory(), session=session)

    desk.post(page(waiting, "let_in"), {"reason": "A friend stayed away"})

    waiting.refresh_from_db()
    assert (waiting.status, waiting.note) == (Status.CONFIRMED, "A friend stayed away")


def test_a_booking_is_looked_at_and_never_edited(desk, center):
    booking = booking_of(center)

    assert booking.spoken_reference in words(desk.get(page(booking)))
    assert desk.post(page(booking), {"note": "x"}).status_code == 403
    assert desk.post(page(booking, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("button", ["cancel", "accept_for_them", "let_in"])
def test_bookings_of_another_center_cannot_be_acted_on(button):
    booking = booking_of(CenterFactory())

    answer = at_the_desk(social_worker()).post(page(booking, button), {"reason": "x"})

    assert answer.status_code in (403, 404)
    assert Booking.objects.get().status == Status.CONFIRMED


# --- People ------------------------------------------------------------------------------


def test_a_phone_is_masked_in_the_list_and_whole_on_the_page(desk, center):
    person = PersonFactory(name="李秀英", phone="+8613812345678")

    assert "138****5678" in words(desk.get("/admin/accounts/person/"))
    assert "138 1234 5678" in words(desk.get(page(person)))


def no_parts(**more):
    empty = {}
    for prefix in ("cares", "places"):
        empty |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return empty | {"birth_date": "", "phone": "", "area": "", "sort_key": ""} | more


def test_a_corrected_name_is_sorted_anew_unless_its_reading_was_corrected(desk):
    plain, by_hand = PersonFactory(name="王明"), PersonFactory(name="乐明", sort_key="yue ming")
    Person.objects.filter(pk=by_hand.pk).update(sort_key="lao ming")

    desk.post(page(plain), no_parts(name="李明", sort_key=plain.sort_key))
    desk.post(page(by_hand), no_parts(name="乐小明", sort_key="lao ming"))

    plain.refresh_from_db()
    by_hand.refresh_from_db()
    assert (plain.sort_key, by_hand.sort_key) == ("li ming", "lao ming")


def test_a_phone_may_be_written_as_people_write_it(desk):
    desk.post("/admin/accounts/person/add/", no_parts(name="王小明", phone="138-1234-5678"))

    assert Person.objects.get().phone == "+8613812345678"


def test_a_record_rests_only_when_nothing_is_booked(desk, center):
    person = PersonFactory()
    booking = booking_of(center, person)

    refused = desk.post(page(person, "retire"), follow=True)
    services.cancel(booking, by=booking.booked_by)
    desk.post(page(person, "retire"))

    person.refresh_from_db()
    assert "still has bookings to come." in words(refused)
    assert person.retired_at is not None


def test_bookings_elsewhere_are_nobodys_business(desk, center):
    person = PersonFactory()
    booking_of(center, person)
    later = AT + timedelta(days=40)
    elsewhere = SessionFactory(activity=ActivityFactory(title="Elsewhere"), starts_at=later)
    book_for(person, session=elsewhere)

    assert "Elsewhere" not in words(desk.get(page(person)))


# --- Messages ----------------------------------------------------------------------------


def test_a_message_that_did_not_arrive_is_tried_again(desk, center):
    booking_of(center)
    notice = Notice.objects.get()
    Notice.objects.update(gave_up_at=timezone.now(), attempts=12, last_error="no such address")

    assert "no such address" in words(desk.get(page(notice)))
    assert moment(notice.created_at) in words(desk.get(page(notice)))
    desk.post(page(notice, "send_again"))

    notice.refresh_from_db()
    assert (notice.gave_up_at, notice.attempts) == (None, 0)


def test_a_message_that_was_sent_is_not_sent_again(desk, center):
    booking_of(center)
    notice = Notice.objects.get()
    Notice.objects.update(sent_at=timezone.now())

    assert desk.post(page(notice, "send_again")).status_code == 403


def test_sign_in_codes_are_nobodys_to_read(desk, center):
    booking_of(center)
    Notice.objects.update(is_private=True)

    assert desk.get(page(Notice.objects.get())).status_code == 302


@pytest.mark.parametrize("name", ["abc", "0", "9" * 30])
@pytest.mark.parametrize(
    "kind", ["activities/session", "activities/activity", "bookings/booking", "notices/notice"]
)
def test_an_address_that_names_nothing_is_no_mistake_of_ours(desk, kind, name):
    assert desk.get(f"/admin/{kind}/{name}/change/").status_code == 302


# --- Draws -------------------------------------------------------------------------------


PLAN = {
    "number_source": "The lottery of that evening",
    "days_before": "2",
    "closes": "18:00",
    "number_out": "21:30",
}


def to_be_drawn(center, **session):
    activity = ActivityFactory(center=center, allocation=Allocation.DRAW, **session)
    return session_to_draw(activity=activity, prepared=False)


def due(center):
    """A draw whose number is out, and two who applied for one place."""
    activity = ActivityFactory(center=center, allocation=Allocation.DRAW)
    session = session_to_draw(activity=activity, capacity=1)
    apply_for(session, 1, 1)
    yesterday = timezone.now() - timedelta(days=1)
    Draw.objects.update(committed_at=yesterday, closes_at=yesterday, number_due_at=timezone.now())
    return draw_of(session)


def test_a_draw_is_prepared_from_its_activity(desk, center):
    session = to_be_drawn(center)
    activity = session.activity

    assert "Prepare the draw" in words(desk.get(page(activity)))
    form = desk.get(page(activity, "prepare_draw"), follow=True)
    assert "Which public number decides" in words(form)
    answer = desk.post(f"/admin/draw/{activity.pk}/", PLAN, follow=True)

    draw = Draw.objects.get()
    assert draw.number_source == PLAN["number_source"]
    assert "1 draw is prepared." in words(answer)
    assert f"/admin/bookings/draw/{draw.pk}/change/" in words(answer)


def test_one_date_is_prepared_alone(desk, center):
    session = to_be_drawn(center)
    session_to_draw(activity=session.activity, prepared=False)

    form = desk.get(page(session, "prepare_draw"))
    desk.post(form.url, PLAN)

    assert Draw.objects.get().session == session


def test_what_the_next_draw_goes_by_is_there_already(desk, center):
    desk.post(f"/admin/draw/{to_be_drawn(center).activity_id}/", PLAN)

    form = words(desk.get(f"/admin/draw/{to_be_drawn(center).activity_id}/"))

    assert f'value="{PLAN["number_source"]}"' in form


@pytest.mark.parametrize(
    "wrong", [{"number_source": ""}, {"days_before": "60"}, {"closes": "noon"}]
)
def test_a_plan_that_cannot_be_is_refused_and_kept(desk, center, wrong):
    answer = desk.post(f"/admin/draw/{to_be_drawn(center).activity_id}/", PLAN | wrong)

    assert answer.status_code == 422
    assert not Draw.objects.exists()
    assert 'value="21:30"' in words(answer)


def test_draws_of_elsewhere_are_not_prepared_or_drawn(desk):
    draw = due(CenterFactory())

    assert desk.post(f"/admin/draw/{draw.activity_id}/", PLAN).status_code == 404
    assert desk.post(page(draw, "type_in_number"), {"number": "1"}).status_code == 403
    assert desk.get(f"/admin/draw/{draw.activity_id}/", {"session": "x"}).status_code == 404


def test_what_is_first_come_has_no_draw_to_prepare(desk, center):
    activity = SessionFactory(activity=ActivityFactory(center=center)).activity

    assert "Prepare the draw" not in words(desk.get(page(activity)))
    assert desk.post(f"/admin/draw/{activity.pk}/", PLAN).status_code == 422


def test_home_says_which_number_is_missing_and_which_draw_is_not_prepared(desk, center):
    assert "draw" not in words(desk.get("/admin/")).partition("<main")[2]
    due(center)
    to_be_drawn(center)

    home = words(desk.get("/admin/"))

    assert "1 draw waits for its number to be typed in" in home
    assert "1 date is to be drawn, and its draw is not prepared" in home
    assert Draw.objects.get().activity.title in words(desk.get("/admin/bookings/draw/?state=due"))
    assert desk.get("/admin/activities/session/?needs=draw").status_code == 200


def test_the_number_is_looked_at_twice_and_then_drawn(desk, center):
    draw = due(center)
    button = page(draw, "type_in_number")

    assert "Which number has come out?" in words(desk.get(button))
    first = desk.post(button, {"number": "05 12 19"})
    assert first.url == f"{button}?number=051219"
    assert "Draw with 0 5 1 2 1 9?" in words(desk.get(first.url))
    draw.refresh_from_db()
    assert draw.public_number == ""

    desk.post(first.url, {"number": "051219"})
    draw.refresh_from_db()
    assert draw.public_number == "051219"
    assert draw.number_by.is_staff
    assert draw.drawn_at
    assert "1 drawn, 1 not" in words(desk.get(page(draw)))


def test_what_is_no_number_is_asked_again(desk, center):
    answer = desk.post(page(due(center), "type_in_number"), {"number": "none yet"})

    assert answer.status_code == 422
    assert "Please type in the digits." in words(answer)


def test_the_second_who_types_it_in_is_told(desk, center):
    draw = due(center)
    button = page(draw, "type_in_number")
    desk.get(f"{button}?number=1")
    draws.type_in(draw, "2", by=social_worker(center))

    answer = desk.post(f"{button}?number=1", {"number": "1"})

    assert answer.status_code == 403  # The button is gone: it has its number.
    draw.refresh_from_db()
    assert draw.public_number == "2"


def test_a_draw_that_broke_off_is_drawn_by_its_button(desk, center):
    draw = due(center)
    draws.type_in(draw, "051219", by=social_worker(center))

    assert "Draw now" in words(desk.get(page(draw)))
    desk.post(page(draw, "draw_now"))

    draw.refresh_from_db()
    assert draw.drawn_at


def test_the_secret_is_nowhere_at_the_desk_before_it_is_drawn(desk, center):
    draw = due(center)
    draws.type_in(draw, "051219", by=social_worker(center))

    for address in (
        "/admin/bookings/draw/",
        page(draw),
        page(draw, "draw_now"),
        page(draw, "history"),
    ):
        answer = desk.get(address)
        assert answer.status_code == 200
        assert draw.secret not in answer.content.decode()


def test_what_everybody_sees_is_one_step_away(desk, center):
    draw = due(center)

    assert desk.get(page(draw, "see_page")).url == (
        f"/activities/{draw.activity_id}/draw/?session={draw.session_id}"
    )
