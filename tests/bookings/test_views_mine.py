"""My bookings, one booking, canceling, offers, my day, and the calendar files."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Care
from activities.models import BookingMode, FreedPlace, Session
from bookings import changes, feeds, services
from bookings.models import Booking, BookingChannel, CalendarFeed, Place, Status
from tests.bookings.booking import book_for
from tests.factories import (
    ActivityFactory,
    FloorFactory,
    PersonFactory,
    RoomFactory,
    SessionFactory,
    StaffMemberFactory,
    UserFactory,
    carer_of,
)
from venues import takings
from venues.models import TakingKind

pytestmark = pytest.mark.django_db

LIST = reverse("bookings:list")
MY_FEED = reverse("bookings:my_feed")
MY_DAY = reverse("bookings:my_day")
ACTIONS = ["detail", "cancel", "accept", "decline", "ics"]


@pytest.fixture
def ana():
    return PersonFactory(name="Ana")


@pytest.fixture
def bo():
    return PersonFactory(name="Bo")


@pytest.fixture
def user(client, ana, bo):
    user = carer_of(ana, bo)
    client.force_login(user)
    return user


def address(booking, page="detail"):
    return reverse(f"bookings:{page}", args=[booking.reference])


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def past_session(days=5, **more):
    start = timezone.now() - timedelta(days=days)
    return SessionFactory(starts_at=start, ends_at=start + timedelta(hours=1), **more)


def sessions_of(activity, number, first_in=timedelta(days=3)):
    """One a week."""
    first = timezone.now() + first_in
    return [
        SessionFactory(activity=activity, starts_at=first + timedelta(weeks=n))
        for n in range(number)
    ]


def booked_before(*people, session, by):
    return book_for(*people, session=session, by=by, at=session.starts_at - timedelta(days=1))


def offered_to(*people, by, **activity):
    """A place that is held for these people since somebody canceled."""
    session = SessionFactory(capacity=len(people), activity__freed_place=FreedPlace.OFFERED)
    first = book_for(*[PersonFactory() for _ in people], session=session)
    booking = book_for(*people, session=session, by=by)
    services.cancel(first, by=first.booked_by)
    booking.refresh_from_db()
    return booking


# My bookings.


def test_my_bookings_are_in_the_order_of_their_dates(client, user, ana):
    now = timezone.now()
    late, soon = [
        book_for(
            ana,
            session=SessionFactory(starts_at=now + timedelta(days=n)),
            by=user,
        )
        for n in (9, 2)
    ]

    upcoming = client.get(LIST).context["upcoming"]

    assert [summary.booking for summary in upcoming] == [soon, late]


def test_offers_come_first_and_waiting_says_the_position(client, user, ana):
    offer = offered_to(ana, by=user)
    full = SessionFactory(capacity=1, starts_at=timezone.now() + timedelta(days=30))
    book_for(PersonFactory(), session=full)
    book_for(PersonFactory(), session=full)
    waiting = book_for(ana, session=full, by=user)

    response = client.get(LIST)

    assert [summary.booking for summary in response.context["offers"]] == [offer]
    assert [summary.booking for summary in response.context["waiting"]] == [waiting]
    page = text(response)
    assert "要这个名额" in page
    assert "候补第 2 位" in page
    assert page.index("要这个名额") < page.index("候补第 2 位")


def test_an_offer_past_its_deadline_is_past_though_nobody_wrote_it_down(client, user, ana):
    offer = offered_to(ana, by=user)
    Booking.objects.filter(pk=offer.pk).update(offer_expires_at=timezone.now())

    context = client.get(LIST).context

    assert context["offers"] == []
    assert [summary.badge.words for summary in context["past"]] == ["过期未确认"]


def test_a_course_waits_in_a_line_of_its_own(client, user, ana):
    activity = ActivityFactory(booking_mode=BookingMode.EITHER)
    session = SessionFactory(activity=activity, capacity=1)
    for _ in range(3):
        book_for(PersonFactory(), session=session)
    book_for(ana, activity=activity, by=user)

    assert "候补第 1 位" in text(client.get(LIST))


def test_what_is_over_or_canceled_is_folded_away(client, user, ana, bo):
    over = booked_before(ana, session=past_session(), by=user)
    canceled = book_for(bo, session=SessionFactory(), by=user)
    services.cancel(canceled, by=user)

    response = client.get(LIST)

    past = [summary.booking for summary in response.context["past"]]
    assert sorted(past, key=lambda booking: booking.pk) == [over, canceled]
    assert "<details" in response.content.decode()


def test_the_past_goes_on_on_the_next_page(client, user, ana):
    for day in range(1, 12):
        booked_before(ana, session=past_session(day), by=user)

    first, second = client.get(LIST), client.get(LIST, {"page": 2})

    assert (len(first.context["past"]), len(second.context["past"])) == (10, 1)
    assert '<details class="fold" open>' in second.content.decode()


def test_one_of_my_people_can_be_looked_at_alone(client, user, ana, bo):
    book_for(ana, session=SessionFactory(), by=user)
    his = book_for(bo, session=SessionFactory(), by=user)

    response = client.get(LIST, {"person": bo.pk})

    assert [summary.booking for summary in response.context["upcoming"]] == [his]


@pytest.mark.parametrize("named", ["0", "x"])
def test_the_bookings_of_a_stranger_are_not_found(client, user, named):
    assert client.get(LIST, {"person": named}).status_code == 404
    assert client.get(LIST, {"person": PersonFactory().pk}).status_code == 404


def test_without_bookings_it_says_where_to_look(client, user):
    page = text(client.get(LIST))

    assert "还没有报名" in page
    assert "看看有什么活动" in page


def test_what_the_desk_booked_for_my_people_is_mine_to_see(client, user, ana):
    staff = StaffMemberFactory().user
    booking = book_for(
        ana, session=SessionFactory(), by=staff, channel=BookingChannel.DESK, asked_by=ana
    )

    response = client.get(LIST)

    assert [summary.booking for summary in response.context["upcoming"]] == [booking]


@pytest.mark.parametrize("rows", [1, 3])
def test_my_bookings_cost_the_same_however_many(client, user, ana, django_assert_num_queries, rows):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    SessionFactory.create_batch(3, activity=activity)
    book_for(ana, activity=activity, by=user)
    for n in range(rows):
        start = timezone.now() + timedelta(days=40 + n)
        full = SessionFactory(starts_at=start, capacity=1)
        book_for(PersonFactory(), session=full)
        book_for(ana, session=full, by=user)
    booked_before(ana, session=past_session(), by=user)
    client.get(LIST)

    # Session, user; people; what comes, what was, the places of both; center, header.
    with django_assert_num_queries(9):
        client.get(LIST)


# One booking.


def test_a_booking_says_all_one_needs_to_come(client, user, ana, bo):
    room = RoomFactory(name="Kitchen", floor=FloorFactory(level=4), way="Left of the lift")
    session = SessionFactory(
        activity__title="Baking", activity__bring="An apron", activity__center__address="Road 18"
    )
    session.taking = takings.take(
        room, session.starts_at, session.ends_at, kind=TakingKind.SESSION, label="Baking"
    )
    session.save()
    booking = book_for(ana, bo, session=session, by=user)

    response = client.get(address(booking))

    page = text(response)
    expected = ["报名好了", "Ana", "Bo", "4 楼 Kitchen", "Left of the lift", "Road 18", "An apron"]
    assert [words for words in [*expected, booking.spoken_reference] if words not in page] == []
    assert "能取消到" in page
    assert "<svg" in response.content.decode()


def test_a_waiting_booking_says_its_position(client, user, ana):
    session = SessionFactory(capacity=1)
    book_for(PersonFactory(), session=session)
    booking = book_for(ana, session=session, by=user)

    page = text(client.get(address(booking)))

    assert "您是第 1 位" in page
    assert "不再候补" in page
    assert "二维码" not in page


def test_a_date_that_was_called_off_says_why(client, user, ana):
    session = SessionFactory()
    booking = book_for(ana, session=session, by=user)
    changes.call_off(session, reason="Storm", by=user)

    page = text(client.get(address(booking)))

    assert "因故取消" in page
    assert "Storm" in page


def test_the_dates_of_a_course_say_which_is_next_and_which_is_off(client, user, ana):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    first, second, third = sessions_of(activity, 3)
    booking = book_for(ana, activity=activity, by=user)
    changes.call_off(first, reason="Storm", by=user)
    services.cancel(booking, by=user, places=booking.places.filter(session=second))

    summary = client.get(address(booking)).context["summary"]

    assert summary.next.session == third
    assert [date.is_called_off for date in summary.dates] == [True, False, False]
    assert [date.is_given_up for date in summary.dates] == [True, True, False]


def test_who_came_is_said_afterwards(client, user, ana):
    booking = booked_before(ana, session=past_session(), by=user)
    booking.places.update(checked_in_at=timezone.now())

    assert "已签到" in text(client.get(address(booking)))


def test_one_booking_costs_a_handful_of_statements(client, user, ana, django_assert_num_queries):
    booking = book_for(ana, session=SessionFactory(), by=user)
    client.get(address(booking))

    # Session, user; the booking, its places, other dates; center, header.
    with django_assert_num_queries(7):
        client.get(address(booking))


def test_a_carer_of_one_person_sees_only_that_one(client, user, ana, bo):
    booking = book_for(ana, bo, session=SessionFactory(), by=user)
    client.force_login(carer_of(bo))

    page = text(client.get(address(booking)))

    assert "Bo" in page
    assert "Ana" not in page


# Canceling.


def test_canceling_asks_first(client, user, ana):
    booking = book_for(ana, session=SessionFactory(), by=user)

    page = text(client.get(address(booking, "cancel")))

    assert "确定取消" in page
    assert Booking.objects.confirmed().count() == 1


def test_canceling_gives_the_place_back(client, user, ana):
    booking = book_for(ana, session=SessionFactory(), by=user)

    response = client.post(address(booking, "cancel"))

    booking.refresh_from_db()
    assert response.url == address(booking)
    assert (booking.status, booking.canceled_by) == (Status.CANCELED, user)
    assert "取消好了" in text(client.get(response.url))


def test_canceling_twice_says_so(client, user, ana):
    booking = book_for(ana, session=SessionFactory(), by=user)
    client.post(address(booking, "cancel"))

    response = client.post(address(booking, "cancel"))

    assert response.status_code == 409
    assert "这个报名已经结束，或者已经取消了" in text(response)


def test_one_person_of_a_party_can_stay_at_home(client, user, ana, bo):
    booking = book_for(ana, bo, session=SessionFactory(), by=user)
    his = booking.places.get(person=bo)

    client.post(address(booking, "cancel"), {"place": his.pk})

    booking.refresh_from_db()
    assert (booking.status, booking.party_size) == (Status.CONFIRMED, 1)
    assert [place.person for place in booking.places.filter(canceled_at=None)] == [ana]


def test_several_dates_of_a_course_can_be_left_out(client, user, ana):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    sessions_of(activity, 3)
    booking = book_for(ana, activity=activity, by=user)
    first, second, third = booking.places.all()

    client.post(address(booking, "cancel"), {"place": [first.pk, third.pk]})

    assert list(booking.places.filter(canceled_at=None)) == [second]


def test_ticking_nothing_cancels_nothing(client, user, ana, bo):
    booking = book_for(ana, bo, session=SessionFactory(), by=user)

    response = client.post(address(booking, "cancel"), {"some": "1"})

    assert response.status_code == 422
    assert "什么都没取消" in text(response)
    assert booking.places.filter(canceled_at=None).count() == 2


def test_places_of_another_booking_are_not_found(client, user, ana):
    booking = book_for(ana, session=SessionFactory(), by=user)
    other = book_for(PersonFactory(), session=SessionFactory())

    response = client.post(address(booking, "cancel"), {"place": other.places.get().pk})

    assert response.status_code == 404
    assert Place.objects.filter(canceled_at=None).count() == 2


def test_a_carer_of_one_person_cancels_only_for_that_one(client, user, ana, bo):
    booking = book_for(ana, bo, session=SessionFactory(), by=user)
    client.force_login(carer_of(bo))

    client.post(address(booking, "cancel"))

    assert [place.person for place in booking.places.filter(canceled_at=None)] == [ana]


def test_past_the_deadline_the_page_says_kindly_that_it_is_late(client, user, ana):
    soon = timezone.now() + timedelta(hours=1)
    booking = book_for(ana, session=SessionFactory(starts_at=soon), by=user)

    shown = client.get(address(booking))
    asked = client.get(address(booking, "cancel"))
    sent = client.post(address(booking, "cancel"))

    assert "开始前还能取消，会记为晚取消" in text(shown)
    assert "仍请取消：也许还有邻居能来" in text(asked)
    assert "和没来一样计算" not in text(asked)
    assert sent.status_code == 302
    assert booking.places.get().canceled_late


def test_where_late_counts_like_not_coming_the_page_says_so(client, user, ana):
    soon = timezone.now() + timedelta(hours=1)
    session = SessionFactory(starts_at=soon, activity__late_cancel_counts=True)
    booking = book_for(ana, session=session, by=user)

    assert "和没来一样计算" in text(client.get(address(booking, "cancel")))


def test_in_good_time_the_page_speaks_of_nothing_late(client, user, ana):
    booking = book_for(ana, session=SessionFactory(), by=user)

    assert "晚取消" not in text(client.get(address(booking, "cancel")))


def begun(booking):
    now, hour = timezone.now(), timedelta(hours=1)
    Session.objects.filter(places__booking=booking).update(starts_at=now - hour, ends_at=now + hour)


def test_once_it_has_begun_the_desk_is_named_instead_of_a_button(client, user, ana):
    booking = book_for(ana, session=SessionFactory(), by=user)
    begun(booking)

    asked = client.get(address(booking, "cancel"))
    sent = client.post(address(booking, "cancel"))

    assert '<button class="button main"' not in asked.content.decode()
    assert "0588-555 0100" in text(asked)
    assert sent.status_code == 409
    assert "已经开始" in text(sent)


def test_of_a_course_the_dates_that_are_late_are_marked(client, user, ana):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    sessions_of(activity, 2, first_in=timedelta(hours=1))
    booking = book_for(ana, activity=activity, by=user)

    asked = text(client.get(address(booking, "cancel")))

    assert asked.count("· 会记为晚取消") == 1


def test_later_dates_of_a_course_can_be_left_out_once_the_first_has_begun(client, user, ana):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    soon, next_week = sessions_of(activity, 2, first_in=timedelta(hours=1))
    booking = book_for(ana, activity=activity, by=user)
    later = booking.places.get(session=next_week)
    now = timezone.now()
    Session.objects.filter(pk=soon.pk).update(starts_at=now - timedelta(minutes=1))

    page = client.get(address(booking, "cancel")).content.decode()
    sent = client.post(address(booking, "cancel"), {"place": later.pk})

    assert re.findall(r'name="place" value="(\d+)"', page) == [str(later.pk)]
    assert "全部取消" not in page
    assert sent.status_code == 302


# Offers.


def test_an_offer_is_accepted(client, user, ana):
    offer = offered_to(ana, by=user)

    response = client.post(address(offer, "accept"))

    offer.refresh_from_db()
    assert response.url == address(offer)
    assert offer.status == Status.CONFIRMED


def test_an_offer_is_declined(client, user, ana):
    offer = offered_to(ana, by=user)

    response = client.post(address(offer, "decline"))

    offer.refresh_from_db()
    assert response.url == address(offer)
    assert offer.status == Status.CANCELED


def test_accepting_twice_is_as_good_as_once(client, user, ana):
    offer = offered_to(ana, by=user)
    client.post(address(offer, "accept"))

    assert client.post(address(offer, "accept")).url == address(offer)


def test_accepting_after_the_deadline_is_too_late(client, user, ana):
    offer = offered_to(ana, by=user)
    Booking.objects.filter(pk=offer.pk).update(offer_expires_at=timezone.now())

    response = client.post(address(offer, "accept"))

    assert response.status_code == 409
    assert "名额给了下一位" in text(response)


def test_whoever_left_the_party_does_not_stand_in_its_way(client, user, ana, bo):
    offer = offered_to(ana, bo, by=user)
    services.cancel(offer, by=user, places=list(offer.places.filter(person=bo)))
    session = offer.session
    book_for(
        bo, session=SessionFactory(starts_at=session.starts_at, ends_at=session.ends_at), by=user
    )

    client.post(address(offer, "accept"))

    offer.refresh_from_db()
    assert offer.status == Status.CONFIRMED


# Whose it is, and how it is asked.


@pytest.mark.parametrize("page", ACTIONS)
def test_the_booking_of_somebody_else_is_not_found(client, user, page):
    other = book_for(PersonFactory(), session=SessionFactory())

    assert client.post(address(other, page)).status_code in (404, 405)
    if page not in ("accept", "decline"):
        assert client.get(address(other, page)).status_code == 404
    assert Booking.objects.confirmed().count() == 1


@pytest.mark.parametrize("reference", ["0", "12345678", "%E4%B8%80", "a" * 300])
def test_a_number_that_is_none_is_not_found(client, user, reference):
    assert client.get(f"/bookings/{reference}/").status_code == 404


def test_whoever_cares_no_longer_sees_it_no_longer(client, user, ana):
    booking = book_for(ana, session=SessionFactory())
    assert client.get(address(booking)).status_code == 200

    Care.objects.filter(user=user, person=ana).update(ended_at=timezone.now())

    assert client.get(address(booking)).status_code == 404


@pytest.mark.parametrize("page", ["accept", "decline"])
def test_offers_are_answered_by_post_only(client, user, ana, page):
    assert client.get(address(offered_to(ana, by=user), page)).status_code == 405


@pytest.mark.parametrize("page", ["detail", "ics"])
def test_pages_are_read_only(client, user, ana, page):
    booking = book_for(ana, session=SessionFactory(), by=user)

    assert client.post(address(booking, page)).status_code == 405


@pytest.mark.parametrize("page", ["/bookings/", "/bookings/12345678/", "/my-day/"])
def test_whoever_is_not_signed_in_signs_in_first(client, page):
    assert client.get(page).url == f"/accounts/login/?next={page}"


# My day.


def on(day, hour, **more):
    start = timezone.make_aware(datetime(day.year, day.month, day.day, hour))  # noqa: DTZ001
    return SessionFactory(starts_at=start, ends_at=start + timedelta(hours=1), **more)


def test_my_day_is_one_persons_day_in_order(client, user, ana, bo):
    day = timezone.localdate() + timedelta(days=3)
    lunch, class_, elsewhere = on(day, 12), on(day, 9), on(day + timedelta(days=1), 9)
    for session in (lunch, class_, elsewhere):
        book_for(ana, session=session, by=user)
    book_for(bo, session=on(day, 15), by=user)

    response = client.get(MY_DAY, {"person": ana.pk, "date": day.isoformat()})

    stops = response.context["stops"]
    assert [stop.session for stop in stops] == [class_, lunch]
    assert [stop.rest_in_words for stop in stops] == ["", "2 小时"]
    assert "Ana，这天有 2 件事" in text(response)


def test_my_day_says_what_was_called_off_and_what_is_waited_for(client, user, ana):
    day = timezone.localdate() + timedelta(days=3)
    off, full = on(day, 9), on(day, 12, capacity=1)
    book_for(PersonFactory(), session=full)
    for session in (off, full):
        book_for(ana, session=session, by=user)
    changes.call_off(off, reason="Storm", by=user)

    page = text(client.get(MY_DAY, {"date": day.isoformat()}))

    assert "Storm" in page
    assert "因故取消" in page
    assert "候补第 1 位" in page


def test_an_empty_day_leads_to_the_next_that_is_not(client, user, ana, bo):
    today = timezone.localdate()
    soon, later = today + timedelta(days=3), today + timedelta(days=5)
    services.cancel(book_for(ana, session=on(soon, 9), by=user), by=user)
    book_for(bo, session=on(soon, 12), by=user)
    book_for(ana, session=on(later, 9), by=user)

    empty = client.get(MY_DAY, {"person": ana.pk})

    assert empty.context["next_day"] == later
    assert f"date={later.isoformat()}" in empty.content.decode()
    assert client.get(MY_DAY, {"date": later.isoformat()}).context["next_day"] is None


def test_what_i_canceled_is_not_in_my_day(client, user, ana):
    day = timezone.localdate() + timedelta(days=3)
    services.cancel(book_for(ana, session=on(day, 9), by=user), by=user)

    assert client.get(MY_DAY, {"date": day.isoformat()}).context["stops"] == []


@pytest.mark.parametrize("named", ["", "soon", "2026-02-31", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_today(client, user, named):
    assert client.get(MY_DAY, {"date": named}).context["day"] == timezone.localdate()


def test_the_day_of_a_stranger_is_not_found(client, user):
    assert client.get(MY_DAY, {"person": PersonFactory().pk}).status_code == 404


def test_a_newcomer_is_asked_for_a_name_first(client):
    client.force_login(UserFactory())

    assert client.get(MY_DAY).url == "/people/me/?next=%2Fmy-day%2F"


# Calendar files.


def events(response):
    return [part for part in Calendar.from_ical(response.content).walk() if part.name == "VEVENT"]


def test_the_calendar_file_of_a_booking_has_its_dates(client, user, ana, bo):
    session = SessionFactory(activity__title="Baking")
    booking = book_for(ana, bo, session=session, by=user)

    response = client.get(address(booking, "ics"))

    (event,) = events(response)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert event["UID"] == f"booking-{booking.pk}-{session.pk}@testserver"
    assert event.decoded("DTSTART").astimezone(UTC) == session.starts_at.astimezone(UTC)
    assert (event["SUMMARY"], event["STATUS"]) == ("Baking", "CONFIRMED")
    assert "Ana、Bo" in event["DESCRIPTION"]
    assert b"BEGIN:VTIMEZONE" in response.content


def test_a_canceled_date_keeps_its_uid_and_counts_as_newer(client, user, ana):
    booking = book_for(ana, session=SessionFactory(), by=user)
    (before,) = events(client.get(address(booking, "ics")))
    services.cancel(booking, by=user)

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        (after,) = events(client.get(address(booking, "ics")))

    assert after["UID"] == before["UID"]
    assert after["STATUS"] == "CANCELLED"
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_my_feed_is_read_without_signing_in(client, user, ana):
    session = SessionFactory()
    book_for(ana, session=session, by=user)
    address = client.get(MY_FEED).context["address"]
    client.logout()

    response = client.get(address)

    assert [event["UID"].split("-")[2] for event in events(response)] == [
        f"{session.pk}@testserver"
    ]


def test_what_only_waits_is_not_in_the_feed(client, user, ana):
    session = SessionFactory(capacity=1)
    book_for(PersonFactory(), session=session)
    book_for(ana, session=session, by=user)

    assert events(client.get(reverse("bookings:feed", args=[feeds.token_of(user)]))) == []


def test_a_course_leaves_the_feed_date_by_date(client, user, ana):
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    first, _second = sessions_of(activity, 2)
    book_for(ana, activity=activity, by=user)
    changes.call_off(first, reason="Storm", by=user)

    found = events(client.get(reverse("bookings:feed", args=[feeds.token_of(user)])))

    assert [event["STATUS"] for event in found] == ["CANCELLED", "CONFIRMED"]


def test_who_has_it_as_it_is_gets_no_more_than_that(client, user, ana):
    book_for(ana, session=SessionFactory(), by=user)
    feed = feeds.address_of(user)
    tag = client.get(feed)["ETag"]

    assert client.get(feed, headers={"if-none-match": tag}).status_code == 304
    book_for(ana, session=SessionFactory(), by=user)
    assert client.get(feed, headers={"if-none-match": tag}).status_code == 200


def test_a_new_address_ends_the_one_before(client, user):
    first = feeds.address_of(user)

    client.post(MY_FEED, {"renew": "1"})

    second = feeds.address_of(user)
    assert second != first
    assert [client.get(each).status_code for each in (first, second)] == [410, 200]


def test_a_feed_is_switched_off_and_on_again_at_another_address(client, user):
    first = feeds.address_of(user)
    client.post(MY_FEED, {"renew": "1"})
    second = feeds.address_of(user)

    client.post(MY_FEED, {"end": "1"})
    assert feeds.address_of(user) == ""
    assert client.get(MY_FEED).context["address"] == ""
    client.post(MY_FEED, {"renew": "1"})

    third = feeds.address_of(user)
    answers = [client.get(each).status_code for each in (first, second, third)]
    assert answers == [410, 410, 200]


def test_a_post_that_asks_for_nothing_changes_nothing(client, user):
    assert client.post(MY_FEED).status_code == 302
    assert not CalendarFeed.objects.exists()


def test_the_page_opens_calendars_by_themselves(client, user):
    page = client.get(MY_FEED).content.decode()

    assert f'href="webcal://testserver{feeds.address_of(user)}"' in page


def test_a_forged_feed_is_not_found(client, user):
    token = feeds.token_of(user)
    forged = token.replace(str(user.pk), str(user.pk + 1), 1)

    assert client.get(reverse("bookings:feed", args=[forged])).status_code == 404


def test_the_feed_of_a_closed_account_ends(client, user):
    user.is_active = False
    user.save()

    assert client.get(reverse("bookings:feed", args=[feeds.token_of(user)])).status_code == 404
