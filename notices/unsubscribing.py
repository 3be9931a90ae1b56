"""One tap in a mail, and it was the last of its kind.

The link says, signed, who has had enough of what; it needs no account. Mail programs that know
RFC 8058 post to it by themselves. Opening it changes nothing, for scanners open every link.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse

# What one can do without, and by which field of a Preference. All else belongs to a booking.
CAN_BE_STOPPED = {
    "bookings/reminder": "reminders",
    "bookings/feedback": "feedback",
    "bookings/opened": "news",
    "bookings/new_offer": "news",
}

# Another salt would end every link that is on its way.
_signer = signing.Signer(salt="notices.unsubscribe", sep=".")


def link_in(notice) -> str:
    """The address that ends messages like this one, or nothing where it is needed."""
    what = CAN_BE_STOPPED.get(notice.kind)
    if not what or notice.recipient_id is None:
        return ""
    token = _signer.sign(f"{notice.recipient_id}-{what}")
    return settings.SITE_URL + reverse("notices:unsubscribe", args=[token])


def asked_for(token):
    """(user, field of the Preference), or None where the link is not ours."""
    try:
        number, _dash, what = _signer.unsign(token).partition("-")
    except signing.BadSignature:
        return None
    user = get_user_model().objects.filter(pk=number, is_active=True).first()
    return user and (user, what)
