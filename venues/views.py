from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.page_cache import kept_for_visitors
from venues import opening
from venues.models import Center, Room


@require_safe
@login_not_required
@kept_for_visitors
def center(request, slug):
    """The house as one sees it from the street, the top floor first."""
    center = get_object_or_404(Center.objects.open_to_public(), slug=slug)
    rooms = Room.objects.active().filter(whole=None).order_by("pk")
    floors = center.floors.order_by("-level").prefetch_related(Prefetch("rooms", rooms))
    context = {"center": center, "floors": floors, "opening": opening.of_center(center)}
    return render(request, "venues/center.html", context)
