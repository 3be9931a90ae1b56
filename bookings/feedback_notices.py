"""Asked the next morning, once: how was it?

As with reminders, what is due follows from the places as they are. Of a course people are asked
after its last date; of what somebody does often, once a month. Who has no account is not asked,
for they could not stop it.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from activities.models import Session, midnight
from bookings import feedback
from bookings.models import Feedback, Place
from bookings.telling import audience, facts
from notices import quiet
from notices.models import Notice, Preference
from notices.services import leave_all, write

# What ended longer ago, because nothing ran, is not asked about any more.
STILL_FRESH_DAYS = 3


def tell_due(at=None) -> int:
    """Ask everybody who is to be asked and has not been; returns how many."""
    at = at or timezone.now()
    deaf = set(Preference.objects.filter(feedback=False).values_list("user", flat=True))
    due: dict[str, Notice] = {}
    for places in _by_booking(_over(at)):
        to, _address = audience(places[0].booking)
        if to and to.is_active and to.pk not in deaf:
            notice = _notice(places, to, at)
            due.setdefault(notice.key, notice)
    told = set(Notice.objects.filter(key__in=due).values_list("key", flat=True))
    notices = [notice for key, notice in due.items() if key not in told]
    leave_all(notices)
    return len(notices)


def _over(at):
    """Places of people who came to what ended on one of the last days, and have said nothing."""
    today = timezone.localdate(at)
    ended = {
        "session__ends_at__gte": midnight(today, -STILL_FRESH_DAYS),
        "session__ends_at__lt": midnight(today),
    }
    later = Session.objects.live().filter(
        activity=OuterRef("session__activity"), starts_at__gt=OuterRef("session__starts_at")
    )
    said = Feedback.objects.filter(session=OuterRef("session"), person=OuterRef("person"))
    return (
        feedback.came(Place.objects.filter(**ended))
        .filter(Q(booking__session__isnull=False) | ~Exists(later), ~Exists(said))
        .select_related(
            "person",
            "booking__booked_by",
            "booking__asked_by",
            "session__activity__center",
            "session__taking__room__floor",
        )
        .order_by("-session__ends_at", "booking", "pk")
    )


def _by_booking(places):
    """Lists of places of one booking in one session."""
    found = {}
    for place in places:
        found.setdefault((place.booking_id, place.session_id), []).append(place)
    return found.values()


def _notice(places, to, at):
    booking, session = places[0].booking, places[0].session
    booking.activity = session.activity
    month = timezone.localdate(session.ends_at)
    return write(
        "bookings/feedback",
        key=f"feedback-{session.activity_id}-{to.pk}-{month:%Y-%m}",
        to=to,
        context=facts(booking, [session], names=[place.person.name for place in places]),
        link=feedback.link_to(booking, session),
        send_after=quiet.awake(at),
        expires_at=session.ends_at + timedelta(days=STILL_FRESH_DAYS + 1),
    )
