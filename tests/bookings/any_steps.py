"""Anything people and staff may do to one activity, and what must hold after each of it."""

import uuid
from collections import Counter
from copy import deepcopy
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from activities.models import Allocation, BookingMode, FreedPlace, Session
from bookings import (
    changes,
    draw_plans,
    draws,
    kept,
    lines,
    merging,
    passing_on,
    rosters,
    services,
    swaps,
    waitlist,
)
from bookings.counting import drifts
from bookings.desk import walk_in
from bookings.draw_plans import Plan
from bookings.models import HOLDS_A_PLACE, IS_ALIVE, Booking, BookingChannel, Draw, Place, Status
from bookings.services import BookingRefused
from tests.bookings.on_paper import ActivityOnPaper, Refused, SessionOnPaper, people_of
from tests.factories import (
    ActivityFactory,
    SessionFactory,
)

MONDAY = datetime(2026, 12, 7, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
LOTS = Plan("The lottery of that evening", 2, closes=time(18), number_out=time(18, 30))
PICK = st.integers(0, 59)
SIZE = st.sampled_from([1, 1, 2, 3])
DESK = st.sampled_from([False, False, True])
BY_STAFF = [
    "set_capacity", "set_capacity", "release_kept", "keep", "move", "merge", "call_off",
    "add_a_date", "move_in_line", "move_in_line",
]  # fmt: skip
AT_THE_DOOR = ["walk_in", "let_in", "go_to_the_door", "wait_at_the_door", "tick", "pass_on"]
IN_TIME = st.sampled_from([True, False, True])
PARTIES = st.lists(st.tuples(PICK, SIZE, PICK, DESK), min_size=1, max_size=5)


class OneActivity(RuleBasedStateMachine):
    """One activity with one to three sessions, all in a transaction that is rolled back."""

    seen = Counter()
    # Of what is drawn by chance about the activity, what is not left to it.
    always: dict = {}
    rooms: list = []

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.paper = None
        self.before = {}
        self.out_of_turn = set()

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(
        mode=st.sampled_from(BookingMode.values),
        freed=st.sampled_from([*FreedPlace.values, FreedPlace.OFFERED]),
        smaller_may_pass=st.booleans(),
        has_waitlist=st.sampled_from([True] * 7 + [False]),
        pass_on_minutes=st.sampled_from([None, 15]),
        by_lot=st.sampled_from([False, False, True]),
        rooms=st.lists(
            st.tuples(st.integers(1, 4), st.sampled_from([0, 0, 1, 2])), min_size=1, max_size=3
        ),
        parties=PARTIES,
    )
    def publish(
        self, mode, freed, smaller_may_pass, has_waitlist, pass_on_minutes, by_lot, rooms, parties
    ):
        if by_lot and mode == BookingMode.EITHER:
            mode = BookingMode.COURSE  # What is drawn is one thing or the other.
        drawn = {
            "booking_mode": mode,
            "freed_place": freed,
            "smaller_may_pass": smaller_may_pass,
            "has_waitlist": has_waitlist,
            "pass_on_minutes": pass_on_minutes,
            "allocation": Allocation.DRAW if by_lot else Allocation.FIRST_COME,
        }
        self.activity = ActivityFactory(
            **drawn | self.always, center=self.center, category=self.category
        )
        minutes = self.activity.pass_on_minutes
        self.paper = ActivityOnPaper(
            at=MONDAY,
            mode=self.activity.booking_mode,
            strict=not self.activity.smaller_may_pass,
            offers=self.activity.freed_place == FreedPlace.OFFERED,
            has_line=self.activity.has_waitlist,
            pass_on_after=minutes and timedelta(minutes=minutes),
            by_lot=self.activity.allocation == Allocation.DRAW,
        )
        if self.paper.by_lot and self.paper.mode == BookingMode.SINGLE:
            rooms = rooms[:1]  # Each date has its own draw; one is enough here.
        for capacity, for_the_desk in self.rooms or rooms:
            self.put_in_the_calendar(capacity, min(capacity, for_the_desk))
        if self.paper.by_lot:
            self.draw_lots(parties)
        else:
            self.a_rush(parties)
            self.cancel(parties[0][0], desk=False)

    def put_in_the_calendar(self, capacity, kept=0):
        starts_at = self.next_day()
        session = SessionFactory(
            activity=self.activity,
            starts_at=starts_at,
            capacity=capacity,
            places_kept=kept,
            kept_until=starts_at - timedelta(hours=71),
            booking_opens_at=MONDAY - timedelta(days=1),
        )
        self.paper.sessions[session.pk] = self.on_paper(session)

    def draw_lots(self, parties):
        """Some apply, one thinks better of it, and the rest is drawn from."""
        (draw,) = draw_plans.prepare(self.activity, LOTS, at=MONDAY - timedelta(days=2))
        session = self.a_session(1) if self.paper.mode == BookingMode.SINGLE else None
        for _, size, who, _ in parties:
            self.ask(self.paper.apply, session, self.party(who, size))
            self.check()
        self.cancel(1, False)
        self.check()
        self.draw_the_same_each_time(draw)
        self.paper.at = draw.number_due_at
        self.somebody_looks()
        draws.type_in(draw, "05 12 19", by=self.desk, at=self.paper.at)
        draw = draws.hold(draw, at=self.paper.at)
        applied = {
            self.in_the_database(each).reference: each
            for each in self.paper.bookings
            if each.status == "applied"
        }
        order = [reference for reference, _ in draw.result["order"] if reference in applied]
        assert set(order) == set(applied)
        self.paper.draw([applied[reference] for reference in order])
        self.out_of_turn |= {each.pk for each in applied.values()}

    def draw_the_same_each_time(self, draw):
        """Secrets and references are random, and steps that fail must fail again."""
        Draw.objects.filter(pk=draw.pk).update(secret="5" * 64)
        for n, each in enumerate(self.paper.bookings):
            Booking.objects.filter(pk=each.pk).update(reference=f"{n:08d}")

    def next_day(self):
        return MONDAY + timedelta(days=3 * (len(self.paper.sessions) + 1))

    def on_paper(self, session):
        return SessionOnPaper(
            session.pk,
            day=session.starts_at,
            starts_at=session.starts_at,
            capacity=session.capacity,
            kept=session.places_kept,
            kept_until=session.kept_until,
        )

    # What may happen.

    @rule(pick=PICK, size=SIZE, who=PICK, desk=DESK)
    def book(self, pick, size, who, desk):
        """A session or the whole course: mostly as the activity wants it."""
        session = self.a_session(pick)
        if (self.paper.mode == BookingMode.COURSE) != rarely(pick):
            session = None
        if self.paper.mode == BookingMode.EITHER and pick % 3 == 1:
            session = None
        self.ask(partial(self.paper.book, desk=desk), session, self.party(who, size), desk)

    def ask(self, on_paper, session, people, desk=False):
        self.both(
            lambda: on_paper(session.pk if session else None, [each.pk for each in people]),
            lambda: services.book(
                self.activity,
                session=session,
                people=people,
                by=self.desk if desk else self.carer,
                channel=channel(desk),
                request_key=uuid.uuid4().hex,
                at=self.paper.at,
            ),
        )

    @rule(parties=PARTIES)
    def a_rush(self, parties):
        for pick, size, who, desk in parties:
            self.book(pick, size, who, desk)
            self.check()

    @precondition(lambda self: self.paper.bookings)
    @rule(pick=PICK)
    def tap_twice(self, pick):
        """The same request again is answered with the same booking."""
        earlier = self.in_the_database(self.paper.bookings[pick % len(self.paper.bookings)])
        again = services.book(
            self.activity,
            session=earlier.session,
            people=[self.people[0]],
            by=earlier.booked_by,
            channel=earlier.channel,
            request_key=earlier.request_key,
            at=self.paper.at,
        )
        assert again == earlier

    @precondition(lambda self: self.somebody_is("waiting", "offered", "confirmed"))
    @rule(pick=PICK, desk=DESK)
    def cancel(self, pick, desk):
        if not self.paper.bookings:
            return
        booking = self.a_booking(pick)
        leaving = self.paper.to_come(booking)
        self.both(
            lambda: self.paper.cancel(booking, leaving, desk=desk),
            lambda row: services.cancel(row, channel=channel(desk), **self.now(row)),
            booking,
        )

    @precondition(lambda self: self.somebody_is("waiting", "offered", "confirmed"))
    @rule(pick=PICK, which=PICK, a_date=st.booleans(), desk=DESK)
    def cancel_some(self, pick, which, a_date, desk):
        """One of the party leaves, or all of them leave out one date."""
        booking = self.a_booking(pick)
        mine = sorted(self.paper.to_come(booking))
        one = mine[which % len(mine)] if mine else ()
        chosen = {each for each in mine if each[a_date] == one[a_date]}
        self.both(
            lambda: self.paper.cancel(booking, chosen, desk=desk),
            lambda row: services.cancel(
                row,
                places=[
                    each
                    for each in row.places.filter(canceled_at=None)
                    if (each.person_id, each.session_id) in chosen
                ],
                channel=channel(desk),
                **self.now(row),
            ),
            booking,
        )

    @precondition(lambda self: self.somebody_is("offered"))
    @rule(pick=PICK, in_time=IN_TIME)
    def take_what_is_offered(self, pick, in_time):
        self.answer(pick, in_time, self.paper.accept, services.accept)

    @precondition(lambda self: self.somebody_is("offered"))
    @rule(pick=PICK, in_time=IN_TIME)
    def let_it_go(self, pick, in_time):
        self.answer(pick, in_time, self.paper.decline, services.decline)

    def answer(self, pick, in_time, on_paper, for_real):
        """Or too late by nothing, at the very moment at which it lapses."""
        booking = self.a_booking(pick, first=("offered",))
        if booking.answer_by and not in_time:
            self.paper.at = max(self.paper.at, booking.answer_by)
        self.both(
            lambda: on_paper(booking),
            lambda row: for_real(row, **self.now(row)),
            booking,
            undone=False,
        )

    @precondition(lambda self: self.somebody_is("waiting", "confirmed"))
    @rule(pick=PICK, to=PICK)
    def swap_date(self, pick, to):
        booking, session = self.a_booking(pick), self.a_session(to)
        self.out_of_turn.add(booking.pk)
        self.both(
            lambda: self.paper.swap_date(booking, session.pk),
            lambda row: swaps.swap_date(row, session, by=self.carer, at=self.paper.at),
            booking,
        )

    @precondition(lambda self: self.somebody_is("waiting", "offered", "confirmed"))
    @rule(pick=PICK, which=PICK, who=PICK)
    def swap_person(self, pick, which, who):
        booking, (coming,) = self.a_booking(pick), self.party(who, 1)
        people = sorted(people_of(booking) - booking.came) or [coming.pk]
        leaving = next(each for each in self.people if each.pk == people[which % len(people)])
        self.both(
            lambda: self.paper.swap_person(booking, leaving.pk, coming.pk),
            lambda row: swaps.swap_person(row, leaving, coming, by=self.carer, at=self.paper.at),
            booking,
        )

    @rule(hours=st.sampled_from([0, 1, 2, 5, 13]), somebody_looks=st.sampled_from([True, True, 0]))
    def time_passes(self, hours, somebody_looks):
        self.paper.at += timedelta(hours=hours)
        if somebody_looks:
            self.somebody_looks()

    def somebody_looks(self):
        self.paper.sweep()
        waitlist.settle_due(self.paper.at)

    @precondition(lambda self: self.paper.coming())
    @rule(what=st.sampled_from(BY_STAFF), pick=PICK, other=PICK)
    def something_by_staff(self, what, pick, other):
        getattr(self, what)(pick, other)

    @precondition(lambda self: self.paper.not_over())
    @rule(what=st.sampled_from(AT_THE_DOOR), pick=PICK, other=PICK)
    def something_at_the_door(self, what, pick, other):
        if self.may(what):
            getattr(self, what)(pick, other)

    def set_capacity(self, pick, other):
        session, capacity = self.a_session(pick), other % 8
        self.both(
            lambda: self.paper.set_capacity(session.pk, capacity),
            lambda: changes.set_capacity(session, capacity, at=self.paper.at),
        )

    def release_kept(self, pick, _other):
        session = self.a_session(pick)
        self.both(
            lambda: self.paper.release_kept(session.pk),
            lambda: changes.release_kept(session, at=self.paper.at),
        )

    def call_off(self, pick, _other):
        session = self.a_session(pick)
        self.both(
            lambda: self.paper.call_off(session.pk),
            lambda: changes.call_off(session, reason="Storm", by=self.desk, at=self.paper.at),
        )

    def move(self, pick, other):
        session = self.a_session(pick)
        starts_at = self.paper.sessions[session.pk].day + timedelta(hours=other % 9)
        self.both(
            lambda: self.paper.move(session.pk, starts_at),
            lambda: changes.move(
                session,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1),
                outside_place="Square",
                by=self.desk,
                at=self.paper.at,
            ),
        )

    def keep(self, pick, other):
        session, places = self.a_session(pick), other % 4
        until = self.paper.at + timedelta(hours=other % 30)
        self.both(
            lambda: self.paper.keep(session.pk, places, until),
            lambda: kept.keep(session, places=places, until=until, at=self.paper.at),
        )

    def merge(self, pick, other):
        source, target = self.a_session(pick), self.a_session(other)
        self.out_of_turn |= {each.pk for each in self.paper.bookings}
        self.both(
            lambda: self.paper.merge(source.pk, target.pk),
            lambda: merging.merge(source, target, reason="Few", by=self.desk, at=self.paper.at),
        )
        # Lines have become one; who was passed before is told from the next step on.

    def move_in_line(self, pick, other):
        if not self.somebody_is("waiting"):
            return
        booking, to = self.a_booking(pick, first=("waiting",)), other % 5
        before = self.a_booking(other, first=("waiting",)) if to > 1 else None
        place = before or {0: 0, 1: -1}[to]
        self.out_of_turn |= {each.pk for each in self.paper.bookings}
        self.both(
            lambda: self.paper.move_in_line(booking, place),
            lambda row: lines.move(
                row,
                to=self.in_the_database(before) if before else [lines.FRONT, lines.END][to],
                by=self.desk,
                reason="Ill",
                at=self.paper.at,
            ),
            booking,
        )

    def walk_in(self, pick, other):
        session, (person,) = self.a_session(pick), self.party(other, 1)
        self.both(
            lambda: self.paper.admit(session.pk, person.pk),
            lambda: walk_in(
                session, person=person, by=self.desk, reason="Came by", at=self.paper.at
            ),
        )

    def let_in(self, pick, _other):
        booking = self.a_booking(pick, first=("waiting",))
        self.out_of_turn.add(booking.pk)
        self.both(
            lambda: self.paper.let_in(booking),
            lambda row: passing_on.let_in(row, by=self.desk, reason="From afar", at=self.paper.at),
            booking,
        )

    def go_to_the_door(self, pick, other):
        """The clock is put to around the start of a session that is booked by itself."""
        rows = self.doors()
        starts_at = rows[pick % len(rows)].starts_at
        self.paper.at = max(
            self.paper.at, starts_at + timedelta(minutes=[-10, 0, 14, 15, 40][other % 5])
        )
        self.somebody_looks()

    def wait_at_the_door(self, pick, other):
        here = other % 3
        booking = self.a_booking(pick, first=("waiting",))
        say = passing_on.say_here if here else passing_on.say_gone
        self.both(
            lambda: (self.paper.say_here if here else self.paper.say_gone)(booking),
            lambda row: say(row, at=self.paper.at),
            booking,
        )

    def tick(self, pick, _other):
        """Somebody came, perhaps after their place was passed on."""
        ticks = self.to_be_ticked()
        booking, person = ticks[pick % len(ticks)]
        place = Place.objects.filter(booking=booking.pk, person=person).latest("pk")
        self.both(
            lambda: self.paper.mark_came(booking, person),
            lambda: rosters.mark_came(place, by=self.desk, at=self.paper.at),
        )

    def pass_on(self, pick, _other):
        session = self.a_session(pick)
        self.both(
            lambda: self.paper.pass_on(session.pk),
            lambda: passing_on.pass_on(session, at=self.paper.at),
        )

    def add_a_date(self, _pick, other):
        if len(self.paper.sessions) == 4 or self.is_drawn_by_date():
            return
        starts_at, capacity = self.next_day(), other % 5 + 1
        row = SessionOnPaper(0, starts_at, starts_at, capacity)
        ends_at = starts_at + timedelta(hours=1)

        def on_paper():
            row.pk = Session.objects.order_by("pk").last().pk
            self.paper.add_session(row)

        self.both(
            on_paper,
            lambda: changes.add_dates(
                self.activity,
                [(starts_at, ends_at)],
                capacity=capacity,
                outside_place="Square",
                at=self.paper.at,
            ),
        )

    # What holds after each of them.

    @invariant()
    def check(self):
        self.seen["steps"] += 1
        found = self.read()
        self.the_database_says_what_the_paper_says(found)
        self.every_number_is_the_number_of_places()
        self.nobody_waits_who_fits()
        self.nobody_is_twice_in_a_session(found)
        self.parties_stay_together(found)
        self.nobody_behind_was_served_first(found)
        self.before = {pk: row.status for pk, row in found.items()}

    def the_database_says_what_the_paper_says(self, found):
        still = {row.pk for row in self.paper.not_over()}
        assert {
            each.pk: (each.status, frozenset(p for p in each.places if p[1] in still))
            for each in self.paper.bookings
        } == {
            pk: (row.status, frozenset(p for p in row.has if p[1] in still))
            for pk, row in found.items()
        }
        assert [each.pk for each in self.paper.line()] == [
            row.pk for row in sorted(found.values(), key=lambda row: row.queue_no or 0)
            if row.status == Status.WAITING
        ]  # fmt: skip
        self.learn_when_to_answer(found)

    def every_number_is_the_number_of_places(self):
        found = Session.objects.in_bulk([row.pk for row in self.paper.not_over()])
        for session in found.values():
            row = self.paper.sessions[session.pk]
            assert session.places_taken == self.paper.taken(session.pk)
            assert session.places_waiting == self.paper.waiting(session.pk)
            assert (session.capacity, session.places_kept) == (row.capacity, row.kept)
            assert session.places_taken + session.places_kept <= session.capacity

    def nobody_waits_who_fits(self):
        if self.somebody_is("waiting", "offered") and not self.paper.is_due():
            assert [drift.text for drift in drifts(self.paper.at)] == []

    def nobody_is_twice_in_a_session(self, found):
        alive = [row for row in found.values() if row.status in IS_ALIVE]
        places = [place for row in alive for place in row.has]
        assert len(places) == len(set(places))

    def parties_stay_together(self, found):
        still = {row.pk for row in self.paper.not_over()}
        for row in found.values():
            has = {place for place in row.has if place[1] in still}
            if row.status in IS_ALIVE and has:
                people, sessions = ({place[i] for place in has} for i in (0, 1))
                assert has == {(one, each) for one in people for each in sessions}
                assert row.party_size >= len(people)

    def nobody_behind_was_served_first(self, found):
        """Told from the numbers in line alone, without the paper."""
        for row in found.values():
            was = self.before.get(row.pk)
            self.seen[was, row.status] += was != row.status
            moved_up = was == Status.WAITING and row.status in HOLDS_A_PLACE
            if moved_up and row.pk not in self.out_of_turn:
                assert not any(self.was_passed(each, by=row) for each in found.values())

    def was_passed(self, row, *, by):
        """Whether `row` waits still, in the same line, before `by`, and could have had it."""
        if row.status != Status.WAITING or row.queue_no > by.queue_no:
            return False
        if row.session_id != by.session_id or not self.paper.is_open(row.session_id):
            return False
        return self.paper.strict or all(
            self.paper.free(session) + by.party_size >= row.party_size for _, session in row.has
        )

    # How the two are held together.

    def both(self, on_paper, for_real, booking=None, *, undone=True):
        """Do it on paper and for real; both do it, or both refuse for the same reason.

        What is refused has changed nothing; `undone` False where what lapsed is kept.
        """
        row = self.in_the_database(booking) if booking else None
        was = deepcopy((self.paper.sessions, self.paper.bookings))
        expected = refused = answer = made = None
        try:
            answer = for_real(row) if row else for_real()
        except BookingRefused as error:
            refused = error.reason.code
        try:
            made = on_paper()
        except Refused as error:
            expected = error.code
            if undone:
                self.paper.sessions, self.paper.bookings = was
        assert refused == expected
        self.seen[refused] += 1
        if made:
            made.pk = answer.pk

    def now(self, row):
        return {"by": row.booked_by, "at": self.paper.at}

    def in_the_database(self, booking):
        return Booking.objects.select_related("activity__center", "session").get(pk=booking.pk)

    def a_session(self, pick):
        """Mostly one that is to come."""
        rows = [] if rarely(pick) else self.paper.not_over()
        rows = rows or list(self.paper.sessions.values())
        return Session.objects.select_related("activity__center").get(pk=rows[pick % len(rows)].pk)

    def a_booking(self, pick, first=("applied", "waiting", "offered", "confirmed")):
        """Mostly one for which it makes sense."""
        wanted = [each for each in self.paper.bookings if each.status in first]
        if rarely(pick) or not wanted:
            wanted = self.paper.bookings
        return wanted[pick % len(wanted)]

    def may(self, what):
        """Whether there is somebody with whom it can be tried."""
        match what:
            case "let_in":
                return self.somebody_is("waiting")
            case "wait_at_the_door":
                return self.doors() and self.somebody_is("waiting")
            case "tick":
                return self.to_be_ticked()
            case "go_to_the_door" | "pass_on":
                return self.doors()
        return True

    def is_drawn_by_date(self):
        return self.paper.by_lot and self.paper.mode == BookingMode.SINGLE

    def somebody_is(self, *states):
        return any(each.status in states for each in self.paper.bookings)

    def doors(self):
        return self.paper.not_over() if self.paper.mode == BookingMode.SINGLE else []

    def to_be_ticked(self):
        """(booking, person) of sessions that people come to now."""
        here = {row.pk for row in self.doors() if self.paper.is_at_the_door(row.pk)}
        return [
            (booking, person)
            for booking in self.paper.bookings
            if booking.status == "confirmed"
            for person, session in sorted(booking.places | booking.passed_on)
            if session in here
        ]

    def party(self, who, size):
        """Mostly people who are in nothing yet."""
        booked = {person for each in self.paper.alive() for person, _ in each.places}
        people = [each for each in self.people if each.pk not in booked or rarely(who)]
        if len(people) >= size:
            return [people[(who + i) % len(people)] for i in range(size)]
        return [self.people[(who + i) % len(self.people)] for i in range(size)]

    def read(self):
        """{pk: booking}, each with `has`, the (person, session) of its places."""
        found = {row.pk: row for row in Booking.objects.filter(activity=self.activity)}
        for row in found.values():
            row.has = set()
        places = Place.objects.filter(booking__in=found, canceled_at=None)
        for booking, person, session in places.values_list("booking", "person", "session"):
            found[booking].has.add((person, session))
        return found

    def learn_when_to_answer(self, found):
        """The paper takes over by when to answer, if that is after now and not after closing."""
        for each in self.paper.bookings:
            if each.status == "offered" and each.answer_by is None:
                each.answer_by = found[each.pk].offer_expires_at
                assert self.paper.at < each.answer_by <= self.paper.closes_at(each.session)


def rarely(number):
    """Chance likes small numbers and ends; this is neither."""
    return number % 10 == 7


def channel(desk):
    return BookingChannel.DESK if desk else BookingChannel.WEB
