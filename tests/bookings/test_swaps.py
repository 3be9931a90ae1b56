"""Another date, or somebody else, without anybody getting in between."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Role
from activities.models import Allocation, BookingMode, FreedPlace, Question, Session
from bookings import draws, services, swaps
from bookings.counting import drifts
from bookings.models import BookingChannel, Place, Status
from bookings.services import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.bookings.drawing import draw_of, ready, session_to_draw
from tests.factories import ActivityFactory, CareFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


def dates(number=2, **activity):
    """That many sessions of one activity, a day apart."""
    activity = ActivityFactory(**activity)
    start = timezone.now().replace(microsecond=0) + timedelta(days=3)
    return [
        SessionFactory(activity=activity, capacity=2, starts_at=start + timedelta(days=n))
        for n in range(number)
    ]


def again(thing):
    return type(thing).objects.get(pk=thing.pk)


def why(call, *args, **more):
    with pytest.raises(BookingRefused) as refused:
        call(*args, **more)
    return refused.value.reason.code


def swap(booking, to, **more):
    return swaps.swap_date(again(booking), again(to), by=booking.booked_by, **more)


def test_another_date_keeps_the_number_and_the_party():
    old, new = dates()
    booking = book_for(PersonFactory(), PersonFactory(), session=old)

    swap(booking, new)

    now = again(booking)
    assert (now.reference, now.session, now.status) == (booking.reference, new, Status.CONFIRMED)
    assert set(now.places.values_list("session", "canceled_at")) == {(new.pk, None)}
    assert (again(old).places_taken, again(new).places_taken) == (0, 2)
    assert drifts() == []


def test_the_old_date_goes_to_whoever_waits_in_the_same_moment():
    old, new = dates()
    booking = book_for(PersonFactory(), PersonFactory(), session=old)
    waiting = book_for(PersonFactory(), session=again(old))

    swap(booking, new)

    assert again(waiting).status == Status.CONFIRMED
    assert drifts() == []


def test_they_are_told_once_with_the_old_and_the_new_date():
    old, new = dates()
    booking = book_for(PersonFactory(), session=old)

    swap(booking, new)

    told = Notice.objects.exclude(kind="bookings/confirmed").get()
    assert (told.kind, told.recipient) == ("bookings/swapped_date", booking.booked_by)
    assert told.context["starts_at"] == new.starts_at.isoformat()
    assert told.context["old_starts_at"] == old.starts_at.isoformat()


def test_a_full_date_is_refused_and_the_old_one_kept():
    old, new = dates()
    booking = book_for(PersonFactory(), PersonFactory(), session=old)
    book_for(PersonFactory(), session=new)

    assert why(swap, booking, new) == "full_there"
    assert again(booking).session == old


def test_nobody_passes_a_line_by_swapping():
    old, new = dates()
    booking = book_for(PersonFactory(), session=old)
    book_for(PersonFactory(), session=new)
    book_for(PersonFactory(), PersonFactory(), session=again(new))

    assert why(swap, booking, new) == "full_there"


def test_who_waits_may_swap_for_a_date_with_places():
    old, new = dates()
    book_for(PersonFactory(), PersonFactory(), session=old)
    waiting = book_for(PersonFactory(), session=again(old))

    swap(waiting, new)

    assert (again(waiting).status, again(old).places_waiting) == (Status.CONFIRMED, 0)
    assert drifts() == []


def test_who_has_something_else_then_keeps_the_old_date():
    old, new = dates()
    person = PersonFactory()
    by = carer(person)
    booking = book_for(person, session=old, by=by)
    other = SessionFactory(starts_at=new.starts_at)
    book_for(person, session=other, by=by)

    assert why(swap, booking, new) == "overlap"


def test_overlapping_dates_of_one_activity_may_be_swapped():
    old, new = dates()
    Session.objects.filter(pk=new.pk).update(
        starts_at=old.starts_at + timedelta(minutes=30), ends_at=old.ends_at + timedelta(hours=1)
    )
    booking = book_for(PersonFactory(), session=old)

    swap(booking, new)

    assert again(booking).session == new


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"canceled_at": timezone.now()}, "called_off"),
        ({"booking_closes_at": timezone.now() - timedelta(hours=1)}, "closed"),
        ({"booking_opens_at": timezone.now() + timedelta(days=1)}, "not_open_yet"),
    ],
)
def test_only_an_open_date_can_be_chosen(change, code):
    old, new = dates()
    booking = book_for(PersonFactory(), session=old)
    Session.objects.filter(pk=new.pk).update(**change)

    assert why(swap, booking, new) == code


def test_after_the_deadline_a_swap_is_as_late_as_canceling():
    old, new = dates()
    booking = book_for(PersonFactory(), session=old)

    swap(booking, new, at=old.starts_at - timedelta(minutes=5))

    late = Place.objects.get(session=old)
    assert (late.canceled_late, late.booking) == (True, booking)
    assert again(booking).places.get(canceled_at=None).session == new
    assert drifts() == []


def test_what_has_begun_is_not_swapped():
    old, new = dates()
    booking = book_for(PersonFactory(), session=old)

    assert why(swap, booking, new, at=old.starts_at + timedelta(minutes=1)) == "over"


@pytest.mark.parametrize(
    ("activity", "code"),
    [({"allocation": Allocation.DRAW}, "by_lot"), ({"booking_mode": BookingMode.EITHER}, None)],
)
def test_dates_given_by_lot_are_not_swapped(activity, code):
    old, new = dates(**activity)
    if "allocation" in activity:
        old, new = ready(old, new)
    booking = book_for(PersonFactory(), session=old)

    assert (why(swap, booking, new) if code else swap(booking, new) and None) == code
    assert drifts() == []


def test_a_whole_course_has_no_date_to_swap():
    old, new = dates(booking_mode=BookingMode.EITHER)
    booking = book_for(PersonFactory(), activity=old.activity)

    assert why(swap, booking, new) == "whole_course"


def test_a_held_place_is_answered_before_it_is_swapped():
    old, new = dates(freed_place=FreedPlace.OFFERED)
    first = book_for(PersonFactory(), PersonFactory(), session=old)
    offered = book_for(PersonFactory(), session=again(old))
    services.cancel(first, by=first.booked_by)

    assert why(swap, offered, new) == "answer_first"


def test_dates_of_one_request_can_be_swapped_into_each_other():
    old, new = dates()
    person = PersonFactory()
    by = carer(person)
    staying = book_for(person, session=old, by=by, key="both")
    gone = book_for(person, session=new, by=by, key="both")
    services.cancel(gone, by=by)

    swap(staying, new)

    assert again(staying).session == new


# --- Persons -----------------------------------------------------------------------------


def family(*people):
    people = people or PersonFactory.create_batch(3)
    return carer(*people), *people


def replace(booking, leaving, coming, **more):
    more.setdefault("by", booking.booked_by)
    return swaps.swap_person(again(booking), leaving, coming, **more)


def test_somebody_else_comes_and_the_place_stays():
    by, ana, bo, cy = family()
    session = dates(1)[0]
    booking = book_for(ana, bo, session=session, by=by)

    replace(booking, ana, cy)

    assert set(booking.places.values_list("person", flat=True)) == {bo.pk, cy.pk}
    assert (again(session).places_taken, again(booking).party_size) == (2, 2)
    told = Notice.objects.get(kind="bookings/swapped_person")
    assert (told.context["names"], told.context["leaving"]) == ([cy.name], ana.name)
    assert drifts() == []


@pytest.mark.parametrize("first", [0, 1], ids=["the older by the younger", "and back"])
def test_either_of_two_may_come_for_the_other(first):
    by, *people = family(*PersonFactory.create_batch(2))
    leaving, coming = people[first], people[1 - first]
    booking = book_for(leaving, session=dates(1)[0], by=by)

    replace(booking, leaving, coming)

    assert booking.places.get().person == coming


def test_who_waits_keeps_the_number_in_line():
    by, ana, bo, _cy = family()
    session = dates(1)[0]
    book_for(PersonFactory(), PersonFactory(), session=session)
    booking = book_for(ana, session=again(session), by=by)
    behind = book_for(PersonFactory(), session=again(session))

    replace(booking, ana, bo)

    now = again(booking)
    assert (now.status, now.queue_no) == (Status.WAITING, booking.queue_no)
    assert now.queue_no < behind.queue_no
    assert drifts() == []


def test_in_a_course_the_dates_that_have_been_stay_with_whoever_was_there():
    by, ana, bo, _cy = family()
    first, second, third = dates(3, booking_mode=BookingMode.COURSE)
    booking = book_for(ana, activity=first.activity, by=by)

    replace(booking, ana, bo, at=first.starts_at + timedelta(hours=2))

    assert dict(booking.places.values_list("session", "person")) == {
        first.pk: ana.pk,
        second.pk: bo.pk,
        third.pk: bo.pk,
    }


def test_in_a_course_somebody_may_come_on_one_date_only():
    by, ana, bo, _cy = family()
    first, second = dates(2, booking_mode=BookingMode.COURSE)
    booking = book_for(ana, activity=first.activity, by=by)

    replace(booking, ana, bo, session=second)

    assert dict(booking.places.values_list("session", "person")) == {
        first.pk: ana.pk,
        second.pk: bo.pk,
    }
    assert drifts() == []


def test_who_is_there_already_does_not_come_twice():
    by, ana, bo, _cy = family()
    session = dates(1)[0]
    booking = book_for(ana, bo, session=session, by=by)

    assert why(replace, booking, ana, bo) == "already_booked"


def test_who_has_something_else_does_not_come_instead():
    by, ana, bo, _cy = family()
    session = dates(1)[0]
    booking = book_for(ana, session=session, by=by)
    book_for(bo, session=SessionFactory(starts_at=session.starts_at), by=by)

    assert why(replace, booking, ana, bo) == "overlap"


def test_who_is_too_young_or_a_stranger_does_not_come_instead():
    by, ana, bo, _cy = family()
    session = dates(1, min_age=60)[0]
    bo.birth_date = timezone.localdate() - timedelta(days=30 * 365)
    bo.save()
    booking = book_for(ana, session=session, by=by)

    assert why(replace, booking, ana, bo) == "too_young"
    assert why(replace, booking, ana, PersonFactory()) == "not_your_people"


def test_a_swap_needs_no_room_under_the_limit_of_an_account():
    by, ana, bo, _cy = family()
    session = dates(1, people_per_carer=1)[0]
    booking = book_for(ana, session=session, by=by)

    replace(booking, ana, bo)

    assert booking.places.get().person == bo


def test_after_closing_somebody_may_still_come_instead():
    by, ana, bo, _cy = family()
    session = dates(1)[0]
    booking = book_for(ana, session=session, by=by)
    Session.objects.update(booking_closes_at=timezone.now())

    replace(booking, ana, bo)

    assert booking.places.get().person == bo


def test_the_names_of_a_draw_are_final_once_applications_are_closed():
    by, ana, bo, cy = family()
    session = session_to_draw()
    booking = book_for(ana, session=session, by=by)
    replace(booking, ana, bo)
    draw = draw_of(session)
    draws.freeze(draw, at=draw.closes_at)

    assert why(replace, booking, bo, cy) == "names_are_final"
    assert booking.places.get().person == bo


def test_answers_go_with_the_person_they_are_about():
    by, ana, bo, _cy = family()
    session = dates(1)[0]
    question = Question.objects.create(
        activity=session.activity, text="Allergies", purpose="Lunch", is_per_person=True
    )
    booking = book_for(
        ana, session=session, by=by, answers={str(question.pk): {str(ana.pk): "Nuts"}}
    )

    replace(booking, ana, bo, answers={question.pk: "None"})

    assert again(booking).answers == {str(question.pk): {str(bo.pk): "None"}}


def test_the_desk_swaps_for_anybody():
    _by, ana, _bo, _cy = family()
    session = dates(1)[0]
    booking = book_for(ana, session=session)

    replace(booking, ana, PersonFactory(), channel=BookingChannel.DESK)

    assert drifts() == []


def test_nothing_is_swapped_in_what_was_canceled():
    by, ana, bo, _cy = family()
    old, new = dates(2)
    booking = book_for(ana, session=old, by=by)
    services.cancel(booking, by=by)

    assert why(replace, booking, ana, bo) == "over"
    assert why(swap, booking, new) == "over"


class AnyOrderOfSwaps(TestCase):
    @settings(max_examples=25)
    @given(
        mode=st.sampled_from([BookingMode.SINGLE, BookingMode.EITHER]),
        offered=st.sampled_from(FreedPlace),
        passing=st.booleans(),
        steps=st.lists(
            st.tuples(
                st.sampled_from(["book", "date", "person", "cancel", "accept"]),
                st.integers(0, 2),
                st.integers(1, 2),
                st.integers(0, 9),
            ),
            max_size=14,
        ),
    )
    def test_keeps_counters_and_lines_in_order(self, mode, offered, passing, steps):
        sessions = dates(3, booking_mode=mode, freed_place=offered, smaller_may_pass=passing)
        made = []
        for step, n, people, which in steps:
            with suppress(BookingRefused):
                self._take(step, sessions[n], people, which, made)
            assert drifts() == []
        taken = Session.objects.values_list("places_taken", "capacity")
        assert all(some <= most for some, most in taken)

    def _take(self, step, session, people, which, made):
        if step == "book" or not made:
            made.append(book_for(*PersonFactory.create_batch(people), session=again(session)))
            return
        booking = again(made[which % len(made)])
        if step == "date":
            swap(booking, session)
        elif step == "person":
            coming = PersonFactory()
            CareFactory(user=booking.booked_by, person=coming, role=Role.HELPER)
            replace(booking, booking.places.first().person, coming)
        else:
            getattr(services, step)(booking, by=booking.booked_by)
