"""What staff write on a session that takes no place from anybody."""

from django.utils import timezone

from bookings.locked import locked_sessions
from bookings.waitlist import settle

DETAILS = ("topic", "booking_opens_at", "booking_closes_at")


def write(session, *, at=None, **details):
    """Change topic or booking window; a longer one serves whoever waits."""
    at = at or timezone.now()
    with locked_sessions(session.activity, session, at=at) as locked:
        row = locked.by_id[session.pk]
        for name, value in details.items():
            setattr(row, name, value)
        row.save(update_fields=list(details))
        settle(locked, at=at)
