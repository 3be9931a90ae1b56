"""Which notices speak of which bookings: the link in a notice says it."""

from django.db.models import CharField, F, Value
from django.db.models.functions import Concat

from notices.models import Notice


def about(bookings):
    """What was left for people about these bookings; sign-in codes are never among it."""
    links = bookings.order_by().values_list(
        Concat(Value("/bookings/"), F("reference"), Value("/"), output_field=CharField())
    )
    return Notice.objects.filter(link__in=links, is_private=False)
