"""Anything people and staff may do, in any order, against the same activity kept on paper.

Bounded and always the same in `make test`; `make prove EXAMPLES=2000` walks for long, and
differently each time.
"""

import os
import sys
from collections import Counter

import pytest
from django.db import IntegrityError
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from activities.models import Allocation, BookingMode, FreedPlace
from bookings import changes, services, waitlist
from bookings.locked import LockedSessions
from bookings.models import Status
from bookings.models.bookings import BookingQuerySet
from tests.bookings.any_steps import OneActivity
from tests.bookings.booking import carer
from tests.factories import CategoryFactory, CenterFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

# To make a failing walk as short as can be takes minutes: only where somebody asks for long ones.
EXAMPLES = int(os.environ.get("EXAMPLES") or 0)
PHASES = [Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate]


def walk(machine, **more):
    run_state_machine_as_test(machine, settings=settings(deadline=None, phases=PHASES, **more))


@pytest.fixture
def machine():
    """The machine with people who can book, made once and not for every example."""
    people = PersonFactory.create_batch(40)

    class Machine(OneActivity):
        seen = Counter()

    Machine.people, Machine.carer, Machine.desk = people, carer(*people), UserFactory()
    Machine.center, Machine.category = CenterFactory(), CategoryFactory()
    return Machine


def test_any_order_of_steps_is_the_same_on_paper(machine, capsys):
    walk(machine, max_examples=EXAMPLES or 50, stateful_step_count=40, derandomize=not EXAMPLES)

    if EXAMPLES:
        with capsys.disabled():
            sys.stdout.write(f"\n{machine.seen['steps']} steps: {dict(machine.seen)}\n")
    assert machine.seen["steps"] >= 1200
    missed = CHANGES - {each for each, times in machine.seen.items() if times}
    assert missed == set()


# A walk that never came by one of these would have proved little.
CHANGES = {
    (None, Status.CONFIRMED),
    (None, Status.WAITING),
    (Status.WAITING, Status.CONFIRMED),
    (Status.WAITING, Status.OFFERED),
    (Status.WAITING, Status.CANCELED),
    (Status.OFFERED, Status.CONFIRMED),
    (Status.OFFERED, Status.CANCELED),
    (Status.OFFERED, Status.LAPSED),
    (Status.CONFIRMED, Status.CANCELED),
    (None, Status.APPLIED),
    (Status.APPLIED, Status.CONFIRMED),
    (Status.APPLIED, Status.WAITING),
    (Status.APPLIED, Status.CANCELED),
    "already_booked",
    "below_taken",
    "called_off",
    "full",
    "offer_lapsed",
    "over",
}


def newcomers_pass_the_line(monkeypatch):
    monkeypatch.setattr(waitlist, "anybody_before", lambda locked, session: False)


def the_smaller_always_pass(monkeypatch):
    whole = waitlist._serve

    def serve(locked, at):
        strictly, locked.activity.smaller_may_pass = locked.activity.smaller_may_pass, True
        try:
            return whole(locked, at)
        finally:
            locked.activity.smaller_may_pass = strictly

    monkeypatch.setattr(waitlist, "_serve", serve)


def offers_never_lapse(monkeypatch):
    monkeypatch.setattr(waitlist, "_lapse_offers", lambda locked, at: 0)


def nothing_kept_is_released(monkeypatch):
    monkeypatch.setattr(waitlist, "_release_kept", lambda locked, at: 0)


def who_cancels_frees_nothing_for_others(monkeypatch):
    monkeypatch.setattr(services, "settle", lambda locked, *, at: 0)


def raising_serves_nobody(monkeypatch):
    monkeypatch.setattr(changes, "settle", lambda locked, *, at: 0)


def the_last_is_served_first(monkeypatch):
    monkeypatch.setattr(
        BookingQuerySet,
        "waiting",
        lambda self: self.filter(status=Status.WAITING).order_by("-queue_no"),
    )


def who_leaves_the_line_is_counted_on(monkeypatch):
    whole = LockedSessions.move

    def move(self, needs, counter, sign):
        if (counter, sign) != ("places_waiting", -1):
            whole(self, needs, counter, sign)

    monkeypatch.setattr(LockedSessions, "move", move)


def called_off_sessions_keep_their_people(monkeypatch):
    monkeypatch.setattr(changes, "leave_out", lambda *args, **kwargs: None)


@pytest.mark.parametrize(
    "mistake",
    [
        newcomers_pass_the_line,
        the_smaller_always_pass,
        offers_never_lapse,
        nothing_kept_is_released,
        who_cancels_frees_nothing_for_others,
        raising_serves_nobody,
        the_last_is_served_first,
        who_leaves_the_line_is_counted_on,
        called_off_sessions_keep_their_people,
    ],
    ids=lambda mistake: mistake.__name__,
)
def test_control_a_mistake_is_found(machine, monkeypatch, mistake):
    """In the plainest of activities, where there is a line, it does not take long."""
    mistake(monkeypatch)
    machine.always = {
        "booking_mode": BookingMode.SINGLE,
        "freed_place": FreedPlace.OFFERED,
        "smaller_may_pass": False,
        "has_waitlist": True,
        "allocation": Allocation.FIRST_COME,
    }

    machine.rooms = [(3, 1)]

    with pytest.raises((AssertionError, IntegrityError)):
        walk(machine, max_examples=60, stateful_step_count=30, derandomize=True)
