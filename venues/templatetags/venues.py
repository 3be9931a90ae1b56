"""What pages say about centers."""

from django import template

from venues.models import Center

register = template.Library()


@register.simple_tag
def communities():
    """The names of the communities whose centers are open, each once."""
    names = Center.objects.open_to_public().exclude(community="").order_by("community")
    return list(names.values_list("community", flat=True).distinct())
