"""Checking in: by the code on a booking, which staff scan, or by the poster, which people scan."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity
from bookings import passing_on, rosters, rules
from bookings.models import Booking, HowCheckedIn, Place, Status
from bookings.rules import BookingRefused, Refusal

# What stands in the codes. The number that is said on the phone opens no page.
_bookings = signing.Signer(salt="bookings.check-in", sep=".")
_posters = signing.Signer(salt="bookings.poster", sep=".")


def token_of(booking):
    """What the code of a booking names."""
    return _bookings.sign(booking.pk)


def poster_token(activity):
    """What the code on the poster of an activity names, for all of its dates."""
    return _posters.sign(activity.pk)


def booking_of(token):
    """The id of a booking. Raises BadSignature."""
    return _bookings.unsign(token)


def activity_of(token):
    """The id of an activity. Raises BadSignature."""
    return _posters.unsign(token)


@dataclass(frozen=True)
class Window:
    """When people check themselves in."""

    opens_at: datetime
    closes_at: datetime

    @classmethod
    def of(cls, session):
        before, after = (
            timedelta(minutes=minutes)
            for minutes in (
                session.activity.check_in_minutes_before,
                session.activity.check_in_minutes_after,
            )
        )
        return cls(session.starts_at - before, min(session.starts_at + after, session.ends_at))

    def is_open(self, at):
        return self.opens_at <= at <= self.closes_at


def date_to_check(sessions, at):
    """Of a booking's sessions the one the door is about: today's, else the next, else the last."""
    in_order = sorted(sessions, key=lambda session: session.starts_at)
    today = [each for each in in_order if _day(each.starts_at) == _day(at)]
    running = [each for each in today if each.ends_at > at]
    coming = [each for each in in_order if each.starts_at > at]
    for found in (running[:1], today[-1:], coming[:1], in_order[-1:]):
        if found:
            return found[0]
    return None


def at_the_poster(activity: Activity, at):
    """Sessions at whose door people are now; the next one, if there is none."""
    live = list(
        activity.sessions.live().not_over(at).select_related("activity__center").with_room()[:20]
    )
    here = [session for session in live if passing_on.is_at_the_door(session, at)]
    return here or [session for session in live if session.starts_at > at][:1]


def refusal(session, at=None):
    """Why nobody checks themselves in there now, or None."""
    at = at or timezone.now()
    window = Window.of(session)
    if not session.activity.self_check_in:
        return Refusal(
            "not_by_themselves",
            _("Here staff check everybody in."),
            _("Please say your name to them."),
        )
    if at < window.opens_at:
        return Refusal(
            "check_in_not_yet",
            _("Checking in begins on %(when)s.") % {"when": rules.moment(window.opens_at)},
            _("Please come back then."),
        )
    if at > window.closes_at:
        return Refusal(
            "check_in_over",
            _("Checking in closed at %(time)s.") % {"time": _clock(window.closes_at)},
            _("Please say your name to the staff."),
        )
    return None


def by_themselves(places, *, by, at=None):
    """People say that they are here. Saying it again changes nothing. Raises BookingRefused."""
    at = at or timezone.now()
    for place in places:
        if reason := refusal(place.session, at):
            raise BookingRefused(reason)
        rosters.mark_came(place, by=by, how=HowCheckedIn.SELF, at=at)


def take_back(place, *, by, at=None):
    """It was the wrong person, say those who did it, as long as checking in is open."""
    at = at or timezone.now()
    reason = refusal(place.session, at)
    if reason or place.checked_in_how != HowCheckedIn.SELF:
        raise BookingRefused(reason or rules.over())
    rosters.undo(place, by=by, at=at)


def by_code(places, *, by, at=None):
    """Staff have scanned the code of a booking. Raises BookingRefused."""
    for place in places:
        rosters.mark_came(place, by=by, how=HowCheckedIn.CODE, at=at)


def numbered(text, centers):
    """The booking at these centers whose number was said or typed, or None."""
    digits = "".join(each for each in text if each.isdecimal())
    if len(digits) != 8 or len(text) > 20:
        return None
    return Booking.objects.filter(reference=digits, activity__center__in=centers).first()


def listed(booking):
    """Its places with their people and sessions: those that count, and those passed on."""
    places = booking.places.filter(canceled_at=None) | booking.places.passed_on()
    return list(
        places.select_related("person", "booking", "session__activity", "session__taking__room__floor")
        .order_by("person__sort_key", "pk")
    )  # fmt: skip


def of_user_at(user, sessions):
    """Places of this user's people in these sessions, as the poster lists them."""
    mine = Place.objects.visible_to(user).filter(session__in=sessions)
    counting = mine.active() | mine.passed_on()
    return list(
        counting.exclude(booking__status=Status.APPLIED)
        .select_related("person", "booking", "session__activity__center")
        .order_by("session__starts_at", "person__sort_key", "pk")
    )


def _day(moment):
    return timezone.localdate(moment)


def _clock(moment):
    return f"{timezone.localtime(moment):%H:%M}"
