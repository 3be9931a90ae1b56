from django import template

from partners.day_parts import spoken
from partners.models import Partner

register = template.Library()
register.filter("day_parts", spoken)

SHOWN = 12


@register.simple_tag
def partners_of(center):
    """The first partners of a center, by name."""
    return list(Partner.objects.active().filter(centers=center)[:SHOWN])
