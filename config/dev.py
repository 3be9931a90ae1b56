"""Pages that exist in DEBUG only: what a trial has "sent", so that a newcomer can sign in."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notices.models import Notice

SHOWN = 50


@require_safe
@login_not_required
@never_cache
def outbox(request):
    """The latest messages to anybody, sign-in codes included."""
    latest = Notice.objects.sent().select_related("recipient").order_by("-sent_at", "-pk")[:SHOWN]
    return render(request, "dev/outbox.html", {"notices": latest})


urlpatterns = [path("dev/outbox/", outbox, name="dev_outbox")]
