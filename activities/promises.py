"""What partners promised in their agreements, and what has come of it."""

from datetime import date

from django.db.models import Count, DateField, F, FloatField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Extract
from django.utils import timezone

from activities.models import Session


def with_progress(agreements, at=None):
    """With `sessions_held`, `room_hours` and `people_booked`, all up to that moment."""
    held = (
        Session.objects.live()
        .filter(
            ends_at__lte=at or timezone.now(),
            activity__partner=OuterRef("partner"),
            activity__center=OuterRef("center"),
            starts_at__date__gte=OuterRef("starts_on"),
            starts_at__date__lte=Coalesce(
                OuterRef("ends_on"), Value(date.max), output_field=DateField()
            ),
        )
        .order_by()
        .values("activity__partner")
    )
    seconds = Sum(
        Extract(F("ends_at") - F("starts_at"), "epoch"),
        filter=Q(taking__isnull=False),
        output_field=FloatField(),
    )
    return agreements.annotate(
        sessions_held=_total(held, Count("pk")),
        people_booked=_total(held, Sum("places_taken")),
        room_hours=_total(held, seconds / 3600),
    )


def _total(sessions, aggregate):
    return Coalesce(
        Subquery(sessions.annotate(total=aggregate).values("total")),
        0,
        output_field=FloatField(),
    )
