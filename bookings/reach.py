"""Which way a booking's people are told, and whom only a call reaches."""

from dataclasses import dataclass

from django.conf import settings

from accounts.phones import masked, spoken
from bookings.models import Booking, Place
from bookings.telling import audience, names_in
from notices import channels
from notices.models import Channel, Notice

# What comes to somebody, wherever they are; my messages wait until they look.
COMES_BY_ITSELF = (Channel.EMAIL, Channel.SMS)


@dataclass(frozen=True)
class Reach:
    """How the people of one booking hear of something, and whom to call if they do not."""

    booking: Booking
    names: list[str]
    way: str  # a Channel, or "" where nothing reaches them
    caller: str  # whom to ask for on the phone
    phone: str

    @property
    def is_sure(self):
        return self.way in COMES_BY_ITSELF

    @property
    def masked_phone(self):
        return masked(self.phone)

    @property
    def spoken_phone(self):
        return spoken(self.phone)

    @property
    def way_in_words(self):
        return Channel(self.way).label if self.way else ""


def of(booking):
    user, address = audience(booking)
    person = booking.asked_by or _first_person(booking)
    return Reach(
        booking=booking,
        names=names_in(booking),
        way=_way(user, address),
        caller=(user.name if user and user.name else "") or person.name,
        phone=(user.phone if user and user.phone else "") or person.phone,
    )


def to_call(bookings):
    """Whom nothing but a call, or a look into my messages, would reach."""
    return [each for each in map(of, bookings) if not each.is_sure]


def concerned(session):
    """Bookings in a session as it is, or as it was when it was called off."""
    counting = Place.objects.filter(session=session, canceled_at=session.canceled_at)
    bookings = Booking.objects.filter(pk__in=counting.values("booking"))
    if session.canceled_at is None:
        bookings = bookings.alive()
    return bookings.select_related(
        "booked_by__preference", "asked_by", "activity__center"
    ).order_by("pk")


def _way(user, address):
    if user is None and not address:
        return ""
    channel, _address = channels.way_to(Notice(recipient=user, address=address))
    return "" if channel == Channel.SMS and not settings.SMS_BACKEND else str(channel)


def _first_person(booking):
    return booking.places.order_by("canceled_at", "pk").select_related("person")[0].person
