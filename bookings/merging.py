"""Two dates become one: whoever is in the one comes to the other, and its room is free."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from activities.facts import place
from activities.models import OverlapRule
from bookings import rules, waitlist
from bookings.changes import free_rooms
from bookings.effects import overlapping
from bookings.locked import locked_sessions
from bookings.models import HOLDS_A_PLACE, Draw, Place, Status
from bookings.rules import BookingRefused, Refusal
from bookings.swaps import go_along
from bookings.telling import tell
from bookings.waitlist import settle
from notices.services import take_back
from venues.takings import HasMoved


def merge(session, into, *, reason, bring=(), by, at=None):
    """Let everybody in `session` come to `into` instead, and call `session` off.

    Both lines become one, by the numbers people have. Who has a place in both keeps the better
    one. Who has something else then stays out, unless they are among `bring`. Everybody is told
    once. Raises BookingRefused when there are too few places for all who have one.
    """
    at = at or timezone.now()
    while True:
        try:
            with transaction.atomic():
                return _merge(session, into, reason=reason, bring=bring, by=by, at=at)
        except (_SomebodyJoined, HasMoved):
            continue


class _SomebodyJoined(Exception):
    """Somebody booked before the session was locked, and is not locked yet."""


@dataclass
class _Party:
    """What becomes of the places of one booking."""

    booking: object
    moving: list = field(default_factory=list)
    busy: list = field(default_factory=list)
    twice: list = field(default_factory=list)

    @property
    def holds(self):
        return self.booking.status in HOLDS_A_PLACE

    @property
    def leaving(self):
        return self.busy + self.twice


def _merge(session, into, *, reason, bring, by, at):
    free_rooms([session], at)
    people = Place.objects.active().filter(session=session).values("person")
    people = list(Person.objects.filter(pk__in=people).locked())
    with locked_sessions(session.activity, session, into, at=at) as locked:
        settle(locked, at=at)
        source, target = locked.by_id[session.pk], locked.by_id[into.pk]
        if reason_not := _not_mergeable(session, source, target, at):
            raise BookingRefused(reason_not)
        parties = _parties(source, target, people, bring)
        _look_for_room(target, parties)
        _give_back([each for party in parties for each in party.leaving], at)
        for party in parties:
            _rebook(party, source, target, locked, by=by, at=at)
        source.canceled_at, source.cancel_reason = at, reason
        source.save(update_fields=["canceled_at", "cancel_reason"])
        for party in parties:
            _tell(party, source, target, reason=reason, at=at)
        _count(source, target)
        settle(locked, at=at)


def _not_mergeable(seen, source, target, at):
    if source.canceled_at or target.canceled_at:
        return rules.called_off()
    if source.pk == target.pk or min(source.starts_at, target.starts_at) <= at:
        return Refusal(
            "not_mergeable",
            _("Only two dates that are still to come can be put together."),
            _("Please choose another date."),
        )
    if source.taking_id != seen.taking_id:
        return rules.moved()
    if source.is_to_be_drawn != target.is_to_be_drawn:
        return Refusal(
            "drawn_and_not_drawn",
            _("One of the two is drawn already, and the other one is still to be drawn."),
            _("Please put the dates together once both are drawn."),
        )
    halfway = Draw.objects.filter(
        activity=source.activity_id,
        session__in=[source, target],
        frozen_at__isnull=False,
        drawn_at=None,
    )
    if halfway.exists():
        return Refusal(
            "draw_is_on",
            _("Applications are closed, and the draw is still to come."),
            _("Please put the dates together once it is over."),
        )
    return None


def _parties(source, target, people, bring):
    """Of each booking that is touched, which places move, and which do not."""
    related = ("person", "booking__activity__center", "booking__booked_by", "booking__asked_by")
    active = Place.objects.active().select_related(*related).order_by("booking", "pk")
    here = list(active.filter(session=source))
    if {each.person_id for each in here} - {person.pk for person in people}:
        raise _SomebodyJoined
    there = {each.person_id: each for each in active.filter(session=target)}
    busy = _busy(source, target, people) - {person.pk for person in bring}
    found = {}

    def party(booking):
        return found.setdefault(booking.pk, _Party(booking))

    for each in here:
        mine, other = party(each.booking), there.get(each.person_id)
        if other and not (mine.holds and not party(other.booking).holds):
            mine.twice.append(each)
        elif each.person_id in busy:
            mine.busy.append(each)
        else:
            mine.moving.append(each)
            if other:
                party(other.booking).twice.append(other)
    return [each for each in found.values() if each.moving or each.leaving]


def _busy(source, target, people):
    if source.activity.overlaps == OverlapRule.HINT:
        return set()
    return {each.person_id for each in overlapping(target, people, besides=[source])}


def _look_for_room(target, parties):
    coming = sum(len(party.moving) for party in parties if party.holds)
    least = target.places_taken + target.places_kept + coming
    if least > target.capacity:
        too_many = least - target.capacity
        raise BookingRefused(
            Refusal(
                "too_many_to_merge",
                ngettext(
                    "That date has %(n)s place too few for all.",
                    "That date has %(n)s places too few for all.",
                    too_many,
                )
                % {"n": too_many},
                _("Please give it %(least)s places first, or choose another date.")
                % {"least": least},
            )
        )


def _give_back(places, at):
    """Before anything moves, so that nobody is in a date twice meanwhile."""
    Place.objects.filter(pk__in=[each.pk for each in places]).update(canceled_at=at)


def _rebook(party, source, target, locked, *, by, at):
    booking = party.booking
    Place.objects.filter(pk__in=[each.pk for each in party.moving]).update(session=target)
    take_back(f"reminder-{booking.pk}-{source.pk}-")
    staying = set(booking.places.filter(canceled_at=None).values_list("session", "person"))
    if not {session for session, _person in staying} & locked.by_id.keys():
        if not (staying and booking.status == Status.CONFIRMED):
            waitlist.give_up_places(booking, locked, Status.CANCELED, at=at, by=by)
        return
    if booking.session_id == source.pk:
        go_along(booking, target)
    booking.party_size = len({person for _session, person in staying})
    if booking.offer_expires_at:
        booking.offer_expires_at = min(booking.offer_expires_at, target.booking_closes_at)
    booking.save(update_fields=["session", "request_key", "party_size", "offer_expires_at"])


def _tell(party, source, target, *, reason, at):
    def names(places):
        return [each.person.name for each in places]

    tell(
        party.booking,
        "merged",
        at=at,
        sessions=[target],
        names=names(party.moving or party.leaving),
        moving=names(party.moving),
        busy=names(party.busy),
        twice=names(party.twice),
        reason=reason,
        old_starts_at=source.starts_at.isoformat(),
        old_place=place(source),
    )


def _count(source, target):
    """Places have moved between lines of both kinds, so both are counted anew."""
    source.places_taken = source.places_waiting = source.places_kept = 0
    places = Place.objects.filter(session=target)
    target.places_taken = places.held().count()
    waiting = places.filter(canceled_at=None, booking__status=Status.WAITING)
    target.places_waiting = waiting.filter(booking__session=target).count()
