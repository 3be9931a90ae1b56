"""One activity kept on paper: what the database should say, worked out a second way.

Nothing is counted ahead and nothing is locked: who has a place is a list, and every number is
counted from it anew. Only what the rules of the center say is here, none of the product's code.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

HOLD_A_PLACE = ("offered", "confirmed")
ALIVE = ("applied", "waiting", "offered", "confirmed")


class Refused(Exception):
    """Why not, by its code."""

    def __init__(self, code):
        self.code = code
        super().__init__(code)


@dataclass
class SessionOnPaper:
    pk: int
    day: datetime
    starts_at: datetime
    capacity: int
    kept: int = 0
    kept_until: datetime | None = None
    called_off: bool = False

    @property
    def closes_at(self):
        return self.starts_at

    @property
    def ends_at(self):
        return self.starts_at + timedelta(hours=1)


@dataclass(eq=False)
class BookingOnPaper:
    session: int | None
    status: str
    places: set  # of (person, session)
    number: int  # who asked earlier has the smaller one
    got_at: datetime | None = None
    pk: int | None = None
    answer_by: datetime | None = None
    is_here: bool = False
    came: set = field(default_factory=set)
    passed_on: set = field(default_factory=set)

    def people_in(self, session):
        return sum(1 for _, each in self.places if each == session)

    def sessions(self):
        return {session for _, session in self.places}


@dataclass
class ActivityOnPaper:
    at: datetime
    mode: str
    strict: bool
    offers: bool
    has_line: bool
    pass_on_after: timedelta | None = None
    by_lot: bool = False
    sessions: dict = field(default_factory=dict)
    bookings: list = field(default_factory=list)
    numbers: count = field(default_factory=count)

    # What can be read off.

    def taken(self, session):
        return sum(each.people_in(session) for each in self._with(HOLD_A_PLACE))

    def waiting(self, session):
        return sum(each.people_in(session) for each in self.line() if each.session == session)

    def free(self, session):
        row = self.sessions[session]
        return row.capacity - self.taken(session) - row.kept

    def line(self):
        return sorted(self._with(["waiting"]), key=lambda each: each.number)

    def alive(self):
        return self._with(ALIVE)

    def not_over(self):
        """What is compared: of a course that has begun only what is to come."""
        if self.mode != "single":
            return self.coming()
        return [each for each in self.sessions.values() if each.ends_at > self.at]

    def coming(self):
        return [each for each in self.sessions.values() if each.starts_at > self.at]

    def is_due(self):
        """Whether a deadline has passed and nobody has looked since."""
        return any(self._has_lapsed(each) for each in self.bookings) or any(
            self._kept_too_long(each) for each in self.coming()
        )

    def closes_at(self, session):
        if session:
            return self.sessions[session].closes_at
        return min(
            (each.closes_at for each in self.sessions.values() if self._live(each)), default=None
        )

    def is_open(self, session):
        closes_at = self.closes_at(session)
        return closes_at is not None and closes_at > self.at

    # What people and staff do. Each either happens, or is refused and has changed nothing.

    def book(self, session, people, *, desk=False):
        if code := self._closed(session) or self._already_in(session, people):
            raise Refused(code)
        wanted = [session] if session else [each.pk for each in self.coming() if self._live(each)]
        n = len(people)
        if session and not self._can_tell_at_once(session, n, desk):
            self.settle(session)
        if session is None:
            self.settle()
        if session and desk and self.sessions[session].kept >= n:
            self.sessions[session].kept -= n
            return self._write_down(session, people, wanted, "confirmed")
        has_room = all(self.free(each) >= n for each in wanted)
        if has_room and not self._somebody_stands_before(session):
            return self._write_down(session, people, wanted, "confirmed")
        if not self.has_line:
            raise Refused("full")
        return self._write_down(session, people, wanted, "waiting")

    def apply(self, session, people):
        """Put names in for the draw: nothing is taken, and nobody stands in line yet."""
        if code := self._closed(session) or self._already_in(session, people):
            raise Refused(code)
        wanted = [session] if session else [each.pk for each in self.coming()]
        return self._write_down(session, people, wanted, "applied")

    def draw(self, order):
        """A line in drawn order, served once; who gets nothing waits on, or goes home."""
        for booking in order:
            booking.number, booking.status = next(self.numbers), "waiting"
        self._serve(self._touched_by(None), "confirmed")
        for booking in order:
            if booking.status == "waiting" and not self.has_line:
                self._end(booking, "not_drawn")

    def cancel(self, booking, leaving, *, desk=False):
        """Give back these places of a booking, which are to come."""
        self._see_whether_it_has_lapsed(booking)
        rows = [self.sessions[session] for _, session in leaving]
        if booking.status not in ALIVE or not rows or any(row.ends_at <= self.at for row in rows):
            raise Refused("over")
        has_begun = any(row.starts_at <= self.at for row in rows)
        if has_begun and booking.status == "confirmed" and not desk:
            raise Refused("has_begun")
        if leaving == self.to_come(booking):
            self._end(booking, "canceled")
        else:
            booking.places -= leaving
        self.settle(booking.session)

    def accept(self, booking):
        self._see_whether_it_has_lapsed(booking)
        if booking.status == "confirmed":
            return
        self._must_be_held(booking)
        if code := self._closed(booking.session):
            raise Refused(code)
        booking.status, booking.answer_by, booking.got_at = "confirmed", None, self.at

    def decline(self, booking):
        self._see_whether_it_has_lapsed(booking)
        self._must_be_held(booking)
        self._end(booking, "canceled")
        self.settle(booking.session)

    def swap_date(self, booking, to):
        """Another date for the whole party, if there is room and nobody stands before."""
        self._settle_both(to, booking.session or to)
        if code := self._why_not_swapped(booking, to):
            raise Refused(code)
        booking.places = {(person, to) for person in people_of(booking)}
        old, booking.session = booking.session, to
        booking.status, booking.got_at = "confirmed", self.at
        self._settle_both(to, old)

    def swap_person(self, booking, leaving, coming):
        """Somebody else on all dates to come; number and places stay."""
        self.settle(booking.session)
        swapped = {
            place
            for place in self.to_come(booking)
            if place[0] == leaving and self.sessions[place[1]].starts_at > self.at
        }
        if booking.status not in ALIVE or not swapped:
            raise Refused("over")
        if self._already_in(booking.session, [coming]):
            raise Refused("already_booked")
        booking.places -= swapped
        booking.places |= {(coming, session) for _, session in swapped}

    def admit(self, session, person):
        """One more: on a place kept or free, unless somebody waits for it, else beyond."""
        row = self.sessions[session]
        if row.called_off:
            raise Refused("called_off")
        if self._already_in(session, [person]):
            raise Refused("already_booked")
        self._make_room(session, 1, uses_kept=True)
        booking = self._write_down(session, [person], [session], "confirmed")
        booking.came = {person} if self.is_at_the_door(session) else set()
        return booking

    def let_in(self, booking):
        """Somebody who waits gets places out of turn; at the door they count as here at once."""
        if booking.session is None:
            raise Refused("waits_for_course")
        if self.sessions[booking.session].called_off or booking.status != "waiting":
            raise Refused("over")
        is_here, n = self.is_at_the_door(booking.session), booking.people_in(booking.session)
        self._make_room(booking.session, n, uses_kept=is_here, before=booking.number)
        self._get_in(booking, is_here=is_here)

    def say_here(self, booking):
        if not self._waits_at(booking) or not self.is_at_the_door(booking.session):
            raise Refused("over")
        booking.is_here = True
        self._serve_the_door(booking.session)
        self.settle(booking.session)

    def say_gone(self, booking):
        if not self._waits_at(booking):
            raise Refused("over")
        booking.is_here = False

    def mark_came(self, booking, person):
        """They are here; if their place was passed on, they get one again."""
        session = booking.session
        if (person, session) in booking.passed_on:
            if self._already_in(session, [person]):
                raise Refused("over")
            self._make_room(session, 1, uses_kept=True)
            booking.passed_on.remove((person, session))
            booking.places.add((person, session))
        booking.came.add(person)

    def pass_on(self, session):
        """Whoever has not come by then loses the place to who is at the door."""
        row, time = self.sessions[session], self._passes_on_at(session)
        if time is None:
            raise Refused("stays_theirs")
        if row.called_off or row.ends_at <= self.at:
            raise Refused("over")
        if self.at < time:
            raise Refused("too_early_to_pass_on")
        for booking in self._with(["confirmed"]):
            if booking.got_at < time:
                unused = {
                    place
                    for place in booking.places
                    if place[1] == session and place[0] not in booking.came
                }
                booking.places -= unused
                booking.passed_on |= unused
        self._serve_the_door(session)
        self.settle(session)

    def is_at_the_door(self, session):
        row = self.sessions[session]
        return (
            not row.called_off
            and row.starts_at <= self.at + timedelta(minutes=30)
            and (self.at < row.ends_at)
        )

    def move_in_line(self, booking, to):
        """To the front (0), the end (-1), or before another booking; the numbers stay."""
        if self.by_lot:
            raise Refused("drawn_by_lot")
        self.settle(booking.session)
        line = [each for each in self.line() if each.session == booking.session]
        if booking not in line or to not in (0, -1, *line):
            raise Refused("line_has_changed")
        others = [each for each in line if each is not booking]
        before = line.index(booking)
        ends = {0: 0, -1: len(others), booking: before}
        after = ends[to] if to in ends else others.index(to)
        if after == before:
            raise Refused("stands_there")
        numbers = [each.number for each in line]
        others.insert(after, booking)
        for each, number in zip(others, numbers, strict=True):
            each.number = number
        self.settle(booking.session)

    def keep(self, session, places, until):
        self.settle(session)
        row = self.sessions[session]
        if row.called_off:
            raise Refused("called_off")
        if places and not self.at < until <= row.starts_at:
            raise Refused("kept_too_long")
        if places > row.capacity - self.taken(session):
            raise Refused("not_so_many_free")
        row.kept, row.kept_until = places, until
        self.settle(session)

    def merge(self, source, target):
        """Everybody in one session comes to the other instead, with number and places."""
        self._settle_both(source, target)
        old, new = self.sessions[source], self.sessions[target]
        if old.called_off or new.called_off:
            raise Refused("called_off")
        if source == target or min(old.starts_at, new.starts_at) <= self.at:
            raise Refused("not_mergeable")
        here = [(each, p) for each in self.alive() for p in each.places if p[1] == source]
        there = {p[0]: each for each in self.alive() for p in each.places if p[1] == target}
        moving, leaving = [], []
        for booking, (person, _) in here:
            other = there.get(person)
            if other and not (booking.status in HOLD_A_PLACE and other.status not in HOLD_A_PLACE):
                leaving.append((booking, person, source))
                continue
            moving.append((booking, person))
            if other:
                leaving.append((other, person, target))
        coming = sum(each.status in HOLD_A_PLACE for each, _ in moving)
        if self.taken(target) + new.kept + coming > new.capacity:
            raise Refused("too_many_to_merge")
        for booking, person, session in leaving:
            booking.places.remove((person, session))
        for booking, person in moving:
            booking.places.remove((person, source))
            booking.places.add((person, target))
        touched = [each for each, _ in moving] + [each for each, _, _ in leaving]
        for booking in self.alive():
            if booking in touched:
                self._come_along(booking, source, target)
        old.called_off, old.kept = True, 0
        self._settle_both(source, target)

    def set_capacity(self, session, capacity):
        if capacity < self.taken(session) + self.sessions[session].kept:
            raise Refused("below_taken")
        self.sessions[session].capacity = capacity
        self.settle(session)

    def release_kept(self, session):
        self.sessions[session].kept = 0
        self.settle(session)

    def call_off(self, session):
        if self.sessions[session].called_off:
            return
        for booking in self.alive():
            called_off = {place for place in booking.places if place[1] == session}
            been = booking.status == "confirmed" and booking.places - self.to_come(booking)
            if called_off and self.to_come(booking) == called_off and not been:
                self._end(booking, "canceled")
            booking.places -= called_off
        self.sessions[session].called_off, self.sessions[session].kept = True, 0
        self.settle(session)

    def move(self, session, starts_at):
        row = self.sessions[session]
        if starts_at <= self.at and starts_at != row.starts_at:
            raise Refused("in_the_past")
        if row.called_off:
            raise Refused("called_off")
        if row.kept_until:
            row.kept_until += starts_at - row.starts_at
        row.starts_at = starts_at
        self.settle(session)

    def add_session(self, row):
        whole = [each for each in self.alive() if each.session is None]
        if row.capacity < sum(
            len(people_of(each)) for each in whole if each.status in HOLD_A_PLACE
        ):
            raise Refused("course_too_large")
        self.sessions[row.pk] = row
        for booking in whole:
            booking.places |= {(person, row.pk) for person in people_of(booking)}

    def settle(self, session=None):
        """What is overdue ends; then whoever is next gets a place, until nobody is."""
        here = self._touched_by(session)
        for booking in self.bookings:
            if self._has_lapsed(booking) and self._waits_for_one_of(here, booking):
                self._end(booking, "lapsed")
        for each in here:
            if self._kept_too_long(self.sessions[each]):
                self.sessions[each].kept = 0
        self._serve(here, "offered" if self.offers else "confirmed")

    def sweep(self):
        """Settle wherever a deadline has passed."""
        due = {each.session for each in self.bookings if self._has_lapsed(each)}
        due |= {row.pk for row in self.coming() if self._kept_too_long(row)}
        for session in due:
            self.settle(session)

    def to_come(self, booking):
        """The places of a booking that can still change: those over belong to the past."""
        still = {each.pk for each in self.coming()} | {booking.session}
        return {place for place in booking.places if place[1] in still}

    # How the rules are read.

    def _come_along(self, booking, source, target):
        if not self.to_come(booking):
            if not (booking.places and booking.status == "confirmed"):
                self._end(booking, "canceled")
            return
        if booking.session == source:
            booking.session = target
        if booking.answer_by:
            booking.answer_by = min(booking.answer_by, self.sessions[target].closes_at)

    def _settle_both(self, one, other):
        """Offers of both lapse before anybody is served; where dates are single, each by itself."""
        for session in {one, other} if self.mode == "single" else [one]:
            self.settle(session)

    def _why_not_swapped(self, booking, to):
        if booking.session is None:
            return "whole_course"
        if self.by_lot:
            return "by_lot"
        if booking.status == "offered":
            return "answer_first"
        if booking.status not in ALIVE or self.sessions[booking.session].starts_at <= self.at:
            return "over"
        if to == booking.session:
            return "same_date"
        people = people_of(booking)
        if code := self._closed(to) or self._already_in(to, people):
            return code
        if self.free(to) < len(people) or self._somebody_stands_before(to):
            return "full_there"
        return None

    def _make_room(self, session, n, *, uses_kept, before=None):
        """Kept places first, then free ones if nobody stands before, then more than there were."""
        row = self.sessions[session]
        kept = min(row.kept, n) if uses_kept else 0
        free = 0 if self._is_before(session, before) else min(self.free(session), n - kept)
        row.kept -= kept
        row.capacity += n - kept - free

    def _is_before(self, session, number):
        """Whether somebody has to be asked first: of the line, when it is closed of the door."""
        line = [
            each
            for each in self.line()
            if each.session == session and (number is None or each.number < number)
        ]
        return self.strict and any(each.is_here or self.is_open(session) for each in line)

    def _serve_the_door(self, session):
        time = self._passes_on_at(session)
        if self.is_open(session) and (time is None or self.at < time):
            return
        for booking in self.line():
            if booking.session == session and booking.is_here:
                if self.free(session) >= booking.people_in(session):
                    self._get_in(booking, is_here=True)
                elif self.strict:
                    return

    def _get_in(self, booking, *, is_here):
        booking.status, booking.got_at = "confirmed", self.at
        if is_here:
            booking.came = people_of(booking)

    def _passes_on_at(self, session):
        if self.pass_on_after is None:
            return None
        return self.sessions[session].starts_at + self.pass_on_after

    def _waits_at(self, booking):
        return booking.status == "waiting" and not self.sessions[booking.session].called_off

    def _with(self, states):
        return [each for each in self.bookings if each.status in states]

    def _live(self, row):
        return not row.called_off

    def _touched_by(self, session):
        """Single dates are settled each by itself; a course touches all of its coming dates."""
        if self.mode == "single" and session:
            return {session}
        return {each.pk for each in self.coming()} | ({session} if session else set())

    def _waits_for_one_of(self, here, booking):
        return booking.session in here if booking.session else self.mode != "single"

    def _has_lapsed(self, booking):
        return booking.status == "offered" and booking.answer_by and booking.answer_by <= self.at

    def _kept_too_long(self, row):
        return row.kept > 0 and row.kept_until and row.kept_until <= self.at

    def _closed(self, session):
        if session is None and self.mode == "single":
            return "choose_sessions"
        if session and self.mode == "course":
            return "whole_course"
        if session and self.sessions[session].called_off:
            return "called_off"
        closes_at = self.closes_at(session)
        if closes_at is None:
            return "called_off"
        return "closed" if closes_at <= self.at else None

    def _already_in(self, session, people):
        wanted = {session} if session else {each.pk for each in self.coming() if self._live(each)}
        taken = set().union(*(each.places for each in self.alive()))
        if any((person, each) in taken for person in people for each in wanted):
            return "already_booked"
        return None

    def _can_tell_at_once(self, session, n, desk):
        """Whether a newcomer needs nobody to look at what is overdue: a place is plainly there,
        or the date is plainly full and the line is joined."""
        row = self.sessions[session]
        if desk and row.kept >= n:
            return True
        if self.free(session) >= n:
            return self.waiting(session) == 0
        if row.kept or not self.has_line:
            return False
        return not self.offers or self.waiting(session) > 0

    def _see_whether_it_has_lapsed(self, booking):
        if self._has_lapsed(booking):
            self.settle(booking.session)

    def _must_be_held(self, booking):
        if booking.status == "confirmed":
            raise Refused("already_taken")
        if booking.status == "canceled":
            raise Refused("over")
        if booking.status != "offered":
            raise Refused("offer_lapsed")

    def _somebody_stands_before(self, session):
        if not self.strict:
            return False
        if session:
            return self.waiting(session) > 0
        here = self._touched_by(None)
        return any(each.session is None or each.session in here for each in self.line())

    def _serve(self, here, status):
        while booking := self._next(here):
            booking.places = self.to_come(booking)
            booking.status, booking.got_at = status, self.at

    def _next(self, here):
        """The first in line who fits and stands behind nobody."""
        before = []
        for booking in self.line():
            if not self._waits_for_one_of(here, booking) or not self._may_still_be_served(booking):
                continue
            wanted = Counter(session for _, session in self.to_come(booking))
            fits = all(
                self._live(self.sessions[each]) and self.free(each) >= n
                for each, n in wanted.items()
            )
            if fits and not any(self._bars(each, booking) for each in before):
                return booking
            before.append(booking)
        return None

    def _may_still_be_served(self, booking):
        return bool(self.to_come(booking)) and self.is_open(booking.session)

    def _bars(self, one, other):
        """Whether `one`, standing in front, keeps `other` from being served."""
        if not self.strict:
            return False
        if one.session:
            return one.session in other.sessions()
        return other.session is None

    def _write_down(self, session, people, wanted, status):
        places = {(person, each) for person in people for each in wanted}
        booking = BookingOnPaper(session, status, places, next(self.numbers), got_at=self.at)
        self.bookings.append(booking)
        return booking

    def _end(self, booking, status):
        booking.places -= self.to_come(booking)
        booking.status, booking.answer_by = status, None


def people_of(booking):
    return {person for person, _ in booking.places}
