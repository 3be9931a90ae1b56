"""Sessions as files and feeds for people's own calendars."""

from datetime import UTC, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from activities.facts import place
from activities.models import Activity, Session
from venues.models import Center

LOOKS_BACK = timedelta(days=31)
LOOKS_AHEAD = timedelta(days=120)


@require_safe
@login_not_required
def of_activity(request, pk):
    activity = get_object_or_404(Activity.objects.published(), pk=pk)
    sessions = activity.sessions.with_room().select_related("activity__center")
    return response(activity.title, sessions, request)


@require_safe
@login_not_required
def of_center(request, slug):
    """A month back and four months ahead; a calendar that follows it reads it every few hours."""
    center = get_object_or_404(Center.objects.open_to_public(), slug=slug)
    now = timezone.now()
    sessions = (
        Session.objects.published()
        .filter(activity__center=center, starts_at__range=(now - LOOKS_BACK, now + LOOKS_AHEAD))
        .for_lists()
    )
    return response(center.name, sessions, request)


def response(name, sessions, request):
    """The sessions as one calendar file, times and time zone included."""
    file = Calendar()
    file.add("prodid", "-//Community center//Activities//ZH")
    file.add("version", "2.0")
    file.add("x-wr-calname", name)
    for session in sessions:
        file.add_component(event(session, request))
    file.add_missing_timezones()
    return HttpResponse(file.to_ical(), content_type="text/calendar; charset=utf-8")


def event(session, request):
    activity = session.activity
    entry = Event()
    # The same session keeps its UID however often it moves, so that calendars follow it.
    entry.add("uid", f"session-{session.pk}@{request.get_host()}")
    entry.add("dtstamp", timezone.now().astimezone(UTC))
    entry.add("dtstart", timezone.localtime(session.starts_at))
    entry.add("dtend", timezone.localtime(session.ends_at))
    entry.add("summary", " ".join(filter(None, [activity.title, session.topic])))
    entry.add("location", ", ".join(filter(None, [place(session), activity.center.address])))
    entry.add("status", "CANCELLED" if session.canceled_at else "CONFIRMED")
    entry.add("description", "\n".join(filter(None, [session.cancel_reason, activity.summary])))
    entry.add("url", request.build_absolute_uri(reverse("activities:detail", args=[activity.pk])))
    return entry
