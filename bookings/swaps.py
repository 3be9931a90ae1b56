"""Swapping a date or a person of a booking, without the place being free in between.

The booking keeps its number. What cannot be swapped stays as it was.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from activities.facts import place
from activities.models import Allocation
from bookings import limits, rules, waitlist
from bookings.locked import locked_sessions
from bookings.models import Booking, BookingChannel, Draw, Place, Status
from bookings.rules import BookingRefused, Refusal
from bookings.telling import tell
from bookings.waitlist import settle
from notices.services import take_back

MAY_SWAP_DATES = (Status.CONFIRMED, Status.WAITING)


@transaction.atomic
def swap_date(booking, to, *, by, channel=BookingChannel.WEB, at=None):
    """Give the party's date for another of the same activity; whoever waits gets the old one.

    Who waits may swap for a date with free places. After the deadline of the old date it is
    kept as late, as canceling is. Raises BookingRefused.
    """
    at = at or timezone.now()
    limits.hold(booking.activity, by=by, channel=channel)
    here = booking.places.filter(canceled_at=None)
    people = list(Person.objects.filter(pk__in=here.values("person")).locked())
    with locked_sessions(booking.activity, booking.session, to, at=at) as locked:
        settle(locked, at=at)
        booking = _again(booking, locked)
        places = list(booking.places.filter(canceled_at=None))
        if {each.person_id for each in places} != {person.pk for person in people}:
            raise BookingRefused(_changed())
        if reason := _date_stays(booking, to, locked, people=people, by=by, channel=channel, at=at):
            raise BookingRefused(reason)
        old, new = locked.by_id[booking.session_id], locked.by_id[to.pk]
        _move_places(booking, places, old, new, at=at)
        counter = "places_taken" if booking.status == Status.CONFIRMED else "places_waiting"
        locked.move({old.pk: len(places)}, counter, -1)
        locked.move({new.pk: len(places)}, "places_taken", +1)
        go_along(booking, new)
        booking.status, booking.confirmed_at = Status.CONFIRMED, at
        booking.save(update_fields=["session", "request_key", "status", "confirmed_at"])
        take_back(f"reminder-{booking.pk}-")
        tell(
            booking,
            "swapped_date",
            at=at,
            sessions=[new],
            old_starts_at=old.starts_at.isoformat(),
            old_place=place(old),
        )
        settle(locked, at=at)
    return booking


@transaction.atomic
def swap_person(
    booking, leaving, coming, *, session=None, answers=None, by, channel=BookingChannel.WEB, at=None
):
    """Let somebody else come instead, on all dates to come or only that of `session`.

    What has been stays with whoever was there. `answers` are the newcomer's, by question id.
    Raises BookingRefused.
    """
    at = at or timezone.now()
    limits.hold(booking.activity, by=by, channel=channel)
    both = Person.objects.filter(pk__in=[leaving.pk, coming.pk]).locked()
    coming = next(person for person in both if person.pk == coming.pk)
    with locked_sessions(booking.activity, booking.session, at=at) as locked:
        settle(locked, at=at)
        booking = _again(booking, locked)
        places = booking.places.filter(
            canceled_at=None,
            person=leaving,
            session__in=[s for s in locked if s.starts_at > at and session in (None, s)],
        )
        if reason := _person_stays(
            booking, places, coming, session=session, by=by, channel=channel, at=at
        ):
            raise BookingRefused(reason)
        swapped = [locked.by_id[pk] for pk in places.values_list("session", flat=True)]
        places.update(person=coming)
        if not booking.places.filter(canceled_at=None, person=leaving).exists():
            _forget_answers(booking, leaving)
        _keep_answers(booking, coming, answers or {})
        booking.save(update_fields=["answers"])
        tell(
            booking,
            "swapped_person",
            at=at,
            sessions=sorted(swapped, key=lambda each: each.starts_at),
            names=[coming.name],
            leaving=leaving.name,
        )
        settle(locked, at=at)
    return booking


def go_along(booking, session):
    """Let the booking be for another session; of two with one request, it gets another key."""
    booking.session = session
    twins = Booking.objects.filter(
        booked_by=booking.booked_by_id,
        request_key=booking.request_key,
        activity=booking.activity_id,
        session=session,
    )
    if twins.exclude(pk=booking.pk).exists():
        booking.request_key = f"{booking.request_key[:40]}-{booking.pk}"


def not_swappable(booking):
    """Why no date of this booking can be swapped, whatever else is free, or None."""
    if booking.session_id is None:
        return Refusal(
            "whole_course",
            _("This course is booked as a whole."),
            _("You can cancel single dates of it."),
        )
    if booking.activity.allocation == Allocation.DRAW:
        return Refusal(
            "by_lot",
            _("The places of this are given by lot, each date on its own."),
            _("Please apply for the other date, and cancel this one."),
        )
    if booking.status == Status.OFFERED:
        return Refusal(
            "answer_first",
            _("A place is held for you."),
            _("Please take it or let it go first."),
        )
    return None if booking.status in MAY_SWAP_DATES else rules.over()


def names_are_final(booking):
    """Why the names of an application cannot change any more, or None."""
    if booking.status != Status.APPLIED:
        return None
    frozen = Draw.objects.filter(
        activity=booking.activity_id, session=booking.session_id, frozen_at__isnull=False
    )
    if not frozen.exists():
        return None
    return Refusal(
        "names_are_final",
        _("Applications are closed, and the names in the draw stay as they are."),
        _("Once the draw is over, you can swap again."),
    )


def _again(booking, locked):
    """The booking as it is now, under the lock of its sessions."""
    booking = Booking.objects.select_related("session", "booked_by", "asked_by").get(pk=booking.pk)
    booking.activity = locked.activity
    return booking


def _date_stays(booking, to, locked, *, people, by, channel, at):
    if reason := not_swappable(booking):
        return reason
    old, new = locked.by_id.get(booking.session_id), locked.by_id.get(to.pk)
    if old is None or new is None or old.starts_at <= at:
        return rules.over()
    if old == new:
        return Refusal("same_date", _("That is the date you have."), _("Please choose another."))
    return (
        rules.stays(booking, [old], channel=channel, at=at)
        or rules.refusal(
            locked.activity,
            session=new,
            people=people,
            by=by,
            channel=channel,
            besides=booking,
            at=at,
        )
        or _no_room(new, locked, len(people))
    )


def _no_room(session, locked, people):
    if locked.fit({session.pk: people}) and not waitlist.anybody_before(locked, session):
        return None
    return Refusal(
        "full_there",
        _("There is no place for all of you on that date. You keep the one you have."),
        _("You may choose another date, or join the waitlist of that one as well."),
    )


def _move_places(booking, places, old, new, *, at):
    """In time they simply move; what is late stays behind, marked, and new ones are made."""
    mine = booking.places.filter(pk__in=[each.pk for each in places])
    if not rules.is_late(booking, old, at=at):
        mine.update(session=new)
        return
    mine.update(canceled_at=at, canceled_late=True)
    Place.objects.bulk_create(
        Place(booking=booking, person_id=each.person_id, session=new) for each in places
    )


def _person_stays(booking, places, coming, *, session, by, channel, at):
    if not booking.is_alive or not places.exists():
        return rules.over()
    if session and booking.session_id is None and booking.status != Status.CONFIRMED:
        return rules.over()  # Who waits for the course waits for all of it.
    dates = places.values("session")
    there = Place.objects.active().filter(person=coming, session__in=dates)
    if there.exists():
        return Refusal(
            "already_booked",
            _("%(name)s is already booked or waiting for this.") % {"name": coming.name},
            _("Please choose somebody else."),
        )
    return names_are_final(booking) or rules.of_people(
        booking.activity,
        session=session or booking.session,
        people=[coming],
        by=by,
        channel=channel,
        besides=booking,
        at=at,
    )


def _changed():
    return Refusal("changed", _("This booking has just changed."), _("Please look again."))


def _forget_answers(booking, person):
    for answer in booking.answers.values():
        if isinstance(answer, dict):
            answer.pop(str(person.pk), None)
    booking.sensitive_answers.filter(person=person).delete()


def _keep_answers(booking, person, answers):
    for question, answer in answers.items():
        booking.answers.setdefault(str(question), {})[str(person.pk)] = answer
