"""Every promise of booking, with many at once, and the same with its guard taken out.

The controls show that the race would be seen: counters at rest hide a jumped line, so the
rows are held while the rivals are on their way.
"""

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from activities.models import FreedPlace, Session, midnight
from bookings import changes, draws, limits, lots, services
from bookings.counting import drifts
from bookings.models import Booking, Draw, Limit, Period, Place, Status
from bookings.models.draws import DrawQuerySet
from bookings.services import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.bookings.drawing import NUMBER, apply_for, draw_of, session_to_draw
from tests.factories import ActivityFactory, PersonFactory, SessionFactory, UserFactory
from tests.races import together, while_held, without_constraint

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

RIVALS = 10


def rivals(session, number=RIVALS):
    """So many calls that each book one new person into the session."""
    return [
        partial(book_for, person, session=Session.objects.get(pk=session.pk), by=carer(person))
        for person in PersonFactory.create_batch(number)
    ]


def outcome(answers):
    return Counter(
        answer.status if isinstance(answer, Booking) else type(answer).__name__
        for answer in answers
    )


def the_row(session):
    return Session.objects.filter(pk=session.pk)


def test_the_last_place_is_given_once():
    session = SessionFactory(capacity=1)

    answers = together(*rivals(session))

    assert outcome(answers) == {Status.CONFIRMED: 1, Status.WAITING: RIVALS - 1}
    assert drifts() == []


def test_control_without_the_guard_the_database_still_refuses(guard_without):
    guard_without("capacity__gte")
    session = SessionFactory(capacity=1)

    with while_held(the_row(session), *rivals(session)) as answers:
        pass

    assert outcome(answers) == {Status.CONFIRMED: 1, "IntegrityError": RIVALS - 1}


def test_control_without_guard_and_constraint_the_session_is_overbooked(guard_without):
    guard_without("capacity__gte")
    with without_constraint(Session, "session_not_overbooked"):
        session = SessionFactory(capacity=1)
        with while_held(the_row(session), *rivals(session)) as answers:
            pass

    assert outcome(answers) == {Status.CONFIRMED: RIVALS}


def pair_waits_while_newcomers_are_on_their_way(session):
    """Newcomers who saw an empty session; when they take their place, a pair waits for it."""
    with while_held(the_row(session), *rivals(session)) as answers:
        book_for(PersonFactory(), PersonFactory(), session=session)
        pair = book_for(PersonFactory(), PersonFactory(), session=session)
    assert pair.status == Status.WAITING
    return outcome(answers)


def test_nobody_passes_a_waiting_party_though_a_place_looked_free():
    session = SessionFactory(capacity=3)

    assert pair_waits_while_newcomers_are_on_their_way(session) == {Status.WAITING: RIVALS}


def test_control_without_the_line_in_the_guard_somebody_passes(guard_without):
    guard_without("places_waiting")
    session = SessionFactory(capacity=3)

    assert pair_waits_while_newcomers_are_on_their_way(session)[Status.CONFIRMED] == 1


def somebody_cancels_while_newcomers_join_the_line(session):
    """Newcomers who saw a full session without a line; when they join it, a place is free."""
    booking = book_for(PersonFactory(), session=session)
    with while_held(the_row(session), *rivals(session)) as answers:
        services.cancel(booking, by=booking.booked_by)
    return outcome(answers)


def test_nobody_waits_for_a_place_that_has_just_become_free():
    session = SessionFactory(capacity=1)

    assert somebody_cancels_while_newcomers_join_the_line(session) == {
        Status.CONFIRMED: 1,
        Status.WAITING: RIVALS - 1,
    }
    assert drifts() == []


def test_control_without_its_guard_everybody_waits_for_a_free_place(monkeypatch, unprepared):
    monkeypatch.setattr(services, "_has_a_line", lambda *values: Q())
    session = SessionFactory(capacity=1)

    assert somebody_cancels_while_newcomers_join_the_line(session) == {Status.WAITING: RIVALS}
    assert drifts() != []


def test_numbers_in_line_follow_the_line():
    session = SessionFactory(capacity=1)
    book_for(PersonFactory(), session=session)

    together(*rivals(session))

    waiting = Booking.objects.waiting()
    assert len({booking.queue_no for booking in waiting}) == RIVALS
    assert drifts() == []


def test_nobody_is_booked_into_a_session_that_is_being_called_off():
    session = SessionFactory(capacity=RIVALS)

    with while_held(the_row(session), *rivals(session)) as answers:
        the_row(session).update(canceled_at=session.starts_at)

    assert outcome(answers) == {"BookingRefused": RIVALS}


def test_control_without_the_guard_a_called_off_session_is_booked(guard_without):
    guard_without("canceled_at")
    session = SessionFactory(capacity=RIVALS)

    with while_held(the_row(session), *rivals(session)) as answers:
        the_row(session).update(canceled_at=session.starts_at)

    assert outcome(answers) == {Status.CONFIRMED: RIVALS}


def moves(session):
    """A day later, and elsewhere."""
    later = timedelta(days=1)
    changes.move(
        Session.objects.get(pk=session.pk),
        starts_at=session.starts_at + later,
        ends_at=session.ends_at + later,
        outside_place="Yard",
        by=carer(),
    )


def test_nobody_is_booked_at_a_time_they_have_not_seen():
    session = SessionFactory(capacity=RIVALS)

    with while_held(the_row(session), *rivals(session)) as answers:
        moves(session)

    assert outcome(answers) == {"BookingRefused": RIVALS}
    assert {answer.reason.code for answer in answers} == {"moved"}
    assert not Notice.objects.exists()


def test_control_where_a_later_time_will_do_they_are_told_the_old_one(monkeypatch, unprepared):
    exact = services._still_open
    monkeypatch.setattr(services, "_still_open", lambda *seen: _or_later(exact(*seen)))
    session = SessionFactory(capacity=RIVALS)

    with while_held(the_row(session), *rivals(session)) as answers:
        moves(session)

    assert outcome(answers) == {Status.CONFIRMED: RIVALS}
    assert set(Notice.objects.values_list("context__place", flat=True)) == {"Square"}


def _or_later(guard):
    will_do = ("starts_at", "ends_at", "outside_place")
    return {f"{key}__gte" if key in will_do else key: value for key, value in guard.items()}


def in_overlapping_sessions(person):
    first = SessionFactory()
    sessions = [first] + [
        SessionFactory(starts_at=first.starts_at + timedelta(minutes=i)) for i in range(1, RIVALS)
    ]
    by = carer(person)
    return [partial(book_for, person, session=each, by=by) for each in sessions]


def test_one_person_is_in_one_place_at_a_time():
    person = PersonFactory()

    answers = together(*in_overlapping_sessions(person))

    assert outcome(answers) == {Status.CONFIRMED: 1, "BookingRefused": RIVALS - 1}


def test_control_without_the_lock_on_the_person_she_is_in_several(unlocked):
    person = PersonFactory()

    calls = in_overlapping_sessions(person)

    with while_held(Session.objects.all(), *calls) as answers:
        pass

    assert outcome(answers) == {Status.CONFIRMED: RIVALS}


def on_one_day(person):
    """Dates of one day that do not overlap, at a center where a person may have one a day."""
    activity = ActivityFactory()
    Limit.objects.create(center=activity.center, period=Period.DAY, most=1)
    tomorrow = midnight(timezone.localdate(), days_later=1)
    sessions = [
        SessionFactory(activity=activity, starts_at=tomorrow + timedelta(hours=8 + i))
        for i in range(RIVALS)
    ]
    by = carer(person)
    return [partial(book_for, person, session=each, by=by) for each in sessions]


def test_a_person_has_no_more_than_the_limit_however_many_are_booked_at_once():
    person = PersonFactory()

    answers = together(*on_one_day(person))

    assert outcome(answers) == {Status.CONFIRMED: 1, "BookingRefused": RIVALS - 1}


def test_control_without_the_lock_on_the_person_the_limit_is_passed(unlocked):
    calls = on_one_day(PersonFactory())

    with while_held(Session.objects.all(), *calls) as answers:
        pass

    assert outcome(answers) == {Status.CONFIRMED: RIVALS}


def of_one_account():
    """Ten people of one account, who may bring two, each booked by a tap of its own."""
    session = SessionFactory(capacity=RIVALS, activity__people_per_carer=2)
    people = PersonFactory.create_batch(RIVALS)
    by = carer(*people)
    return session, [
        partial(book_for, person, session=Session.objects.get(pk=session.pk), by=by)
        for person in people
    ]


def test_an_account_brings_no_more_people_than_agreed():
    _session, calls = of_one_account()

    answers = together(*calls)

    assert outcome(answers) == {Status.CONFIRMED: 2, "BookingRefused": RIVALS - 2}


def test_control_without_the_lock_on_the_account_it_brings_everybody(monkeypatch):
    monkeypatch.setattr(limits, "hold", lambda activity, **whose: None)
    session, calls = of_one_account()

    with while_held(the_row(session), *calls) as answers:
        pass

    assert outcome(answers) == {Status.CONFIRMED: RIVALS}


def taps():
    session, person = SessionFactory(), PersonFactory()
    tap = partial(book_for, person, session=session, by=carer(person), key="tap")
    return [tap] * RIVALS


def test_a_double_tap_makes_one_booking():
    answers = together(*taps())

    assert outcome(answers) == {Status.CONFIRMED: RIVALS}
    assert {answer.pk for answer in answers} == {Booking.objects.get().pk}
    assert drifts() == []


def test_a_double_tap_makes_one_booking_even_without_the_lock(unlocked):
    together(*taps())

    assert Booking.objects.count() == 1


def test_control_without_lock_and_constraints_every_tap_books(unlocked):
    with (
        without_constraint(Place, "person_is_in_a_session_once"),
        without_constraint(Booking, "request_makes_one_booking"),
        while_held(Session.objects.all(), *taps()) as answers,
    ):
        pass

    assert len({answer.pk for answer in answers}) == RIVALS


def cancels_and_joins(session):
    first = [book_for(PersonFactory(), session=session) for _ in range(RIVALS)]
    cancels = [partial(services.cancel, each, by=each.booked_by) for each in first[::2]]
    return cancels + rivals(session, RIVALS // 2)


def test_who_cancels_and_who_joins_leave_the_line_in_order():
    session = SessionFactory(capacity=4)

    answers = together(*cancels_and_joins(session))

    assert not any(isinstance(answer, Exception) for answer in answers)
    assert drifts() == []
    waiting = list(Booking.objects.waiting().values_list("queue_no", flat=True))
    served = Booking.objects.confirmed().exclude(queue_no=None)
    assert all(each.queue_no < min(waiting) for each in served)


def test_control_without_the_lock_on_the_session_the_counters_drift(unlocked):
    session = SessionFactory(capacity=4)

    with while_held(the_row(session), *cancels_and_joins(session)):
        pass

    assert drifts() != []


def test_an_offer_is_accepted_once_or_canceled_never_both():
    session = SessionFactory(capacity=1, activity__freed_place=FreedPlace.OFFERED)
    first, second, third = [book_for(PersonFactory(), session=session) for _ in range(3)]
    services.cancel(first, by=first.booked_by)
    accept = partial(services.accept, second, by=second.booked_by)
    decline = partial(services.decline, second, by=second.booked_by)

    answers = together(*[accept, decline] * 5)

    assert drifts() == []
    second.refresh_from_db()
    third.refresh_from_db()
    assert {second.status, third.status} in (
        {Status.CONFIRMED, Status.WAITING},
        {Status.CANCELED, Status.OFFERED},
    )
    assert all(isinstance(answer, Booking | BookingRefused) for answer in answers)


# --- Draws -------------------------------------------------------------------------------


def a_draw_with_its_number(capacity=2, applications=5):
    session = session_to_draw(capacity=capacity)
    apply_for(session, *[1] * applications)
    draw = draw_of(session)
    return draws.type_in(draw, NUMBER, by=UserFactory(), at=draw.number_due_at)


def held_by_many(draw):
    """What everybody is told, while the session is held and all are on their way."""
    at = draw.number_due_at + timedelta(minutes=1)
    rivals = [partial(hold_again, draw.pk, at) for _ in range(RIVALS)]
    with while_held(the_row(draw.session), *rivals) as answers:
        pass
    assert [each for each in answers if isinstance(each, Exception)] == []
    told = Notice.objects.filter(kind__in=["bookings/drawn", "bookings/not_drawn"])
    return Counter(told.values_list("kind", flat=True))


def hold_again(pk, at):
    return draws.hold(Draw.objects.select_related("activity__center", "session").get(pk=pk), at=at)


def test_many_who_draw_at_once_draw_once():
    draw = a_draw_with_its_number()

    assert held_by_many(draw) == {"bookings/drawn": 2, "bookings/not_drawn": 3}
    draw.session.refresh_from_db()
    assert (draw.session.places_taken, draw.session.places_waiting) == (2, 3)
    assert drifts() == []


def test_control_who_does_not_look_again_under_the_lock_draws_again(monkeypatch):
    """The second draws from nobody: all have withdrawn, it seems, and the result is lost."""
    draw = a_draw_with_its_number()
    forgetful = DrawQuerySet.locked

    def forgotten(self):
        rows = list(forgetful(self))
        for row in rows:
            row.drawn_at = None
        return OneOf(rows)

    monkeypatch.setattr(DrawQuerySet, "locked", forgotten)

    held_by_many(draw)

    draw.refresh_from_db()
    assert Counter(outcome for _reference, outcome in draw.result["order"]) == {"withdrawn": 5}


class OneOf(list):
    def get(self, pk):
        return next(row for row in self if row.pk == pk)


def applications_around_closing(draw):
    """Who applies while the list is being closed: they asked before, and come after."""
    early = draw.closes_at - timedelta(seconds=1)
    calls = [
        partial(book_for, person, session=fresh(draw.session), by=carer(person), at=early)
        for person in PersonFactory.create_batch(RIVALS)
    ]
    with while_held(the_row(draw.session), *calls) as answers:
        draws.freeze(draw, at=draw.closes_at)
    draw.refresh_from_db()
    return answers, {entry[0] for entry in draw.entries}


def fresh(session):
    return Session.objects.select_related("activity__center").get(pk=session.pk)


def test_whoever_comes_while_the_list_is_closed_is_told_and_not_left_between():
    draw = draw_of(session_to_draw())

    answers, listed = applications_around_closing(draw)

    assert outcome(answers) == {"BookingRefused": RIVALS}
    assert listed == set(Booking.objects.values_list("reference", flat=True)) == set()


def test_control_without_looking_under_the_lock_applications_are_left_between(monkeypatch):
    def careless(request):
        with services.locked_sessions(request.activity, request.session, at=request.at):
            return services._write_down(request, services._coming(request), Status.APPLIED)

    monkeypatch.setattr(services, "_apply", careless)
    draw = draw_of(session_to_draw())

    answers, listed = applications_around_closing(draw)

    assert outcome(answers) == {Status.APPLIED: RIVALS}
    assert listed == set()


def test_a_killed_draw_leaves_nothing_and_is_drawn_again_with_the_same_result():
    """A real process, killed in the middle of the transaction that draws."""
    draw = a_draw_with_its_number()
    expected = lots.in_drawn_order(
        lots.seed_of(draw.secret, draw.public_number, draw.entries), draw.entries
    )
    at = draw.number_due_at + timedelta(minutes=1)
    before = the_row(draw.session).values().get()
    notices = set(Notice.objects.values_list("key", flat=True))

    drawing = [sys.executable, "-c", DRAWS_AND_STOPS, connection.settings_dict["NAME"]]
    with subprocess.Popen(  # noqa: S603 - its own words, below
        [*drawing, str(draw.pk), at.isoformat()], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "everybody is told, nothing is committed\n"
        process.kill()

    assert the_row(draw.session).values().get() == before
    assert set(Notice.objects.values_list("key", flat=True)) == notices
    draw.refresh_from_db()
    assert draw.drawn_at is None
    drawn = hold_again(draw.pk, at)
    assert [reference for reference, _outcome in drawn.result["order"]] == expected
    assert Notice.objects.exclude(key__in=notices).count() == 5


DRAWS_AND_STOPS = """
import os, sys, time
from datetime import datetime
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from bookings import drawn_places, draws
from bookings.models import Draw
def stop(notices, leave=drawn_places.leave_all):
    leave(notices)
    print("everybody is told, nothing is committed", flush=True)
    time.sleep(600)
drawn_places.leave_all = stop
draws.hold(Draw.objects.get(pk=sys.argv[2]), at=datetime.fromisoformat(sys.argv[3]))
"""
