"""Changes by staff: what would happen is shown, and only what was seen is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from activities.models import BookingMode, Session
from activities.services import add_sessions
from bookings import services
from bookings.counting import drifts
from bookings.models import BookingChannel, Status
from notices.models import Notice
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, social_worker, words
from tests.factories import (
    ActivityFactory,
    CareFactory,
    CenterFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

AT = (timezone.now() + timedelta(days=5)).replace(minute=0, second=0, microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def in_a_room(center, *, hour=0, room=None, capacity=5, **activity):
    starts_at = AT + hour * HOUR
    return add_sessions(
        ActivityFactory(center=center, **activity),
        [(starts_at, starts_at + HOUR)],
        capacity=capacity,
        room=room or RoomFactory(floor__center=center),
    )[0]


def page(session, button):
    return f"/admin/activities/session/{session.pk}/{button}/"


def typed(session, **more):
    """What the form of moving sends back, with some of it changed."""
    return {
        "starts_at": f"{timezone.localtime(more.pop('starts_at', session.starts_at)):%Y-%m-%dT%H:%M}",
        "ends_at": f"{timezone.localtime(more.pop('ends_at', session.ends_at)):%Y-%m-%dT%H:%M}",
        "room": session.room.pk if session.room else "",
        "outside_place": "",
    } | more


def look(desk, session, button, given):
    return desk.post(page(session, button), given | {"look": "1"})


def do(desk, session, button, given, seen=None):
    """Look, and then be sure; or be sure of what was `seen`."""
    seen = seen or look(desk, session, button, given).context["effects"].fingerprint
    return desk.post(page(session, button), given | {"sure": "1", "seen": seen})


def later(session, hours=2):
    more = hours * HOUR
    return typed(session, starts_at=session.starts_at + more, ends_at=session.ends_at + more)


def test_what_moving_does_is_shown_and_not_done(desk, center):
    session = in_a_room(center)
    book_for(PersonFactory(name="Ana"), session=session)

    shown = look(desk, session, "move", later(session))

    assert "1 booking is told" in words(shown)
    assert "Ana" in words(shown)
    assert Session.objects.get(pk=session.pk).starts_at == AT
    assert not Notice.objects.filter(kind="bookings/changed").exists()


def test_what_was_seen_is_done(desk, center):
    session = in_a_room(center)
    booking = book_for(PersonFactory(), session=session)

    answer = do(desk, session, "move", later(session))

    session = Session.objects.get(pk=session.pk)
    assert answer.status_code == 302
    assert (session.starts_at, session.taking.starts_at) == (AT + 2 * HOUR,) * 2
    told = Notice.objects.get(kind="bookings/changed")
    assert (told.recipient, told.context["old_starts_at"]) == (booking.booked_by, AT.isoformat())
    assert drifts() == []


def test_without_looking_nothing_is_done(desk, center):
    session = in_a_room(center)

    answer = desk.post(page(session, "move"), later(session) | {"sure": "1"})

    assert answer.status_code == 409
    assert Session.objects.get(pk=session.pk).starts_at == AT


def test_who_books_between_looking_and_doing_is_shown_first(desk, center):
    session = in_a_room(center)
    seen = look(desk, session, "move", later(session)).context["effects"].fingerprint
    book_for(PersonFactory(name="Bo"), session=session)

    answer = do(desk, session, "move", later(session), seen=seen)

    assert answer.status_code == 409
    assert "This has changed meanwhile." in words(answer)
    assert "Bo" in words(answer)
    assert Session.objects.get(pk=session.pk).starts_at == AT


def test_another_time_than_was_looked_at_is_shown_first(desk, center):
    session = in_a_room(center)
    seen = look(desk, session, "move", later(session)).context["effects"].fingerprint

    answer = do(desk, session, "move", later(session, hours=3), seen=seen)

    assert answer.status_code == 409


def test_a_room_in_use_is_named_and_nothing_typed_is_lost(desk, center):
    session, room = in_a_room(center), RoomFactory(floor__center=center)
    in_a_room(center, room=room, title="Choir")

    answer = look(desk, session, "move", typed(session, room=room.pk))

    assert answer.status_code == 409
    assert "Choir" in words(answer)
    assert f'value="{room.pk}" selected' in words(answer)
    assert 'name="sure"' not in words(answer)


def test_a_busy_leader_is_named_with_what_they_lead(desk, center):
    leader = PersonFactory(area=center.community)
    other = in_a_room(center, hour=2, title="Choir")
    session = in_a_room(center)
    Session.objects.update(leader=leader)

    assert "leads “Choir” then" in words(look(desk, session, "move", later(session)))
    then = {"starts_at": other.starts_at, "ends_at": other.ends_at}
    Session.objects.filter(pk=session.pk).update(leader=None, **then)
    answer = look(desk, session, "change_leader", {"leader": leader.pk})
    assert "leads “Choir” then" in words(answer)


def test_who_has_something_else_at_the_new_time_is_listed(desk, center):
    session, other = in_a_room(center), in_a_room(center, hour=2, title="Choir")
    ana = PersonFactory(name="Ana", phone="+8613912345678")
    book_for(ana, session=session)
    book_for(ana, session=other)

    shown = words(look(desk, session, "move", later(session)))

    assert "1 person has something else then" in shown
    assert "Choir" in shown
    assert "139****5678" in shown


def test_a_room_too_small_is_said(desk, center):
    session = in_a_room(center, capacity=12)
    small = RoomFactory(floor__center=center, capacity=8)

    shown = words(look(desk, session, "move", typed(session, room=small.pk)))

    assert "holds 8 people, and there are 12 places." in shown


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"ends_at": AT - HOUR}, "The end must be after the start."),
        ({"starts_at": "soon"}, "Enter a valid date/time."),
        ({"outside_place": "Square"}, "Please choose a room or a place, not both."),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(desk, center, more, says):
    session = in_a_room(center)
    given = typed(session, **{k: v for k, v in more.items() if v != "soon"})

    answer = look(desk, session, "move", given | {k: v for k, v in more.items() if v == "soon"})

    assert answer.status_code == 422
    assert says in words(answer)


def test_a_time_that_has_passed_is_refused(desk, center):
    session = in_a_room(center)
    ago = timezone.now() - timedelta(days=9)

    answer = look(desk, session, "move", typed(session, starts_at=ago, ends_at=ago + HOUR))

    assert "That time has passed already." in words(answer)


def test_more_places_say_who_moves_up(desk, center):
    session = in_a_room(center, capacity=1)
    book_for(PersonFactory(), session=session)
    session.refresh_from_db()
    waiting = book_for(PersonFactory(name="Cy"), session=session)

    shown = words(look(desk, session, "change_places", {"capacity": 2}))
    do(desk, session, "change_places", {"capacity": 2})

    assert "1 booking moves up from the waitlist" in shown
    assert "Cy" in shown
    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED
    assert drifts() == []


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        (0, "2 places are taken already. Please choose 2 or more, or cancel or swap bookings"),
        (1, "2 places are taken and 1 are kept for the desk. Please choose 3 or more, or release"),
    ],
)
def test_fewer_places_than_are_taken_are_refused_with_what_to_do(desk, center, kept, says):
    session = in_a_room(center, desk_places=kept)
    for person in PersonFactory.create_batch(2):
        book_for(person, session=session)

    answer = look(desk, session, "change_places", {"capacity": 1})

    assert says in words(answer)
    assert Session.objects.get(pk=session.pk).capacity == 5


@pytest.mark.parametrize(("tell", "notices"), [({}, 0), ({"tell_people": "on"}, 1)])
def test_a_new_leader_is_told_only_if_that_is_wanted(desk, center, tell, notices):
    session = in_a_room(center)
    book_for(PersonFactory(), session=session)
    leader = PersonFactory(name="Mrs Chen", area=center.community)

    do(desk, session, "change_leader", {"leader": leader.pk} | tell)

    session.refresh_from_db()
    assert session.leader == leader
    assert Notice.objects.filter(kind="bookings/new_leader").count() == notices


def test_calling_off_shows_at_once_whom_it_reaches_and_needs_a_reason(desk, center):
    session = in_a_room(center, desk_places=1)
    book_for(PersonFactory(name="Ana"), session=session)

    asked = desk.get(page(session, "call_off"))
    seen = asked.context["effects"].fingerprint
    sure = {"sure": "1", "seen": seen}

    assert "1 booking is told" in words(asked)
    assert "1 place kept for the desk is given up." in words(asked)
    assert desk.post(page(session, "call_off"), {"reason": ""} | sure).status_code == 422
    session.refresh_from_db()
    assert session.canceled_at is None
    desk.post(page(session, "call_off"), {"reason": "The teacher is ill"} | sure)
    session.refresh_from_db()
    assert session.cancel_reason == "The teacher is ill"
    assert Notice.objects.filter(kind="bookings/called_off").count() == 1
    assert drifts() == []


def test_a_course_that_loses_a_date_keeps_the_others_in_the_preview(desk, center):
    activity = ActivityFactory(center=center, booking_mode=BookingMode.COURSE)
    first, _second = SessionFactory.create_batch(2, activity=activity)
    book_for(PersonFactory(), activity=activity)

    found = desk.get(page(first, "call_off")).context["effects"]

    assert (len(found.told), found.ending, found.people_told) == (1, [], 1)


def booked_at_the_desk(session, **person):
    person = PersonFactory(**person)
    return book_for(
        person, session=session, by=UserFactory(), channel=BookingChannel.DESK, asked_by=person
    )


def test_whom_no_message_reaches_is_listed_with_a_masked_phone(desk, center, settings):
    settings.SMS_BACKEND = None
    session = in_a_room(center)
    booked_at_the_desk(session, name="Granny", phone="+8613912345678")
    booked_at_the_desk(session, name="Nobody")
    book_for(PersonFactory(name="Ana"), session=session)

    shown = words(desk.get(page(session, "call_off")))

    assert "2 bookings that only a call reaches" in shown
    assert "139****5678" in shown
    assert "no phone is known" in shown


def test_whom_a_text_message_reaches_need_not_be_called(desk, center):
    session = in_a_room(center)
    booked_at_the_desk(session, name="Granny", phone="+8613912345678")

    assert "only a call reaches" not in words(desk.get(page(session, "call_off")))


def test_the_list_to_call_is_whole_when_asked_and_stays_after_calling_off(desk, center, settings):
    settings.SMS_BACKEND = None
    session = in_a_room(center)
    booked_at_the_desk(session, name="Granny", phone="+8613912345678")
    do(desk, session, "call_off", {"reason": "Storm"})
    address = f"/staff/sessions/{session.pk}/calls/"

    assert "139****5678" in words(desk.get(address))
    assert "139 1234 5678" in words(desk.get(address, {"numbers": "1"}))
    assert "Granny" in words(desk.get(address))


def test_who_has_an_account_without_a_way_is_on_the_list(desk, center, settings):
    settings.SMS_BACKEND = None
    session, person = in_a_room(center), PersonFactory(name="Ana")
    user = UserFactory(email=None, phone="+8613912340000")
    CareFactory(user=user, person=person, role=Role.SELF)
    book_for(person, session=session, by=user)

    shown = words(desk.get(f"/staff/sessions/{session.pk}/calls/"))

    assert "sees it only after signing in" in shown
    assert "139****0000" in shown


@pytest.mark.parametrize("button", ["move", "call_off", "change_places", "change_leader"])
def test_dates_of_another_center_cannot_be_changed(button):
    session = in_a_room(CenterFactory())

    answer = at_the_desk(social_worker()).post(page(session, button), {"reason": "x"})

    assert answer.status_code in (403, 404)


def test_an_offer_in_a_preview_does_not_change_with_the_clock(desk, center):
    session = in_a_room(center, capacity=1, freed_place="offered")
    first = book_for(PersonFactory(), session=session)
    session.refresh_from_db()
    book_for(PersonFactory(), session=session)

    prints = {
        look(desk, session, "change_places", {"capacity": 2}).context["effects"].fingerprint
        for _ in range(2)
    }

    assert len(prints) == 1
    services.cancel(first, by=first.booked_by)
    assert drifts() == []


# --- Putting together, and calling off from a date on ---------------------------------------


def two_dates(center, **activity):
    activity = ActivityFactory(center=center, **activity)
    return [
        SessionFactory(activity=activity, starts_at=AT + timedelta(days=n), capacity=4)
        for n in range(2)
    ]


def test_putting_together_shows_who_has_something_else_and_lets_staff_choose(desk, center):
    one, other = two_dates(center)
    ana = PersonFactory(name="Ana")
    booking = book_for(ana, PersonFactory(), session=one)
    book_for(ana, session=SessionFactory(starts_at=other.starts_at, activity__title="Choir"))
    given = {"into": other.pk, "reason": "Few people"}

    shown = words(look(desk, one, "merge", given))
    do(desk, one, "merge", given | {"bring": [ana.pk]})

    assert "Ana · Choir" in shown
    assert "Two dates became one" in shown
    booking.refresh_from_db()
    assert (booking.session, booking.places.filter(canceled_at=None).count()) == (other, 2)
    assert drifts() == []


def test_who_is_not_ticked_stays_out(desk, center):
    one, other = two_dates(center)
    ana = PersonFactory(name="Ana")
    booking = book_for(ana, session=one)
    book_for(ana, session=SessionFactory(starts_at=other.starts_at))
    given = {"into": other.pk, "reason": "Few people"}

    found = look(desk, one, "merge", given).context["effects"]
    do(desk, one, "merge", given)

    assert [party.booking for party in found.ending] == [booking]
    booking.refresh_from_db()
    assert booking.status == Status.CANCELED


def test_too_many_are_refused_on_the_page(desk, center):
    one, other = two_dates(center)
    book_for(*PersonFactory.create_batch(3), session=one)
    book_for(*PersonFactory.create_batch(3), session=other)

    answer = look(desk, one, "merge", {"into": other.pk, "reason": "Few people"})

    assert answer.status_code == 409
    assert "2 places too few for all. Please give it 6 places first" in words(answer)


def test_a_date_without_another_is_not_put_together(desk, center):
    session = in_a_room(center)

    assert desk.get(page(session, "merge")).status_code == 403


def course(center, dates=4):
    activity = ActivityFactory(center=center, booking_mode=BookingMode.COURSE)
    return activity, [
        SessionFactory(activity=activity, starts_at=AT + timedelta(days=n)) for n in range(dates)
    ]


def end(desk, activity, first, reason="The teacher moves away"):
    given = {"first": first.pk, "reason": reason}
    address = f"/admin/dates/{activity.pk}/end/"
    seen = desk.post(address, given | {"look": "1"}).context["effects"].fingerprint
    return desk.post(address, given | {"sure": "1", "seen": seen})


def test_a_course_ends_early_with_one_message_for_each_booking(desk, center):
    activity, sessions = course(center)
    booking = book_for(PersonFactory(), activity=activity)

    answer = end(desk, activity, sessions[2])

    assert answer.status_code == 302
    assert [each.canceled_at is not None for each in Session.objects.order_by("starts_at")] == [
        False, False, True, True,
    ]  # fmt: skip
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED
    told = Notice.objects.get(kind="bookings/called_off")
    assert (told.context["sessions"], told.context["others"]) == (2, 2)
    assert drifts() == []


def test_a_course_without_any_date_left_ends_its_bookings_and_its_line(desk, center):
    activity, sessions = course(center)
    Session.objects.update(capacity=1)
    booking = book_for(PersonFactory(), activity=activity)
    waiting = book_for(PersonFactory(), activity=activity)

    end(desk, activity, sessions[0])

    for each in (booking, waiting):
        each.refresh_from_db()
        assert each.status == Status.CANCELED
    assert Notice.objects.filter(kind="bookings/called_off").count() == 2
    assert drifts() == []


def test_a_course_that_has_been_used_stays_a_booking(desk, center):
    activity, sessions = course(center)
    booking = book_for(PersonFactory(), activity=activity)
    Session.objects.filter(pk=sessions[0].pk).update(
        starts_at=timezone.now() - 3 * HOUR, ends_at=timezone.now() - 2 * HOUR
    )

    end(desk, activity, sessions[1])

    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED
    assert booking.places.get(canceled_at=None).session == sessions[0]
    assert drifts() == []


def test_a_line_that_fits_the_dates_that_are_left_moves_up(desk, center):
    activity, sessions = course(center, dates=2)
    Session.objects.filter(pk=sessions[1].pk).update(capacity=1)
    book_for(PersonFactory(), activity=activity)
    waiting = book_for(PersonFactory(), activity=activity)

    end(desk, activity, sessions[1])

    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED
    assert drifts() == []


def test_who_books_a_course_meanwhile_is_shown_before_it_ends(desk, center):
    activity, sessions = course(center)
    given = {"first": sessions[1].pk, "reason": "Water"}
    address = f"/admin/dates/{activity.pk}/end/"
    seen = desk.post(address, given | {"look": "1"}).context["effects"].fingerprint
    book_for(PersonFactory(), activity=activity)

    answer = desk.post(address, given | {"sure": "1", "seen": seen})

    assert answer.status_code == 409
    assert not Session.objects.exclude(canceled_at=None).exists()


def test_a_course_of_another_center_is_not_found(center):
    activity, sessions = course(CenterFactory())
    desk = at_the_desk(social_worker(center))

    answer = desk.post(f"/admin/dates/{activity.pk}/end/", {"first": sessions[0].pk, "reason": "x"})

    assert answer.status_code == 404
