"""What came of several dates at once: kept by the browser's session until it is closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from activities.models import Session
from bookings.models import Booking, places_seen_by
from bookings.refusals import Refusal
from bookings.summaries import Summary

KEPT_FOR = timedelta(days=1)
NAME = "several_dates"


@dataclass(frozen=True)
class Row:
    """One date, and what has become of it: a booking, or why there is none."""

    session: Session
    summary: Summary | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Result:
    """`people` are ids, to try again with what was refused."""

    activity: object
    rows: list[Row]
    people: list[int]

    @property
    def refused(self):
        return [row.session for row in self.rows if row.refusal]


def remember(request, outcome, *, people):
    refused = [
        (session.pk, reason.code, str(reason.text), str(reason.next_step))
        for session, reason in outcome.refused
    ]
    request.session[NAME] = {
        "at": timezone.now().isoformat(),
        "bookings": [booking.pk for booking in outcome.bookings],
        "refused": refused,
        "people": [person.pk for person in people],
    }


def recall(request):
    """The Result as its bookings are by now, or None."""
    kept = request.session.get(NAME)
    if not kept:
        return None
    if datetime.fromisoformat(kept["at"]) + KEPT_FOR <= timezone.now():
        forget(request)
        return None
    bookings = Booking.objects.visible_to(request.user).filter(pk__in=kept["bookings"])
    bookings = bookings.with_position().with_activity()
    bookings = bookings.prefetch_related(places_seen_by(request.user))
    summaries = [Summary(booking) for booking in bookings]
    reasons = {pk: Refusal(*words) for pk, *words in kept["refused"]}
    sessions = Session.objects.filter(pk__in=reasons).select_related("activity").with_room()
    rows = [Row(each.next.session, summary=each) for each in summaries]
    rows += [Row(each, refusal=reasons[each.pk]) for each in sessions]
    rows.sort(key=lambda row: (row.session.starts_at, row.session.pk))
    activity = rows[0].session.activity if rows else None
    return Result(activity, rows, kept["people"]) if rows else None


def forget(request):
    request.session.pop(NAME, None)
