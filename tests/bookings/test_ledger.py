"""The ledger of an agreement, held against hours and people counted on paper."""

from datetime import date, datetime, timedelta

import pytest

from activities.timetable import ZONE
from bookings import ledger
from bookings.models import RoomBooking, RoomBookingStatus
from partners.models import Role, SlotDate, StandingSlot
from tests.bookings.giving import came, held
from tests.desk import at_the_desk, social_worker, words
from tests.factories import (
    ActivityFactory,
    AgreementFactory,
    CenterFactory,
    FloorFactory,
    PartnerFactory,
    PartnerMemberFactory,
    PersonFactory,
    RoomFactory,
    UserFactory,
)
from venues import takings
from venues.models import TakingKind

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 30, 12, tzinfo=ZONE)


def at(month, day, hour=10):
    return datetime(2026, month, day, hour, tzinfo=ZONE)


@pytest.fixture
def agreement():
    return AgreementFactory(
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 12, 31),
        sessions_promised=12,
        hours_granted=20,
    )


@pytest.fixture
def activity(agreement):
    return ActivityFactory(partner=agreement.partner, center=agreement.center)


@pytest.fixture
def room(agreement):
    return RoomFactory(floor=FloorFactory(center=agreement.center))


def book_room(room, starts_at, *, partner, hours=1, status=RoomBookingStatus.CONFIRMED):
    ends_at = starts_at + timedelta(hours=hours)
    taking = takings.take(room, starts_at, ends_at, kind=TakingKind.ROOM_BOOKING)
    return RoomBooking.objects.create(
        room=room,
        taking=taking,
        partner=partner,
        purpose="Meeting",
        headcount=5,
        starts_at=starts_at,
        ends_at=ends_at,
        status=status,
        booked_by=UserFactory(),
    )


def test_sessions_hours_and_people_add_up_by_month_and_in_all(agreement, activity, room):
    ana, bo = PersonFactory(), PersonFactory()
    held(activity, at(7, 7), ana, bo, room=room)
    held(activity, at(8, 4), ana, room=room)
    held(activity, at(8, 11), ana, hours=3)

    found = ledger.of_agreement(agreement, NOW)

    july, august = found.months[date(2026, 7, 1)], found.months[date(2026, 8, 1)]
    assert (july.sessions, july.hours_served, july.person_times, july.persons) == (1, 2, 2, 2)
    assert (august.sessions, august.hours_served, august.hours_for_sessions) == (2, 5, 2)
    assert (august.person_times, august.persons) == (2, 1)
    assert (found.total.sessions, found.total.person_times, found.total.persons) == (3, 4, 2)
    assert found.total.hours_used == 4
    assert list(found.months) == [date(2026, 8, 1), date(2026, 7, 1)]


def test_what_is_not_over_or_was_called_off_or_is_of_others_counts_nowhere(
    agreement, activity, room
):
    held(activity, at(10, 7), room=room)
    held(activity, at(8, 4), canceled_at=at(8, 1), cancel_reason="Rain")
    held(activity, at(6, 30))
    held(ActivityFactory(partner=agreement.partner, center=CenterFactory()), at(8, 5))
    held(ActivityFactory(center=agreement.center, partner=PartnerFactory()), at(8, 6))

    found = ledger.of_agreement(agreement, NOW)

    assert found.months == {}
    assert found.total == ledger.Entry()


def test_who_booked_and_did_not_come_is_no_one_who_came(agreement, activity):
    session = held(activity, at(8, 4))
    came(session, PersonFactory(), did_come=False)

    assert ledger.of_agreement(agreement, NOW).total.person_times == 0


def test_rooms_they_booked_and_fixed_times_they_kept_are_their_own_use(agreement, activity, room):
    book_room(room, at(8, 4, 9), partner=agreement.partner, hours=3)
    lapsed = book_room(room, at(8, 5, 9), partner=agreement.partner)
    takings.free(lapsed.taking)
    slot = StandingSlot.objects.create(
        agreement=agreement,
        room=room,
        purpose="Choir",
        first_day=date(2026, 8, 1),
        last_day=date(2026, 8, 31),
        starts_at="14:00",
        ends_at="16:00",
        weekdays=[4],
        created_by=UserFactory(),
    )
    SlotDate.objects.create(
        slot=slot,
        starts_at=at(8, 6, 14),
        ends_at=at(8, 6, 16),
        taking=takings.take(room, at(8, 6, 14), at(8, 6, 16), kind=TakingKind.STANDING_SLOT),
    )

    total = ledger.of_agreement(agreement, NOW).total

    assert (total.hours_for_sessions, total.hours_for_own_use) == (0, 5)


def test_only_hours_in_the_rooms_of_the_agreement_count_and_parts_of_them(agreement, activity):
    floor = FloorFactory(center=agreement.center)
    hall, other = RoomFactory(floor=floor), RoomFactory(floor=floor)
    part = RoomFactory(floor=floor, whole=hall)
    RoomFactory(floor=floor, whole=hall)
    agreement.rooms.add(hall)
    held(activity, at(8, 4), room=part)
    held(activity, at(8, 5), room=other)

    total = ledger.of_agreement(agreement, NOW).total

    assert (total.sessions, total.hours_for_sessions) == (2, 2)


def test_what_is_due_by_now_follows_the_calendar(agreement, activity, room):
    for day in range(1, 11):
        held(activity, at(8, day), room=room)

    found = ledger.of_agreement(agreement, at(9, 30))

    # 92 of 184 days are over: half of 12 sessions and of 20 hours.
    assert (found.service.due, found.service.done, found.service.ahead) == (6, 10, 4)
    assert (found.room.due, found.room.done, found.room.ahead) == (10, 20, 10)


def test_a_little_too_much_or_too_little_is_as_agreed(agreement, activity, room):
    for day in range(1, 7):
        held(activity, at(8, day), room=room)

    found = ledger.of_agreement(agreement, at(9, 30))

    assert (found.service.ahead, found.room.ahead) == (0, 0)


def test_an_agreement_that_ended_early_counts_until_then(agreement, activity):
    agreement.ended_at = at(8, 15)
    agreement.save()
    held(activity, at(8, 4))
    held(activity, at(8, 20))

    assert ledger.of_agreement(agreement, NOW).total.sessions == 1


@pytest.mark.parametrize("number", [1, 12])
def test_many_sessions_cost_no_more_statements_than_one(
    agreement, activity, number, django_assert_num_queries
):
    for day in range(1, number + 1):
        held(activity, at(8, day), PersonFactory())

    with django_assert_num_queries(4):
        ledger.of_agreement(agreement, NOW)


def test_the_partner_and_the_center_read_the_same(agreement, activity, room, client):
    for day in range(1, 11):
        held(activity, at(8, day), room=room)
    member = PartnerMemberFactory(partner=agreement.partner, role=Role.VIEWER)
    client.force_login(member.user)

    theirs = words(
        client.get(f"/partner/agreements/{agreement.pk}/", headers={"accept-language": "en"})
    )
    ours = words(
        at_the_desk(social_worker(agreement.center)).get(f"/admin/agreements/{agreement.pk}/")
    )

    for page in (theirs, ours):
        assert "Sessions held, of 12 promised" in page
        assert "Hours of room used, of 20 granted" in page
        assert '<th scope="row">August 2026</th>' in page


def test_the_agreement_leads_to_its_ledger(agreement):
    desk = at_the_desk(social_worker(agreement.center))
    address = f"/admin/partners/agreement/{agreement.pk}/ledger/"

    assert address in words(desk.get(f"/admin/partners/agreement/{agreement.pk}/change/"))
    assert desk.get(address).url == f"/admin/agreements/{agreement.pk}/"


def test_nobody_else_reads_it(agreement, client):
    other = PartnerMemberFactory()
    client.force_login(other.user)

    assert client.get(f"/partner/agreements/{agreement.pk}/").status_code == 404
    elsewhere = at_the_desk(social_worker(CenterFactory()))
    assert elsewhere.get(f"/admin/agreements/{agreement.pk}/").status_code == 404


def test_an_agreement_without_anything_says_so(agreement, client):
    client.force_login(PartnerMemberFactory(partner=agreement.partner).user)

    page = words(
        client.get(f"/partner/agreements/{agreement.pk}/", headers={"accept-language": "en"})
    )

    assert "Nothing has been held yet" in page
