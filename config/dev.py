"""Pages that exist in DEBUG only: what a trial has "sent", so that a newcomer can sign in; how
the pages are made; and the pictures, which elsewhere the proxy serves."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from django.views.static import serve

from accounts import demo_codes
from notices.models import Notice

SHOWN = 50


@require_safe
@login_not_required
@never_cache
def outbox(request):
    """The latest messages to anybody, sign-in codes included."""
    latest = Notice.objects.exclude(shown_at=None).select_related("recipient")
    context = {
        "notices": latest.order_by("-shown_at", "-pk")[:SHOWN],
        "second_step": _second_step(),
    }
    return render(request, "dev/outbox.html", context)


def _second_step():
    """What the authenticator of the demo staff shows now, which they all share; or None."""
    demo = Authenticator.objects.filter(
        type=Authenticator.Type.TOTP, data__secret=demo_codes.WORD
    ).select_related("user")
    one = demo.first()
    return one and demo_codes.current_code(one.user)


styleguide = login_not_required(TemplateView.as_view(template_name="styleguide.html"))
# A picture never changes under its name (activities/pictures.py).
for_ever = cache_control(public=True, max_age=31_536_000, immutable=True)
pictures = login_not_required(for_ever(serve))

urlpatterns = [
    path("dev/outbox/", outbox, name="dev_outbox"),
    path("styleguide/", styleguide, name="styleguide"),
    path("media/<path:path>", pictures, {"document_root": settings.MEDIA_ROOT}, name="pictures"),
]
