"""Whom only a call reaches, on paper for whoever makes the calls."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from activities.models import Session
from bookings import reach
from venues.staffing import workplaces


@require_safe
def to_call(request, pk):
    """Of one session; with `?numbers=1` the numbers are whole."""
    mine = Session.objects.filter(activity__center__in=workplaces(request.user))
    session = get_object_or_404(mine.select_related("activity__center").with_room(), pk=pk)
    context = {
        "session": session,
        "reaches": reach.to_call(reach.concerned(session)),
        "whole": request.GET.get("numbers") == "1",
    }
    return render(request, "rosters/to_call.html", context)
