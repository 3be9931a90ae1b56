"""What stands in the way of requests for rooms, as the staff see it before they decide."""

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import RoomBooking
from bookings.rules import moment
from venues.free_times import FreeTimes
from venues.models import Taking


def clashes_of(bookings):
    """{id of the booking: what it would meet if it were accepted, in words}.

    That is what takes the room or a part of it then, and other requests that hold nothing yet.
    A few statements, however many bookings.
    """
    if not bookings:
        return {}
    others = _open_requests(bookings)
    rooms = {each.room for each in [*bookings, *others]}
    days = [timezone.localdate(moment) for each in bookings for moment in _span(each)]
    known = FreeTimes(rooms, min(days), max(days))
    met = {each.pk: _uses_met(each, known) for each in bookings}
    labels = Taking.objects.in_bulk({use.taking for uses in met.values() for use in uses})
    return {
        each.pk: [_taken(labels[use.taking]) for use in met[each.pk]]
        + [_wanted(other) for other in others if _meet(each, other, known)]
        for each in bookings
    }


def _open_requests(bookings):
    """Requests that hold no room, at any time that one of these is about."""
    return list(
        RoomBooking.objects.requested()
        .filter(
            taking=None,
            starts_at__lt=max(_span(each)[1] for each in bookings),
            ends_at__gt=min(_span(each)[0] for each in bookings),
            room__floor__center__in={each.room.center for each in bookings},
        )
        .select_related("room__floor__center")
    )


def _uses_met(booking, known):
    starts_at, ends_at = _span(booking)
    return [
        use
        for use in known.uses(booking.room)
        if use.taking != booking.taking_id and use.starts_at < ends_at and starts_at < use.ends_at
    ]


def _meet(booking, other, known):
    (a, b), (c, d) = _span(booking), _span(other)
    return other != booking and a < d and c < b and known.share(booking.room, other.room)


def _span(booking):
    return booking.room.with_buffers(booking.starts_at, booking.ends_at)


def _taken(taking):
    return _("%(label)s, %(when)s") % {"label": taking, "when": _clock(taking)}


def _wanted(booking):
    return _("also asked for: %(purpose)s, %(when)s") % {
        "purpose": booking.purpose,
        "when": _clock(booking),
    }


def _clock(span):
    return f"{moment(span.starts_at)}–{timezone.localtime(span.ends_at):%H:%M}"
