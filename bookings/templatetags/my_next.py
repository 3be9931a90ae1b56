from django import template
from django.utils import timezone

from bookings.models import Place, Status
from bookings.summaries import in_a_row

register = template.Library()

LOOKED_AT = 20


@register.inclusion_tag("bookings/_my_next.html", takes_context=True)
def my_next(context):
    """What comes next for the user's people; a place that waits for an answer goes first."""
    user = context["request"].user
    now = timezone.now()
    coming = Place.objects.held().visible_to(user).with_session()
    coming = coming.filter(session__ends_at__gt=now, session__canceled_at=None)
    coming = coming.select_related("booking", "session__activity__category").distinct()
    places = [place for place in coming[:LOOKED_AT] if not _has_lapsed(place.booking, now)]
    if not places:
        return {"place": None, "site": context.get("site")}
    place = min(places, key=lambda place: place.booking.status != Status.OFFERED)
    together = [p for p in places if p.booking_id == place.booking_id]
    names = in_a_row(p.person for p in together if p.session_id == place.session_id)
    return {"place": place, "session": place.session, "names": names}


def _has_lapsed(booking, now):
    return booking.status == Status.OFFERED and booking.offer_expires_at <= now
