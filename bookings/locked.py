"""The sessions a change holds: their counters, and what is noted about their line."""

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from activities.models import Activity, BookingMode, Session
from bookings.models import LineNote, Place

COUNTERS = ("places_taken", "places_waiting", "places_kept")


@dataclass
class LockedSessions:
    """Sessions of one activity whose rows this transaction holds, by id."""

    activity: Activity
    by_id: dict
    notes: list[LineNote] = field(default_factory=list)

    def __iter__(self):
        return iter(self.by_id.values())

    def fit(self, needs):
        """Whether every session has room for as many people as `needs` ({id: people}) says."""
        return all(
            self.by_id[pk].canceled_at is None and self.by_id[pk].places_free >= people
            for pk, people in needs.items()
        )

    def move(self, needs, counter, sign):
        for pk, people in needs.items():
            session = self.by_id[pk]
            setattr(session, counter, getattr(session, counter) + sign * people)


@contextmanager
def locked_sessions(activity, *named, at=None):
    """Lock what a change may touch, and write counters and notes when the block ends.

    The named sessions where each is booked on its own, otherwise, or where only None is named,
    all coming ones of the activity.
    """
    ids = [session.pk for session in named if session]
    sessions = Session.objects.filter(activity=activity)
    if activity.booking_mode == BookingMode.SINGLE and ids:
        sessions = sessions.filter(pk__in=ids)
    else:
        sessions = sessions.filter(Q(starts_at__gt=at or timezone.now()) | Q(pk__in=ids))
    with transaction.atomic():
        locked = {each.pk: each for each in sessions.locked()}
        for each in locked.values():
            each.activity = activity
        found = {pk: _counters(each) for pk, each in locked.items()}
        sessions = LockedSessions(activity, locked)
        yield sessions
        _write([each for pk, each in locked.items() if _counters(each) != found[pk]])
        LineNote.objects.bulk_create(sessions.notes)


def needs_of(bookings, locked):
    """{booking id: {session id: people}} among the locked sessions."""
    needs = defaultdict(dict)
    counted = (
        Place.objects.filter(booking__in=bookings, canceled_at=None, session__in=locked.by_id)
        .values_list("booking", "session")
        .annotate(people=Count("pk"))
        .order_by()
    )
    for booking, session, people in counted:
        needs[booking][session] = people
    return needs


def within(locked, bookings):
    """Of these bookings, the ones that only need sessions we hold."""
    ours = Q(session__in=locked.by_id)
    if locked.activity.booking_mode != BookingMode.SINGLE:
        ours |= Q(session=None)
    return bookings.filter(ours, activity=locked.activity)


def _write(sessions):
    """In one statement; for one session, as in a rush, the plain one is four times cheaper."""
    if len(sessions) == 1:
        sessions[0].save(update_fields=COUNTERS)
    else:
        Session.objects.bulk_update(sessions, COUNTERS)


def _counters(session):
    return tuple(getattr(session, counter) for counter in COUNTERS)
