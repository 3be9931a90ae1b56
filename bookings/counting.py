"""Whether the counters of the sessions say what the places say."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from activities.models import Activity, BookingMode, Session
from bookings.locked import locked_sessions
from bookings.models import HOLDS_A_PLACE, Status
from bookings.waitlist import settle


@dataclass(frozen=True)
class Drift:
    session: Session
    text: str


class _OnlyLooking(Exception):
    """Rolls the trial back."""


def drifts(at=None):
    """Sessions whose counters disagree with their places, and lines that should have moved.

    Looks at what is to come: what is over stays as it was.
    """
    at = at or timezone.now()
    return [*_miscounted(at), *_unserved(at)]


def _miscounted(at):
    active = Q(places__canceled_at=None)
    counted = (
        Session.objects.coming(at)
        .annotate(
            taken=Count("places", filter=active & Q(places__booking__status__in=HOLDS_A_PLACE)),
            waiting=Count(
                "places",
                filter=active
                & Q(places__booking__status=Status.WAITING, places__booking__session=F("pk")),
            ),
        )
        .exclude(places_taken=F("taken"), places_waiting=F("waiting"))
        .select_related("activity")
    )
    for session in counted:
        yield Drift(
            session,
            f"taken {session.places_taken}, counted {session.taken}; "
            f"waiting {session.places_waiting}, counted {session.waiting}",
        )


def _unserved(at):
    """Try to settle whatever waits, and take it back."""
    waiting = Q(bookings__status__in=[Status.WAITING, Status.OFFERED])
    for activity in Activity.objects.filter(waiting).distinct().select_related("center"):
        sessions = [None]
        if activity.booking_mode == BookingMode.SINGLE:
            sessions = activity.sessions.live().coming(at).filter(waiting).distinct()
        for session in sessions:
            if changes := _would_change(activity, session, at):
                first = session or activity.sessions.first()
                yield Drift(first, f"settling would change {changes} things")


def _would_change(activity, session, at):
    try:
        with transaction.atomic(), locked_sessions(activity, session, at=at) as locked:
            changes = settle(locked, at=at)
            raise _OnlyLooking
    except _OnlyLooking:
        return changes
