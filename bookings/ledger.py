"""The ledger of an agreement: room given, service returned. Nothing in it is typed in.

Hours of room come from takings that were not released, the time to get ready and to tidy up
included; sessions from the timetable; people from ticks at the door. Only what is over counts. A
session that was called off counts nowhere.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone

from activities.models import Session, midnight
from bookings.models import HOLDS_A_PLACE, Place, RoomBookingStatus
from partners.models import Agreement
from venues.models import Taking, TakingKind

ONE_HOUR = timedelta(hours=1)
SPAN = ("starts_at", "ends_at")
# So far from what the calendar says may one be without a word: a tenth of what was promised.
LEEWAY = 0.1


@dataclass
class Entry:
    """Of one month, or of all of them."""

    sessions: int = 0
    hours_served: float = 0.0
    hours_for_sessions: float = 0.0
    hours_for_own_use: float = 0.0
    person_times: int = 0
    persons: int = 0

    @property
    def hours_used(self) -> float:
        return self.hours_for_sessions + self.hours_for_own_use


@dataclass(frozen=True)
class Pace:
    """What was promised for all of the time, what is due by now, what is there."""

    promised: float
    due: float
    done: float

    @property
    def ahead(self) -> float:
        """How much more than due; below zero what is missing. 0 while that is little."""
        difference = self.done - self.due
        return difference if abs(difference) > self.promised * LEEWAY else 0

    @property
    def missing(self) -> float:
        return -self.ahead


@dataclass(frozen=True)
class Ledger:
    agreement: Agreement
    at: datetime
    total: Entry
    months: dict[date, Entry]  # by their first day, the latest first

    @property
    def room(self) -> Pace | None:
        return self._pace(self.agreement.hours_granted, self.total.hours_used)

    @property
    def service(self) -> Pace | None:
        return self._pace(self.agreement.sessions_promised, self.total.sessions)

    def _pace(self, promised, done) -> Pace | None:
        return (
            Pace(promised, promised * _share_gone(self.agreement, self.at), done)
            if promised
            else None
        )


class Use(NamedTuple):
    """One use of a room for a partner."""

    partner: int
    center: int
    room: int
    whole: int | None
    kind: TakingKind
    starts_at: datetime
    ends_at: datetime


class Held(NamedTuple):
    """One session of a partner that is over, and who came to it."""

    partner: int
    center: int
    starts_at: datetime
    ends_at: datetime
    persons: list[int]


def of_agreement(agreement, at=None) -> Ledger:
    [ledger] = of_agreements([agreement], at)
    return ledger


def of_agreements(agreements, at=None) -> list[Ledger]:
    """Four statements, however many there are and however long they have run."""
    at = at or timezone.now()
    if not agreements:
        return []
    prefetch_related_objects(agreements, "rooms")
    held, uses = _held(agreements, at), _uses(agreements, at)
    return [_ledger(each, held, uses, at) for each in agreements]


def _ledger(agreement, held, uses, at) -> Ledger:
    months: dict[date, Entry] = defaultdict(Entry)
    persons: dict[date, set[int]] = defaultdict(set)
    for session in _of(agreement, held):
        month = _month(session.starts_at)
        entry = months[month]
        entry.sessions += 1
        entry.hours_served += _hours(session)
        entry.person_times += len(session.persons)
        persons[month].update(session.persons)
    rooms = {room.pk for room in agreement.rooms.all()}
    for use in _of(agreement, uses):
        if rooms and not rooms & {use.room, use.whole}:
            continue
        entry = months[_month(use.starts_at)]
        if use.kind == TakingKind.SESSION:
            entry.hours_for_sessions += _hours(use)
        else:
            entry.hours_for_own_use += _hours(use)
    for month, found in persons.items():
        months[month].persons = len(found)
    total = _sum(months.values())
    total.persons = len(set().union(*persons.values()))
    return Ledger(agreement, at, total, dict(sorted(months.items(), reverse=True)))


def _held(agreements, at) -> list[Held]:
    sessions = Session.objects.live().filter(
        activity__partner__in=[each.partner_id for each in agreements],
        activity__center__in=[each.center_id for each in agreements],
        starts_at__gte=midnight(min(each.starts_on for each in agreements)),
        ends_at__lte=at,
    )
    came: dict[int, list[int]] = defaultdict(list)
    places = Place.objects.filter(
        session__in=sessions,
        canceled_at=None,
        checked_in_at__isnull=False,
        booking__status__in=HOLDS_A_PLACE,
    )
    for session, person in places.order_by().values_list("session", "person"):
        came[session].append(person)
    rows = sessions.values_list("activity__partner", "activity__center", *SPAN, "pk")
    return [
        Held(partner, center, starts_at, ends_at, came[pk])
        for partner, center, starts_at, ends_at, pk in rows
    ]


def _uses(agreements, at) -> list[Use]:
    """Sessions that were not called off, rooms they booked, fixed times they did not give back."""
    partner = Coalesce(
        "session__activity__partner",
        "room_booking__partner",
        "slot_date__slot__agreement__partner",
    )
    takings = Taking.objects.filter(
        Q(room_booking=None) | Q(room_booking__status=RoomBookingStatus.CONFIRMED),
        center__in=[each.center_id for each in agreements],
        released_at=None,
        starts_at__gte=midnight(min(each.starts_on for each in agreements)),
        ends_at__lte=at,
    )
    of_them = takings.annotate(partner=partner).filter(
        partner__in=[each.partner_id for each in agreements]
    )
    return [
        Use(*row)
        for row in of_them.values_list("partner", "center", "room", "room__whole", "kind", *SPAN)
    ]


def _of(agreement, found):
    """What began in the time of the agreement, at its center."""
    end = agreement.ends_on or date.max
    if agreement.ended_at:
        end = min(end, timezone.localdate(agreement.ended_at))
    for each in found:
        if (each.partner, each.center) != (agreement.partner_id, agreement.center_id):
            continue
        if agreement.starts_on <= timezone.localdate(each.starts_at) <= end:
            yield each


def _month(moment) -> date:
    return timezone.localdate(moment).replace(day=1)


def _hours(each) -> float:
    return (each.ends_at - each.starts_at) / ONE_HOUR


def _sum(entries) -> Entry:
    """All but the persons: whoever came in two months is one person."""
    total = Entry()
    for each in entries:
        total.sessions += each.sessions
        total.hours_served += each.hours_served
        total.hours_for_sessions += each.hours_for_sessions
        total.hours_for_own_use += each.hours_for_own_use
        total.person_times += each.person_times
    return total


def _share_gone(agreement, at) -> float:
    """How much of its time is over, 0 to 1; all of it where there is no end to reckon with."""
    if agreement.ends_on is None:
        return 1.0
    days = (agreement.ends_on - agreement.starts_on).days + 1
    return min(max((timezone.localdate(at) - agreement.starts_on).days + 1, 0) / days, 1.0)
