"""Where places change hands: one lock, one order, one function.

Every use case locks the sessions it may touch with `locked_sessions`, changes its one fact,
and calls `settle`. The counters are written once, when the block ends.
"""

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from activities.models import Activity, BookingMode, FreedPlace, Session
from activities.services import course_window
from bookings.models import HOLDS_A_PLACE, Booking, Place, Status
from bookings.rules import offer_deadline
from bookings.telling import tell
from prepared import prepared

# Until the number is drawn, in the same transaction, nobody else sees the booking.
NOT_DRAWN_YET = 0
COUNTERS = ("places_taken", "places_waiting", "places_kept")


@dataclass
class LockedSessions:
    """Sessions of one activity whose rows this transaction holds, by id."""

    activity: Activity
    by_id: dict

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
    """Lock what a change may touch, and write the counters when the block ends.

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
        yield LockedSessions(activity, locked)
        _write([each for pk, each in locked.items() if _counters(each) != found[pk]])


def _write(sessions):
    """In one statement; for one session, as in a rush, the plain one is four times cheaper."""
    if len(sessions) == 1:
        sessions[0].save(update_fields=COUNTERS)
    else:
        Session.objects.bulk_update(sessions, COUNTERS)


def _counters(session):
    return tuple(getattr(session, counter) for counter in COUNTERS)


def settle(locked, *, at):
    """Let places change hands: free lapsed offers, release kept places, serve who waits.

    Returns how many things changed. Without anybody calling it for a while everything stays
    right, only later.
    """
    return _lapse_offers(locked, at) + _release_kept(locked, at) + _serve(locked, at)


def settle_due(at=None):
    """Settle wherever a deadline has passed; the sweeper's whole job."""
    at = at or timezone.now()
    lapsed = Booking.objects.offered().filter(offer_expires_at__lte=at)
    kept = Session.objects.live().coming(at).filter(places_kept__gt=0, kept_until__lte=at)
    due = {(each.activity_id, each.session_id) for each in lapsed}
    due |= {(each.activity_id, each.pk) for each in kept}
    activities = Activity.objects.select_related("center").in_bulk({pk for pk, _ in due})
    changed = 0
    for activity_id, session_id in sorted(due, key=str):
        session = Session(pk=session_id) if session_id else None
        with locked_sessions(activities[activity_id], session, at=at) as locked:
            changed += settle(locked, at=at)
    return changed


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


def put_in_line(booking, locked, needs):
    """Give the booking the next number; a course waits in the activity's own line."""
    draw_number(booking)
    if booking.session_id:
        locked.move(needs, "places_waiting", +1)


def draw_number(booking):
    """The next number of the line. Who calls this holds the lock of what is waited for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bookings_booking SET queue_no = nextval('booking_queue_no')"
            " WHERE id = %s RETURNING queue_no",
            [booking.pk],
        )
        booking.queue_no = cursor.fetchone()[0]


def anybody_before(locked, session):
    """Whether a newcomer for this session (None: the course) has to stand behind somebody."""
    if locked.activity.smaller_may_pass:
        return False
    if session:
        return locked.by_id[session.pk].places_waiting > 0
    if any(each.places_waiting for each in locked):
        return True
    return locked.activity.bookings.waiting().filter(session=None).exists()


def position(booking):
    """1 for whoever is next; None when the booking does not wait."""
    if booking.status != Status.WAITING:
        return None
    return _up_to(booking.activity_id, booking.session_id, booking.queue_no)[0]


@prepared
def _up_to(activity, session, number):
    """How many stand in this line up to that number, as the one answer."""
    line = Booking.objects.waiting().filter(activity=activity, session=session)
    counted = line.filter(queue_no__lte=number).order_by().values("activity")
    return counted.annotate(n=Count("pk")).values_list("n", flat=True)


def give_up_places(booking, locked, status, *, at, by=None):
    """Take the booking out of the locked sessions; what it has been to stays history."""
    needs = needs_of([booking], locked)[booking.pk]
    if booking.status in HOLDS_A_PLACE:
        locked.move(needs, "places_taken", -1)
    elif booking.status == Status.WAITING and booking.session_id:
        locked.move(needs, "places_waiting", -1)
    booking.places.filter(session__in=needs, canceled_at=None).update(canceled_at=at)
    booking.status, booking.canceled_at, booking.canceled_by = status, at, by
    booking.offer_expires_at = None
    booking.save(update_fields=["status", "canceled_at", "canceled_by", "offer_expires_at"])


def _lapse_offers(locked, at):
    lapsed = list(
        _of(locked, Booking.objects.offered())
        .filter(offer_expires_at__lte=at)
        .select_related("booked_by")
    )
    for booking in lapsed:
        booking.activity = locked.activity
        deadline = booking.offer_expires_at
        give_up_places(booking, locked, Status.LAPSED, at=at)
        tell(booking, "lapsed", at=at, key_at=deadline)
    return len(lapsed)


def _release_kept(locked, at):
    due = [
        each for each in locked if each.places_kept and each.kept_until and each.kept_until <= at
    ]
    for session in due:
        session.places_kept = 0
    return len(due)


def _serve(locked, at):
    """Go along the line once; whoever fits gets places, the rest keep their order.

    Where smaller parties may not pass, a party that does not fit bars its session for those
    behind it. A whole course that waits bars single dates of an `either` activity for nobody.
    """
    activity, served, barred = locked.activity, 0, set()
    line = list(_line(locked))
    if not line:
        return 0
    needs = needs_of(line, locked)
    course_closes = course_window(activity)[1]
    for booking in line:
        booking.activity = activity
        wanted = needs[booking.pk]
        closes_at = (
            locked.by_id[booking.session_id].booking_closes_at
            if booking.session_id
            else course_closes
        )
        if not wanted or closes_at is None or closes_at <= at:
            continue
        if locked.fit(wanted) and not barred & wanted.keys():
            _promote(booking, locked, wanted, closes_at=closes_at, at=at)
            served += 1
        elif activity.smaller_may_pass:
            continue
        elif booking.session_id:
            barred.add(booking.session_id)
        elif activity.booking_mode == BookingMode.COURSE:
            break
    return served


def _line(locked):
    """The waiting bookings that settling has to look at, whoever came first in front."""
    free = max((each.places_free for each in locked), default=0)
    if not free:
        return Booking.objects.none()
    line = _of(locked, Booking.objects.waiting()).select_related("booked_by")
    if locked.activity.booking_mode != BookingMode.SINGLE:
        return line
    if locked.activity.smaller_may_pass:
        return line.filter(party_size__lte=free)
    # Each that is served takes a place, and the first that does not fit bars the rest.
    return line[: free + 1]


def _promote(booking, locked, needs, *, closes_at, at):
    locked.move(needs, "places_taken", +1)
    if booking.session_id:
        locked.move(needs, "places_waiting", -1)
    # Dates of a course that went by while it waited were never had.
    booking.places.filter(canceled_at=None).exclude(session__in=needs).update(canceled_at=at)
    if locked.activity.freed_place == FreedPlace.OFFERED:
        booking.status = Status.OFFERED
        booking.offer_expires_at = offer_deadline(at, closes_at=closes_at)
        booking.save(update_fields=["status", "offer_expires_at"])
        deadline = booking.offer_expires_at
        tell(
            booking,
            "offered",
            at=at,
            key_at=deadline,
            expires_at=deadline,
            offer_expires_at=deadline.isoformat(),
        )
    else:
        booking.status, booking.confirmed_at = Status.CONFIRMED, at
        booking.save(update_fields=["status", "confirmed_at"])
        tell(booking, "moved_up", at=at)


def _of(locked, bookings):
    """Of these bookings, the ones that only need sessions we hold."""
    ours = Q(session__in=locked.by_id)
    if locked.activity.booking_mode != BookingMode.SINGLE:
        ours |= Q(session=None)
    return bookings.filter(ours, activity=locked.activity)
