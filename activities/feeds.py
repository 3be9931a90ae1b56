"""Sessions as files and feeds for people's own calendars."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities.calendar_files import Entry, answer
from activities.facts import place
from activities.models import Activity, Session
from venues.models import Center

LOOKS_BACK = timedelta(days=31)
LOOKS_AHEAD = timedelta(days=120)


@require_safe
@login_not_required
def of_activity(request, pk):
    activities = Activity.objects.published().filter(center__in=Center.objects.with_feeds())
    activity = get_object_or_404(activities, pk=pk)
    sessions = activity.sessions.with_room().select_related("activity__center")
    return _answer(request, activity.title, sessions)


@require_safe
@login_not_required
def of_center(request, slug):
    """A month back and four months ahead; a calendar that follows it reads it every few hours."""
    center = get_object_or_404(Center.objects.with_feeds(), slug=slug)
    now = timezone.now()
    sessions = (
        Session.objects.published()
        .filter(activity__center=center, starts_at__range=(now - LOOKS_BACK, now + LOOKS_AHEAD))
        .for_lists()
    )
    return _answer(request, center.name, sessions)


def entry(session):
    """The session as everybody may read it."""
    activity = session.activity
    return Entry(
        uid=f"session-{session.pk}",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=" ".join(filter(None, [activity.title, session.topic])),
        status="CANCELLED" if session.canceled_at else "CONFIRMED",
        location=", ".join(filter(None, [place(session), activity.center.address])),
        description="\n".join(filter(None, [session.cancel_reason, activity.summary])),
        url=reverse("activities:detail", args=[activity.pk]),
    )


def _answer(request, name, sessions):
    entries = [entry(session) for session in sessions.order_by("starts_at", "pk")]
    return answer(request, name, entries, product="Activities")
