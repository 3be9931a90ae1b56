"""My messages: what the center told me, and how I want to be told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices import services, unsubscribing
from notices.forms import PreferenceForm
from notices.models import Notice, Preference

MESSAGES_ON_A_PAGE = 20


@require_safe
def message_list(request):
    only_new = request.GET.get("show") == "new"
    mine = Notice.objects.visible_to(request.user).order_by("-shown_at", "-pk")
    shown = mine.unread() if only_new else mine
    page = Paginator(shown, MESSAGES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/messages.html", {"page": page, "only_new": only_new})


@require_safe
def message(request, pk):
    """Opening a message is reading it; nothing else changes."""
    mine = Notice.objects.visible_to(request.user)
    notice = get_object_or_404(mine, pk=pk)
    services.mark_read(mine.filter(pk=pk))
    return render(request, "notices/message.html", {"notice": notice})


@require_POST
def mark_all_read(request):
    services.mark_read(Notice.objects.visible_to(request.user))
    return redirect("notices:messages")


def preferences(request):
    mine = Preference.objects.filter(user=request.user).first() or Preference(user=request.user)
    form = PreferenceForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. This is how we tell you from now on."))
        return redirect("notices:messages")
    status = 400 if form.is_bound else 200
    return render(request, "notices/preferences.html", {"form": form}, status=status)


# The link is what lets somebody do this, and mail programs that post to it have no token.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    found = unsubscribing.asked_for(token)
    if found is None:
        raise Http404
    user, what = found
    if request.method == "POST":
        services.stop(user, what)
    context = {"what": what, "is_done": request.method == "POST"}
    return render(request, "notices/unsubscribe.html", context)
