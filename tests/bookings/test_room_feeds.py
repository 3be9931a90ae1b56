"""Calendars that follow a room or a center: who reads what, and when it ends."""

from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from bookings import rooms
from bookings.models import BookingChannel
from bookings.room_feeds import staff_feed_of
from tests.bookings.test_rooms import a_room, at, book
from tests.desk import district_office, social_worker
from tests.factories import PartnerFactory, PersonFactory, RoomFactory, SessionFactory
from venues import closures, takings
from venues.models import Closure, TakingKind

pytestmark = pytest.mark.django_db


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    calendar = Calendar.from_ical(response.content)
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}, response


def a_class(room, start, **fields):
    taking = takings.take(room, at(start), at(start + 1), kind=TakingKind.SESSION)
    return SessionFactory(
        taking=taking, starts_at=at(start), ends_at=at(start + 1),
        activity__center=room.center, outside_place="", **fields,
    )  # fmt: skip


def feed_of(room):
    return f"/rooms/{room.pk}/calendar.ics"


def test_everybody_follows_a_room_and_nobody_reads_who_has_booked_it(client):
    room = a_room(setup_minutes=15, cleanup_minutes=15)
    session = a_class(room, 9, activity__title="Yoga")
    booking = book(room, 14, 16, purpose="Secret rehearsal", person=PersonFactory(name="Bo"))
    a_class(room, 17, activity__title="Draft", activity__status="draft")
    takings.take(room, at(18), at(19), kind=TakingKind.STANDING_SLOT, label="Secret slot")
    shut = {"starts_at": at(20), "ends_at": at(21), "reason": "Paint"}
    closures.shut(Closure(center=room.center, room=room, **shut))

    entries, response = read(client, feed_of(room))
    text = response.content.decode()

    assert sorted(entries) == ["Yoga", "停用", "已占用"]
    assert text.count("SUMMARY:已占用") == 3
    assert "Secret" not in text
    assert "Bo" not in text.replace("Booking", "")
    assert entries["Yoga"].decoded("DTSTART") == session.starts_at
    assert str(entries["Yoga"]["UID"]) == f"session-{session.pk}@testserver"
    own_time = f"DTSTART;TZID=Asia/Shanghai:{timezone.localtime(booking.starts_at):%Y%m%dT%H%M%S}"
    assert own_time in text
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "TZOFFSETTO:+0800" in text


def test_what_takes_a_part_takes_the_hall_in_its_calendar_and_costs_the_same(
    client, django_assert_num_queries
):
    hall = a_room()
    left, right = [RoomFactory(floor=hall.floor, whole=hall) for _ in range(2)]
    a_class(left, 9, activity__title="Left")
    for start in (11, 13, 15):
        a_class(hall, start, activity__title="Hall")

    with django_assert_num_queries(4):
        assert sorted(read(client, feed_of(hall))[0]) == ["Hall", "Left"]
    assert sorted(read(client, feed_of(right))[0]) == ["Hall"]


def test_a_calendar_follows_what_moves_and_strikes_out_what_is_canceled(client):
    room = a_room()
    booking = book(room, 14, 16)
    before, response = read(client, feed_of(room))
    assert client.get(feed_of(room), headers={"if-none-match": response["ETag"]}).status_code == 304

    rooms.cancel(booking, by=booking.booked_by)
    again = client.get(feed_of(room), headers={"if-none-match": response["ETag"]})
    (after,) = Calendar.from_ical(again.content).walk("VEVENT")

    (first,) = before.values()
    assert after["UID"] == first["UID"]
    assert (str(first["STATUS"]), str(after["STATUS"])) == ("CONFIRMED", "CANCELLED")
    assert after["SEQUENCE"] >= first["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt >= first["LAST-MODIFIED"].dt


def test_the_feed_of_a_room_ends_with_the_room_the_center_or_the_switch(client):
    room, today = a_room(), timezone.localdate()
    a_class(room, 9)

    def ends_when(thing, **change):
        before = {name: getattr(thing, name) for name in change}
        type(thing).objects.filter(pk=thing.pk).update(**change)
        answer = client.get(feed_of(room)).status_code
        center = client.get(f"/centers/{room.center.slug}/calendar.ics").status_code
        type(thing).objects.filter(pk=thing.pk).update(**before)
        return answer, center

    assert ends_when(room, has_feed=True) == (200, 200)
    assert ends_when(room, retired_on=today + timedelta(days=9)) == (200, 200)
    assert ends_when(room, retired_on=today) == (404, 200)
    assert ends_when(room, has_feed=False) == (404, 200)
    assert ends_when(room.center, closed_on=today) == (404, 404)
    assert ends_when(room.center, has_feeds=False) == (404, 404)


def test_staff_read_what_each_is_for_until_they_leave(client):
    room = a_room()
    worker, partner = social_worker(room.center), PartnerFactory(name="Choir")
    person = PersonFactory(name="Bo Secret")
    book(room, 14, 16, purpose="Rehearsal", person=person)
    book(room, 17, 18, purpose="Concert", person=None, partner=partner, by=worker,
         channel=BookingChannel.DESK)  # fmt: skip
    address = staff_feed_of(room, worker)

    entries, response = read(client, address)

    assert sorted(entries) == ["Concert · Choir", "Rehearsal"]
    assert "Bo Secret" not in response.content.decode()
    assert client.get(address.replace(str(worker.pk), "0", 1)).status_code == 404
    elsewhere = a_room()
    assert client.get(address.replace(str(room.pk), str(elsewhere.pk), 1)).status_code == 404
    worker.staff_memberships.update(until=timezone.localdate() - timedelta(days=1))
    assert client.get(address).status_code == 404


def test_only_who_works_there_is_shown_the_address_of_staff(client):
    room = a_room()

    def sees(user):
        client.force_login(user)
        return f"/rooms/{room.pk}/calendar/" in client.get(f"/rooms/{room.pk}/").content.decode()

    assert sees(social_worker(room.center))
    assert not sees(social_worker())
    assert not sees(district_office(room.center.district))
