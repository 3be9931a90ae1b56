"""The soonest room for so many people and so long, whichever it is."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings.room_form import SoonestForm
from bookings.room_pages import bookable, center_named
from bookings.room_suggestions import soonest

A_DAY = timedelta(days=1)


@require_safe
@login_not_required
def soonest_rooms(request):
    """Asked nothing yet, it shows the form; wrong input stands beside its field."""
    center = center_named(request)
    tomorrow = timezone.localdate() + A_DAY
    asked = bool(request.GET.keys() - {"center"})
    form = SoonestForm(request.GET if asked else None, initial={"first": tomorrow})
    found, is_wrong = [], asked and not form.is_valid()
    if asked and not is_wrong:
        found = _found(center, form)
    context = {
        "center": center,
        "form": form,
        "found": found,
        "asked": asked and not is_wrong,
    }
    return render(request, "rooms/soonest.html", context, status=422 if is_wrong else 200)


def _found(center, form):
    given = form.cleaned_data
    rooms = bookable().filter(floor__center=center)
    if given["step_free"]:
        rooms = rooms.filter(is_step_free=True)
    rooms = list(rooms)
    today = timezone.localdate()
    first = max(given["first"], today)
    last = today + A_DAY * max((room.days_ahead for room in rooms), default=0)
    if first > last:
        return []
    return soonest(
        rooms,
        headcount=given["headcount"],
        minutes=given["minutes"],
        first=first,
        last=last,
        at=timezone.now(),
        clock=form.clock,
    )
