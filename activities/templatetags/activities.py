"""What pages say about activities and their sessions."""

import json

from django import template
from django.core.cache import caches
from django.db.models import Prefetch
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from activities import differences, facts
from activities.availability import of_session
from activities.highlights import marked
from activities.models import Session
from activities.ready_made import ways_in
from activities.rows import row

register = template.Library()
register.filter("place", facts.place)
register.filter("ages", facts.ages)
register.filter("fee", facts.fee)
register.filter("availability", of_session)
register.filter(row)
register.filter("differences", differences.shown)
register.filter("field_name", differences.label_of)

SHOWN_OF_A_PARTNER = 12
REMEMBERED_FOR = 60  # seconds

# What would end the script element, or be read as HTML, is written as JSON's own escapes.
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def marked_title(session):
    """With the words of the search marked, where there was one."""
    return marked(session.activity.title, session.found_by)


@register.simple_tag(takes_context=True)
def ready_made(context):
    """The ways in of whoever reads the list; the center is one where there are several."""
    filters, here = context["filters"], caches["here"]
    is_one = here.get_or_set("several-centers", lambda: filters.several_centers, REMEMBERED_FOR)
    return ways_in(filters, context["user"], context["site"].center if is_one else None)


@register.simple_tag
def sessions_of(partner):
    """The next session of each activity of a partner."""
    sessions = Session.objects.published().filter(activity__partner=partner)
    return list(sessions.next_of_each()[:SHOWN_OF_A_PARTNER])


@register.simple_tag
def activities_for(need):
    """What answers a need, with the dates of each; only what everybody may see."""
    published = need.activities.published().order_by("pk")[:SHOWN_OF_A_PARTNER]
    dates = Session.objects.live().with_room().order_by("starts_at")
    return list(published.prefetch_related(Prefetch("sessions", dates)))


@register.simple_tag
def linked_data(data):
    """schema.org data for programs that read pages; browsers do not run it."""
    text = json.dumps(data, ensure_ascii=False).translate(JSON_ESCAPES)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text),  # noqa: S308 - nothing that means anything in HTML is left
    )
