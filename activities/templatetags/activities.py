"""What pages say about activities and their sessions."""

import json

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from activities.availability import of_session

register = template.Library()

# What would end the script element, or be read as HTML, is written as JSON's own escapes.
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def availability(session):
    return of_session(session)


@register.filter
def place(session):
    """4 楼 书画室, or wherever it is outside the center."""
    if not session.taking_id or not session.taking.room_id:
        return session.outside_place or _("Somewhere in the center")
    room = session.taking.room
    words = {"level": room.floor.level, "room": room.name}
    return _("Floor %(level)s %(room)s") % words


@register.filter
def ages(activity):
    lowest, highest = activity.min_age, activity.max_age
    if lowest and highest:
        return _("Ages %(lowest)s–%(highest)s") % {"lowest": lowest, "highest": highest}
    if lowest:
        return _("From %(age)s years") % {"age": lowest}
    if highest:
        return _("Up to %(age)s years") % {"age": highest}
    return _("For everybody")


@register.filter
def fee(activity):
    """In the center's own words, else the amount; free is the rule."""
    if activity.fee_text:
        return activity.fee_text
    if not activity.fee_amount:
        return _("Free of charge")
    return f"¥{activity.fee_amount.normalize():f}"


@register.simple_tag
def linked_data(data):
    """schema.org data for programs that read pages; browsers do not run it."""
    text = json.dumps(data, ensure_ascii=False).translate(JSON_ESCAPES)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text),  # noqa: S308 - nothing that means anything in HTML is left
    )
