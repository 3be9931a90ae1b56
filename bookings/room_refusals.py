"""Who may book which room when, and the kind word when not."""

from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from bookings.models import BookingChannel, RoomBooking
from bookings.rules import Refusal, moment
from venues.free_times import FreeTimes
from venues.models import Room


def refusal(room, *, starts_at, ends_at, headcount, by, person=None, partner=None,
            channel=BookingChannel.WEB, at=None, besides=None):  # fmt: skip
    """Why this room may not be booked for that, or None. Whether it is free is asked apart.

    Staff are bound by nothing but order and time that has not passed: they answer for the house.
    `besides` is a booking of theirs that does not count, because it is the one in question.
    """
    at = at or timezone.now()
    if reason := _impossible(room, starts_at, ends_at, at):
        return reason
    if channel == BookingChannel.DESK:
        return None
    return (
        _not_for_you(room, by=by, person=person, partner=partner)
        or _wrong_length(room, starts_at, ends_at)
        or _wrong_start(room, starts_at)
        or _too_far_ahead(room, starts_at, at)
        or _wrong_size(room, headcount)
        or _group_too_late(room, headcount, starts_at, at)
        or _outside_hours(room, starts_at, ends_at)
        or _too_many(room, starts_at, person=person, besides=besides)
    )


def needs_approval(room, *, headcount, channel=BookingChannel.WEB):
    if channel == BookingChannel.DESK:
        return False
    return room.by_approval or bool(room.group_from and headcount >= room.group_from)


def taken(room, starts_at, ends_at):
    """By whom and what for is nobody's business."""
    return Refusal(
        "room_taken",
        _("%(room)s is not free then: %(when)s.")
        % {"room": room, "when": _span(starts_at, ends_at)},
        _("Please take one of the times nearby, or another room."),
    )


def over():
    return Refusal("over", _("This room booking is already over or canceled."))


def not_now(booking, before):
    """Why nobody can say that they are here."""
    if not booking.is_alive or booking.ends_at <= timezone.now():
        return over()
    return Refusal(
        "check_in_not_yet",
        _("Checking in begins on %(when)s.") % {"when": moment(booking.starts_at - before)},
        _("Please come back then."),
    )


def _impossible(room, starts_at, ends_at, at):
    if ends_at <= starts_at:
        return Refusal("order", _("The end must be after the start."))
    if starts_at <= at:
        return Refusal(
            "in_the_past",
            _("That time has passed already."),
            _("Please choose a time that is still to come."),
        )
    day = timezone.localtime(starts_at).date()
    closed = room.retired_on and room.retired_on <= day
    if closed or (room.opened_on and room.opened_on > day):
        return Refusal(
            "room_not_in_use",
            _("%(room)s is not in use on that day.") % {"room": room},
            _("Please choose another room."),
        )
    return None


def _not_for_you(room, *, by, person, partner):
    if not room.is_bookable or not (room.for_partners if partner else room.for_residents):
        return Refusal(
            "not_for_you",
            _("%(room)s cannot be booked online.") % {"room": room},
            _("Please ask at the desk: %(phone)s.") % {"phone": room.center.phone},
        )
    if partner or Person.objects.in_care_of(by).filter(pk=person and person.pk).exists():
        return None
    return Refusal("not_your_people", _("You can only book for yourself and your people."))


def _wrong_length(room, starts_at, ends_at):
    minutes = (ends_at - starts_at) / timedelta(minutes=1)
    if minutes < room.shortest_minutes:
        return Refusal(
            "too_short",
            _("%(room)s is booked for at least %(minutes)s minutes.")
            % {"room": room, "minutes": room.shortest_minutes},
            _("Please choose a later end."),
        )
    if minutes > room.longest_minutes:
        return Refusal(
            "too_long",
            _("%(room)s is booked for at most %(minutes)s minutes.")
            % {"room": room, "minutes": room.longest_minutes},
            _("Please choose an earlier end, or ask at the desk."),
        )
    return None


def _wrong_start(room, starts_at):
    local = timezone.localtime(starts_at)
    if (local.hour * 60 + local.minute) % room.step_minutes == 0 and not local.second:
        return None
    return Refusal(
        "off_the_grid",
        _("Bookings begin every %(minutes)s minutes.") % {"minutes": room.step_minutes},
        _("Please choose another start."),
    )


def _too_far_ahead(room, starts_at, at):
    last = timezone.localtime(at).date() + timedelta(days=room.days_ahead)
    if timezone.localtime(starts_at).date() <= last:
        return None
    return Refusal(
        "too_far_ahead",
        _("Rooms can be booked %(days)s days ahead.") % {"days": room.days_ahead},
        _("Please come back nearer to the day."),
    )


def _wrong_size(room, headcount):
    if room.holds(headcount):
        return None
    return Refusal(
        "room_too_small",
        ngettext("%(room)s holds %(n)s person.", "%(room)s holds %(n)s people.", room.capacity)
        % {"room": room, "n": room.capacity},
        _("Please choose a larger room."),
    )


def _group_too_late(room, headcount, starts_at, at):
    if not room.group_from or headcount < room.group_from:
        return None
    first = timezone.localtime(at).date() + timedelta(days=room.group_days)
    if timezone.localtime(starts_at).date() >= first:
        return None
    return Refusal(
        "group_too_late",
        _("Groups of %(n)s or more ask %(days)s days ahead.")
        % {"n": room.group_from, "days": room.group_days},
        _("Please choose a later day, or call the desk: %(phone)s.") % {"phone": room.center.phone},
    )


def _outside_hours(room, starts_at, ends_at):
    day = timezone.localtime(starts_at).date()
    spans = FreeTimes([room], day).open_spans(room, day)
    if any(opens <= starts_at and ends_at <= closes for opens, closes in spans):
        return None
    if not spans:
        return Refusal(
            "closed_that_day",
            _("%(room)s is not open on that day.") % {"room": room},
            _("Please choose another day."),
        )
    words = ", ".join(
        f"{timezone.localtime(a):%H:%M}–{timezone.localtime(b):%H:%M}" for a, b in spans
    )
    return Refusal(
        "outside_hours",
        _("%(room)s is open %(hours)s on that day.") % {"room": room, "hours": words},
        _("Please choose a time within."),
    )


def _too_many(room, starts_at, *, person, besides):
    """Judged by the month of the date, under the lock on the person."""
    if room.per_month is None or person is None:
        return None
    local = timezone.localtime(starts_at)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    had = RoomBooking.objects.alive().filter(
        person=person,
        room__in=Room.objects.filter(floor__center=room.floor.center_id),
        starts_at__gte=first,
        starts_at__lt=following,
    )
    times = had.exclude(pk=besides and besides.pk).aggregate(n=Count("pk"))["n"]
    if times < room.per_month:
        return None
    return Refusal(
        "too_many",
        ngettext(
            "One person can book rooms %(n)s time a month.",
            "One person can book rooms %(n)s times a month.",
            room.per_month,
        )
        % {"n": room.per_month},
        _("Please choose a day in another month, or call the desk: %(phone)s.")
        % {"phone": room.center.phone},
    )


def _span(starts_at, ends_at):
    return f"{moment(starts_at)}–{timezone.localtime(ends_at):%H:%M}"
