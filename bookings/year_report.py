"""A year of a center in numbers: what was planned, held and attended, and what partners gave.

Person-times are counted apart from persons, because one neighbor who comes to forty lunches is not
forty neighbors. Only ticks at the door count as having come. About twelve statements, however many
partners.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import Coalesce, ExtractMonth
from django.utils import timezone

from activities.models import Category, Session, midnight
from bookings.feedback import ENOUGH, Average
from bookings.models import Feedback, Place, RoomBookingStatus
from bookings.models import Status as BookingStatus
from partners.models import Need, NeedStatus, Partner, PartnerKind
from venues.models import Center, Taking, TakingKind, YearPlan

HOUR = 3600
LENGTH = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())


@dataclass
class Sums:
    """Of a month, a category, or all of it."""

    planned: int = 0  # sessions in the timetable that were not called off
    held: int = 0  # of these, those that are over
    called_off: int = 0
    person_times: int = 0
    persons: int = 0


@dataclass
class Activities:
    planned: int
    held: int
    attended: int


@dataclass
class PartnerRow:
    partner: Partner
    sessions: int = 0
    hours_served: float = 0.0
    hours_of_room: float = 0.0
    person_times: int = 0
    persons: int = 0


@dataclass
class KindRow:
    kind: PartnerKind
    partners: int = 0
    with_sessions: int = 0
    sessions: int = 0


@dataclass(frozen=True)
class Needs:
    received: int
    open: int
    overdue: int
    in_time: int
    late: int
    done: int

    @property
    def percent_in_time(self) -> int | None:
        answered = self.in_time + self.late
        return round(100 * self.in_time / answered) if answered else None


@dataclass(frozen=True)
class YearReport:
    center: Center
    year: int
    at: datetime
    plan: int | None
    total: Sums
    activities: Activities
    months: dict[int, Sums]
    categories: list[tuple[Category, Sums]]
    partners: list[PartnerRow]
    kinds: list[KindRow]
    needs: Needs
    satisfaction: Average
    years: list[int] = field(default_factory=list)

    @property
    def percent_of_plan(self) -> int | None:
        return round(100 * self.total.held / self.plan) if self.plan else None


def of_year(center, year, at=None) -> YearReport:
    at = at or timezone.now()
    span = midnight(date(year, 1, 1)), midnight(date(year + 1, 1, 1))
    sessions = Session.objects.filter(
        activity__center=center, starts_at__gte=span[0], starts_at__lt=span[1]
    ).order_by()
    came = _came(sessions)
    months = _months(sessions, came, at)
    total = _total(months)
    total.persons = came.aggregate(persons=Count("person", distinct=True))["persons"]
    partners = _partners(center, sessions, came, span, at)
    return YearReport(
        center=center,
        year=year,
        at=at,
        plan=YearPlan.objects.filter(center=center, year=year)
        .values_list("sessions", flat=True)
        .first(),
        total=total,
        activities=_activities(sessions, came, at),
        months=months,
        categories=_categories(sessions, came, at),
        partners=partners,
        kinds=_kinds(partners),
        needs=_needs(center, span, at),
        satisfaction=_satisfaction(sessions),
    )


def _came(sessions):
    return Place.objects.filter(
        session__in=sessions,
        canceled_at=None,
        checked_in_at__isnull=False,
        booking__status=BookingStatus.CONFIRMED,
    ).order_by()


def _counted(at):
    live = Q(canceled_at=None)
    return {
        "planned": Count("pk", filter=live),
        "held": Count("pk", filter=live & Q(ends_at__lte=at)),
        "called_off": Count("pk", filter=~live),
    }


def _people(came, by):
    """[(what it is grouped by, person-times, persons)]"""
    rows = came.values_list(by)
    return rows.annotate(times=Count("pk"), persons=Count("person", distinct=True))


def _months(sessions, came, at) -> dict[int, Sums]:
    months = {month: Sums() for month in range(1, 13)}
    rows = sessions.annotate(month=ExtractMonth("starts_at")).values("month")
    for row in rows.annotate(**_counted(at)):
        month = row.pop("month")
        months[month] = Sums(**row)
    by_month = came.annotate(month=ExtractMonth("session__starts_at"))
    for month, times, persons in _people(by_month, "month"):
        months[month].person_times, months[month].persons = times, persons
    return months


def _total(months) -> Sums:
    total = Sums()
    for each in months.values():
        total.planned += each.planned
        total.held += each.held
        total.called_off += each.called_off
        total.person_times += each.person_times
    return total


def _activities(sessions, came, at) -> Activities:
    live = sessions.filter(canceled_at=None)
    found = live.aggregate(
        planned=Count("activity", distinct=True),
        held=Count("activity", distinct=True, filter=Q(ends_at__lte=at)),
    )
    attended = came.aggregate(found=Count("session__activity", distinct=True))["found"]
    return Activities(found["planned"], found["held"], attended)


def _categories(sessions, came, at) -> list[tuple[Category, Sums]]:
    found: dict[int, Sums] = {}
    for row in sessions.values("activity__category").annotate(**_counted(at)):
        category = row.pop("activity__category")
        found[category] = Sums(**row)
    for category, times, persons in _people(came, "session__activity__category"):
        found[category].person_times, found[category].persons = times, persons
    categories = Category.objects.in_bulk(found)
    rows = [(categories[pk], sums) for pk, sums in found.items()]
    return sorted(rows, key=lambda row: (row[0].order, row[0].pk))


def _partners(center, sessions, came, span, at) -> list[PartnerRow]:
    """Those who are active here, and those who were in this year; most sessions first."""
    held = sessions.filter(canceled_at=None, ends_at__lte=at, activity__partner__isnull=False)
    rows = {each.pk: PartnerRow(each) for each in Partner.objects.active().filter(centers=center)}
    by_partner = held.values_list("activity__partner")
    served = {pk: rest for pk, *rest in by_partner.annotate(count=Count("pk"), length=Sum(LENGTH))}
    hours = _hours_of_room(center, span, at)
    for partner in Partner.objects.filter(pk__in={*served, *hours} - {*rows}):
        rows[partner.pk] = PartnerRow(partner)
    for pk, (count, length) in served.items():
        rows[pk].sessions, rows[pk].hours_served = count, length.total_seconds() / HOUR
    for pk, length in hours.items():
        rows[pk].hours_of_room = length
    of_partners = came.filter(session__activity__partner__isnull=False)
    for pk, times, persons in _people(of_partners, "session__activity__partner"):
        if pk in rows:
            rows[pk].person_times, rows[pk].persons = times, persons
    return sorted(rows.values(), key=lambda row: (-row.sessions, row.partner.name))


def _hours_of_room(center, span, at) -> dict[int, float]:
    """{partner: hours}, of sessions, their own bookings and the fixed times they did not give back."""
    partner = Coalesce(
        "session__activity__partner",
        "room_booking__partner",
        "slot_date__slot__agreement__partner",
    )
    found = Taking.objects.filter(
        center=center, released_at=None, starts_at__gte=span[0], starts_at__lt=span[1]
    )
    found = found.filter(ends_at__lte=at).exclude(kind=TakingKind.CLOSURE)
    found = found.filter(Q(room_booking=None) | Q(room_booking__status=RoomBookingStatus.CONFIRMED))
    rows = found.order_by().annotate(partner=partner).exclude(partner=None).values_list("partner")
    return {pk: length.total_seconds() / HOUR for pk, length in rows.annotate(length=Sum(LENGTH))}


def _kinds(partners) -> list[KindRow]:
    found = {kind: KindRow(kind) for kind in PartnerKind}
    for row in partners:
        of_kind = found[PartnerKind(row.partner.kind)]
        of_kind.partners += 1
        of_kind.with_sessions += bool(row.sessions)
        of_kind.sessions += row.sessions
    return list(found.values())


def _needs(center, span, at) -> Needs:
    asked = Need.objects.filter(center=center, created_at__gte=span[0], created_at__lt=span[1])
    is_open = ~Q(status__in=[NeedStatus.DONE, NeedStatus.CLOSED])
    has_answer = Q(answered_at__isnull=False)
    in_time = has_answer & (Q(answer_by=None) | Q(answered_at__lte=F("answer_by")))
    return Needs(
        **asked.aggregate(
            received=Count("pk"),
            open=Count("pk", filter=is_open),
            overdue=Count("pk", filter=is_open & ~has_answer & Q(answer_by__lt=at)),
            in_time=Count("pk", filter=in_time),
            late=Count("pk", filter=has_answer & Q(answered_at__gt=F("answer_by"))),
            done=Count("pk", filter=Q(status=NeedStatus.DONE)),
        )
    )


def _satisfaction(sessions) -> Average:
    found = Feedback.objects.filter(session__in=sessions).aggregate(
        answers=Count("pk"), marks=Avg("marks")
    )
    return Average(found["answers"], found["marks"] if found["answers"] >= ENOUGH else None)
