"""A sheet about one activity for the notice board: on A4, or twice on A4 to be cut in two.

Everybody may print it: a neighbor who hangs it up in their staircase is welcome to.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.page_cache import kept_for_visitors
from activities import poster_files
from activities.availability import Availability, of_session
from activities.models import Activity
from activities.outline import Outline

# More would not be read from two meters; the code leads to all of them.
DATES_ON_PAPER = 12
LOOKED_AT = 60


@require_safe
@login_not_required
@kept_for_visitors
def poster(request, pk):
    is_small = request.GET.get("paper") == "a5"
    return render(request, "activities/poster.html", _said(request, pk) | {"is_small": is_small})


@require_safe
@login_not_required
def as_pdf(request, pk):
    """The same on one sheet as a file."""
    file = poster_files.drawn(_said(request, pk))
    response = HttpResponse(file, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="poster-{pk}.pdf"'
    return response


def _said(request, pk):
    shown = Activity.objects.public().select_related("center", "category", "partner")
    activity = get_object_or_404(shown, pk=pk)
    sessions = _coming_dates(activity)
    address = request.build_absolute_uri(activity.get_absolute_url())
    return {
        "activity": activity,
        "address": address,
        "spoken_address": address.split("://")[1],
        "outline": Outline(sessions),
        "dates": sessions[:DATES_ON_PAPER],
        "more": max(len(sessions) - DATES_ON_PAPER, 0),
        "state": _worth_printing(sessions),
    }


def _coming_dates(activity):
    coming = activity.sessions.live().filter(ends_at__gt=timezone.now()).with_room()
    sessions = list(coming.select_related("leader")[:LOOKED_AT])
    for session in sessions:
        session.activity = activity
    return sessions


def _worth_printing(sessions) -> Availability | None:
    """When booking opens, that places are drawn, that one just comes; not how many are left."""
    if not sessions:
        return None
    state = of_session(Outline(sessions).next)
    return state if state.kind == "soon" or sessions[0].activity.is_drop_in else None
