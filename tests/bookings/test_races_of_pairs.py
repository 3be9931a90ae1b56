"""Each two things that may happen to one session, four people at each, all at the same moment.

The session has just begun, booking is open until its end, and places pass on: nearly everything
may happen to it. Its row is held until everybody is on their way; the controls take the lock of
the session away.
"""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Care, Person, Role
from activities.models import FreedPlace, Session, SessionQuerySet
from bookings import (
    changes,
    desk,
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
from bookings.models import Booking, BookingChannel, Place, Status
from bookings.services import BookingRefused
from tests.bookings.drawing import NUMBER, apply_for, draw_of, session_to_draw
from tests.factories import (
    ActivityFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
)
from tests.races import while_held

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

EACH = 4
NOON = timezone.now().replace(hour=4, minute=0, second=0, microsecond=0) + timedelta(days=2)
AT = NOON + timedelta(minutes=16)
ANSWER_BY = NOON + timedelta(minutes=60)
# What has begun is not counted over any more; looked at from before, it is.
BEFORE = NOON - timedelta(hours=1)


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A busy machine may need longer than our patience until eight threads are on their way."""
    options = connection.settings_dict["OPTIONS"]
    monkeypatch.setitem(options, "options", "-c lock_timeout=30s")


class World:
    """A session with people who have a place, are offered one, or wait; and people outside."""

    def __init__(self, *, with_line, at=AT):
        self.at = at
        self.staff = UserFactory(is_staff=True, second_step=False)
        activity = ActivityFactory(freed_place=FreedPlace.OFFERED, pass_on_minutes=15)
        self.session = SessionFactory(
            activity=activity,
            starts_at=NOON,
            ends_at=NOON + timedelta(hours=3),
            booking_closes_at=NOON + timedelta(hours=3),
            capacity=2 * EACH + 2 + (0 if with_line else EACH),
            places_kept=2,
        )
        self.other = SessionFactory(
            activity=activity, starts_at=NOON + timedelta(days=1), capacity=EACH - 1
        )
        self.large = SessionFactory(
            activity=activity, starts_at=NOON + timedelta(days=2), capacity=6 * EACH
        )
        people = Person.objects.bulk_create(PersonFactory.build_batch(7 * EACH))
        Care.objects.bulk_create(
            Care(user=self.staff, person=each, role=Role.HELPER) for each in people
        )
        self.outside, people = people[: 4 * EACH], people[4 * EACH :]
        states = [Status.CONFIRMED, Status.OFFERED] + [Status.WAITING] * with_line
        rows = [
            (state, person)
            for i, state in enumerate(states)
            for person in people[i * EACH : (i + 1) * EACH]
        ]
        made = Booking.objects.bulk_create(self._booking(*row) for row in rows)
        Place.objects.bulk_create(
            Place(booking=booking, person=person, session=self.session)
            for booking, (_state, person) in zip(made, rows, strict=True)
        )
        for booking in made:
            if booking.status == Status.WAITING:
                waitlist.draw_number(booking)
        self.row.update(places_taken=2 * EACH, places_waiting=EACH * with_line)
        self.has = {state: [each for each in made if each.status == state] for state in states}

    def _booking(self, state, person):
        return Booking(
            activity=self.session.activity,
            session=self.session,
            booked_by=self.staff,
            status=state,
            party_size=1,
            request_key=uuid.uuid4().hex,
            created_at=BEFORE - timedelta(days=1),
            confirmed_at=BEFORE - timedelta(days=1) if state == Status.CONFIRMED else None,
            offer_expires_at=ANSWER_BY if state == Status.OFFERED else None,
            queue_no=0 if state == Status.WAITING else None,
        )

    @property
    def row(self):
        return Session.objects.filter(pk=self.session.pk)

    def now(self):
        return self.row.select_related("activity__center").get()

    def somebody(self):
        return self.outside.pop()

    def each(self, state, call, **more):
        """The call for each booking that was in that state."""
        found = Booking.objects.select_related("activity__center", "session__activity__center")
        return [partial(call, found.get(pk=b.pk), at=self.at, **more) for b in self.has[state]]

    def times(self, call, *args, **more):
        return [partial(call, self.now(), *args, **more) for _ in range(EACH)]


def book(world, channel=BookingChannel.WEB):
    return [
        partial(
            services.book,
            world.now().activity,
            session=world.now(),
            people=[world.somebody()],
            by=world.staff,
            channel=channel,
            request_key=uuid.uuid4().hex,
            at=world.at,
        )
        for _ in range(EACH)
    ]


def book_at_the_desk(world):
    return book(world, channel=BookingChannel.DESK)


def cancel(world):
    return world.each(
        Status.CONFIRMED, services.cancel, by=world.staff, channel=BookingChannel.DESK
    )


def accept(world):
    return world.each(Status.OFFERED, services.accept, by=world.staff)


def decline(world):
    return world.each(Status.OFFERED, services.decline, by=world.staff)


def lapse(world):
    return [partial(waitlist.settle_due, at=ANSWER_BY)] * EACH


def leave_the_line(world):
    return world.each(Status.WAITING, services.cancel, by=world.staff)


def raise_capacity(world):
    return world.times(changes.set_capacity, world.session.capacity + 2, at=world.at)


def lower_capacity(world):
    return world.times(changes.set_capacity, 2 * EACH + 1, at=world.at)


def release_kept(world):
    return world.times(changes.release_kept, at=world.at)


def call_off(world):
    return world.times(changes.call_off, reason="Storm", by=world.staff, at=world.at)


def move(world):
    later = {"starts_at": NOON + timedelta(hours=2), "ends_at": NOON + timedelta(hours=5)}
    return world.times(changes.move, outside_place="Square", by=world.staff, at=world.at, **later)


def walk_in(world):
    more = {"by": world.staff, "reason": "Came by", "at": world.at}
    return [
        partial(desk.walk_in, world.now(), person=world.somebody(), **more) for _ in range(EACH)
    ]


def let_in(world):
    return world.each(Status.WAITING, passing_on.let_in, by=world.staff, reason="Came")


def say_here(world):
    return world.each(Status.WAITING, passing_on.say_here)


def check_in(world):
    places = Place.objects.select_related("session").filter(booking__in=world.has["confirmed"])
    return [partial(rosters.mark_came, place, by=world.staff, at=world.at) for place in places]


def pass_on(world):
    return world.times(passing_on.pass_on, at=world.at)


def swap_date(world):
    return world.each(Status.CONFIRMED, swaps.swap_date, to=world.other, by=world.staff)


def swap_person(world):
    desk = {"by": world.staff, "channel": BookingChannel.DESK}
    calls = world.each(Status.CONFIRMED, swaps.swap_person, **desk)
    return [partial(call, call.args[0].places.get().person, world.somebody()) for call in calls]


def merge(world):
    return world.times(merging.merge, world.large, reason="Few", by=world.staff, at=world.at)


def keep_places(world):
    return world.times(kept.keep, places=3, until=NOON, at=world.at)


def move_to_the_front(world):
    return world.each(Status.WAITING, lines.move, to=lines.FRONT, by=world.staff, reason="Ill")


# What may be refused, because somebody else was faster. Everything else is done.
REFUSALS = {
    book: {"called_off", "moved"},
    book_at_the_desk: {"called_off", "moved"},
    cancel: {"over"},
    accept: {"over", "offer_lapsed"},
    decline: {"over", "offer_lapsed", "already_taken"},
    lapse: set(),
    raise_capacity: {"below_taken"},
    lower_capacity: {"below_taken"},
    release_kept: set(),
    call_off: set(),
    move: {"called_off", "moved"},
    walk_in: {"called_off"},
    check_in: {"over"},
    pass_on: {"over", "too_early_to_pass_on"},
    let_in: {"over"},
    say_here: {"over"},
    leave_the_line: {"over", "has_begun"},
    swap_date: {"over", "full_there", "same_date", "changed", "called_off"},
    swap_person: {"over", "changed", "called_off", "names_are_final"},
    merge: {"called_off", "moved"},
    keep_places: {"not_so_many_free", "called_off", "kept_too_long"},
    move_to_the_front: {"line_has_changed", "stands_there"},
}
NEEDS_A_LINE = {let_in, say_here, leave_the_line, move_to_the_front}
NEEDS_A_PLACE = {book, book_at_the_desk, walk_in, lower_capacity, release_kept, call_off, move}
AT_THE_DOOR = {check_in, pass_on, say_here}
BEFORE_IT_BEGINS = {swap_date, swap_person, merge, keep_places}


def worlds_for(*operations):
    """Full with a line, and for who comes with free places; begun, unless somebody swaps."""
    at = AT
    if BEFORE_IT_BEGINS & {*operations}:
        if AT_THE_DOOR & {*operations}:
            return
        at = BEFORE
    yield World(with_line=True, at=at)
    if {*operations} <= NEEDS_A_PLACE:
        yield World(with_line=False, at=at)


def wrong_with_both_at_once(world, one, other):
    """What must never be and is, after everybody was on the way while the row was held."""
    calls = one(world) + other(world)
    with while_held(world.row, *calls, all_wait=False) as answers:
        pass
    found = []
    for operation, answer in zip([one] * EACH + [other] * EACH, answers, strict=True):
        refused = isinstance(answer, BookingRefused) and answer.reason.code
        if isinstance(answer, Exception) and refused not in REFUSALS.get(
            operation, {"too_late_to_draw"}
        ):
            found.append(f"{operation.__name__}: {refused or repr(answer)}")
    return found + wrong_with(world)


def wrong_with(world):
    found = [drift.text for drift in drifts(BEFORE)]
    active = Place.objects.active().filter(session=world.session)
    if active.count() != active.values("person").distinct().count():
        found.append("somebody is in it twice")
    session = world.now()
    held = Place.objects.held().filter(session=session).count()
    if held != session.places_taken or held + session.places_kept > session.capacity:
        found.append(f"{held} people, {session.places_taken} counted, {session.capacity} places")
    if session.canceled_at and active.exists():
        found.append("somebody is in a session that was called off")
    passed_on = Place.objects.passed_on().values("booking")
    without = (
        Booking.objects.alive()
        .exclude(pk__in=passed_on)
        .exclude(pk__in=Place.objects.filter(canceled_at=None).values("booking"))
    )
    if without.exists():
        found.append("somebody has a booking and no place")
    numbers = list(Booking.objects.waiting().values_list("queue_no", flat=True))
    if len(numbers) != len(set(numbers)):
        found.append("two have the same number in line")
    return found


def name(operation):
    return operation.__name__


@pytest.mark.parametrize("one", REFUSALS, ids=name)
def test_whatever_happens_to_a_session_at_once_it_stays_right(one):
    wrong = {}
    operations = list(REFUSALS)
    for other in operations[operations.index(one) :]:
        for world in worlds_for(one, other):
            wrong[other.__name__, world.session.capacity] = wrong_with_both_at_once(
                world, one, other
            )

    assert {pair: found for pair, found in wrong.items() if found} == {}


# Who books finds its control in test_races.py, who is ticked in test_door_races.py.
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (cancel, cancel),
        (accept, decline),
        (decline, cancel),
        (lapse, cancel),
        (leave_the_line, cancel),
        (raise_capacity, cancel),
        (release_kept, cancel),
        (call_off, cancel),
        (move, cancel),
        (walk_in, cancel),
        (let_in, cancel),
        (say_here, cancel),
        (pass_on, walk_in),
        (swap_date, cancel),
        (swap_person, cancel),
        (merge, cancel),
        (keep_places, walk_in),
        (move_to_the_front, leave_the_line),
    ],
    ids=name,
)
def test_control_without_the_lock_on_the_session_it_goes_wrong(monkeypatch, one, other):
    monkeypatch.setattr(SessionQuerySet, "locked", lambda self: self.order_by("pk"))
    world = next(worlds_for(one, other))

    assert wrong_with_both_at_once(world, one, other) != []


class Draw:
    """Eight have applied for four places; the number is out."""

    def __init__(self):
        self.staff = UserFactory(is_staff=True, second_step=False)
        self.session = session_to_draw(capacity=EACH)
        self.applied = apply_for(self.session, *[1] * 2 * EACH)
        draw = draw_of(self.session)
        self.at = draw.number_due_at + timedelta(minutes=1)
        draws.type_in(draw, NUMBER, by=self.staff, at=self.at)
        self.has = {Status.CONFIRMED: self.applied[:EACH]}
        self.other = self.large = session_to_draw(activity=self.session.activity)

    row, now, each, times = World.row, World.now, World.each, World.times

    def somebody(self):
        return PersonFactory()

    def hold(self):
        return [partial(draws.hold, draw_of(self.now()), at=self.at) for _ in range(EACH)]


@pytest.mark.parametrize(
    "meanwhile", [cancel, raise_capacity, lower_capacity, call_off, walk_in, swap_person], ids=name
)
def test_whatever_happens_while_it_is_drawn_everybody_gets_an_answer(meanwhile):
    world = Draw()

    wrong = wrong_with_both_at_once(world, Draw.hold, meanwhile)

    assert wrong == []
    drawn = draw_of(world.now()).drawn_at is not None
    left = Booking.objects.filter(session=world.session, status=Status.APPLIED)
    assert not left.exists()
    assert drawn or world.now().canceled_at


def test_control_without_the_lock_on_the_session_a_draw_goes_wrong(monkeypatch):
    monkeypatch.setattr(SessionQuerySet, "locked", lambda self: self.order_by("pk"))

    assert wrong_with_both_at_once(Draw(), Draw.hold, walk_in) != []
