"""Who takes part in what, by noun."""

from bookings.models.answers import Reading, SensitiveAnswer
from bookings.models.bookings import (
    BY_STAFF,
    HOLDS_A_PLACE,
    IS_ALIVE,
    Booking,
    BookingChannel,
    HowCheckedIn,
    Place,
    Status,
    new_reference,
    places_seen_by,
)
from bookings.models.calendar_feeds import CalendarFeed
from bookings.models.draws import Draw
from bookings.models.feedback import Feedback
from bookings.models.follows import Follow
from bookings.models.imports import RoomImport
from bookings.models.limits import Limit, Period
from bookings.models.lines import LineFact, LineNote
from bookings.models.room_waits import RoomWait
from bookings.models.rooms import (
    ROOM_IS_ASKED_FOR,
    RoomBooking,
    RoomBookingStatus,
    WantedEquipment,
)
from bookings.models.series import MissedDate, RoomSeries

__all__ = [
    "BY_STAFF",
    "HOLDS_A_PLACE",
    "IS_ALIVE",
    "ROOM_IS_ASKED_FOR",
    "Booking",
    "BookingChannel",
    "CalendarFeed",
    "Draw",
    "Feedback",
    "Follow",
    "HowCheckedIn",
    "Limit",
    "LineFact",
    "LineNote",
    "MissedDate",
    "Period",
    "Place",
    "Reading",
    "RoomBooking",
    "RoomBookingStatus",
    "RoomImport",
    "RoomSeries",
    "RoomWait",
    "SensitiveAnswer",
    "Status",
    "WantedEquipment",
    "new_reference",
    "places_seen_by",
]
