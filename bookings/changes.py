"""What staff change about sessions that people have booked: each of them is told once."""

from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import services as dates
from activities.facts import place
from activities.models import Allocation, BookingMode, Session
from activities.services import LeaderBusy
from bookings import draw_plans, rules, waitlist
from bookings.locked import locked_sessions, needs_of
from bookings.models import HOLDS_A_PLACE, Booking, Place, Status
from bookings.rules import BookingRefused, Refusal
from bookings.telling import tell
from bookings.waitlist import settle
from notices.services import take_back
from partners import standing_slots
from venues import stock, takings
from venues.models import Taking, TakingKind


def call_off(session, *, reason, by, at=None):
    """Call a session off: its room is free again, everybody who was in it is told.

    Whoever booked the whole course keeps the other dates. Calling off twice changes nothing.
    """
    call_off_all([session], reason=reason, by=by, at=at)
    session.refresh_from_db()


def call_off_all(sessions, *, reason, by, at=None):
    """Call several dates of one activity off at once; every booking is told once."""
    at = at or timezone.now()
    while True:
        try:
            with transaction.atomic():
                return _call_off_all(sessions, reason=reason, by=by, at=at)
        except takings.HasMoved:
            continue


def _call_off_all(sessions, *, reason, by, at):
    freed = free_rooms(sessions, at)
    with locked_sessions(sessions[0].activity, *sessions, at=at) as locked:
        gone = [locked.by_id[each.pk] for each in sorted(sessions, key=lambda s: s.starts_at)]
        if any(row.taking_id and row.taking_id not in freed for row in gone):
            raise takings.HasMoved
        gone = [row for row in gone if row.canceled_at is None]
        for booking in alive_in(gone):
            _tell_called_off(booking, gone, locked, reason=reason, at=at)
            leave_out(booking, gone, locked, by=by, at=at)
        for row in gone:
            row.canceled_at, row.cancel_reason, row.places_kept = at, reason, 0
            row.save(update_fields=["canceled_at", "cancel_reason"])
        settle(locked, at=at)


def move(session, *, starts_at, ends_at, room=None, outside_place="", by, at=None):
    """Change time or room of a session; its bookings stay, everybody is told.

    Raises RoomTaken when the room is in use, EquipmentGone when what goes along is, LeaderBusy
    when its leader is, and BookingRefused when it has been called off, or would begin at a time
    that has passed or before its places are drawn.
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
        old = {"old_starts_at": session.starts_at.isoformat(), "old_place": place(session)}
        held = session.taking_id
        taking = _retake(session, room, starts_at, ends_at)
        with locked_sessions(session.activity, session, at=at) as locked:
            row = locked.by_id[session.pk]
            if row.canceled_at:
                raise BookingRefused(Refusal("called_off", _("This date has been called off.")))
            if (row.starts_at, row.taking_id) != (session.starts_at, held):
                raise BookingRefused(rules.moved())
            if reason := draw_plans.in_the_way(row, starts_at=starts_at):
                raise BookingRefused(reason)
            _put(row, starts_at, ends_at, taking, outside_place, at=at)
            for booking in alive_in([row]):
                take_back(f"reminder-{booking.pk}-{row.pk}-")
                tell(booking, "changed", at=at, sessions=[row], **old)
            settle(locked, at=at)
    session.refresh_from_db()


def change_leader(session, leader, *, tell_people=False, by, at=None):
    """Somebody else leads; the page of the activity names them at once.

    Whoever has booked gets a notice only if that is wanted. Raises LeaderBusy, BookingRefused.
    """
    at = at or timezone.now()
    with locked_sessions(session.activity, session, at=at) as locked:
        row = locked.by_id[session.pk]
        if row.canceled_at:
            raise BookingRefused(Refusal("called_off", _("This date has been called off.")))
        row.leader = leader
        with _in_one_place(row, row.starts_at, row.ends_at):
            row.save(update_fields=["leader"])
        for booking in alive_in([row]) if tell_people else []:
            name = leader.name if leader else ""
            tell(booking, "new_leader", at=at, sessions=[row], leader=name)


def set_capacity(session, capacity, *, at=None):
    """Raise or lower the number of places; raising serves whoever waits.

    Raises BookingRefused with the number when more are taken or kept already.
    """
    at = at or timezone.now()
    with locked_sessions(session.activity, session, at=at) as locked:
        row = locked.by_id[session.pk]
        if capacity < row.places_taken + row.places_kept:
            raise BookingRefused(_below_taken(row))
        if reason := draw_plans.in_the_way(row, free=capacity - row.places_taken - row.places_kept):
            raise BookingRefused(reason)
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
        if activity.allocation == Allocation.DRAW:
            draw_plans.bring_into_course(activity, rows)
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


def alive_in(sessions):
    """Bookings with a place in one of these sessions that are not over."""
    return (
        Booking.objects.alive()
        .filter(places__session__in=sessions, places__canceled_at=None)
        .select_related("activity__center", "booked_by", "session", "asked_by")
        .distinct()
        .order_by("pk")
    )


def leave_out(booking, gone, locked, *, by, at):
    """Take locked sessions out of a booking; without any other it ends, unless it was used."""
    for session in gone:
        take_back(f"reminder-{booking.pk}-{session.pk}-")
    needs = needs_of([booking], locked)[booking.pk]
    lost = {each.pk: needs[each.pk] for each in gone if each.pk in needs}
    been = booking.places.filter(canceled_at=None).exclude(session__in=locked.by_id)
    if lost == needs and not (booking.status == Status.CONFIRMED and been.exists()):
        waitlist.give_up_places(booking, locked, Status.CANCELED, at=at, by=by)
        return
    if booking.status in HOLDS_A_PLACE:
        locked.move(lost, "places_taken", -1)
    booking.places.filter(session__in=lost, canceled_at=None).update(canceled_at=at)


def _tell_called_off(booking, gone, locked, *, reason, at):
    mine = set(booking.places.filter(canceled_at=None).values_list("session", flat=True))
    tell(
        booking,
        "called_off",
        at=at,
        sessions=[row for row in gone if row.pk in mine],
        reason=reason,
        others=len((mine & locked.by_id.keys()) - {row.pk for row in gone}),
    )


def free_rooms(sessions, at):
    """Give back what these sessions take, before they are locked themselves; returns its ids.

    Raises HasMoved when one of them moves in this very moment.
    """
    held = Taking.objects.filter(session__in=sessions)
    takings.lock_rooms_of(held)
    takings.free_all(list(held.filter(released_at=None)), at=at)
    return set(held.values_list("pk", flat=True))


def _put(row, starts_at, ends_at, taking, outside_place, *, at):
    """Write down when and where; what goes by the time of the session goes along."""
    moved_by = starts_at - row.starts_at
    row.taking, row.outside_place = taking, outside_place
    row.starts_at, row.ends_at = starts_at, ends_at
    if row.booking_opens_at > at:  # What is open already stays open.
        row.booking_opens_at += moved_by
    row.booking_closes_at += moved_by
    row.kept_until = row.kept_until and row.kept_until + moved_by
    with _in_one_place(row, starts_at, ends_at):
        row.save()


@contextmanager
def _in_one_place(session, starts_at, ends_at):
    """The constraint decides; whoever looked first can be told what is in the way."""
    others = Session.objects.live().filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    if session.leader_id:
        others = others.filter(leader=session.leader_id).exclude(pk=session.pk)
        if other := others.select_related("activity", "leader").first():
            raise LeaderBusy(other)
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "leader_is_in_one_place" in str(error):
            raise LeaderBusy from error
        raise


def _below_taken(session):
    least = session.places_taken + session.places_kept
    words = {"taken": session.places_taken, "kept": session.places_kept, "least": least}
    if not session.places_kept:
        return Refusal(
            "below_taken",
            ngettext(
                "%(taken)s place is taken already.",
                "%(taken)s places are taken already.",
                session.places_taken,
            )
            % words,
            _("Please choose %(least)s or more, or cancel or swap bookings first.") % words,
        )
    return Refusal(
        "below_taken",
        _("%(taken)s places are taken and %(kept)s are kept for the desk.") % words,
        _("Please choose %(least)s or more, or release the kept places first.") % words,
    )


def _retake(session, room, starts_at, ends_at):
    """Another room is another taking: so whoever books meanwhile sees that it has changed.

    Both rooms are held before the old one is given back, or two who move it would wait for
    each other.
    """
    takings.lock(*filter(None, [session.room, room]))
    standing_slots.give_way(session.activity.partner_id, room, [(starts_at, ends_at)])
    if session.taking and session.room == room:
        return takings.move(session.taking, room=room, starts_at=starts_at, ends_at=ends_at)
    equipment = stock.wanted_by(session.taking) if session.taking else {}
    if session.taking:
        takings.free(session.taking)
    if room is None:
        return None
    label = session.activity.title
    return takings.take(
        room, starts_at, ends_at, kind=TakingKind.SESSION, label=label, equipment=equipment
    )
