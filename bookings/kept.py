"""Places kept for neighbors who call or come by, until the clock gives them to everybody."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings import draw_plans
from bookings.locked import locked_sessions
from bookings.rules import BookingRefused, Refusal, called_off
from bookings.waitlist import settle


def keep(session, *, places, until, at=None):
    """Keep so many of the free places for the desk, more or fewer than before.

    Fewer serve whoever waits. Raises BookingRefused with the number when not so many are free.
    """
    at = at or timezone.now()
    with locked_sessions(session.activity, session, at=at) as locked:
        settle(locked, at=at)
        row = locked.by_id[session.pk]
        if row.canceled_at:
            raise BookingRefused(called_off())
        if places and not at < until <= row.starts_at:
            raise BookingRefused(_at_another_time())
        if places > row.capacity - row.places_taken:
            raise BookingRefused(_not_so_many(row.capacity - row.places_taken))
        if reason := draw_plans.in_the_way(row, free=row.capacity - row.places_taken - places):
            raise BookingRefused(reason)
        row.places_kept, row.kept_until = places, until
        row.save(update_fields=["kept_until"])
        settle(locked, at=at)


def _not_so_many(free):
    return Refusal(
        "not_so_many_free",
        ngettext(
            "%(free)s place at most can be kept: the others are taken.",
            "%(free)s places at most can be kept: the others are taken.",
            free,
        )
        % {"free": free},
        _("Please choose a smaller number, or raise the number of places first."),
    )


def _at_another_time():
    return Refusal(
        "kept_too_long",
        _("Places are kept until a time that is still to come, at most until the start."),
        _("Please choose another time."),
    )
