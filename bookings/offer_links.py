"""The link of an offer: it answers this one offer, and needs no account."""

from django.core import signing
from django.db.models import Prefetch

from bookings.models import Booking, Place

# Another salt would end every link that is on its way.
_signer = signing.Signer(salt="bookings.offer", sep=".")


def link_to(booking):
    """The address at which the offer that is made to this booking now can be answered."""
    return f"/offers/{_signer.sign(_named(booking))}/"


def booking_of(token):
    """(booking, whether the offer is the one of the link), or None where the link is not ours."""
    try:
        named = _signer.unsign(token)
    except signing.BadSignature:
        return None
    bookings = Booking.objects.with_activity().select_related("session", "booked_by")
    places = Prefetch("places", Place.objects.with_session())
    booking = bookings.prefetch_related(places).filter(pk=named.partition("-")[0]).first()
    return booking and (booking, _named(booking) == named)


def _named(booking):
    """The booking and the moment at which its offer lapses, so that a newer offer differs."""
    deadline = booking.offer_expires_at
    return f"{booking.pk}-{int(deadline.timestamp() * 1_000_000) if deadline else ''}"
