"""Two dates become one, with everybody who was in either."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from activities.models import Allocation, BookingMode, FreedPlace, OverlapRule, Session
from activities.services import add_sessions
from bookings import merging, services
from bookings.counting import drifts
from bookings.models import Booking, Draw, Place, Status
from bookings.services import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.bookings.drawing import draw_of, held, session_to_draw
from tests.bookings.test_swaps import again, dates
from tests.factories import ActivityFactory, PersonFactory, RoomFactory, SessionFactory
from venues.models import Occupancy

pytestmark = pytest.mark.django_db


def roomy(number=2, capacity=5, **activity):
    made = dates(number, **activity)
    Session.objects.update(capacity=capacity)
    return [again(each) for each in made]


def merge(session, into, **more):
    merging.merge(again(session), again(into), reason="Few people", by=carer(), **more)


def told(booking):
    return Notice.objects.filter(link__contains=booking.reference).exclude(
        kind__in=["bookings/confirmed", "bookings/waitlisted", "bookings/moved_up"]
    )


def test_everybody_comes_to_the_other_date_and_keeps_the_number():
    one, other = roomy()
    booking = book_for(PersonFactory(), PersonFactory(), session=one)
    there = book_for(PersonFactory(), session=other)

    merge(one, other)

    now = again(booking)
    assert (now.session, now.status, now.reference) == (other, Status.CONFIRMED, booking.reference)
    assert (again(one).places_taken, again(other).places_taken) == (0, 3)
    assert again(one).cancel_reason == "Few people"
    notice = told(booking).get()
    assert (notice.kind, notice.context["moving"]) == ("bookings/merged", notice.context["names"])
    assert notice.context["starts_at"] == other.starts_at.isoformat()
    assert notice.context["old_starts_at"] == one.starts_at.isoformat()
    assert not told(there).exists()
    assert drifts() == []


def test_the_emptied_room_is_free():
    activity, start = ActivityFactory(), timezone.now() + timedelta(days=2)
    spans = [(start + timedelta(days=n), start + timedelta(days=n, hours=1)) for n in range(2)]
    one, other = add_sessions(activity, spans, capacity=3, room=RoomFactory())

    merge(one, other)

    active = Occupancy.objects.filter(active=True)
    assert list(active.values_list("taking", flat=True)) == [other.taking_id]


def test_lines_become_one_by_the_numbers_people_have():
    one, other = roomy(capacity=1)
    book_for(PersonFactory(), session=one)
    first = book_for(PersonFactory(), session=again(one))
    in_the_other = book_for(PersonFactory(), session=other)
    second = book_for(PersonFactory(), session=again(other))
    third = book_for(PersonFactory(), session=again(one))
    services.cancel(in_the_other, by=in_the_other.booked_by)

    with pytest.raises(BookingRefused):
        merge(one, other)
    Session.objects.filter(pk=other.pk).update(capacity=2)
    merge(one, other)

    line = list(Booking.objects.waiting())
    assert line == [first, third]
    assert again(second).status == Status.CONFIRMED
    assert drifts() == []


def test_too_few_places_are_refused_with_what_to_do():
    one, other = roomy(capacity=2)
    for session in (one, other):
        book_for(PersonFactory(), PersonFactory(), session=session)

    with pytest.raises(BookingRefused) as refused:
        merge(one, other)

    assert refused.value.reason.code == "too_many_to_merge"
    assert "4" in refused.value.reason.next_step
    assert again(one).canceled_at is None


def test_who_has_a_place_in_both_keeps_one():
    one, other = roomy()
    ana, bo = PersonFactory.create_batch(2)
    both = book_for(ana, bo, session=one)
    there = book_for(ana, session=other)

    merge(one, other)

    assert set(again(both).places.filter(canceled_at=None).values_list("person", flat=True)) == {
        bo.pk
    }
    assert again(there).places.get().canceled_at is None
    assert told(both).get().context["twice"] == [ana.name]
    assert (again(other).places_taken, again(both).party_size) == (2, 1)
    assert drifts() == []


def test_a_place_is_kept_rather_than_a_number_in_line():
    one, other = roomy(capacity=1)
    ana = PersonFactory()
    sure = book_for(ana, session=one)
    leaving = book_for(PersonFactory(), session=other)
    waiting = book_for(ana, session=again(other))
    Session.objects.filter(pk=other.pk).update(capacity=2, booking_closes_at=timezone.now())
    services.cancel(leaving, by=leaving.booked_by)

    merge(one, other)

    assert (again(sure).status, again(sure).session) == (Status.CONFIRMED, other)
    assert again(waiting).status == Status.CANCELED
    assert told(waiting).get().context["twice"] == [ana.name]
    assert drifts() == []


def test_who_has_something_else_stays_out_and_the_others_of_the_party_come():
    one, other = roomy()
    ana, bo = PersonFactory.create_batch(2)
    booking = book_for(ana, bo, session=one)
    book_for(ana, session=SessionFactory(starts_at=other.starts_at))

    merge(one, other)

    mine = again(booking).places
    assert list(mine.filter(canceled_at=None).values_list("person", flat=True)) == [bo.pk]
    assert told(booking).get().context["busy"] == [ana.name]
    assert drifts() == []


def test_who_is_wanted_all_the_same_comes():
    one, other = roomy()
    ana = PersonFactory()
    booking = book_for(ana, session=one)
    book_for(ana, session=SessionFactory(starts_at=other.starts_at))

    merge(one, other, bring=[ana])

    assert again(booking).session == other


def test_where_an_overlap_is_a_hint_everybody_comes():
    one, other = roomy(overlaps=OverlapRule.HINT)
    ana = PersonFactory()
    booking = book_for(ana, session=one)
    book_for(ana, session=SessionFactory(starts_at=other.starts_at))

    merge(one, other)

    assert again(booking).session == other


def test_a_booking_of_nobody_else_ends_with_an_apology():
    one, other = roomy()
    ana = PersonFactory()
    booking = book_for(ana, session=one)
    book_for(ana, session=SessionFactory(starts_at=other.starts_at))

    merge(one, other)

    assert again(booking).status == Status.CANCELED
    assert (told(booking).get().context["busy"], told(booking).get().context["moving"]) == (
        [ana.name],
        [],
    )


def test_a_course_has_one_date_less():
    one, other, third = roomy(3, booking_mode=BookingMode.COURSE)
    booking = book_for(PersonFactory(), activity=one.activity)

    merge(one, other)

    mine = again(booking).places.filter(canceled_at=None)
    assert set(mine.values_list("session", flat=True)) == {other.pk, third.pk}
    assert again(booking).status == Status.CONFIRMED
    assert told(booking).count() == 1
    assert drifts() == []


def test_who_gave_up_the_other_date_of_a_course_comes_to_it_now():
    one, other = roomy(booking_mode=BookingMode.COURSE)
    booking = book_for(PersonFactory(), activity=one.activity)
    services.cancel(booking, by=booking.booked_by, places=[booking.places.get(session=other)])

    merge(one, other)

    assert again(booking).places.get(canceled_at=None).session == other
    assert drifts() == []


def test_two_bookings_of_one_request_are_told_apart():
    one, other = roomy()
    ana, bo = PersonFactory.create_batch(2)
    by = carer(ana, bo)
    first = book_for(ana, bo, session=one, by=by, key="both")
    second = book_for(ana, bo, session=other, by=by, key="both")
    services.cancel(second, by=by, places=[second.places.get(person=bo)])

    merge(one, other)

    assert again(first).session == again(second).session == other
    assert drifts() == []


@pytest.mark.parametrize("change", ["same", "past", "called_off", "draw"])
def test_only_two_dates_to_come_are_put_together(change):
    one, other = roomy()
    if change == "past":
        Session.objects.filter(pk=other.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    if change == "called_off":
        Session.objects.filter(pk=other.pk).update(canceled_at=timezone.now())
    if change == "draw":
        now = timezone.now()
        Draw.objects.create(
            activity=one.activity, session=other, number_source="Lottery", entries=[],
            closes_at=now, number_due_at=now, frozen_at=now,
        )  # fmt: skip

    with pytest.raises(BookingRefused):
        merge(one, one if change == "same" else other)

    assert again(one).canceled_at is None


def test_what_is_drawn_and_what_is_still_to_be_drawn_stay_apart():
    activity = ActivityFactory(allocation=Allocation.DRAW)
    one, other = [session_to_draw(activity=activity) for _ in range(2)]
    held(draw_of(one))

    with pytest.raises(BookingRefused):
        merge(again(one), other)
    with pytest.raises(BookingRefused):
        merge(other, again(one))


class AnyTwoDates(TestCase):
    @settings(max_examples=30)
    @given(
        mode=st.sampled_from([BookingMode.SINGLE, BookingMode.EITHER, BookingMode.COURSE]),
        offered=st.sampled_from(FreedPlace),
        passing=st.booleans(),
        capacities=st.tuples(st.integers(1, 4), st.integers(1, 6)),
        steps=st.lists(
            st.tuples(
                st.sampled_from(["book", "book", "course", "cancel"]),
                st.integers(0, 1),
                st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True),
            ),
            max_size=10,
        ),
    )
    def test_lose_no_place_and_keep_the_line(self, mode, offered, passing, capacities, steps):
        sessions = dates(2, booking_mode=mode, freed_place=offered, smaller_may_pass=passing)
        for session, capacity in zip(sessions, capacities, strict=True):
            Session.objects.filter(pk=session.pk).update(capacity=capacity)
        people = PersonFactory.create_batch(6)
        for step in steps:
            self._take(*step, sessions, people)
        held = set(Place.objects.held().values_list("person", flat=True))

        if _too_many(*sessions):
            with pytest.raises(BookingRefused):
                merge(*sessions)
            assert drifts() == []
            return
        merge(*sessions)

        one, other = map(again, sessions)
        assert drifts() == []
        assert (one.places_taken, one.places_waiting, one.canceled_at is None) == (0, 0, False)
        assert held <= set(Place.objects.held().values_list("person", flat=True))
        assert other.places_taken <= other.capacity
        assert not Place.objects.active().filter(session=one).exists()

    def _take(self, step, n, which, sessions, people):
        party = [people[i] for i in which]
        try:
            if step == "cancel":
                for booking in Booking.objects.alive().order_by("-pk")[:1]:
                    services.cancel(booking, by=booking.booked_by)
            elif step == "course" or sessions[0].activity.booking_mode == BookingMode.COURSE:
                book_for(*party, activity=sessions[0].activity)
            else:
                book_for(*party, session=again(sessions[n]))
        except BookingRefused:
            return


def _too_many(one, other):
    """Whether all who have a place in either are more than the other date holds."""
    held = Place.objects.held().filter(session__in=[one, other])
    return held.values("person").distinct().count() > again(other).capacity
