"""One tap in a mail, and it was the last of its kind.

The link says, signed, who has had enough of what; it needs no account. Mail programs that know
RFC 8058 post to it by themselves. Opening it changes nothing, for scanners open every link.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices import kinds
from notices.kinds import Group

# What one can do without, and what a mail of it says in front of its link. All else belongs to
# a booking. What is on in one's work stays in my messages.
CAN_BE_STOPPED = {
    Group.REMINDERS: _("No more reminders before a date:"),
    Group.NEWS: _("No more news of what I follow:"),
    Group.FEEDBACK: _("Do not ask me any more how it was:"),
    Group.WORK: _("No more mails of this; it stays in my messages:"),
}

# Another salt would end every link that is on its way.
_signer = signing.Signer(salt="notices.unsubscribe", sep=".")


def link_in(notice) -> str:
    """The address that ends messages like this one, or nothing where it is needed."""
    group = kinds.of(notice).group
    if group not in CAN_BE_STOPPED or notice.recipient_id is None:
        return ""
    token = _signer.sign(f"{notice.recipient_id}-{group.value}")
    return settings.SITE_URL + reverse("notices:unsubscribe", args=[token])


def label_in(notice) -> str:
    """What the link ends, in the language that is on."""
    return str(CAN_BE_STOPPED[kinds.of(notice).group])


def asked_for(token):
    """(user, what one has had enough of: a group), or None where the link is not ours."""
    try:
        number, _dash, what = _signer.unsign(token).partition("-")
    except signing.BadSignature:
        return None
    user = get_user_model().objects.filter(pk=number, is_active=True).first()
    return user and (user, what)
