"""From the drawn order to places, numbers in line, and one notice for everybody."""

from contextlib import contextmanager

from django.db.models import Prefetch

from activities.models import Session
from bookings import lots, waitlist
from bookings.locked import needs_of
from bookings.models import Booking, Place, Status
from bookings.telling import notices_of
from notices.services import leave_all


def give(draw, locked, at):
    """Serve the applications in drawn order, like a line, and say what became of each."""
    order = lots.in_drawn_order(draw.seed, draw.entries)
    applications = _by_reference(draw)
    needs = needs_of(list(applications.values()), locked)
    drawn = [
        applications[reference]
        for reference in order
        if reference in applications and needs[applications[reference].pk]
    ]
    places = places_to_give(locked)
    waitlist.line_up(drawn, locked, needs)
    with _as_published(locked.activity, draw):
        waitlist.serve_drawn(locked, at=at)
    states = dict(Booking.objects.filter(pk__in=[b.pk for b in drawn]).values_list("pk", "status"))
    losers = [each for each in drawn if states[each.pk] == Status.WAITING]
    if not draw.terms["has_waitlist"]:
        _send_home(losers, locked, needs, at)
    _tell_all(draw, locked, drawn, losers, needs)
    became = {each.reference: lots.PLACED for each in drawn}
    became |= {
        each.reference: lots.WAITING if draw.terms["has_waitlist"] else lots.NOT_DRAWN
        for each in losers
    }
    return {
        "places": places,
        "changed": _changed(draw, applications, needs, places),
        "order": [[reference, became.get(reference, lots.WITHDRAWN)] for reference in order],
    }


@contextmanager
def _as_published(activity, draw):
    """With the rule that stood on the page at closing, whatever staff have changed since."""
    rule, activity.smaller_may_pass = activity.smaller_may_pass, draw.terms["smaller_may_pass"]
    yield
    activity.smaller_may_pass = rule


def _by_reference(draw):
    """Whoever is still in for it, with all that a notice says."""
    people = Prefetch("places", Place.objects.filter(canceled_at=None).select_related("person"))
    alive = applications_of(draw).select_related("booked_by", "asked_by").prefetch_related(people)
    return {booking.reference: booking for booking in alive}


def _changed(draw, applications, needs, places):
    """{reference: {session: people}} of whoever no longer wants what stands in the list."""
    changed = {}
    for reference, people, _lots in draw.entries:
        booking = applications.get(reference)
        wanted = needs[booking.pk] if booking else {}
        wanted = {str(session): n for session, n in wanted.items()}
        if wanted != dict.fromkeys(places, people):
            changed[reference] = wanted
    return changed


def _send_home(losers, locked, needs, at):
    """Without a waitlist it ends here; their places hold nobody back from something else."""
    for booking in losers:
        if booking.session_id:
            locked.move(needs[booking.pk], "places_waiting", -1)
    Place.objects.filter(booking__in=losers, canceled_at=None).update(canceled_at=at)
    Booking.objects.filter(pk__in=[each.pk for each in losers]).update(
        status=Status.NOT_DRAWN, queue_no=None
    )


def _tell_all(draw, locked, drawn, losers, needs):
    """Everybody once, under a key that is the same however often this is tried."""
    coming = list(
        Session.objects.filter(pk__in=locked.by_id).with_room().order_by("starts_at", "pk")
    )
    numbers = {each.pk: number for number, each in enumerate(losers, 1)}
    notices = []
    for booking in drawn:
        booking.activity = locked.activity
        has_place = booking.pk not in numbers
        more = {} if has_place else {"number": _number(draw, numbers[booking.pk])}
        notices += notices_of(
            booking,
            "drawn" if has_place else "not_drawn",
            key_at=draw.number_at,
            sessions=[each for each in coming if each.pk in needs[booking.pk]],
            names=list(dict.fromkeys(place.person.name for place in booking.places.all())),
            **more,
        )
    leave_all(notices)


def _number(draw, number):
    return number if draw.terms["has_waitlist"] else None


def applications_of(draw):
    return Booking.objects.filter(
        activity=draw.activity_id, session=draw.session_id, status=Status.APPLIED
    )


def places_to_give(locked):
    """{session: places that can be given}, as JSON keeps it."""
    return {str(each.pk): each.places_free for each in locked if each.canceled_at is None}
