"""Told the next morning: once kindly that somebody was missed, and once that booking rests.

Like reminders these are derived and not planned: who is unmarked or excused before the morning
hears nothing, and nothing has to be taken back.
"""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from activities.models import midnight
from bookings import no_shows
from bookings.models import Place
from bookings.telling import audience, facts
from notices.services import leave_all, write

# What was marked longer ago is no news any more.
NEWS_FOR_DAYS = 3
KEPT_FOR = timedelta(days=2)


def tell_due(at=None):
    """Leave what is due and not left yet; done again it leaves nothing twice."""
    at = at or timezone.now()
    fresh = _marked_lately(at)
    people = {place.person for place in fresh}
    missed, notices = defaultdict(list), []
    for counts in no_shows.each_count(people, at=at):
        for place, number, begins_rest in counts:
            if place not in fresh:
                continue
            if begins_rest and no_shows.rest_from(place) > at:
                notices += _write(place, "online_rests", [place.person], at=at)
            elif number == 1 and not place.canceled_late:
                missed[place.booking, place.session].append(place)
    for places in missed.values():
        notices += _write(places[0], "missed", [place.person for place in places], at=at)
    leave_all(notices)


def _marked_lately(at):
    """Places marked on one of the last days, and not today: staff may still set it right."""
    today = timezone.localdate(at)
    since, until = midnight(today, -NEWS_FOR_DAYS), midnight(today)
    return set(
        Place.objects.filter(no_shows.COUNTS, excused_at=None)
        .filter(
            Q(absent_at__gte=since, absent_at__lt=until)
            | Q(canceled_late=True, canceled_at__gte=since, canceled_at__lt=until)
        )
        .select_related("person")
    )


def _write(place, fact, people, *, at):
    """[the notice], or none where nobody can be reached."""
    booking, session = place.booking, place.session
    booking.activity = session.activity
    to, address = audience(booking)
    if to is None and not address:
        return []
    about = f"{session.pk}-{place.person_id}" if fact == "online_rests" else session.pk
    until = no_shows.rest_from(place).isoformat()
    return [
        write(
            f"bookings/{fact}",
            key=f"{fact}-{booking.pk}-{about}",
            to=to,
            address=address,
            context=facts(booking, [session], names=[person.name for person in people])
            | ({"on_again_at": until} if fact == "online_rests" else {}),
            link=f"/bookings/{booking.reference}/",
            expires_at=at + KEPT_FOR,
        )
    ]
