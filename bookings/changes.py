"""What staff change about sessions that people have booked: each of them is told once."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import services as dates
from activities.facts import place
from activities.models import BookingMode
from bookings import waitlist
from bookings.locked import locked_sessions, needs_of
from bookings.models import HOLDS_A_PLACE, Booking, Place, Status
from bookings.rules import BookingRefused, Refusal
from bookings.telling import tell
from bookings.waitlist import settle
from notices.services import take_back
from venues import takings
from venues.models import TakingKind


def call_off(session, *, reason, by, at=None):
    """Call a session off: its room is free again, everybody who was in it is told.

    Whoever booked the whole course keeps the other dates. Calling off twice changes nothing.
    """
    at = at or timezone.now()
    with transaction.atomic():
        if session.taking:
            takings.free(session.taking, at=at)
        with locked_sessions(session.activity, session, at=at) as locked:
            row = locked.by_id[session.pk]
            if row.canceled_at:
                return
            for booking in _alive_in(row):
                tell(booking, "called_off", at=at, sessions=[row], reason=reason)
                _leave_out(booking, row, locked, by=by, at=at)
            row.canceled_at, row.cancel_reason, row.places_kept = at, reason, 0
            row.save(update_fields=["canceled_at", "cancel_reason"])
            settle(locked, at=at)
    session.refresh_from_db()


def move(session, *, starts_at, ends_at, room=None, outside_place="", by, at=None):
    """Change time or room of a session; its bookings stay, everybody is told.

    Raises RoomTaken when the room is in use, BookingRefused when it has been called off or
    would begin at a time that has passed.
    """
    at = at or timezone.now()
    if starts_at <= at and starts_at != session.starts_at:
        raise BookingRefused(
            Refusal(
                "in_the_past",
                _("That time has passed already."),
                _("Please choose a time that is still to come."),
            )
        )
    with transaction.atomic():
        old_place, old_start = place(session), session.starts_at
        taking = _retake(session, room, starts_at, ends_at)
        with locked_sessions(session.activity, session, at=at) as locked:
            row = locked.by_id[session.pk]
            if row.canceled_at:
                raise BookingRefused(Refusal("called_off", _("This date has been called off.")))
            moved_by = starts_at - row.starts_at
            row.taking, row.outside_place = taking, outside_place
            row.starts_at, row.ends_at = starts_at, ends_at
            row.booking_opens_at += moved_by
            row.booking_closes_at += moved_by
            row.kept_until = row.kept_until and row.kept_until + moved_by
            row.save()
            for booking in _alive_in(row):
                take_back(f"reminder-{booking.pk}-{row.pk}-")
                tell(
                    booking,
                    "changed",
                    at=at,
                    sessions=[row],
                    old_starts_at=old_start.isoformat(),
                    old_place=old_place,
                )
            settle(locked, at=at)
    session.refresh_from_db()


def set_capacity(session, capacity, *, at=None):
    """Raise or lower the number of places; raising serves whoever waits.

    Raises BookingRefused with the number when more are taken or kept already.
    """
    at = at or timezone.now()
    with locked_sessions(session.activity, session, at=at) as locked:
        row = locked.by_id[session.pk]
        if capacity < row.places_taken + row.places_kept:
            raise BookingRefused(
                Refusal(
                    "below_taken",
                    _("%(taken)s places are taken and %(kept)s kept.")
                    % {"taken": row.places_taken, "kept": row.places_kept},
                    _("Please choose a larger number, or cancel bookings first."),
                )
            )
        row.capacity = capacity
        row.save(update_fields=["capacity"])
        settle(locked, at=at)


def release_kept(session, *, at=None):
    """Give the places kept for the desk to everybody now."""
    at = at or timezone.now()
    with locked_sessions(session.activity, session, at=at) as locked:
        locked.by_id[session.pk].places_kept = 0
        settle(locked, at=at)


@transaction.atomic
def add_dates(activity, spans, *, capacity, at=None, **where):
    """Add sessions; whoever has booked the whole course is in the new ones too.

    Raises RoomTaken, LeaderBusy, or BookingRefused when the course has more people than places.
    """
    at = at or timezone.now()
    added = dates.add_sessions(activity, spans, capacity=capacity, at=at, **where)
    if activity.booking_mode == BookingMode.SINGLE:
        return added
    with locked_sessions(activity, at=at) as locked:
        rows = [locked.by_id[each.pk] for each in added if each.pk in locked.by_id]
        for booking in activity.bookings.alive().filter(session=None):
            _bring_along(booking, rows)
    return added


def _bring_along(booking, rows):
    people = set(booking.places.filter(canceled_at=None).values_list("person", flat=True))
    for row in rows:
        if booking.status in HOLDS_A_PLACE:
            row.places_taken += len(people)
        if row.places_taken + row.places_kept > row.capacity:
            raise BookingRefused(
                Refusal(
                    "course_too_large",
                    _("More people have booked the course than there are places."),
                    _("Please give the new dates more places."),
                )
            )
    Place.objects.bulk_create(
        Place(booking=booking, person_id=person, session=row) for row in rows for person in people
    )


def _retake(session, room, starts_at, ends_at):
    """Another room is another taking: so whoever books meanwhile sees that it has changed."""
    if session.taking and session.room == room:
        return takings.move(session.taking, room=room, starts_at=starts_at, ends_at=ends_at)
    if session.taking:
        takings.free(session.taking)
    if room is None:
        return None
    return takings.take(
        room, starts_at, ends_at, kind=TakingKind.SESSION, label=session.activity.title
    )


def _alive_in(session):
    return (
        Booking.objects.alive()
        .filter(places__session=session, places__canceled_at=None)
        .select_related("activity__center", "booked_by", "session", "asked_by")
        .distinct()
        .order_by("pk")
    )


def _leave_out(booking, session, locked, *, by, at):
    """Take one called-off session out of a booking; without any other it is canceled."""
    take_back(f"reminder-{booking.pk}-{session.pk}-")
    others = booking.places.filter(canceled_at=None, session__in=locked.by_id)
    if not others.exclude(session=session).exists():
        waitlist.give_up_places(booking, locked, Status.CANCELED, at=at, by=by)
        return
    needs = needs_of([booking], locked)[booking.pk]
    if booking.status in HOLDS_A_PLACE:
        locked.move({session.pk: needs[session.pk]}, "places_taken", -1)
    booking.places.filter(session=session, canceled_at=None).update(canceled_at=at)
