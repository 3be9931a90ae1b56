"""A draw from the first application to the last place that comes free after it."""

from collections import Counter
from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from activities.models import Allocation, BookingMode, FreedPlace, Session
from activities.models import Status as ActivityStatus
from bookings import changes, draw_plans, draws, kept, lots, services, tasks, waitlist
from bookings.counting import drifts
from bookings.draw_plans import Plan
from bookings.models import Booking, BookingChannel, Draw, Place, Status
from bookings.services import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for
from tests.bookings.drawing import (
    EVENING,
    NUMBER,
    apply_for,
    course_to_draw,
    draw_of,
    held,
    session_to_draw,
)
from tests.factories import ActivityFactory, PersonFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

A_MINUTE = timedelta(minutes=1)


def states(bookings):
    return Counter(
        Booking.objects.filter(pk__in=[b.pk for b in bookings]).values_list("status", flat=True)
    )


def refused(call, *args, **kwargs):
    with pytest.raises(BookingRefused) as no:
        call(*args, **kwargs)
    return no.value.reason.code


# --- Before anybody applies ------------------------------------------------------------


def test_the_hash_is_there_before_anybody_can_apply():
    session = session_to_draw(prepared=False)

    assert refused(book_for, PersonFactory(), session=session) == "draw_not_prepared"

    [draw] = draw_plans.prepare(session.activity, EVENING)
    session.refresh_from_db()
    application = book_for(PersonFactory(), session=session)
    assert draw.commitment == lots.sha256(draw.secret)
    assert draw.committed_at < application.created_at
    assert application.status == Status.APPLIED


def test_every_date_has_its_own_draw_and_a_course_has_one():
    activity = ActivityFactory(allocation=Allocation.DRAW)
    for _ in range(3):
        session_to_draw(activity=activity, prepared=False)
    course = course_to_draw(prepared=False)

    assert len({draw.secret for draw in draw_plans.prepare(activity, EVENING)}) == 3
    [draw] = draw_plans.prepare(course, EVENING)
    assert draw.session is None
    assert set(course.sessions.values_list("applications_close_at", flat=True)) == {draw.closes_at}


def test_prepared_again_it_keeps_its_secret():
    session = session_to_draw(booking_opens_at=timezone.now() + timedelta(days=2))
    before = draw_of(session)

    draw_plans.prepare(session.activity, Plan("Another", 2, time(12), time(21)), session=session)

    draw = draw_of(session)
    assert (draw.secret, draw.commitment) == (before.secret, before.commitment)
    assert draw.number_source == "Another"
    assert draw.closes_at < before.closes_at


def test_once_people_can_apply_nothing_about_it_changes():
    session = session_to_draw()

    assert refused(draw_plans.prepare, session.activity, EVENING) == "no_draw_to_prepare"


def test_an_archived_draw_with_applications_is_not_prepared_anew():
    session = session_to_draw()
    apply_for(session, 1)
    session.activity.status = ActivityStatus.ARCHIVED
    session.activity.save()

    assert refused(draw_plans.prepare, session.activity, EVENING) == "no_draw_to_prepare"


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (Plan("Lottery", 20, time(18), time(21)), "draw_closes_too_early"),
        (Plan("Lottery", 0, time(23, 59), time(23, 59)), "draw_closes_too_late"),
    ],
)
def test_there_is_time_to_apply_and_time_to_draw(plan, code):
    starts_at = timezone.localtime().replace(hour=12) + timedelta(days=9)
    session = session_to_draw(prepared=False, starts_at=starts_at)

    assert refused(draw_plans.prepare, session.activity, plan) == code


def test_a_number_that_comes_out_before_closing_is_of_the_next_day():
    plan = Plan("Lottery", 1, time(18), time(9))

    closes_at, number_due_at = plan.moments(timezone.now())

    assert timedelta(0) < number_due_at - closes_at < timedelta(days=1)


def test_what_is_booked_either_way_is_not_drawn():
    activity = ActivityFactory(booking_mode=BookingMode.EITHER)
    activity.allocation = Allocation.DRAW

    with pytest.raises(IntegrityError, match="either_way_is_first_come"), transaction.atomic():
        activity.save()


def test_first_come_has_nothing_to_draw():
    assert refused(draw_plans.prepare, SessionFactory().activity, EVENING) == "nothing_to_draw"


# --- Applying --------------------------------------------------------------------------


def test_applications_take_no_place_and_stand_in_no_line():
    session = session_to_draw(capacity=1)

    apply_for(session, 2, 1, 1)

    session.refresh_from_db()
    assert (session.places_taken, session.places_waiting) == (0, 0)
    assert drifts() == []


def test_nobody_applies_twice_or_is_somewhere_else_at_that_time():
    session = session_to_draw()
    person = PersonFactory()
    book_for(person, session=session)
    other = SessionFactory(starts_at=session.starts_at, ends_at=session.ends_at)

    assert refused(book_for, person, session=session) == "already_booked"
    assert refused(book_for, person, session=other) == "overlap"


def test_after_closing_nobody_applies_and_the_desk_neither():
    session = session_to_draw(places_kept=2)
    closed = draw_of(session).closes_at

    for channel in (BookingChannel.WEB, BookingChannel.DESK):
        assert (
            refused(book_for, PersonFactory(), session=session, at=closed, channel=channel)
            == "applications_closed"
        )


def test_who_was_on_the_way_when_the_list_was_closed_is_told_so():
    session = session_to_draw()
    draw = draw_of(session)
    draws.freeze(draw, at=draw.closes_at)

    late = draw.closes_at - A_MINUTE
    assert refused(book_for, PersonFactory(), session=session, at=late) == "being_drawn"


def test_an_application_is_taken_back_before_and_after_closing():
    session = session_to_draw()
    early, late, staying = apply_for(session, 1, 1, 1)
    draw = draw_of(session)

    services.cancel(early, by=early.booked_by)
    draws.freeze(draw, at=draw.closes_at)
    services.cancel(late, by=late.booked_by, at=draw.closes_at + A_MINUTE)
    draw = held(draw)

    assert early.reference not in {entry[0] for entry in draw.entries}
    assert dict(draw.result["order"]) == {
        late.reference: lots.WITHDRAWN,
        staying.reference: lots.PLACED,
    }


# --- Closing and the number ------------------------------------------------------------


def test_the_list_is_closed_once_and_sorted():
    session = session_to_draw(capacity=7)
    applications = apply_for(session, 2, 1, 3)
    draw = draw_of(session)

    assert refused(draws.freeze, draw, at=draw.closes_at - A_MINUTE) == "applications_are_open"
    draws.freeze(draw, at=draw.closes_at)
    services.cancel(applications[0], by=applications[0].booked_by)
    draw = draws.freeze(draw, at=draw.closes_at + A_MINUTE)

    assert draw.entries == sorted(
        [b.reference, size, 1] for b, size in zip(applications, (2, 1, 3), strict=True)
    )
    assert draw.frozen_at == draw.closes_at
    assert draw.terms == {
        "places": {str(session.pk): 7},
        "smaller_may_pass": False,
        "has_waitlist": True,
    }


def test_typing_the_number_closes_the_list_where_the_clock_did_not():
    session = session_to_draw()
    apply_for(session, 1)
    draw, staff = draw_of(session), UserFactory()
    at = draw.number_due_at

    draw = draws.type_in(draw, NUMBER, by=staff, at=at)

    assert (draw.public_number, draw.number_by, draw.number_at) == ("0512192331", staff, at)
    assert draw.frozen_at == at


def test_the_number_is_not_known_before_it_is_out():
    draw = draw_of(session_to_draw())

    assert (
        refused(draws.type_in, draw, NUMBER, by=UserFactory(), at=draw.number_due_at - A_MINUTE)
        == "number_is_not_out"
    )


def test_the_number_stays_as_it_was_typed_in():
    session = session_to_draw()
    draw, staff = draw_of(session), UserFactory()
    draws.type_in(draw, NUMBER, by=staff, at=draw.number_due_at)

    assert (
        refused(draws.type_in, draw, "6", by=UserFactory(), at=draw.number_due_at)
        == "number_is_known"
    )
    again = draws.type_in(draw, "0512192331", by=UserFactory(), at=draw.number_due_at + A_MINUTE)
    assert (again.number_by, again.number_at) == (staff, draw.number_due_at)


def test_words_are_no_number():
    draw = draw_of(session_to_draw())

    assert (
        refused(draws.type_in, draw, "n/a", by=UserFactory(), at=draw.number_due_at) == "no_number"
    )


def test_nothing_is_drawn_without_its_number():
    draw = draw_of(session_to_draw())

    assert refused(draws.hold, draw, at=draw.number_due_at) == "no_number"


def test_nothing_is_drawn_for_what_has_begun():
    session = session_to_draw()
    draw = draw_of(session)
    draws.type_in(draw, NUMBER, by=UserFactory(), at=draw.number_due_at)

    assert refused(draws.hold, draw, at=session.starts_at) == "too_late_to_draw"


@pytest.mark.parametrize(
    "change",
    [
        {"public_number": "1", "number_at": timezone.now()},
        {"frozen_at": timezone.now(), "entries": []},
        {"drawn_at": timezone.now()},
    ],
    ids=["a number without a list", "closed before closing", "drawn without a number"],
)
def test_the_database_keeps_the_order_of_the_steps(change):
    draw = draw_of(session_to_draw())

    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.filter(pk=draw.pk).update(**change)


# --- Drawing ---------------------------------------------------------------------------


def test_the_drawn_have_places_and_the_rest_wait_in_drawn_order():
    session = session_to_draw(capacity=3)
    applications = apply_for(session, 1, 1, 1, 1, 1)

    draw = held(draw_of(session))

    order = [reference for reference, _outcome in draw.result["order"]]
    assert order == lots.in_drawn_order(draw.seed, draw.entries)
    placed = Booking.objects.confirmed().values_list("reference", flat=True)
    assert set(placed) == set(order[:3])
    assert list(Booking.objects.waiting().values_list("reference", flat=True)) == order[3:]
    session.refresh_from_db()
    assert (session.places_taken, session.places_waiting, session.drawn_at) == (3, 2, draw.drawn_at)
    assert states(applications) == {Status.CONFIRMED: 3, Status.WAITING: 2}
    assert drifts() == []


def test_whoever_is_drawn_has_the_place_where_a_freed_one_is_only_offered():
    session = session_to_draw(capacity=1, activity__freed_place=FreedPlace.OFFERED)
    apply_for(session, 1, 1)

    held(draw_of(session))

    assert Counter(Booking.objects.values_list("status", flat=True)) == {
        Status.CONFIRMED: 1,
        Status.WAITING: 1,
    }


@pytest.mark.parametrize(("may_pass", "taken"), [(False, 2), (True, 3)])
def test_parties_get_all_or_nothing(may_pass, taken):
    """Drawn in this order: two, two, one, into three places."""
    session = session_to_draw(capacity=3)
    session.activity.smaller_may_pass = may_pass
    session.activity.save()
    parties = dict(zip("ABC", apply_for(session, 2, 2, 1), strict=True))
    for reference, booking in parties.items():
        Booking.objects.filter(pk=booking.pk).update(reference=reference)

    held(
        draw_of(session),
        number=number_that_draws("ABC", draw_of(session), {"A": 2, "B": 2, "C": 1}),
    )

    session.refresh_from_db()
    assert session.places_taken == taken
    assert Counter(Place.objects.held().values_list("booking__reference", flat=True)) == (
        {"A": 2, "C": 1} if may_pass else {"A": 2}
    )
    assert drifts() == []


def number_that_draws(order, draw, sizes):
    """As nobody could who does not know the secret."""
    entries = [[reference, people, 1] for reference, people in sizes.items()]
    return next(
        str(number)
        for number in range(1000)
        if lots.in_drawn_order(lots.seed_of(draw.secret, str(number), entries), entries)
        == list(order)
    )


def test_the_rule_at_closing_counts_though_it_was_changed_before_the_draw():
    session = session_to_draw(capacity=3)
    apply_for(session, 2, 2, 1)
    draw = draw_of(session)
    draws.freeze(draw, at=draw.closes_at)
    session.activity.smaller_may_pass = True
    session.activity.save()

    draw = held(draw_of(session))

    order, wants = [r for r, _ in draw.result["order"]], {r: {"s": n} for r, n, _ in draw.entries}
    strictly = lots.outcomes(order, wants, {"s": 3}, smaller_may_pass=False, has_waitlist=True)
    assert draw.result["order"] == strictly


def test_a_course_is_drawn_as_a_whole():
    course = course_to_draw(dates=3, capacity=2)
    applications = apply_for(None, 1, 1, 1, activity=course)

    held(draw_of(activity=course))

    assert states(applications) == {Status.CONFIRMED: 2, Status.WAITING: 1}
    assert set(course.sessions.values_list("places_taken", flat=True)) == {2}
    assert drifts() == []


def test_who_took_back_a_date_of_the_course_is_drawn_for_the_others():
    course = course_to_draw(dates=2, capacity=1)
    [application] = apply_for(None, 1, activity=course)
    first = application.places.first()
    services.cancel(application, by=application.booked_by, places=[first])

    draw = held(draw_of(activity=course))

    assert sorted(course.sessions.values_list("places_taken", flat=True)) == [0, 1]
    last = course.sessions.last()
    assert draw.result["changed"] == {application.reference: {str(last.pk): 1}}


def test_a_date_that_joins_the_course_shares_its_draw():
    course = course_to_draw(dates=2)
    [application] = apply_for(None, 1, activity=course)
    last = course.sessions.last()

    [added] = changes.add_dates(
        course,
        [(last.starts_at + timedelta(days=1), last.ends_at + timedelta(days=1))],
        capacity=10,
    )

    added.refresh_from_db()
    assert added.applications_close_at == last.applications_close_at
    held(draw_of(activity=course))
    assert application.places.filter(canceled_at=None).count() == 3
    assert drifts() == []


def test_what_was_called_off_is_not_drawn():
    session = session_to_draw()
    [application] = apply_for(session, 1)
    draw = draw_of(session)
    changes.call_off(session, reason="Rain", by=UserFactory())

    tasks.hold_draws()
    application.refresh_from_db()

    assert application.status == Status.CANCELED
    assert not Draw.objects.still_needed(draw.number_due_at).exists()


def test_without_a_waitlist_the_rest_are_free_for_something_else():
    activity = ActivityFactory(allocation=Allocation.DRAW, has_waitlist=False)
    session = session_to_draw(activity=activity, capacity=1)
    applications = apply_for(session, 1, 1)
    held(draw_of(session))

    assert states(applications) == {Status.CONFIRMED: 1, Status.NOT_DRAWN: 1}
    loser = Booking.objects.get(status=Status.NOT_DRAWN).places.get().person
    other = SessionFactory(starts_at=session.starts_at, ends_at=session.ends_at)
    assert book_for(loser, session=other).status == Status.CONFIRMED
    assert drifts() == []


@pytest.mark.parametrize(
    ("released", "at_closing", "drawn"),
    [("before closing", 3, 3), ("before the draw", 1, 3), ("later", 1, 1)],
)
def test_places_kept_for_the_desk_are_drawn_once_they_are_free(released, at_closing, drawn):
    session = session_to_draw(capacity=3, places_kept=2)
    apply_for(session, 1, 1, 1)
    draw = draw_of(session)
    kept_until = {
        "before closing": draw.closes_at,
        "before the draw": draw.number_due_at,
        "later": session.starts_at,
    }
    Session.objects.filter(pk=session.pk).update(kept_until=kept_until[released])
    draws.freeze(draw, at=draw.closes_at)

    draw = held(draw)

    assert draw.terms["places"] == {str(session.pk): at_closing}
    assert draw.result["places"] == {str(session.pk): drawn}
    assert Booking.objects.confirmed().count() == drawn


# --- Told once -------------------------------------------------------------------------


def test_everybody_is_told_once_and_how_it_went():
    session = session_to_draw(capacity=1)
    apply_for(session, 1, 1, 1)
    draw = draw_of(session)
    Notice.objects.all().delete()

    held(draw)
    draws.hold(draw)
    tasks.hold_draws()

    facts = Notice.objects.values_list("kind", "context__number")
    assert Counter(facts) == {
        ("bookings/drawn", None): 1,
        ("bookings/not_drawn", 1): 1,
        ("bookings/not_drawn", 2): 1,
    }
    numbers = {
        int(notice.link.split("/")[2]): notice.context["number"]
        for notice in Notice.objects.filter(kind="bookings/not_drawn")
    }
    assert numbers == {int(b.reference): waitlist.position(b) for b in Booking.objects.waiting()}


def test_a_draw_that_broke_off_is_drawn_again_with_the_same_result(monkeypatch):
    session = session_to_draw(capacity=2)
    apply_for(session, 1, 2, 1, 1)
    draw = draw_of(session)
    at = draw.number_due_at + A_MINUTE
    draws.type_in(draw, NUMBER, by=UserFactory(), at=at)
    before, notices = session_row(session), Notice.objects.count()
    expected = lots.in_drawn_order(
        lots.seed_of(draw.secret, "0512192331", draw_of(session).entries), draw_of(session).entries
    )

    for step in ("line_up", "serve_drawn"):
        with monkeypatch.context() as breaking:
            breaking.setattr(waitlist, step, breaks)
            with pytest.raises(RuntimeError):
                draws.hold(draw, at=at)
        assert session_row(session) == before
        assert Notice.objects.count() == notices
        assert not draw_of(session).drawn_at
    draws.hold_due(at=at + A_MINUTE)

    draw = draw_of(session)
    assert [reference for reference, _outcome in draw.result["order"]] == expected
    assert Notice.objects.count() == notices + 4


def breaks(*args, **kwargs):
    raise RuntimeError("the power is off")


def session_row(session):
    return Session.objects.filter(pk=session.pk).values().get()


# --- After the draw --------------------------------------------------------------------


def test_what_is_left_is_first_come():
    session = session_to_draw(capacity=2)
    apply_for(session, 1)
    draw = held(draw_of(session))
    later = {"session": session, "at": draw.drawn_at + A_MINUTE}
    session.refresh_from_db()

    assert book_for(PersonFactory(), **later).status == Status.CONFIRMED
    assert book_for(PersonFactory(), **later).status == Status.WAITING
    assert drifts() == []


def test_the_line_is_served_until_booking_closes():
    session = session_to_draw(capacity=1)
    apply_for(session, 1, 1, 1)
    held(draw_of(session))
    [winner] = Booking.objects.confirmed()
    next_one = Booking.objects.waiting().first()

    services.cancel(winner, by=winner.booked_by, at=session.starts_at - timedelta(hours=3))

    next_one.refresh_from_db()
    assert next_one.status == Status.CONFIRMED
    assert drifts() == []


def test_a_newcomer_stands_behind_the_drawn_line():
    session = session_to_draw(capacity=1)
    apply_for(session, 1, 1, 1)
    draw = held(draw_of(session))
    session.refresh_from_db()

    newcomer = book_for(PersonFactory(), session=session, at=draw.drawn_at + A_MINUTE)

    assert waitlist.position(newcomer) == 3


# --- What staff may change meanwhile ---------------------------------------------------


def test_a_session_does_not_move_before_its_draw():
    session = session_to_draw(outside_place="Square")
    too_early = draw_of(session).number_due_at

    assert refused(
        changes.move, session, starts_at=too_early, ends_at=too_early + timedelta(hours=1),
        outside_place="Square", by=UserFactory(),
    ) == "starts_before_its_draw"  # fmt: skip


def test_there_are_not_fewer_places_than_were_published():
    session = session_to_draw(capacity=5)
    draw = draw_of(session)
    changes.set_capacity(session, 4)
    draws.freeze(draw, at=draw.closes_at)

    assert refused(changes.set_capacity, session, 3) == "fewer_than_to_be_drawn"
    keeping = {"places": 1, "until": session.starts_at}
    assert refused(kept.keep, session, **keeping) == "fewer_than_to_be_drawn"
    changes.set_capacity(session, 6)
    assert held(draw).result["places"] == {str(session.pk): 6}


# --- The clock -------------------------------------------------------------------------


def test_the_clock_closes_and_draws_what_is_due():
    session = session_to_draw(capacity=1)
    apply_for(session, 1, 1)
    draw = draw_of(session)

    draws.hold_due(at=draw.closes_at - A_MINUTE)
    assert draw_of(session).frozen_at is None
    draws.hold_due(at=draw.closes_at + A_MINUTE)
    assert draw_of(session).frozen_at == draw.closes_at + A_MINUTE
    draws.type_in(draw, NUMBER, by=UserFactory(), at=draw.number_due_at)
    draws.hold_due(at=draw.number_due_at + A_MINUTE)
    assert draw_of(session).drawn_at == draw.number_due_at + A_MINUTE


def test_what_is_due_waits_for_its_number():
    draw = draw_of(session_to_draw())

    assert not Draw.objects.due(draw.number_due_at - A_MINUTE).exists()
    assert Draw.objects.due(draw.number_due_at).get() == draw


# --- Lots for whoever was not drawn ----------------------------------------------------


def weighed(category, center, **session):
    plan = Plan("The lottery", 1, time(18), time(21, 30), weighs_past=True)
    activity = ActivityFactory(allocation=Allocation.DRAW, category=category, center=center)
    return session_to_draw(activity=activity, plan=plan, **session)


def lots_at_closing(session):
    draw = draw_of(session)
    return {reference: n for reference, _people, n in draws.freeze(draw, at=draw.closes_at).entries}


def lost_before(person, times, *, day=4, **activity):
    """A person who was not drawn so many times."""
    for n in range(times):
        starts_at = timezone.now() + timedelta(days=day, hours=2 * n)
        activity_ = ActivityFactory(allocation=Allocation.DRAW, **activity)
        session = session_to_draw(activity=activity_, capacity=0, starts_at=starts_at)
        book_for(person, session=session)
        held(draw_of(session))


@pytest.mark.parametrize(("times", "expected"), [(0, 1), (1, 2), (2, 3), (4, 3)])
def test_each_lost_draw_is_one_more_lot_up_to_three(times, expected):
    person, like = PersonFactory(), ActivityFactory()
    where = {"category": like.category, "center": like.center}
    lost_before(person, times, **where)
    session = weighed(**where, starts_at=timezone.now() + timedelta(days=20))
    application = book_for(person, PersonFactory(), session=session)

    assert lots_at_closing(session) == {application.reference: expected}


def test_draws_of_another_kind_bring_no_lots():
    person, like = PersonFactory(), ActivityFactory()
    lost_before(person, 1, category=like.category)
    lost_before(person, 1, center=like.center, day=5)
    session = weighed(like.category, like.center, starts_at=timezone.now() + timedelta(days=20))
    application = book_for(person, session=session)

    assert lots_at_closing(session) == {application.reference: 1}


def test_whoever_got_in_from_the_waitlist_has_not_lost():
    like = ActivityFactory(allocation=Allocation.DRAW)
    earlier = session_to_draw(
        activity=like, capacity=1, starts_at=timezone.now() + timedelta(days=4)
    )
    applications = apply_for(earlier, 1, 1)
    held(draw_of(earlier))
    winner = Booking.objects.confirmed().get()
    services.cancel(winner, by=winner.booked_by)
    people = [b.places.first().person for b in applications]
    session = weighed(like.category, like.center, starts_at=timezone.now() + timedelta(days=20))
    again = [book_for(person, session=session) for person in people]

    assert lots_at_closing(session) == {b.reference: 1 for b in again}


def test_unweighed_everybody_has_one_lot():
    person, like = PersonFactory(), ActivityFactory(allocation=Allocation.DRAW)
    lost_before(person, 1, category=like.category, center=like.center)
    session = session_to_draw(activity=like, starts_at=timezone.now() + timedelta(days=20))
    application = book_for(person, session=session)

    assert lots_at_closing(session) == {application.reference: 1}
