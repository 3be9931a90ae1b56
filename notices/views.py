"""My messages: what the center told me, and how I want to be told."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notices import services
from notices.forms import PreferenceForm
from notices.models import Notice, Preference

MESSAGES_ON_A_PAGE = 20


@require_safe
def message_list(request):
    mine = Notice.objects.visible_to(request.user).order_by("-sent_at", "-pk")
    page = Paginator(mine, MESSAGES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/messages.html", {"page": page})


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
