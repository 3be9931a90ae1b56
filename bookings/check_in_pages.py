"""The code of a booking, scanned by staff with any phone."""

from django.core.signing import BadSignature
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from activities.models import Activity
from bookings import check_in, rosters, waitlist
from bookings.models import Booking, Status
from bookings.rules import BookingRefused
from venues.staffing import workplaces


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_code(request, token):
    """Who is in it, and one large button for each; a GET changes nothing."""
    booking = _booking(token)
    if not workplaces(request.user).filter(pk=booking.activity.center_id).exists():
        return _for_residents(request, booking)
    places = check_in.listed(booking)
    session = check_in.date_to_check({place.session for place in places}, timezone.now())
    places = [place for place in places if place.session == session]
    if request.method != "POST":
        return _page(request, booking, session, places)
    named = set(request.POST.getlist("place"))
    chosen = [place for place in places if "all" in request.POST or str(place.pk) in named]
    try:
        if "undo" in request.POST:
            for place in chosen:
                rosters.undo(place, by=request.user)
        else:
            check_in.by_code(chosen, by=request.user)
    except BookingRefused as refused:
        return _page(request, booking, session, places, refusal=refused.reason, status=409)
    return redirect("rosters:check_in", token)


@require_safe
def poster(request, pk):
    """To hang on the door: its code is the same for all dates."""
    here = Activity.objects.filter(center__in=workplaces(request.user))
    activity = get_object_or_404(here.select_related("center", "category"), pk=pk)
    path = reverse("bookings:check_in", args=[check_in.poster_token(activity)])
    context = {"activity": activity, "address": request.build_absolute_uri(path)}
    return render(request, "rosters/poster.html", context)


def _booking(token):
    try:
        pk = check_in.booking_of(token)
    except BadSignature as forged:
        raise Http404 from forged
    related = Booking.objects.select_related("activity__center", "session", "booked_by")
    return get_object_or_404(related, pk=pk)


def _for_residents(request, booking):
    """Whoever scans a code of their own sees their booking; of others there is nothing to see."""
    get_object_or_404(Booking.objects.visible_to(request.user), pk=booking.pk)
    return redirect("bookings:detail", booking.reference)


def _page(request, booking, session, places, *, refusal=None, status=200):
    context = {
        "booking": booking,
        "session": session,
        "places": places,
        "is_confirmed": booking.status == Status.CONFIRMED,
        "is_today": session and timezone.localdate(session.starts_at) == timezone.localdate(),
        "to_come": [each for each in places if not each.checked_in_at],
        "position": waitlist.position(booking),
        "refusal": refusal,
    }
    return render(request, "rosters/check_in.html", context, status=status)
