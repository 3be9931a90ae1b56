"""What a booking says to whom: every change of a booking leaves one notice."""

from accounts.models import Role, User
from activities.facts import place
from bookings.models import BookingChannel
from notices.services import leave_all, write


def tell(booking, fact, *, at, key_at=None, sessions=None, expires_at=None, link="", **more):
    """Leave the notice `bookings/<fact>` for whoever made the booking, or whom it was made for.

    After `expires_at` it is no news any more, and is not sent. `link` leads somewhere else than
    to the page of the booking.
    """
    words = {"sessions": sessions, "expires_at": expires_at, "link": link, **more}
    leave_all(notices_of(booking, fact, key_at=key_at or at, **words))


def notices_of(booking, fact, *, key_at, sessions=None, expires_at=None, link="", **more):
    """[the notice], to be left; [] where nothing but the desk itself reaches them."""
    to, address = audience(booking)
    if to is None and not address:
        return []
    notice = write(
        f"bookings/{fact}",
        key=f"booking-{booking.pk}-{fact}-{key_at.isoformat()}",
        to=to,
        address=address,
        context=facts(booking, sessions, names=more.pop("names", None)) | more,
        link=link or f"/bookings/{booking.reference}/",
        expires_at=expires_at,
    )
    return [notice]


def audience(booking):
    """(user, address) to tell: the carer who booked, or whoever the desk booked for."""
    if booking.channel == BookingChannel.WEB:
        return booking.booked_by, ""
    person = booking.asked_by or booking.places.order_by("pk").first().person
    carers = User.objects.filter(
        is_active=True, cares__person=person, cares__ended_at=None
    ).order_by("cares__role", "pk")
    carer = carers.filter(cares__role=Role.SELF, cares__person=person).first() or carers.first()
    return carer, "" if carer else person.phone


def facts(booking, sessions=None, names=None):
    """What a message may say about a booking, as plain JSON.

    `sessions` and `names` are what it is about, where that is not the whole booking.
    """
    activity = booking.activity
    sessions = sessions or sessions_of(booking)
    first = sessions[0]
    return {
        "title": activity.title,
        "starts_at": first.starts_at.isoformat(),
        "ends_at": first.ends_at.isoformat(),
        "place": place(first),
        "sessions": len(sessions),
        "names": names or names_in(booking),
        "reference": booking.spoken_reference,
        "center": activity.center.name,
        "phone": activity.center.phone,
    }


def sessions_of(booking):
    if booking.session:
        return [booking.session]
    return list(
        booking.activity.sessions.with_room()
        .filter(places__booking=booking)
        .distinct()
        .order_by("starts_at", "pk")
    )


def names_in(booking):
    """Whoever is in it; of a booking that ended, whoever was."""
    places = list(booking.places.select_related("person").order_by("pk"))
    counting = [place for place in places if place.canceled_at is None] or places
    return list({place.person_id: place.person.name for place in counting}.values())
