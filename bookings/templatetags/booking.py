"""What the pages of activities say about booking."""

from django import template
from django.urls import reverse
from django.utils import timezone

from bookings import (
    check_in,
    day_sheet,
    feedback,
    ledger,
    line_words,
    matching,
    partner_needs_page,
    room_check_in,
    waitlist,
)
from bookings.models import Follow
from bookings.panel import Panel

register = template.Library()

NEEDS_ON_A_DESK = 5


@register.inclusion_tag("bookings/_panel.html", takes_context=True)
def booking_panel(context, activity, sessions=None):
    """Places, the button that books, or why there is none.

    `sessions` are the activity's coming ones where the page has them already, with their rooms.
    Dates named in the address (`?session=`) are ticked.
    """
    request = context["request"]
    if sessions is None:
        sessions = list(activity.sessions.not_over().with_room())
    at = timezone.now()
    sessions = waitlist.as_they_are(sessions, activity, at=at)
    panel = Panel(activity, sessions, request.user, chosen=request.GET.getlist("session"), at=at)
    return {"panel": panel, "activity": activity}


@register.simple_tag
def average_of(activity):
    """What those who came say, as a number only."""
    return feedback.average_of(activity)


@register.simple_tag
def ledgers_of(agreements):
    """What has come about of each."""
    return ledger.of_agreements(agreements)


@register.simple_tag
def questions_to(partner):
    """What the centers ask this partner."""
    return partner_needs_page.questions_to(partner)


@register.simple_tag
def needs_that_fit(partner):
    """The first few of what residents ask for, those that fit this partner first."""
    return matching.needs_for(partner, partner_needs_page.open_to(partner))[:NEEDS_ON_A_DESK]


@register.simple_tag
def feedback_link(summary):
    """Where one says how it was; "" before the end, after two weeks, and for who was not there."""
    return feedback.link_from(summary.booking, summary.places, summary.at)


@register.simple_tag(takes_context=True)
def check_in_address(context, booking):
    """What the code of a booking opens: for staff the page to check in."""
    path = reverse("rosters:check_in", args=[check_in.token_of(booking)])
    return context["request"].build_absolute_uri(path)


@register.simple_tag(takes_context=True)
def room_check_in_address(context, booking):
    """What the code of a room booking opens: for staff the page to check in."""
    path = reverse("rosters:room_check_in", args=[room_check_in.token_of(booking)])
    return context["request"].build_absolute_uri(path)


@register.filter
def has_day_sheet(session):
    return day_sheet.is_open(session)


@register.filter
def line_rules(activity):
    """Which rules hold in the line of an activity, a sentence each."""
    return line_words.rules_of(activity)


@register.simple_tag
def follows_partner(user, partner):
    return Follow.objects.filter(user=user, partner=partner).exists()
