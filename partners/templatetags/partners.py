from django import template
from django.core.cache import caches

from accounts.phones import masked
from partners import story
from partners.day_parts import spoken
from partners.members import link_to
from partners.models import Partner, Survey

register = template.Library()
register.filter("day_parts", spoken)

SHOWN = 12
REMEMBERED_FOR = 60  # seconds


@register.simple_tag
def partners_of(center):
    """The first partners of a center, by name."""
    return list(Partner.objects.active().filter(centers=center)[:SHOWN])


@register.simple_tag
def open_survey(center=None):
    """The survey that ends first of those that are open, as (id, title); of all centers for None.

    Pages that everybody opens ask for it, so it is remembered for a moment.
    """
    key = f"open-survey-{center.pk if center else ''}"
    return caches["here"].get_or_set(key, lambda: _open_survey(center), REMEMBERED_FOR)


def _open_survey(center):
    """() where nothing is asked."""
    found = Survey.objects.public().open().order_by("closes_at", "pk")
    if center:
        found = found.filter(center=center)
    return found.values_list("pk", "title").first() or ()


@register.filter
def as_story(text):
    return story.shown(text)


@register.simple_tag
def way_of(invitation):
    return link_to(invitation)


@register.filter
def half_hidden(invitation):
    """To whoever holds the link: enough to see whether it was meant for them."""
    if invitation.phone:
        return masked(invitation.phone)
    name, _at, host = invitation.email.partition("@")
    return f"{name[0]}***{name[-1]}@{host}"
