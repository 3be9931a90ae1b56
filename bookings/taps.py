"""Taps on the roster: what was tapped, and when, however late it is handed in."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import rosters
from bookings.rules import BookingRefused, Refusal

MARKS = {"came": rosters.mark_came, "absent": rosters.mark_absent, "undo": rosters.undo}

# The page tells the phone what time it is, so only its way here can make a difference.
CLOCKS_DIFFER = timedelta(minutes=1)
KEPT_AT_MOST = timedelta(days=7)


def take(place, *, mark, tapped_at, by, at=None):
    """Do what a tap said. `tapped_at` is in milliseconds since 1970, as browsers count; "" is now.

    Raises BookingRefused when it can never be done.
    """
    if mark not in MARKS:
        raise BookingRefused(Refusal("no_such_mark", _("This button is not known here.")))
    return MARKS[mark](place, by=by, at=_moment(tapped_at, at or timezone.now()))


def _moment(tapped_at, at):
    if not tapped_at:
        return at
    try:
        tapped = datetime.fromtimestamp(int(tapped_at) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise BookingRefused(
            Refusal("tap_unreadable", _("This tap says no time that can be read."))
        ) from None
    if tapped > at + CLOCKS_DIFFER:
        raise BookingRefused(
            Refusal(
                "tap_ahead",
                _("The clock of this phone is ahead of the center's."),
                _("Please load the page again."),
            )
        )
    if tapped < at - KEPT_AT_MOST:
        raise BookingRefused(Refusal("tap_too_old", _("This tap is more than a week old.")))
    return min(tapped, at)
