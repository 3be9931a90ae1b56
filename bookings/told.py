"""Which notices speak of which bookings: the link in a notice says it."""

from django.db.models import CharField, Exists, F, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Concat, StrIndex
from django.utils.translation import gettext_lazy as _

from notices.models import Notice

# A notice gets its words when it is sent; until then its kind says what it is about.
KINDS = {
    "bookings/applied": _("Waiting for the draw"),
    "bookings/called_off": _("Called off"),
    "bookings/canceled": _("Canceled"),
    "bookings/changed": _("New time or room"),
    "bookings/confirmed": _("Booked"),
    "bookings/drawn": _("Drawn"),
    "bookings/lapsed": _("Lapsed"),
    "bookings/new_leader": _("Another leader"),
    "bookings/missed": _("Missed"),
    "bookings/merged": _("Two dates became one"),
    "bookings/moved_up": _("Moved up from the waitlist"),
    "bookings/not_drawn": _("Not drawn"),
    "bookings/offered": _("A place is held"),
    "bookings/online_rests": _("Online booking rests"),
    "bookings/reminder": _("Reminder"),
    "bookings/several": _("Several dates"),
    "bookings/swapped_date": _("Date swapped"),
    "bookings/swapped_person": _("Person swapped"),
    "bookings/waitlisted": _("On the waitlist"),
}


def about(bookings):
    """What was left for people about these bookings; sign-in codes are never among it."""
    links = bookings.order_by().values_list(
        Concat(Value("/bookings/"), F("reference"), Value("/"), output_field=CharField())
    )
    # What speaks of several bookings leads to none of them, and names them all.
    its_own = bookings.order_by().filter(booked_by=OuterRef("recipient"))
    named = its_own.alias(at=StrIndex(Cast(OuterRef("context"), TextField()), F("reference")))
    of_several = Q(kind="bookings/several") & Exists(named.filter(at__gt=0))
    return Notice.objects.filter(Q(link__in=links) | of_several, is_private=False)


def in_words(notice):
    return notice.subject or str(KINDS.get(notice.kind, notice.kind))
