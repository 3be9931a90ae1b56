"""How all of this works, with pictures; and the three steps that newcomers see on the home page."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.page_cache import kept_for_visitors
from bookings import rules_in_words
from venues.models import Center

REMEMBERED_FOR = timedelta(days=365)


@require_safe
@login_not_required
@kept_for_visitors
def how_it_works(request):
    """What differs from house to house is said from the settings of this one."""
    center = Center.objects.open_to_public().first()
    rules = rules_in_words.in_short(center) if center else None
    return render(request, "help.html", {"center": center, "rules": rules})


@csrf_exempt  # Its button stands on a page that is kept for everybody, so it has no token.
@login_not_required
@require_POST
def seen(request):
    """Who knows the three steps need not see them again on this device."""
    response = redirect("home")
    response.set_cookie(
        settings.NEWCOMER_COOKIE_NAME,
        "1",
        max_age=REMEMBERED_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
