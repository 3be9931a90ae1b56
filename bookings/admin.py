"""Django looks for lists here; each subject has a file of its own."""

from bookings import (
    booking_admin,
    closing_admin,
    draw_admin,
    notice_admin,
    people_admin,
    room_admin,
    room_wait_admin,
    rules_admin,
    series_admin,
    session_admin,
    slot_admin,
)

__all__ = [
    "booking_admin",
    "closing_admin",
    "draw_admin",
    "notice_admin",
    "people_admin",
    "room_admin",
    "room_wait_admin",
    "rules_admin",
    "series_admin",
    "session_admin",
    "slot_admin",
]
