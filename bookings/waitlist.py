"""Where places change hands: one lock, one order, one function.

Every use case locks the sessions it may touch with `locked_sessions`, changes its one fact,
and calls `settle`. The counters are written once, when the block ends, and so is what is noted
about the line.
"""

from copy import copy

from django.db import connection
from django.db.models import Count, Subquery
from django.utils import timezone

from activities.models import Activity, BookingMode, FreedPlace, Session
from activities.services import course_window
from bookings import line_notes, offer_links
from bookings.deadlines import offer_deadline
from bookings.locked import locked_sessions, needs_of, within
from bookings.models import HOLDS_A_PLACE, Booking, Place, Status
from bookings.telling import tell
from prepared import prepared, ready_sql

# Until the number is drawn, in the same transaction, nobody else sees the booking.
NOT_DRAWN_YET = 0


def settle(locked, *, at):
    """Let places change hands: free lapsed offers, release kept places, serve who waits.

    Returns how many things changed. Without anybody calling it for a while everything stays
    right, only later.
    """
    return _lapse_offers(locked, at) + _release_kept(locked, at) + _serve(locked, at)


def serve_drawn(locked, *, at):
    """Serve the line once in drawn order: whoever fits gets the places, at any hour.

    Who is drawn has them for good, where a place that comes free later may only be offered;
    and the draw itself tells everybody how it went.
    """
    return _serve(locked, at, promote=_give)


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


def put_in_line(booking, locked, needs):
    """Give the booking the next number; a course waits in the activity's own line."""
    draw_number(booking)
    if booking.session_id:
        locked.move(needs, "places_waiting", +1)


def line_up(bookings, locked, needs):
    """Put many in line at once, in this order; `needs` as `needs_of` says them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('booking_queue_no') FROM generate_series(1, %s)", [len(bookings)]
        )
        numbers = sorted(number for (number,) in cursor.fetchall())
    for booking, number in zip(bookings, numbers, strict=True):
        booking.status, booking.queue_no = Status.WAITING, number
        if booking.session_id:
            locked.move(needs[booking.pk], "places_waiting", +1)
    Booking.objects.bulk_update(bookings, ["status", "queue_no"])


def draw_number(booking):
    """The next number of the line. Who calls this holds the lock of what is waited for."""
    [(booking.queue_no,)] = _draw_number(booking.pk)


_draw_number = ready_sql(
    "UPDATE bookings_booking SET queue_no = nextval('booking_queue_no')"
    " WHERE id = %s RETURNING queue_no"
)


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
    return _up_to.first(booking.activity_id, booking.session_id, booking.queue_no)


@prepared
def _up_to(activity, session, number):
    """How many stand in this line up to that number, as the one answer."""
    line = Booking.objects.waiting().filter(activity=activity, session=session)
    counted = line.filter(queue_no__lte=number).order_by().values("activity")
    return counted.annotate(n=Count("pk")).values_list("n", flat=True)


def note_passed(locked, wanted, *, at):
    """A newcomer is about to take {session id: people} past those who need more than is free."""
    line = list(within(locked, Booking.objects.waiting()))
    needs = needs_of(line, locked) if line else {}
    locked.notes += [
        line_notes.skipped(booking, line_notes.lack_of(needs[booking.pk], locked), at=at)
        for booking in line
        if needs[booking.pk].keys() & wanted.keys()
    ]


def as_they_are(sessions, activity, *, at):
    """These sessions as pages tell of them: places of offers that have lapsed are not taken.

    Where nobody has settled since, a copy says what settling would find.
    """
    if activity.freed_place != FreedPlace.OFFERED:
        return sessions
    lapsed = Place.objects.filter(
        canceled_at=None,
        booking__activity=activity,
        booking__status=Status.OFFERED,
        booking__offer_expires_at__lte=at,
    )
    people = dict(lapsed.values_list("session").annotate(people=Count("pk")).order_by())
    return [_with_free(each, people[each.pk]) if each.pk in people else each for each in sessions]


def _with_free(session, people):
    found = copy(session)
    found.places_taken -= people
    return found


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
        within(locked, Booking.objects.offered())
        .filter(offer_expires_at__lte=at)
        .select_related("booked_by")
    )
    for booking in lapsed:
        booking.activity = locked.activity
        deadline = booking.offer_expires_at
        give_up_places(booking, locked, Status.LAPSED, at=at)
        locked.notes.append(line_notes.lapsed(booking, deadline=deadline, at=at))
        tell(booking, "lapsed", at=at, key_at=deadline)
    return len(lapsed)


def _release_kept(locked, at):
    due = [
        each for each in locked if each.places_kept and each.kept_until and each.kept_until <= at
    ]
    for session in due:
        session.places_kept = 0
    return len(due)


def _serve(locked, at, promote=None):
    """Go along the line once; whoever fits gets places, the rest keep their order.

    Where smaller parties may not pass, a party that does not fit bars its session for those
    behind it. A whole course that waits bars the courses behind it (None), in an `either`
    activity no single dates.
    """
    activity, served, barred, passed = locked.activity, 0, set(), {}
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
        is_closed = closes_at is None or closes_at <= at
        if not wanted or (is_closed and not promote):
            continue
        if locked.fit(wanted) and not barred & {*wanted, booking.session_id}:
            _note_skipped(passed, wanted, locked, at)
            (promote or _promote)(booking, locked, wanted, closes_at=closes_at, at=at)
            served += 1
            continue
        passed[booking] = wanted, line_notes.lack_of(wanted, locked, barred)
        if not activity.smaller_may_pass:
            barred.add(booking.session_id)
    return served


def _line(locked):
    """The waiting bookings that settling has to look at, whoever came first in front."""
    free = max((each.places_free for each in locked), default=0)
    if not free:
        return Booking.objects.none()
    line = within(locked, Booking.objects.waiting()).select_related("booked_by")
    if locked.activity.booking_mode != BookingMode.SINGLE:
        return line
    if locked.activity.smaller_may_pass:
        # As far as somebody fits; of those before, it is noted that they were passed.
        fitting = line.filter(party_size__lte=free).order_by("-queue_no")
        return line.filter(queue_no__lte=Subquery(fitting.values("queue_no")[:1]))
    # Each that is served takes a place, and the first that does not fit bars the rest.
    return line[: free + 1]


def _note_skipped(passed, wanted, locked, at):
    """Somebody gets places that others before them needed, too: once for each of those."""
    for booking in [each for each, (needs, _lack) in passed.items() if needs.keys() & wanted]:
        _needs, lack = passed.pop(booking)
        locked.notes.append(line_notes.skipped(booking, lack, at=at))


def _give(booking, locked, needs, *, closes_at, at):
    _take_out_of_line(booking, locked, needs, at=at)
    booking.status, booking.confirmed_at = Status.CONFIRMED, at
    booking.save(update_fields=["status", "confirmed_at"])


def _promote(booking, locked, needs, *, closes_at, at):
    activity = locked.activity
    if activity.freed_place == FreedPlace.OFFERED:
        _take_out_of_line(booking, locked, needs, at=at)
        booking.status = Status.OFFERED
        booking.offer_expires_at = offer_deadline(
            at,
            closes_at=closes_at,
            minutes=activity.offer_minutes,
            day=(activity.offer_from, activity.offer_to),
        )
        booking.save(update_fields=["status", "offer_expires_at"])
        _tell_offer(booking, at)
    else:
        _give(booking, locked, needs, closes_at=closes_at, at=at)
        tell(booking, "moved_up", at=at)
    locked.notes.append(line_notes.moved_up(booking, at=at))


def _take_out_of_line(booking, locked, needs, *, at):
    locked.move(needs, "places_taken", +1)
    if booking.session_id:
        locked.move(needs, "places_waiting", -1)
    # Dates of a course that went by while it waited were never had.
    booking.places.filter(canceled_at=None).exclude(session__in=needs).update(canceled_at=at)


def _tell_offer(booking, at):
    deadline = booking.offer_expires_at
    tell(
        booking,
        "offered",
        at=at,
        key_at=deadline,
        expires_at=deadline,
        link=offer_links.link_to(booking),
        offer_expires_at=deadline.isoformat(),
        needs_no_account=True,
    )
