"""Places by lot: close the list, type in the number, draw. Each step happens once.

A step locks the sessions it draws and then its draw, looks again what has been done already,
and commits all of it or nothing. So it can be tried again after any crash: what is drawn
follows from what is frozen and published, and every notice has the same key each time.
"""

from contextlib import contextmanager

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import drawn_places, lots, past_draws
from bookings.draw_plans import mark
from bookings.locked import locked_sessions
from bookings.models import Draw
from bookings.refusals import BookingRefused, Refusal, moment
from bookings.waitlist import settle


def freeze(draw, *, at=None):
    """Close the list of applications, once. Raises BookingRefused while they are open."""
    at = at or timezone.now()
    with _reopened(draw, at) as (draw, locked):
        _freeze(draw, locked, at)
    return draw


def type_in(draw, number, *, by, at=None):
    """Write down the public number; it closes the list if nobody has, and stays as it is.

    Raises BookingRefused when there is another one already, or it cannot be out yet.
    """
    at, digits = at or timezone.now(), lots.digits_of(number)
    with _reopened(draw, at) as (draw, locked):
        if draw.public_number and draw.public_number != digits:
            raise BookingRefused(
                Refusal(
                    "number_is_known",
                    _("The number has already been typed in: %(number)s.")
                    % {"number": draw.public_number},
                )
            )
        if draw.public_number:
            return draw
        if not digits:
            raise BookingRefused(Refusal("no_number", _("Please type in the digits.")))
        if at < draw.number_due_at:
            raise BookingRefused(
                Refusal(
                    "number_is_not_out",
                    _("This number comes out on %(moment)s.")
                    % {"moment": moment(draw.number_due_at)},
                    _("Please come back then."),
                )
            )
        _freeze(draw, locked, at)
        draw.public_number, draw.number_by, draw.number_at = digits, by, at
        draw.save(update_fields=["public_number", "number_by", "number_at"])
    return draw


def hold(draw, *, at=None):
    """Draw, give the places and tell everybody; a draw that was held stays as it is.

    Raises BookingRefused while the number is missing, and when nothing is to come any more.
    """
    at = at or timezone.now()
    with _reopened(draw, at) as (draw, locked):
        if draw.drawn_at:
            return draw
        if not draw.public_number:
            raise BookingRefused(Refusal("no_number", _("Please type in the number first.")))
        if not any(each.canceled_at is None and each.starts_at > at for each in locked):
            raise BookingRefused(
                Refusal("too_late_to_draw", _("It has begun or was called off; nothing is drawn."))
            )
        settle(locked, at=at)
        draw.seed = lots.seed_of(draw.secret, draw.public_number, draw.entries)
        draw.drawn_at, draw.result = at, drawn_places.give(draw, locked, at)
        draw.save(update_fields=["seed", "drawn_at", "result"])
        mark(locked, drawn_at=at)
    return draw


def hold_due(at=None):
    """Close what is due, and draw what has its number; the clock's part of it."""
    at = at or timezone.now()
    needed = Draw.objects.still_needed(at).select_related("activity__center", "session")
    for draw in needed.filter(frozen_at=None, closes_at__lte=at):
        freeze(draw, at=at)
    for draw in needed.exclude(public_number=""):
        hold(draw, at=at)


@contextmanager
def _reopened(draw, at):
    """The draw as it is now, under the locks of what it draws."""
    with locked_sessions(draw.activity, draw.session, at=at) as locked:
        draw = Draw.objects.locked().get(pk=draw.pk)
        draw.activity = locked.activity
        yield draw, locked


def _freeze(draw, locked, at):
    if draw.frozen_at:
        return
    if at < draw.closes_at:
        raise BookingRefused(
            Refusal(
                "applications_are_open",
                _("People can apply until %(moment)s.") % {"moment": moment(draw.closes_at)},
            )
        )
    settle(locked, at=at)  # What the desk keeps no longer is there to be drawn.
    applications = list(drawn_places.applications_of(draw))
    weights = past_draws.lots_of(applications, draw, at) if draw.weighs_past else {}
    draw.entries = sorted(
        [each.reference, each.party_size, weights.get(each.pk, 1)] for each in applications
    )
    draw.terms = {
        "places": drawn_places.places_to_give(locked),
        "smaller_may_pass": draw.activity.smaller_may_pass,
        "has_waitlist": draw.activity.has_waitlist,
    }
    draw.frozen_at = at
    draw.save(update_fields=["entries", "terms", "frozen_at"])
