"""The last hours of an agreement: a partner has what it grants, and no more."""

from datetime import time, timedelta
from functools import partial

import pytest
from django.utils import timezone

from activities.timetable import Rule
from bookings import room_hours, room_series, rooms, series_changes
from bookings.models import BookingChannel, RoomBooking
from bookings.rules import BookingRefused
from bookings.series_dates import SeriesWish
from partners.models import Agreement
from tests.bookings.test_rooms import a_room, at, book, refusal_of
from tests.factories import (
    ActivityFactory,
    AgreementFactory,
    PartnerMemberFactory,
    RoomFactory,
    SessionFactory,
)
from tests.partners.slots import a_slot_date
from tests.races import while_held
from venues import takings
from venues.models import Taking, TakingKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return a_room(for_partners=True)


@pytest.fixture
def member():
    return PartnerMemberFactory()


def granted(member, room, hours, *rooms, **more):
    agreement = AgreementFactory(
        partner=member.partner, center=room.center, hours_granted=hours, **more
    )
    agreement.rooms.set(rooms)
    return agreement


def booked(member, room, *times, **more):
    return book(room, *times, person=None, partner=member.partner, by=member.user, **more)


def test_what_is_granted_is_had_and_no_more(member, room):
    granted(member, room, 3)
    booked(member, room, 10, 12)

    assert refusal_of(booked, member, room, 14, 16) == "no_hours_left"
    booked(member, room, 14, 15)


def test_the_refusal_says_how_much_is_left_and_whom_to_call(member, room):
    granted(member, room, 3, title="Chess")
    booked(member, room, 10, 12)

    with pytest.raises(BookingRefused) as refused:
        booked(member, room, 14, 16)

    assert "Chess" in refused.value.reason.text
    assert "1" in refused.value.reason.text
    assert room.center.phone in refused.value.reason.next_step


@pytest.mark.parametrize("why", ["none", "no limit", "another room", "over", "two, one unlimited"])
def test_where_no_agreement_counts_hours_there_is_no_limit(member, room, why):
    if why == "no limit":
        granted(member, room, 0)
    if why == "another room":
        granted(member, room, 1, RoomFactory(floor=room.floor))
    if why == "over":
        granted(member, room, 1, ends_on=timezone.localdate() + timedelta(days=4))
    if why == "two, one unlimited":
        granted(member, room, 1)
        granted(member, room, 0)

    booked(member, room, 10, 12)


def test_two_agreements_give_each_what_they_grant(member, room):
    granted(member, room, 1)
    granted(member, room, 2)

    booked(member, room, 10, 12)
    assert refusal_of(booked, member, room, 14, 15) == "no_hours_left"


def test_rooms_that_an_agreement_names_count_and_their_parts(member, room):
    whole = RoomFactory(floor=room.floor)
    room.whole = whole
    room.save()
    granted(member, room, 1, whole)
    elsewhere = a_room(for_partners=True, floor=room.floor)
    booked(member, elsewhere, 10, 13)

    booked(member, room, 10, 11)
    assert refusal_of(booked, member, room, 12, 13) == "no_hours_left"


def test_sessions_and_fixed_times_count_as_they_do_in_the_ledger(member, room):
    granted(member, room, 4)
    taking = takings.take(room, at(8), at(10), kind=TakingKind.SESSION)
    SessionFactory(
        activity=ActivityFactory(partner=member.partner, center=room.center),
        taking=taking,
        outside_place="",
        starts_at=at(8),
        ends_at=at(10),
    )
    a_slot_date(room, member.partner)
    # The fixed time is by another agreement, which knows no limit but begins later.
    Agreement.objects.filter(hours_granted=0).update(starts_on=at(8, days=6).date())

    # Two hours of a session, one of a fixed time: one is left.
    assert refusal_of(booked, member, room, 12, 14) == "no_hours_left"
    booked(member, room, 12, 13)


def test_what_is_asked_for_counts_until_it_is_declined(member, room):
    room.by_approval, room.requests_block = True, False
    room.save()
    granted(member, room, 1)
    asked = booked(member, room, 10, 11)

    assert refusal_of(booked, member, room, 14, 15) == "no_hours_left"
    rooms.decline(asked, by=member.user, reason="No")
    booked(member, room, 14, 15)


def test_a_change_counts_the_new_time_instead_of_the_old(member, room):
    granted(member, room, 2)
    booking = booked(member, room, 10, 11)

    rooms.change(booking, starts_at=at(14), ends_at=at(16))
    longer = {"starts_at": at(14), "ends_at": at(17)}
    assert refusal_of(rooms.change, booking, **longer) == "no_hours_left"


def test_staff_answer_for_the_house_and_are_bound_by_no_hours(member, room):
    granted(member, room, 1)

    booked(member, room, 10, 13, channel=BookingChannel.DESK)


def test_residents_are_not_asked_for_an_agreement(member, room):
    granted(member, room, 1)

    book(room, 10, 13)


def a_series(member, room, weeks, hours=1):
    first = at(10).date()
    rule = Rule(
        first_day=first,
        last_day=first + timedelta(weeks=weeks - 1),
        weekdays=frozenset([first.isoweekday()]),
        starts_at=time(10),
        ends_at=time(10 + hours),
        skip_holidays=False,
    )
    return SeriesWish(
        room=room, rule=rule, purpose="Chess", headcount=4, by=member.user,
        request_key="a-series", partner=member.partner,
    )  # fmt: skip


def test_a_series_has_as_many_dates_as_there_are_hours(member, room):
    room.days_ahead = 365
    room.save()
    granted(member, room, 3)

    series = room_series.ask_for_series(a_series(member, room, weeks=5))

    assert series.dates.count() == 3
    assert {each.code for each in series.missed.all()} == {"no_hours_left"}


def test_dates_of_a_series_that_cannot_be_made_longer_keep_their_hours(member, room):
    room.days_ahead = 365
    room.save()
    granted(member, room, 5)
    series = room_series.ask_for_series(a_series(member, room, weeks=4))

    series_changes.change(series, starts_at=time(10), ends_at=time(12))

    hours = [(each.ends_at - each.starts_at).seconds // 3600 for each in series.dates.all()]
    assert sorted(hours) == [1, 1, 1, 2]


def eight_want_an_hour(member, room):
    """Each in a room of its own, so that no room keeps them apart."""
    others = [a_room(for_partners=True, floor=room.floor) for _each in range(8)]
    return [partial(booked, member, each, 10, 11) for each in others]


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_want_the_last_two_hours_two_have_them(member, room):
    agreement = granted(member, room, 3)
    booked(member, room, 10, 11)
    calls = eight_want_an_hour(member, room)

    with while_held(Agreement.objects.filter(pk=agreement.pk), *calls) as answers:
        pass

    refused = [each for each in answers if isinstance(each, BookingRefused)]
    assert {each.reason.code for each in refused} == {"no_hours_left"}
    assert len(refused) == 6
    assert RoomBooking.objects.alive().count() == 3


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_all_eight_have_them(member, room, monkeypatch):
    granted(member, room, 3)
    booked(member, room, 10, 11)
    calls = eight_want_an_hour(member, room)
    monkeypatch.setattr(room_hours, "hold", lambda partner: None)

    # Held where they take their rooms, when each of them has counted already.
    with while_held(Taking, *calls) as answers:
        pass

    assert not [each for each in answers if isinstance(each, Exception)]
    assert RoomBooking.objects.alive().count() == 9


def test_counting_costs_four_statements_and_only_partners_pay(
    member, room, django_assert_num_queries
):
    granted(member, room, 9)
    booked(member, room, 10, 11)

    hours = room_hours.Hours(member.partner, room)
    with django_assert_num_queries(4):
        for start in range(12, 20):
            assert hours.refusal(at(start), at(start + 1)) is None
