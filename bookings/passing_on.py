"""A place that nobody uses passes on to somebody who is at the door.

First to parties of the waitlist that have said they are here, in their order; then to whoever
comes by. Nobody at the door is told by a notice: they stand there.
"""

from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from activities.models import Session
from bookings import line_notes, rules
from bookings.locked import locked_sessions
from bookings.models import Booking, HowCheckedIn, Place, Status
from bookings.rules import BookingRefused, Refusal
from bookings.telling import tell
from bookings.waitlist import settle


def passes_on_at(session):
    """From when on unused places pass on, or None where they stay whose they are."""
    minutes = session.activity.pass_on_minutes
    return None if minutes is None else session.starts_at + timedelta(minutes=minutes)


def is_at_the_door(session, at):
    """Whether people come by now: from when checking in begins to the end."""
    begins = session.starts_at - timedelta(minutes=session.activity.check_in_minutes_before)
    return session.canceled_at is None and begins <= at < session.ends_at


def pass_on(session, *, at=None):
    """Free the places of whoever has not come and give them to who is at the door.

    Returns how many were free; done again it finds none. Raises BookingRefused before its time.
    """
    at = at or timezone.now()
    with locked_sessions(session.activity, session, at=at) as locked:
        row = locked.by_id[session.pk]
        if reason := _too_early(row, at):
            raise BookingRefused(reason)
        freed = _unused(row, before=passes_on_at(row)).update(
            absent_at=Coalesce("absent_at", Value(at)), canceled_at=at
        )
        row.places_taken -= freed
        _serve_the_door(locked, row, at)
        settle(locked, at=at)
    return freed


def pass_on_due(at=None):
    """Pass on wherever it is time; the whole job of the clock."""
    at = at or timezone.now()
    running = (
        Session.objects.live()
        .not_over(at)
        .filter(starts_at__lte=at, activity__pass_on_minutes__isnull=False)
    )
    due = [
        session
        for session in running.select_related("activity__center")
        if passes_on_at(session) <= at and _unused(session, before=passes_on_at(session)).exists()
    ]
    return sum(_pass_on_if_still_due(session, at) for session in due)


def say_here(booking, *, at=None):
    """A party of the waitlist is at the door. Answers whether there are places for it already.

    Saying it again changes nothing. Raises BookingRefused when it does not wait any more.
    """
    at = at or timezone.now()
    with _waiting(booking, at) as (booking, locked, row):
        if not is_at_the_door(row, at):
            raise BookingRefused(rules.over())
        places = booking.places.filter(canceled_at=None)
        places.filter(marked_at=None).update(marked_at=at)
        _serve_the_door(locked, row, at)
        settle(locked, at=at)
    booking.refresh_from_db()
    return booking.status == Status.CONFIRMED


def say_gone(booking, *, at=None):
    """They do not wait at the door any longer, but keep their number in line."""
    with _waiting(booking, at or timezone.now()) as (booking, _locked, _row):
        booking.places.filter(canceled_at=None).update(marked_at=None)


def let_in(booking, *, by, reason, at=None):
    """Give a party that waits its places: free ones, else beyond the capacity.

    At the door they count as here at once. Raises BookingRefused.
    """
    at = at or timezone.now()
    with _waiting(booking, at) as (booking, locked, row):
        people = booking.places.filter(canceled_at=None).count()
        is_here = is_at_the_door(row, at)
        make_room(locked, row, people, uses_kept=is_here, before=booking.queue_no, at=at)
        row.places_waiting -= people
        booking.note = reason
        _confirm(booking, locked, by=by, reason=reason, at=at)
        if is_here:
            check_in(booking, by=by, how=HowCheckedIn.STAFF, at=at)
        else:
            tell(booking, "confirmed", at=at)


@transaction.atomic
def bring_back(place, *, by, how=HowCheckedIn.STAFF, at=None, now=None):
    """They came after all, though their place was passed on: it is theirs again.

    It is a free place if there is one, else one more. `at` is when they came. Raises
    BookingRefused when they are on the list again by now.
    """
    now = now or timezone.now()
    at = at or now
    list(Person.objects.filter(pk=place.person_id).locked())
    with locked_sessions(place.session.activity, place.session, at=now) as locked:
        row = locked.by_id[place.session_id]
        passed = row.places.passed_on().filter(pk=place.pk)
        again = row.places.active().filter(person=place.person_id)
        if row.canceled_at or not passed.exists() or again.exists():
            raise BookingRefused(rules.over())
        make_room(locked, row, 1, uses_kept=True, at=now)
        passed.update(
            canceled_at=None,
            absent_at=None,
            checked_in_at=at,
            checked_in_by=by,
            checked_in_how=how,
            marked_at=at,
        )


def make_room(locked, row, people, *, uses_kept, before=None, at):
    """Take places for people who are let in: kept ones, free ones, and then one more for each.

    A free place is nobody's to take who has somebody before them; `before` is their own number
    in line, if they have one.
    """
    kept = min(row.places_kept, people) if uses_kept else 0
    free = (
        0 if _somebody_is_before(locked, row, before, at) else min(row.places_free, people - kept)
    )
    row.places_kept -= kept
    if beyond := people - kept - free:
        row.capacity += beyond
        row.save(update_fields=["capacity"])
    row.places_taken += people


def _pass_on_if_still_due(session, at):
    try:
        return pass_on(session, at=at)
    except BookingRefused:
        return 0  # Moved or called off meanwhile.


@contextmanager
def _waiting(booking, at):
    """The party under the lock of its session. Raises BookingRefused when it waits no longer."""
    session = booking.session
    if session is None:
        raise BookingRefused(
            Refusal("waits_for_course", _("They wait for the whole course, not for one date."))
        )
    with locked_sessions(session.activity, session, at=at) as locked:
        row = locked.by_id[session.pk]
        booking = Booking.objects.select_related("booked_by", "session").get(pk=booking.pk)
        booking.activity = locked.activity
        if row.canceled_at or booking.status != Status.WAITING:
            raise BookingRefused(rules.over())
        yield booking, locked, row


def check_in(booking, *, by, how, at):
    """The whole party is here."""
    booking.places.filter(canceled_at=None).update(
        checked_in_at=at, checked_in_by=by, checked_in_how=how, marked_at=at
    )


def _too_early(session, at):
    time = passes_on_at(session)
    if time is None:
        return Refusal("stays_theirs", _("Here places stay whose they are."))
    if session.canceled_at or session.is_over(at):
        return rules.over()
    if at < time:
        return Refusal(
            "too_early_to_pass_on",
            _("Places pass on from %(when)s.") % {"when": rules.moment(time)},
        )
    return None


def _unused(session, *, before):
    """Places whose people have not come; who got theirs only at the door has just arrived.

    Only columns of the place itself: whoever is ticked while this waits for the row stays.
    """
    booked = Booking.objects.confirmed().filter(
        Q(confirmed_at=None) | Q(confirmed_at__lt=before), activity=session.activity_id
    )
    return Place.objects.filter(
        session=session, canceled_at=None, checked_in_at=None, booking__in=booked
    )


def _serve_the_door(locked, row, at):
    """Give free places to parties at the door, in the order of the line.

    While booking is open the line is served by `settle` alone, wherever its people are.
    """
    time = passes_on_at(row)
    if row.booking_closes_at > at and (time is None or at < time):
        return
    for booking in _line_at_the_door(row):
        if row.places_free < booking.people:
            if locked.activity.smaller_may_pass:
                continue
            break
        booking.activity = locked.activity
        row.places_taken += booking.people
        row.places_waiting -= booking.people
        _confirm(booking, locked, reason=_("At the door"), at=at)
        check_in(booking, by=booking.booked_by, how=HowCheckedIn.SELF, at=at)


def _line_at_the_door(row):
    here = Place.objects.at_the_door().filter(session=row)
    counted = Count("places", filter=Q(places__canceled_at=None))
    waiting = Booking.objects.waiting().filter(session=row, pk__in=here.values("booking"))
    return waiting.annotate(people=counted).select_related("booked_by")


def _somebody_is_before(locked, row, number, at):
    """In the line, as long as it moves; afterwards only at the door."""
    if locked.activity.smaller_may_pass:
        return False
    line = (
        Booking.objects.waiting().filter(session=row)
        if row.booking_closes_at > at
        else _line_at_the_door(row)
    )
    return (line if number is None else line.filter(queue_no__lt=number)).exists()


def _confirm(booking, locked, *, by=None, reason, at):
    booking.status, booking.confirmed_at = Status.CONFIRMED, at
    booking.save(update_fields=["status", "confirmed_at", "note"])
    locked.notes.append(line_notes.moved_up(booking, by=by, reason=reason, at=at))
