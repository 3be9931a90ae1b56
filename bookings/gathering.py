"""One message for a week of lunches: what one submit has left about several dates, put together.

Each booking leaves its own notice with itself, so that none is lost when something breaks in
between. Then those that were not sent yet become one. Whoever is told is told once either way.
"""

from django.db import transaction

from bookings import waitlist
from bookings.models import Booking, Status
from bookings.telling import facts
from notices.models import Notice
from notices.services import leave

GATHERED = ("bookings/applied", "bookings/confirmed", "bookings/waitlisted")


@transaction.atomic
def gather(bookings, *, by, request_key, at):
    """Put the unsent notices about these bookings of `by` into one; with fewer than two, none."""
    by_link = {f"/bookings/{booking.reference}/": booking.pk for booking in bookings}
    unsent = Notice.objects.unsent().filter(
        recipient=by, kind__in=GATHERED, link__in=by_link.keys()
    )
    notices = list(unsent.order_by("pk").select_for_update(skip_locked=True))
    if len(notices) < 2:
        return
    told = [by_link[notice.link] for notice in notices]
    found = Booking.objects.select_related("activity__center", "session__taking__room__floor")
    found = list(found.filter(pk__in=told).order_by("session__starts_at", "pk"))
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()
    first = found[0]
    leave(
        "bookings/several",
        key=f"request-{by.pk}-{request_key}-{at.isoformat()}",
        to=by,
        context={
            "title": first.activity.title,
            "dates": [_date(booking) for booking in found],
            "references": [booking.reference for booking in found],
            "center": first.activity.center.name,
            "phone": first.activity.center.phone,
        },
        link="/bookings/",
    )


def _date(booking):
    said = facts(booking)
    return {
        name: said[name] for name in ("starts_at", "ends_at", "place", "names", "reference")
    } | {
        "is_booked": booking.status == Status.CONFIRMED,
        "is_applied": booking.status == Status.APPLIED,
        "position": waitlist.position(booking),
    }
