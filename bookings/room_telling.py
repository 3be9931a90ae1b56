"""What a room booking says to whom: every change of one leaves one notice."""

from accounts.models import Role, User
from bookings.models import BY_STAFF
from notices.services import leave


def tell_of_room(booking, fact, *, at, **more):
    """Leave the notice `bookings/<fact>` for whoever booked the room, or whom it was booked for."""
    to, address = _audience(booking)
    if to is None and not address:
        return  # Reached by nothing but the desk itself.
    room, center = booking.room, booking.room.floor.center
    leave(
        f"bookings/{fact}",
        key=f"room-{booking.pk}-{fact}-{at.isoformat()}",
        to=to,
        address=address,
        context={
            "room": room.name,
            "floor": room.floor.level,
            "purpose": booking.purpose,
            "starts_at": booking.starts_at.isoformat(),
            "ends_at": booking.ends_at.isoformat(),
            "headcount": booking.headcount,
            "reference": booking.spoken_reference,
            "center": center.name,
            "phone": center.phone,
        }
        | more,
        link=f"/rooms/bookings/{booking.reference}/",
    )


def tell_of_series(series, fact, dates, *, missed=(), at, **more):
    """Leave the one notice `bookings/<fact>` about all these dates of a series."""
    to, address = _audience(series)
    if to is None and not address:
        return
    room, center = series.room, series.room.floor.center
    leave(
        f"bookings/{fact}",
        key=f"series-{series.pk}-{fact}-{at.isoformat()}",
        to=to,
        address=address,
        context={
            "room": room.name,
            "floor": room.floor.level,
            "purpose": series.purpose,
            "dates": [_span(each) for each in dates],
            "missed": [_span(each) | {"reason": each.reason} for each in missed],
            "reference": series.spoken_reference,
            "center": center.name,
            "phone": center.phone,
        }
        | more,
        link=f"/rooms/series/{series.reference}/",
    )


def _span(each):
    return {"starts_at": each.starts_at.isoformat(), "ends_at": each.ends_at.isoformat()}


def _audience(booking):
    """(user, address) to tell: whoever booked, or whoever the desk booked for."""
    if booking.channel not in BY_STAFF or booking.person is None:
        return booking.booked_by, ""
    carers = User.objects.filter(
        is_active=True, cares__person=booking.person, cares__ended_at=None
    ).order_by("cares__role", "pk")
    own = carers.filter(cares__role=Role.SELF).first()
    carer = own or carers.first()
    return carer, "" if carer else booking.person.phone
