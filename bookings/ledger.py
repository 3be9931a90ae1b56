"""The ledger of an agreement: room given, service returned. Nothing in it is typed in.

Hours of room come from takings that were not released, the time to get ready and to tidy up
included; sessions from the timetable; people from ticks at the door. Only what is over counts. A
session that was called off counts nowhere.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from activities.models import Session, midnight
from bookings.models import HOLDS_A_PLACE, Place, RoomBookingStatus
from partners.models import Agreement
from venues.models import Taking, TakingKind

HOUR = 3600
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


def of_agreement(agreement, at=None) -> Ledger:
    """Five statements, however long it has run."""
    at = at or timezone.now()
    months: dict[date, Entry] = defaultdict(Entry)
    sessions = _sessions(agreement, at)
    for month, count, hours in _by_month(sessions):
        months[month].sessions, months[month].hours_served = count, hours
    for month, kind, _count, hours in _by_month(_takings(agreement, at), "kind"):
        if kind == TakingKind.SESSION:
            months[month].hours_for_sessions += hours
        else:
            months[month].hours_for_own_use += hours
    came = _came(sessions)
    for month, times, persons in _people_by_month(came):
        months[month].person_times, months[month].persons = times, persons
    total = _sum(months.values())
    total.persons = came.aggregate(persons=Count("person", distinct=True))["persons"]
    return Ledger(agreement, at, total, dict(sorted(months.items(), reverse=True)))


def _sessions(agreement, at):
    found = Session.objects.live().filter(
        activity__partner=agreement.partner_id, activity__center=agreement.center_id
    )
    return _over(found, agreement, at)


def _takings(agreement, at):
    """What took a room for the partner: sessions, their own bookings, fixed times nobody used."""
    for_them = (
        Q(session__activity__partner=agreement.partner_id, session__canceled_at=None)
        | Q(
            room_booking__partner=agreement.partner_id,
            room_booking__status=RoomBookingStatus.CONFIRMED,
        )
        | Q(slot_date__slot__agreement=agreement.pk)
    )
    found = Taking.objects.filter(for_them, center=agreement.center_id, released_at=None)
    if rooms := [room.pk for room in agreement.rooms.all()]:
        found = found.filter(Q(room__in=rooms) | Q(room__whole__in=rooms))
    return _over(found, agreement, at)


def _over(found, agreement, at):
    """What began in the time of the agreement and has ended by now."""
    end = agreement.ends_on
    if agreement.ended_at:
        last = timezone.localdate(agreement.ended_at)
        end = min(end, last) if end else last
    found = found.filter(ends_at__lte=at, starts_at__gte=midnight(agreement.starts_on))
    return found.filter(starts_at__lt=midnight(end, 1)) if end else found


def _by_month(found, *more):
    """[(first day of the month, more, how many, hours)]"""
    length = Sum(ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField()))
    rows = found.order_by().annotate(month=TruncMonth("starts_at")).values_list("month", *more)
    for month, *others, count, total in rows.annotate(count=Count("pk"), total=length):
        yield timezone.localdate(month), *others, count, total.total_seconds() / HOUR


def _came(sessions):
    held = Place.objects.filter(session__in=sessions, canceled_at=None, checked_in_at__isnull=False)
    return held.filter(booking__status__in=HOLDS_A_PLACE).order_by()


def _people_by_month(came):
    rows = came.annotate(month=TruncMonth("session__starts_at")).values_list("month")
    counted = rows.annotate(times=Count("pk"), persons=Count("person", distinct=True))
    for month, times, persons in counted:
        yield timezone.localdate(month), times, persons


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
