"""What stands on the home page: today, the next days, what opens soon, the doors."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from activities.filters import PartOfDay
from activities.models import HAS_PLACES, Category, Session, is_open

SHOWN_OF_A_DAY = 12
SHOWN_OPENING = 3
DOORS = 3
LOOKS_AHEAD = timedelta(days=14)


@dataclass
class Tally:
    """How many sessions: of a day, or of a category in seven days."""

    sessions: int = 0
    coming: int = 0
    bookable: int = 0

    def add(self, row):
        self.sessions += row["sessions"]
        self.coming += row["coming"]
        self.bookable += row["bookable"]


def contents(at=None):
    at = at or timezone.now()
    today = timezone.localdate(at)
    days, doors = _next_days(today, at)
    return {
        "now": at,
        "today": today,
        "tally": days[today],
        "days": days.items(),
        "doors": doors,
        "opening": _opening_soon(at),
        **_next_day(at),
    }


def _next_day(at):
    """The rest of today in its parts; of the next day that has sessions when today is over."""
    coming = list(Session.objects.published().not_over(at).for_lists()[: SHOWN_OF_A_DAY + 1])
    if not coming:
        return {"day": None, "parts": [], "has_more": False}
    day = _day(coming[0])
    of_day = [session for session in coming if _day(session) == day]
    parts = groupby(
        of_day[:SHOWN_OF_A_DAY], lambda s: PartOfDay.of(timezone.localtime(s.starts_at))
    )
    return {
        "day": day,
        "parts": [(part.label, list(sessions)) for part, sessions in parts],
        "has_more": len(of_day) > SHOWN_OF_A_DAY,
    }


def _day(session) -> date:
    return timezone.localtime(session.starts_at).date()


def _next_days(today, at):
    """({day: Tally}, [(category, Tally)]) of seven days from today on, counted at once."""
    days = {today + timedelta(days=number): Tally() for number in range(7)}
    rows = (
        Session.objects.published()
        .live()
        .between(min(days), max(days))
        .values("activity__category", day=TruncDate("starts_at"))
        .annotate(
            sessions=Count("pk"),
            coming=Count("pk", filter=Q(ends_at__gt=at)),
            bookable=Count("pk", filter=is_open(at) & HAS_PLACES),
        )
        .order_by()
    )
    of_category = {}
    for row in rows:
        days[row["day"]].add(row)
        of_category.setdefault(row["activity__category"], Tally()).add(row)
    doors = Category.objects.all()[:DOORS]
    return days, [(category, of_category.get(category.pk, Tally())) for category in doors]


def _opening_soon(at):
    """The next session of each activity that cannot be booked yet, but soon can."""
    same_activity = Session.objects.filter(activity=OuterRef("activity"))
    opening = (
        Session.objects.published()
        .live()
        .filter(booking_opens_at__gt=at, booking_opens_at__lt=at + LOOKS_AHEAD)
        .exclude(Exists(same_activity.open_for_booking(at)))
        .for_lists()
        .order_by("booking_opens_at", "starts_at")
    )
    first_of_each = {}
    for session in opening[: SHOWN_OPENING * 10]:
        first_of_each.setdefault(session.activity_id, session)
    return list(first_of_each.values())[:SHOWN_OPENING]
