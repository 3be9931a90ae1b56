"""Before anybody applies for a draw: what is published, and what it forbids from then on."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Allocation, BookingMode, Session
from activities.services import course_window
from bookings.locked import locked_sessions
from bookings.models import Draw
from bookings.refusals import BookingRefused, Refusal, moment


@dataclass(frozen=True)
class Plan:
    """What is said of a draw before anybody applies; the same for each date of an activity.

    Applications close `days_before` the session (the first one of a course) at `closes`, and
    the number is out at `number_out`, the next day where that is earlier.
    """

    number_source: str
    days_before: int
    closes: time
    number_out: time
    weighs_past: bool = False

    def moments(self, starts_at):
        """(applications close, the number is out)"""
        day = timezone.localtime(starts_at).date() - timedelta(days=self.days_before)
        closes_at = timezone.make_aware(datetime.combine(day, self.closes))
        out_on = day if self.number_out >= self.closes else day + timedelta(days=1)
        return closes_at, timezone.make_aware(datetime.combine(out_on, self.number_out))


def prepare(activity, plan, *, session=None, at=None):
    """Commit to a secret for every draw to come that nobody can have applied for; returns them.

    Called again it keeps the secret and changes what was said. Raises BookingRefused.
    """
    at = at or timezone.now()
    if activity.allocation != Allocation.DRAW:
        raise BookingRefused(Refusal("nothing_to_draw", _("Its places are not given by lot.")))
    with locked_sessions(activity, session, at=at) as locked:
        coming = [each for each in locked if not each.canceled_at and each.starts_at > at]
        wishes = [[each] for each in coming]
        if activity.booking_mode != BookingMode.SINGLE:
            wishes = [coming] if coming else []
        draws = [_prepare(activity, plan, wish, at) for wish in wishes if not _begun(wish, at)]
        if not draws:
            raise BookingRefused(
                Refusal(
                    "no_draw_to_prepare",
                    _("There is no date to come whose draw can still be prepared."),
                    _("Once people can apply, nothing about it changes any more."),
                )
            )
    return draws


def bring_into_course(activity, sessions):
    """Sessions that are added to a course share its draw."""
    if draw := activity.draws.filter(session=None).first():
        mark(sessions, applications_close_at=draw.closes_at, drawn_at=draw.drawn_at)


def in_the_way(session, *, starts_at=None, free=None):
    """Why a draw under way forbids this start, or so few free places, of a locked session."""
    if not session.is_to_be_drawn:
        return None
    is_single = session.activity.booking_mode == BookingMode.SINGLE
    draw = session.activity.draws.filter(session=session if is_single else None).first()
    if draw is None:
        return None
    if starts_at and starts_at <= draw.number_due_at:
        return Refusal(
            "starts_before_its_draw",
            _("Its places are drawn on %(moment)s, as everybody was told.")
            % {"moment": moment(draw.number_due_at)},
            _("Please choose a time after that."),
        )
    if free is not None and free < session.places_free and draw.frozen_at:
        return Refusal(
            "fewer_than_to_be_drawn",
            _("The places that will be drawn have been published."),
            _("After the draw there can be fewer."),
        )
    return None


def mark(sessions, **facts):
    """What the rows say of their draw, for the lists; who calls this holds their locks."""
    for session in sessions:
        for name, value in facts.items():
            setattr(session, name, value)
    Session.objects.filter(pk__in=[each.pk for each in sessions]).update(**facts)


def _begun(sessions, at):
    """Whether somebody has applied, or may have, trusting what was published."""
    first, is_single = sessions[0], sessions[0].activity.booking_mode == BookingMode.SINGLE
    activity, one = first.activity, first if is_single else None
    if activity.bookings.filter(session=one).exists():
        return True
    if activity.draws.filter(session=one, frozen_at__isnull=False).exists():
        return True
    if not activity.is_published or first.applications_close_at is None:
        return False
    return (one.booking_opens_at if one else course_window(activity)[0]) <= at


def _prepare(activity, plan, sessions, at):
    first = min(sessions, key=lambda each: each.starts_at)
    is_single = activity.booking_mode == BookingMode.SINGLE
    window = (
        (first.booking_opens_at, first.booking_closes_at) if is_single else course_window(activity)
    )
    closes_at, number_due_at = plan.moments(first.starts_at)
    if reason := _bad_moments(first, *window, closes_at, number_due_at, at):
        raise BookingRefused(reason)
    draw, _created = Draw.objects.update_or_create(
        activity=activity,
        session=first if is_single else None,
        defaults={
            "number_source": plan.number_source,
            "weighs_past": plan.weighs_past,
            "closes_at": closes_at,
            "number_due_at": number_due_at,
            "committed_at": at,
        },
    )
    mark(sessions, applications_close_at=closes_at)
    return draw


def _bad_moments(first, opens_at, booking_closes_at, closes_at, number_due_at, at):
    words = {"start": moment(first.starts_at), "closes": moment(closes_at)}
    if closes_at <= max(at, opens_at):
        return Refusal(
            "draw_closes_too_early",
            _(
                "For the date on %(start)s applications would close on %(closes)s, and nobody "
                "could apply until then."
            )
            % words,
            _("Please choose a later closing, or fewer days before."),
        )
    if closes_at > booking_closes_at or number_due_at >= first.starts_at:
        return Refusal(
            "draw_closes_too_late",
            _(
                "For the date on %(start)s applications would close on %(closes)s, too late to "
                "draw and tell people before booking closes or it begins."
            )
            % words,
            _("Please choose an earlier closing, or more days before."),
        )
    return None
