"""The link of an offer: it answers this one offer, and needs no account."""

from django.core import signing

from bookings.models import Booking

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
    related = ("activity__center", "session__taking__room__floor", "booked_by")
    pk = named.partition("-")[0]
    booking = Booking.objects.select_related(*related).filter(pk=pk).first()
    return booking and (booking, _named(booking) == named)


def _named(booking):
    """The booking and the moment at which its offer lapses, so that a newer offer differs."""
    deadline = booking.offer_expires_at
    return f"{booking.pk}-{int(deadline.timestamp() * 1_000_000) if deadline else ''}"
