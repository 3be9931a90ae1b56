"""Which notices speak of which bookings: the link in a notice says it."""

from django.db.models import CharField, F, Value
from django.db.models.functions import Concat
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
    "bookings/swapped_date": _("Date swapped"),
    "bookings/swapped_person": _("Person swapped"),
    "bookings/waitlisted": _("On the waitlist"),
}


def about(bookings):
    """What was left for people about these bookings; sign-in codes are never among it."""
    links = bookings.order_by().values_list(
        Concat(Value("/bookings/"), F("reference"), Value("/"), output_field=CharField())
    )
    return Notice.objects.filter(link__in=links, is_private=False)


def in_words(notice):
    return notice.subject or str(KINDS.get(notice.kind, notice.kind))
