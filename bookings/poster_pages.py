"""The poster at the door, scanned by people who check themselves in."""

from django.core.signing import BadSignature
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from activities.models import Activity
from bookings import check_in, passing_on, waitlist
from bookings.models import Status
from bookings.rules import BookingRefused


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def at_the_door(request, token):
    """Whom of mine are expected here now, and a tick for each; a GET changes nothing."""
    activity = _activity(token)
    sessions = check_in.at_the_poster(activity, timezone.now())
    places = check_in.of_user_at(request.user, sessions)
    if request.method != "POST":
        return _page(request, activity, sessions, places)
    try:
        _do(request, places)
    except BookingRefused as refused:
        return _page(request, activity, sessions, places, refusal=refused.reason, status=409)
    return redirect("bookings:check_in", token)


def _do(request, places):
    """`came` and `undo` name places, `here` and `gone` a booking that waits."""
    for name, act in [("came", _came), ("undo", _undo)]:
        named = set(request.POST.getlist(name))
        if chosen := [place for place in places if str(place.pk) in named]:
            act(chosen, request.user)
    waiting = {str(place.booking_id): place.booking for place in places if _waits(place)}
    for name, act in [("here", passing_on.say_here), ("gone", passing_on.say_gone)]:
        if booking := waiting.get(request.POST.get(name, "")):
            act(booking)


def _came(places, user):
    check_in.by_themselves(places, by=user)


def _undo(places, user):
    for place in places:
        check_in.take_back(place, by=user)


def _activity(token):
    try:
        pk = check_in.activity_of(token)
    except BadSignature as forged:
        raise Http404 from forged
    return get_object_or_404(Activity.objects.public().select_related("center", "category"), pk=pk)


def _waits(place):
    return place.booking.status == Status.WAITING


def _page(request, activity, sessions, places, *, refusal=None, status=200):
    now = timezone.now()
    doors = [_door(session, places, now) for session in sessions]
    context = {
        "activity": activity,
        "doors": [door for door in doors if door["places"]] or doors[:1],
        "refusal": refusal,
    }
    return render(request, "bookings/check_in.html", context, status=status)


def _door(session, places, now):
    """One session: who of theirs may check in, who has, who waits."""
    mine = [place for place in places if place.session_id == session.pk]
    for place in mine:
        place.session.activity = session.activity
    confirmed = [place for place in mine if place.booking.status == Status.CONFIRMED]
    waiting = {place.booking_id: place.booking for place in mine if _waits(place)}
    return {
        "session": session,
        "window": check_in.Window.of(session),
        "closed": check_in.refusal(session, now),
        "places": mine,
        "expected": [
            place for place in confirmed if not (place.checked_in_at or place.canceled_at)
        ],
        "came": [place for place in confirmed if place.checked_in_at],
        "passed_on": [place for place in confirmed if place.canceled_at],
        "waiting": [_party(booking, mine) for booking in waiting.values()],
        "is_here": passing_on.is_at_the_door(session, now),
    }


def _party(booking, places):
    mine = [place for place in places if place.booking_id == booking.pk]
    return {
        "booking": booking,
        "people": [place.person for place in mine],
        "since": mine[0].marked_at,
        "position": waitlist.position(booking),
    }
