"""What a list says about the places of a session: one kind, one mark, a few words."""

from typing import NamedTuple

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import BookingMode


class Availability(NamedTuple):
    kind: str  # a class of .places in the stylesheet
    icon: str
    words: str


def of_session(session, at=None):
    at = at or timezone.now()
    activity = session.activity
    if session.canceled_at:
        return Availability("off", "cross", _("Called off"))
    if session.ends_at <= at:
        return Availability("over", "check", _("Over"))
    if activity.is_drop_in:
        return Availability("free", "free", _("Just come"))
    opens_at, closes_at = _window(session)
    if at < opens_at:
        return opening(opens_at)
    if at >= closes_at:
        return Availability("full", "clock", _("Booking is closed"))
    if session.is_to_be_drawn:
        return Availability("soon", "clock", _of_draw(session.applications_close_at, at))
    return _of_places(session, session.places_free)


def _of_draw(closes_at, at):
    if closes_at is None:
        return _("By lot, opens soon")
    return _("By lot, apply now") if at < closes_at else _("By lot, being drawn")


def of_course(activity, sessions, at=None):
    """The whole course is as full as the fullest of its coming sessions."""
    at = at or timezone.now()
    coming = [s for s in sessions if not s.canceled_at and s.starts_at > at]
    if not coming:
        return of_session(sessions[-1], at) if sessions else None
    return of_session(min(coming, key=lambda session: session.places_free), at)


def opening(opens_at):
    local = timezone.localtime(opens_at)
    words = {"day": formats.date_format(local, "MONTH_DAY_FORMAT"), "time": f"{local:%H:%M}"}
    return Availability("soon", "clock", _("Opens %(day)s %(time)s") % words)


def _window(session):
    """A course opens and closes as a whole, where it says when."""
    activity = session.activity
    if activity.booking_mode != BookingMode.COURSE:
        return session.booking_opens_at, session.booking_closes_at
    return (
        activity.course_opens_at or session.booking_opens_at,
        activity.course_closes_at or session.booking_closes_at,
    )


def _of_places(session, free):
    activity = session.activity
    if free and (not session.places_waiting or activity.smaller_may_pass):
        return _free(free, session.capacity)
    if not activity.has_waitlist:
        return Availability("full", "full", _("Full"))
    waiting = session.places_waiting
    words = ngettext("Waitlist (%(count)s waiting)", "Waitlist (%(count)s waiting)", waiting) % {
        "count": waiting
    }
    return Availability("wait", "wait", words if waiting else _("Full, waitlist open"))


def _free(free, capacity):
    if free <= 2 or free * 10 <= capacity:
        return Availability("few", "few", _("Few places left"))
    return Availability(
        "free",
        "free",
        ngettext("%(count)s place left", "%(count)s places left", free) % {"count": free},
    )
