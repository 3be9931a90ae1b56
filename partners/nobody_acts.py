"""A partner whose last member has left is noticed: the staff of its centers are told, once."""

from django.db.models import Max
from django.db.models.functions import Greatest

from partners import telling
from partners.models import Partner


def tell_due() -> int:
    """Once for each time that it happens: the key says when the last membership began or ended."""
    moments = Greatest("members__created_at", "members__ended_at")
    alone = Partner.objects.without_members().annotate(last_at=Max(moments))
    for partner in alone.prefetch_related("centers"):
        since = partner.last_at or partner.created_at
        telling.tell(
            telling.staff_at(*partner.centers.all()),
            "nobody_acts",
            key=f"partner-{partner.pk}-nobody-{since.isoformat()}",
            context={"partner": partner.name},
            link=f"/admin/partners/partner/{partner.pk}/change/",
        )
    return len(alone)
