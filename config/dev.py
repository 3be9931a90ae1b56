"""Pages that exist in DEBUG only: what a trial has "sent", so that a newcomer can sign in."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import demo_codes
from notices.models import Notice

SHOWN = 50


@require_safe
@login_not_required
@never_cache
def outbox(request):
    """The latest messages to anybody, sign-in codes included."""
    latest = Notice.objects.sent().select_related("recipient").order_by("-sent_at", "-pk")[:SHOWN]
    context = {"notices": latest, "second_step": _second_step()}
    return render(request, "dev/outbox.html", context)


def _second_step():
    """What the authenticator of the demo staff shows now, which they all share; or None."""
    demo = Authenticator.objects.filter(
        type=Authenticator.Type.TOTP, data__secret=demo_codes.WORD
    ).select_related("user")
    one = demo.first()
    return one and demo_codes.current_code(one.user)


urlpatterns = [path("dev/outbox/", outbox, name="dev_outbox")]
