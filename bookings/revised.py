"""A change by a partner accepted, and whoever has booked told where it concerns them."""

from django.db import transaction
from django.utils import timezone

from activities import revisions
from bookings.changes import alive_in
from bookings.telling import tell

# What people have decided by; other words they read on the page.
CONCERNS_THEM = {"min_age", "max_age", "fee_text"}


@transaction.atomic
def accept(revision, *, by, note="", seen=None, at=None):
    """Make the new words public; partner and, where ages or fee change, whoever has booked are told.

    Raises PostingRefused.
    """
    at = at or timezone.now()
    changes = revisions.accept(revision, by=by, note=note, seen=seen, at=at)
    concerning = [each for each in changes if each["field"] in CONCERNS_THEM]
    if concerning:
        coming = revision.activity.sessions.live().coming(at)
        for booking in alive_in(coming):
            tell(booking, "revised", at=at, changes=concerning)
