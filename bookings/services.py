"""What residents and staff can do to bookings.

Places are taken by the last statement before the commit, so that a rush on one session
holds its row only for the commit itself. The order of locks is the account, where it may book
for so many people only, then people, then sessions.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import ConsentChannel, Person, User
from activities.models import Activity, Allocation, BookingMode, FreedPlace, Session
from bookings import limits, line_notes, passing_on, rules, waitlist
from bookings.answers import keep, separate
from bookings.locked import locked_sessions
from bookings.models import (
    HOLDS_A_PLACE,
    Booking,
    BookingChannel,
    Draw,
    Place,
    Status,
    new_reference,
)
from bookings.rules import BookingRefused
from bookings.telling import tell
from bookings.waitlist import settle
from notices.services import take_back
from prepared import insert, prepared, prepared_update

__all__ = ["BookingRefused", "accept", "admit", "book", "cancel", "decline"]

# What somebody has seen who books; changed meanwhile, it is looked at again.
WHEN_AND_WHERE = ("starts_at", "ends_at", "taking_id", "outside_place")


@dataclass
class Request:
    """One wish to take part, as it came in."""

    activity: Activity
    session: Session | None
    people: list[Person]
    by: User
    channel: str
    request_key: str
    at: datetime
    asked_by: Person | None = None
    answers: dict = field(default_factory=dict)
    note: str = ""
    beyond_limits: bool = False
    sensitive: dict = field(default_factory=dict)
    agreed: Iterable[Person] = ()
    agreed_how: str = ConsentChannel.WEB

    def answer(self):
        """The booking this request has already made, or None."""
        return _answers.first(self.request_key, self.by, self.activity, self.session)


@prepared
def _answers(request_key, by, activity, session):
    return Booking.objects.answering(request_key, by=by, activity=activity, session=session)


def book(
    activity, *, session, people, by, channel, request_key, at=None, asked_by=None, answers=None,
    note="", beyond_limits=False, agreed=(), agreed_how=ConsentChannel.WEB,
):  # fmt: skip
    """Give everyone in `people` a place, or the party the end of the line.

    `session` None books the whole course. Asked again with the same `request_key`, it answers
    with the same booking. `agreed` are those who, themselves or by their guardian, consent
    hereby to what `answers` say on their health. Raises BookingRefused with a reason when the
    rules say no; the desk may go beyond the limits of a person, and keeps in the note why.
    """
    plain, sensitive = separate(activity, answers)
    request = Request(
        activity, session, people, by, channel, request_key, at or timezone.now(), asked_by,
        plain, note, beyond_limits, sensitive, agreed, agreed_how,
    )  # fmt: skip
    take = _take_at_once
    while True:
        try:
            with transaction.atomic():
                return _book(request, take)
        except _JustGone:
            take = _take_or_wait
        except IntegrityError as error:
            # The same request from another tab, for other people; or, once in a long while,
            # a reference that is in use: then it is tried with another one.
            if earlier := request.answer():
                return earlier
            if "Key (reference)" not in str(error):
                raise


def _where_it_is_now(use_case):
    """Does it again where the booking has moved to another date while it waited for its own."""

    @wraps(use_case)
    def found(booking, **how):
        while True:
            try:
                return use_case(booking, **how)
            except _HasMoved as moved:
                booking = moved.booking

    return found


class _HasMoved(Exception):
    def __init__(self, booking):
        self.booking = booking
        super().__init__(booking)


@_where_it_is_now
def cancel(booking, *, by, places=None, channel=BookingChannel.WEB, at=None):
    """Give back what is to come, all or only `places`; the next in line gets it.

    After the deadline it is kept as late. Raises BookingRefused when it is over, or has begun
    and is not asked at the desk.
    """
    at = at or timezone.now()
    with _reopened(booking, at) as (booking, locked):
        mine = list(booking.places.filter(canceled_at=None, session__in=locked.by_id))
        leaving = [place for place in mine if places is None or place in places]
        sessions = [locked.by_id[place.session_id] for place in leaving]
        if reason := rules.stays(booking, sessions, channel=channel, at=at):
            raise BookingRefused(reason)
        late = [place.pk for place in leaving if _is_late(booking, place, locked, at)]
        # The facts are told as they were: afterwards there are no places to tell of.
        tell(booking, "canceled", at=at, late=bool(late), **_left_out(leaving, locked))
        if late:
            booking.places.filter(pk__in=late).update(canceled_late=True)
        if len(leaving) == len(mine):
            waitlist.give_up_places(booking, locked, Status.CANCELED, at=at, by=by)
        else:
            _give_up_some(booking, locked, leaving, at=at)
        take_back(f"reminder-{booking.pk}-")
        settle(locked, at=at)
    return booking


@_where_it_is_now
def accept(booking, *, by, at=None):
    """Turn a held place into a booked one. Raises BookingRefused when the offer has lapsed.

    `by` is None where somebody answers without signing in.
    """
    at = at or timezone.now()
    reason = None
    with transaction.atomic():
        coming = booking.places.filter(canceled_at=None)
        people = list(Person.objects.filter(pk__in=coming.values("person")).locked())
        with _reopened(booking, at) as (booking, locked):
            if booking.status != Status.CONFIRMED:
                reason = _why_not_accept(booking, people, by=by, at=at)
                if not reason:
                    _confirm(booking, locked, by=by, at=at)
    # Raised here, what has lapsed meanwhile stays written down, and is the next one's.
    if reason:
        raise BookingRefused(reason)
    return booking


@_where_it_is_now
def decline(booking, *, by, at=None):
    """Let a held place go to the next in line. Raises BookingRefused when it has lapsed."""
    at = at or timezone.now()
    reason = None
    with _reopened(booking, at) as (booking, locked):
        if booking.status != Status.OFFERED:
            reason = rules.not_held(booking)
        else:
            waitlist.give_up_places(booking, locked, Status.CANCELED, at=at, by=by)
            settle(locked, at=at)
    if reason:
        raise BookingRefused(reason)
    return booking


@transaction.atomic
def admit(session, person, *, by, reason, at=None):
    """Put one more person in: on a place that is kept or free, else beyond the capacity.

    Raises BookingRefused when they are already there.
    """
    at = at or timezone.now()
    activity = session.activity
    people = list(Person.objects.filter(pk=person.pk).locked())
    if reason_not := rules.conflict(activity, session=session, people=people, at=at):
        raise BookingRefused(reason_not)
    with locked_sessions(activity, session, at=at) as locked:
        row = locked.by_id[session.pk]
        if row.canceled_at:
            raise BookingRefused(rules.called_off())
        passing_on.make_room(locked, row, 1, uses_kept=True, at=at)
        request = Request(
            activity, session, people, by, BookingChannel.DESK, f"admit-{new_reference()}", at,
            asked_by=person, note=reason,
        )  # fmt: skip
        return _write_down(request, [session], Status.CONFIRMED)


def _book(request, take):
    limits.hold(request.activity, by=request.by, channel=request.channel)
    request.people = _locked([person.pk for person in request.people])
    if earlier := request.answer():
        return earlier
    if reason := rules.refusal(
        request.activity,
        session=request.session,
        people=request.people,
        by=request.by,
        channel=request.channel,
        beyond_limits=request.beyond_limits,
        at=request.at,
    ):
        raise BookingRefused(reason)
    if request.activity.allocation == Allocation.DRAW:
        return _apply(request) or take(request)
    return take(request)


def _apply(request):
    """Put the names in for the draw; None where it has been held, and one books what is left.

    Under the lock that freezes the applications and draws them: whoever is late by a moment
    is told so, and is never left between.
    """
    with locked_sessions(request.activity, request.session, at=request.at) as locked:
        draw = Draw.objects.of(request.activity).filter(session=request.session).first()
        if draw and draw.drawn_at:
            return None
        chosen = [each for each in _coming(request) if each.pk in locked.by_id]
        if reason := _closed_by_now(request, locked, chosen):
            raise BookingRefused(reason)
        if draw is None or draw.frozen_at:
            raise BookingRefused(rules.being_drawn())
        # Whoever has the hash can tell whether the secret is still the same.
        return _write_down(request, chosen, Status.APPLIED, commitment=draw.commitment)


@prepared
def _locked(pks):
    return Person.objects.filter(pk__in=pks).locked()


def _take_at_once(request):
    """Book a session that looks free, without locking it before the last statement.

    The guard reads only columns of the session's own row: after a wait for its lock,
    PostgreSQL looks at that row again, and at nothing else. Raises _JustGone when somebody
    was faster; then all of this is rolled back and tried under the lock.
    """
    session, n = request.session, len(request.people)
    if session is None:
        return _take_or_wait(request)
    if not (_uses_kept(request, session) or session.places_free >= n):
        return _stand_in_line(request)
    if session.places_waiting and not _uses_kept(request, session):
        return _take_or_wait(request)
    booking = _write_down(request, [session], Status.CONFIRMED)
    seen = _when_and_where(session)
    taken = (
        _take_kept(session, seen, n, request.at)
        if _uses_kept(request, session)
        else _take(session, seen, n, request.at)
    )
    if not taken:
        raise _JustGone
    return booking


@prepared_update
def _take(session, seen, n, at):
    guard = _still_open(session, seen, at) | _has_room(n)
    return Session.objects.filter(**guard), {"places_taken": F("places_taken") + n}


@prepared_update
def _take_kept(session, seen, n, at):
    kept = Session.objects.filter(places_kept__gte=n, **_still_open(session, seen, at))
    return kept, {"places_taken": F("places_taken") + n, "places_kept": F("places_kept") - n}


def _still_open(session, seen, at):
    """Not called off, not closed, and when and where it was when somebody looked at it."""
    open_at = {"pk": session.pk, "canceled_at": None, "booking_closes_at__gt": at}
    return open_at | dict(zip(WHEN_AND_WHERE, seen, strict=True))


def _when_and_where(session):
    return [getattr(session, name) for name in WHEN_AND_WHERE]


def _has_room(n):
    """Whoever passes a line, where that is allowed, does so under the lock."""
    return {"capacity__gte": F("places_taken") + F("places_kept") + n, "places_waiting": 0}


def _stand_in_line(request):
    """Wait for a session that is full, and lock it only to draw the number.

    Whoever joins the end of a line passes nobody. What might be free all the same, an offer
    that lapsed or a place that the desk no longer keeps, is looked at under the lock.
    """
    session, n = request.session, len(request.people)
    may_be_free = session.places_kept or (
        request.activity.freed_place == FreedPlace.OFFERED and not session.places_waiting
    )
    if may_be_free or not request.activity.has_waitlist:
        return _take_or_wait(request)
    booking = _write_down(request, [session], Status.WAITING)
    seen = _when_and_where(session)
    if not _join_line(session, seen, n, request.at, request.activity.smaller_may_pass):
        raise _JustGone
    waitlist.draw_number(booking)
    return booking


@prepared_update
def _join_line(session, seen, n, at, smaller_may_pass):
    line = Session.objects.filter(
        _has_a_line(n, smaller_may_pass), places_kept=0, **_still_open(session, seen, at)
    )
    return line, {"places_waiting": F("places_waiting") + n}


def _has_a_line(n, smaller_may_pass):
    """Still full for this party or, where nobody may pass, with somebody in line."""
    full = Q(capacity__lt=F("places_taken") + F("places_kept") + n)
    return full if smaller_may_pass else full | Q(places_waiting__gt=0)


class _JustGone(Exception):
    """Somebody else was first."""


def _take_or_wait(request):
    """Book under the lock of the sessions, or stand in line."""
    activity, session, n = request.activity, request.session, len(request.people)
    with locked_sessions(activity, session, at=request.at) as locked:
        settle(locked, at=request.at)
        chosen = [each for each in _coming(request) if each.pk in locked.by_id]
        if reason := _closed_by_now(request, locked, chosen):
            raise BookingRefused(reason)
        needs = {each.pk: n for each in chosen}
        status = Status.WAITING
        if session and _uses_kept(request, locked.by_id[session.pk]):
            locked.move(needs, "places_kept", -1)
            status = Status.CONFIRMED
        elif locked.fit(needs) and not waitlist.anybody_before(locked, session):
            if _may_pass_somebody(activity, locked, session):
                waitlist.note_passed(locked, needs, at=request.at)
            status = Status.CONFIRMED
        elif not activity.has_waitlist:
            raise BookingRefused(rules.full(activity))
        booking = _write_down(request, chosen, status)
        if status == Status.CONFIRMED:
            locked.move(needs, "places_taken", +1)
        else:
            waitlist.put_in_line(booking, locked, needs)
        return booking


def _may_pass_somebody(activity, locked, session):
    """Whether a party that is too large may be waiting for what a newcomer takes."""
    waits_for_course = activity.booking_mode != BookingMode.SINGLE
    has_line = session and locked.by_id[session.pk].places_waiting
    return activity.smaller_may_pass and bool(waits_for_course or has_line)


def _closed_by_now(request, locked, chosen):
    """Ask once more under the lock: it may have been called off or moved meanwhile."""
    if not chosen or any(locked.by_id[each.pk].canceled_at for each in chosen):
        return rules.called_off()
    session = request.session and locked.by_id[request.session.pk]
    if session and _when_and_where(session) != _when_and_where(request.session):
        return rules.moved()
    return rules.closed(
        request.activity,
        session=session,
        channel=request.channel,
        at=request.at,
    )


def _uses_kept(request, session):
    return request.channel == BookingChannel.DESK and session.places_kept >= len(request.people)


def _coming(request):
    if request.session:
        return [request.session]
    return list(request.activity.sessions.live().coming(request.at).with_room())


def _write_down(request, sessions, status, **facts):
    booking = Booking(
        reference=new_reference(),
        activity=request.activity,
        session=request.session,
        booked_by=request.by,
        asked_by=request.asked_by,
        channel=request.channel,
        status=status,
        party_size=len(request.people),
        request_key=request.request_key,
        answers=request.answers,
        note=request.note,
        created_at=request.at,
        confirmed_at=request.at if status == Status.CONFIRMED else None,
    )
    if status == Status.WAITING:
        booking.queue_no = waitlist.NOT_DRAWN_YET
    insert([booking])
    insert(
        [
            Place(booking=booking, person=person, session=session)
            for session in sessions
            for person in request.people
        ]
    )
    if request.sensitive:
        keep(
            booking,
            request.sensitive,
            people=request.people,
            by=request.by,
            agreed=request.agreed,
            how=request.agreed_how,
            at=request.at,
        )
    fact = {Status.CONFIRMED: "confirmed", Status.WAITING: "waitlisted", Status.APPLIED: "applied"}
    tell(
        booking,
        fact[status],
        at=request.at,
        sessions=sessions,
        names=[person.name for person in request.people],
        is_asked=request.activity.freed_place == FreedPlace.OFFERED,
        **facts,
    )
    return booking


def _why_not_accept(booking, people, *, by, at):
    if booking.status != Status.OFFERED:
        return rules.not_held(booking)
    return rules.refusal(
        booking.activity,
        session=booking.session,
        people=people,
        by=by,
        channel=BookingChannel.DESK,
        besides=booking,
        at=at,
    )


def _confirm(booking, locked, *, by, at):
    booking.status, booking.confirmed_at = Status.CONFIRMED, at
    booking.offer_expires_at = None
    booking.save(update_fields=["status", "confirmed_at", "offer_expires_at"])
    locked.notes.append(line_notes.moved_up(booking, at=at, by=by))
    tell(booking, "confirmed", at=at)


@contextmanager
def _reopened(booking, at):
    """The booking as it is at that moment, under the locks of its sessions.

    Raises _HasMoved when it is for a session that is not among them.
    """
    with locked_sessions(booking.activity, booking.session, at=at) as locked:
        before = booking.session_id
        booking = Booking.objects.select_related("session", "booked_by").get(pk=booking.pk)
        booking.activity = locked.activity
        if booking.session_id not in (before, *locked.by_id):
            raise _HasMoved(booking)
        if booking.status == Status.OFFERED and booking.has_lapsed(at):
            settle(locked, at=at)
            booking.refresh_from_db(fields=["status", "offer_expires_at"])
        yield booking, locked


def _give_up_some(booking, locked, leaving, *, at):
    """Let some people or dates go; whoever stays keeps place and number."""
    people_by_session = Counter(place.session_id for place in leaving)
    if booking.status in HOLDS_A_PLACE:
        locked.move(people_by_session, "places_taken", -1)
    elif booking.status == Status.WAITING and booking.session_id:
        locked.move(people_by_session, "places_waiting", -1)
    booking.places.filter(pk__in=[place.pk for place in leaving]).update(canceled_at=at)
    staying = booking.places.filter(canceled_at=None).values("person").distinct().count()
    booking.party_size = staying
    booking.save(update_fields=["party_size"])


def _is_late(booking, place, locked, at):
    return rules.is_late(booking, locked.by_id[place.session_id], at=at)


def _left_out(leaving, locked):
    people = Person.objects.filter(pk__in={place.person_id for place in leaving})
    first = min((locked.by_id[place.session_id] for place in leaving), key=lambda s: s.starts_at)
    return {
        "names": [person.name for person in people],
        "sessions": [first],
    }
