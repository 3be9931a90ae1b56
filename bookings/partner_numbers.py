"""What came of a partner's activities, by month: sums without a name."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Count, Max, Min, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from activities.models import Session
from bookings.feedback import ENOUGH, came
from bookings.models import Feedback, Place, Status

# Who stood in line and got no place.
WAITED = (Status.WAITING, Status.LAPSED)


@dataclass(frozen=True)
class Line:
    """One activity in one month; `marks` is None as long as there are too few answers."""

    activity: int
    title: str
    month: date
    held: int
    booked: int
    came: int
    waited: int
    answers: int
    marks: float | None


def lines_of(partner, year, at=None) -> list[Line]:
    """The newest month first. Four statements, however many activities there are."""
    held = _held(partner, at).filter(starts_at__year=year)
    sums = _by_month(held, "", held=Count("pk"), booked=Sum("places_taken"))
    places = Place.objects.filter(session__in=held)
    there = _by_month(came(places), "session__", n=Count("pk"))
    waiting = places.filter(canceled_at=None, booking__status__in=WAITED)
    in_line = _by_month(waiting, "session__", n=Count("pk"))
    said = _by_month(
        Feedback.objects.filter(session__in=held), "session__", n=Count("pk"), marks=Avg("marks")
    )
    lines = [
        _line(key, row, there.get(key), in_line.get(key), said.get(key))
        for key, row in sums.items()
    ]
    return sorted(lines, key=lambda line: (-line.month.toordinal(), line.title, line.activity))


def years_of(partner, at=None):
    """(first, last) in which sessions were held, or None."""
    found = _held(partner, at).aggregate(first=Min("starts_at"), last=Max("starts_at"))
    if found["first"] is None:
        return None
    return tuple(timezone.localtime(found[name]).year for name in ("first", "last"))


def _held(partner, at):
    """What was called off was not held."""
    over = Session.objects.live().filter(ends_at__lte=at or timezone.now())
    return over.filter(activity__partner=partner).order_by()


def _by_month(rows, path, **sums):
    """{(activity, its title, month): the sums}."""
    rows = rows.order_by().annotate(month=TruncMonth(f"{path}starts_at"))
    keys = (f"{path}activity", f"{path}activity__title", "month")
    return {tuple(row[key] for key in keys): row for row in rows.values(*keys).annotate(**sums)}


def _line(key, row, there, in_line, said):
    activity, title, month = key
    answers = said["n"] if said else 0
    return Line(
        activity=activity,
        title=title,
        month=month.date(),
        held=row["held"],
        booked=row["booked"],
        came=there["n"] if there else 0,
        waited=in_line["n"] if in_line else 0,
        answers=answers,
        marks=round(said["marks"], 1) if said and answers >= ENOUGH else None,
    )
