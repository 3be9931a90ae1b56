"""What a change would do, found by doing it: looked at and taken back, until somebody is sure.

The change that was shown is the change that is made. Both run the same service in the same
transaction; it is kept only when it did exactly what was seen.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.facts import place
from activities.known_days import known_days
from activities.models import BookingMode
from activities.previews import preview
from activities.services import LeaderBusy
from activities.timetable import Plan, PlannedSession
from bookings import reach, told
from bookings.models import Booking, Place, RoomBooking, Status
from bookings.reach import Reach
from bookings.rules import BookingRefused
from notices.models import Notice
from venues.stock import EquipmentGone
from venues.takings import RoomTaken

REFUSALS = (RoomTaken, EquipmentGone, LeaderBusy, BookingRefused)


@dataclass(frozen=True)
class Party:
    """One booking before and after; `was` and `is_now` are {(session id, person id)}."""

    booking: Booking
    status: str
    status_now: str
    was: frozenset
    is_now: frozenset
    kinds: tuple[str, ...]
    reach: Reach

    @property
    def people(self):
        return len({person for _session, person in self.was | self.is_now})

    @property
    def ends(self):
        return not self.is_now

    @property
    def moves_up(self):
        return self.status == Status.WAITING and self.status_now in (
            Status.CONFIRMED,
            Status.OFFERED,
        )

    @property
    def in_words(self):
        return [str(told.KINDS.get(kind, kind)) for kind in self.kinds]


@dataclass
class Effects:
    refusal: str = ""
    clashes: list = field(default_factory=list)  # takings that are in the way
    parties: list[Party] = field(default_factory=list)
    overlaps: list[Place] = field(default_factory=list)  # what people have at the new time
    warnings: list[str] = field(default_factory=list)
    sessions: dict = field(default_factory=dict)  # id: what can be seen of it afterwards
    kept: int = 0  # places of the desk that are given up
    room_bookings: list[tuple] = field(default_factory=list)  # (it, what it is afterwards)
    is_done: bool = False

    @property
    def told(self):
        """Whoever gets a message, without those who move up and are named apart."""
        return [party for party in self.parties if party.kinds and not party.moves_up]

    @property
    def people_told(self):
        return sum(party.people for party in self.told)

    @property
    def ways(self):
        """[(way in words, how many bookings it reaches)], the most used one first."""
        return Counter(party.reach.way_in_words for party in self.told).most_common()

    @property
    def to_call(self):
        return [p.reach for p in self.parties if not p.reach.is_sure and not p.moves_up]

    @property
    def moving_up(self):
        return [party for party in self.parties if party.moves_up]

    @property
    def ending(self):
        return [party for party in self.parties if party.ends]

    @property
    def fingerprint(self):
        """The same for the same effects, whatever moment it is."""
        parties = [
            (p.booking.pk, p.status_now, sorted(p.is_now), p.kinds, p.reach.way)
            for p in self.parties
        ]
        seen = (
            self.refusal,
            sorted(self.sessions.items()),
            parties,
            [each.pk for each in self.overlaps],
            self.warnings,
            self.kept,
            [(each.pk, words) for each, words in self.room_bookings],
        )
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def of(
    change: Callable[[], object], sessions, *, room_bookings: Iterable = (), seen: str = ""
) -> Effects:
    """Do the change, and take it back unless `seen` is the fingerprint of what it did.

    `sessions` and `room_bookings` are those it is about. What refuses it is said in `refusal`.
    """
    ids = [each.pk for each in room_bookings]
    scopes = [_Scope(list(group)) for _pk, group in groupby(_by_activity(sessions), _activity_of)]
    with transaction.atomic():
        try:
            with transaction.atomic():
                change()
        except REFUSALS as refused:
            return Effects(
                refusal=str(refused.reason), clashes=list(getattr(refused, "clashes", []))
            )
        effects = _together([scope.compare() for scope in scopes])
        effects.room_bookings = _afterwards(ids)
        effects.is_done = effects.fingerprint == seen
        if not effects.is_done:
            transaction.set_rollback(True)
    return effects


def _activity_of(session):
    return session.activity_id


def _by_activity(sessions):
    return sorted(sessions, key=lambda each: (each.activity_id, each.starts_at, each.pk))


def _together(found):
    whole = Effects()
    for each in found:
        whole.parties += each.parties
        whole.overlaps += each.overlaps
        whole.warnings += each.warnings
        whole.sessions |= each.sessions
        whole.kept += each.kept
    return whole


def _afterwards(ids):
    """[(room booking, what becomes of it, in words)]"""
    found = RoomBooking.objects.with_room().filter(pk__in=ids).order_by("starts_at", "pk")
    return [
        (each, f"{each.get_status_display()} · {each.room}" if each.is_alive
         else each.get_status_display())
        for each in found
    ]  # fmt: skip


class _Scope:
    """What there is to see before a change, and how it differs afterwards."""

    def __init__(self, sessions):
        self.activity = sessions[0].activity
        self.ids = [each.pk for each in sessions]
        self.at = timezone.now()
        self.rows = self._rows()
        self.before = self._places()
        self.newest = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def compare(self):
        rows, now = self._rows(), self._places()
        looked_at = self.before.keys() | now.keys()
        bookings = Booking.objects.select_related(
            "booked_by__preference", "asked_by", "activity__center", "session"
        ).in_bulk(looked_at)
        kinds = self._notices(bookings.values())
        parties = [
            self._party(bookings[pk], self.before.get(pk, {}), now.get(pk, {}), kinds[pk])
            for pk in sorted(looked_at)
            if kinds[pk] or self.before.get(pk) != now.get(pk)
        ]
        changed = [row for pk, row in rows.items() if _seen(row) != _seen(self.rows.get(pk))]
        return Effects(
            parties=parties,
            sessions={pk: _seen(row) for pk, row in rows.items()},
            overlaps=_overlaps(self._busier(rows, now)),
            warnings=[f"{row.activity}: {words}" for row in changed for words in _warnings(row)],
            kept=sum(each.places_kept for each in self.rows.values())
            - sum(each.places_kept for each in rows.values()),
        )

    def _rows(self):
        sessions = self.activity.sessions.select_related("taking__room__floor", "activity__center")
        if self.activity.booking_mode == BookingMode.SINGLE:
            return sessions.in_bulk(self.ids)
        coming = sessions.coming(self.at) | sessions.filter(pk__in=self.ids)
        return {each.pk: each for each in coming}

    def _places(self):
        """{booking: {status: {(session, person)}}}, with one status each."""
        found = defaultdict(lambda: defaultdict(set))
        active = Place.objects.active().filter(session__in=self.rows)
        for booking, status, session, person in active.values_list(
            "booking", "booking__status", "session", "person"
        ):
            found[booking][status].add((session, person))
        return {booking: dict(states) for booking, states in found.items()}

    def _notices(self, bookings):
        """{booking id: kinds of what was left for it since}."""
        by_link = {f"/bookings/{each.reference}/": each.pk for each in bookings}
        left = Notice.objects.filter(pk__gt=self.newest, link__in=by_link).order_by("pk")
        found = defaultdict(tuple)
        for link, kind in left.values_list("link", "kind"):
            found[by_link[link]] += (kind,)
        return found

    def _party(self, booking, before, now, kinds):
        return Party(
            booking=booking,
            status=next(iter(before), ""),
            status_now=booking.status,
            was=frozenset(*before.values()),
            is_now=frozenset(*now.values()),
            kinds=kinds,
            reach=reach.of(booking),
        )

    def _busier(self, rows, now):
        """{session: people} for whom it is at a time they have not booked."""
        was = {
            pair for states in self.before.values() for pairs in states.values() for pair in pairs
        }
        found = defaultdict(set)
        for states in now.values():
            for session, person in set().union(*states.values()):
                row, before = rows[session], self.rows.get(session)
                has_moved = before and _span(row) != _span(before)
                if row.canceled_at is None and (has_moved or (session, person) not in was):
                    found[row].add(person)
        return found


def overlapping(session, people, *, besides=()):
    """Places these people have elsewhere while this session is on."""
    return list(
        Place.objects.active()
        .filter(
            person__in=people,
            session__canceled_at=None,
            session__starts_at__lt=session.ends_at,
            session__ends_at__gt=session.starts_at,
        )
        .exclude(session__in=[session, *besides])
        .select_related("person", "session__activity")
        .order_by("person__sort_key", "pk")
    )


def _overlaps(busier):
    return [each for session, people in busier.items() for each in overlapping(session, people)]


def _span(session):
    return session.starts_at, session.ends_at


def _seen(session):
    """What somebody who looks at a session may want to see before it changes."""
    if session is None:
        return ()
    return (
        *(each.isoformat() for each in _span(session)),
        session.room.pk if session.room else 0,
        session.outside_place,
        session.leader_id or 0,
        session.capacity,
        session.canceled_at is not None,
    )


def _warnings(session):
    """What speaks against its time and room without forbidding them."""
    if session.canceled_at:
        return
    starts_at, ends_at = map(timezone.localtime, _span(session))
    mark = known_days().mark(starts_at.date())
    plan = Plan((PlannedSession(starts_at, ends_at, mark),))
    yield from preview(session.activity, plan, room=session.room)[0].marks
    if session.room and not session.room.holds(session.capacity):
        yield _("%(room)s holds %(fits)s people, and there are %(places)s places.") % {
            "room": place(session),
            "fits": session.room.capacity,
            "places": session.capacity,
        }
