"""How a draw works and how it went, for everybody, and without a name."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.page_cache import kept_for_visitors
from activities.models import Activity, Allocation
from bookings import lots
from bookings.draw_records import record_of
from bookings.models import Booking, Draw
from bookings.shown_draws import ShownDraw


@require_safe
@login_not_required
@kept_for_visitors
def draw(request, pk):
    """The draw of the course, or of one date: `?session=`, or the next that is not over."""
    activity = _activity(pk)
    draws = list(Draw.objects.of(activity).select_related("session").without_lists())
    chosen = _chosen(draws, request.GET.get("session"))
    if chosen:
        chosen.refresh_from_db(fields=["entries", "terms", "result"])
    context = {
        "activity": activity,
        "draws": draws if len(draws) > 1 else [],
        "shown": chosen and ShownDraw(chosen, mine=_own_references(request, activity, chosen)),
    }
    return render(request, "bookings/draw.html", context)


@require_safe
@login_not_required
def record(request, pk):
    """All that is public about the draws of an activity, for `manage.py verify_draw --file`."""
    activity = _activity(pk)
    draws = Draw.objects.of(activity).select_related("session", "activity")
    records = [record_of(each) for each in draws]
    response = JsonResponse({"draws": records}, json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="draw-{activity.pk}.json"'
    return response


@require_safe
@login_not_required
def applications(request, pk, draw):
    """The list whose hash is published when it is closed."""
    found = _draw(pk, draw)
    if not found.frozen_at:
        raise Http404
    return _plain(lots.entries_text(found.entries))


@require_safe
@login_not_required
def seed(request, pk, draw):
    """The text whose hash is the seed, once it is drawn."""
    found = _draw(pk, draw)
    if not found.drawn_at:
        raise Http404
    return _plain(lots.seed_text(found.secret, found.public_number, found.entries))


def _activity(pk):
    drawn = Activity.objects.public().filter(allocation=Allocation.DRAW)
    return get_object_or_404(drawn.select_related("center", "category"), pk=pk)


def _draw(activity, pk):
    return get_object_or_404(Draw.objects.of(_activity(activity)), pk=pk)


def _chosen(draws, session):
    """The one that is asked for; otherwise the next to come, or the last there was."""
    if session is not None:
        named = [each for each in draws if str(each.session_id) == session]
        if not named:
            raise Http404
        return named[0]
    coming = [each for each in draws if not (each.session and each.session.is_over())]
    return next(iter(coming or draws[-1:]), None)


def _own_references(request, activity, draw):
    if not request.user.is_authenticated:
        return set()
    mine = Booking.objects.visible_to(request.user)
    return set(
        mine.filter(activity=activity, session=draw.session_id).values_list("reference", flat=True)
    )


def _plain(text):
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
