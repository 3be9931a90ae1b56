"""Who was not drawn lately: lots for the next time."""

from collections import defaultdict
from datetime import timedelta

from bookings import lots
from bookings.models import Booking, Draw, Place, Status

COUNTS_FOR = timedelta(days=365)
LOTS_AT_MOST = 3


def lots_of(applications, draw, at):
    """{booking id: lots}: one, and one more for each earlier draw that its people have lost.

    Only draws of the same category at the same center count: there the same things are
    scarce, and nobody applies for what they do not want in order to collect lots. Whoever got
    in from the waitlist, or was offered a place, has not lost.
    """
    people = defaultdict(set)
    places = Place.objects.filter(booking__in=applications, canceled_at=None)
    for booking, person in places.values_list("booking", "person"):
        people[booking].add(person)
    lost = _lost(set().union(*people.values()), draw, at)
    return {
        booking: min(1 + len(set().union(*(lost[each] for each in party))), LOTS_AT_MOST)
        for booking, party in people.items()
    }


def _lost(people, draw, at):
    """{person: draws that they have lost}"""
    earlier = Draw.objects.filter(
        activity__center=draw.activity.center_id,
        activity__category=draw.activity.category_id,
        drawn_at__gt=at - COUNTS_FOR,
        drawn_at__lte=at,
    )
    draw_of = {
        reference: each.pk
        for each in earlier.only("result")
        for reference, outcome in each.result["order"]
        if outcome in (lots.WAITING, lots.NOT_DRAWN)
    }
    bookings = Booking.objects.filter(reference__in=draw_of, confirmed_at=None).exclude(
        status__in=[Status.OFFERED, Status.LAPSED]
    )
    places = Place.objects.filter(booking__in=bookings, person__in=people)
    lost = defaultdict(set)
    for person, reference in places.values_list("person", "booking__reference").distinct():
        lost[person].add(draw_of[reference])
    return lost
