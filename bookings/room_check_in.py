"""Saying that one is here: by the code on a room booking, or by the poster on the room's door."""

from django.core import signing

from bookings.models import RoomBooking
from bookings.rooms import CHECK_IN_BEGINS

# What stands in the codes. The number that is said on the phone opens no page.
_bookings = signing.Signer(salt="bookings.room-check-in", sep=".")
_posters = signing.Signer(salt="bookings.room-poster", sep=".")


def token_of(booking):
    """What the code of a room booking names."""
    return _bookings.sign(booking.pk)


def poster_token(room):
    """What the code on the poster of a room names, for all bookings of it."""
    return _posters.sign(room.pk)


def booking_of(token):
    """The id of a room booking. Raises BadSignature."""
    return _bookings.unsign(token)


def room_of(token):
    """The id of a room. Raises BadSignature."""
    return _posters.unsign(token)


def at_the_door(room, user, at):
    """Bookings of this user that the door of the room is about now: these, else the next one."""
    mine = RoomBooking.objects.changed_by(user).confirmed().filter(room=room, ends_at__gt=at)
    coming = list(mine.with_room().distinct().order_by("starts_at", "pk")[:5])
    here = [booking for booking in coming if booking.starts_at - CHECK_IN_BEGINS <= at]
    return here or coming[:1]
