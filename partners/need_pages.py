"""You asked, we did: what residents asked for and what became of it, for everybody to read."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.page_cache import kept_for_visitors
from partners import votes
from partners.models import Need, NeedStatus
from partners.needs import NeedRefused
from venues.models import Center

ROWS = 20
WANTED = "vote"
SIGNS_IN_WITHIN = timedelta(hours=1)


@require_safe
@login_not_required
@kept_for_visitors
def needs(request):
    """Everything that was asked for and may be shown; by center and by state."""
    centers = list(Center.objects.open_to_public())
    shown = Need.objects.shown()
    center = next((each for each in centers if each.slug == request.GET.get("center")), None)
    if center:
        shown = shown.filter(center=center)
    counts = dict(shown.order_by().values_list("status").annotate(Count("pk")))
    status = request.GET.get("status")
    if status in NeedStatus.values:
        shown = shown.filter(status=status)
    rows = shown.select_related("center", "category").with_votes()
    context = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "centers": centers if len(centers) > 1 else [],
        "center": center,
        "status": status if status in NeedStatus.values else "",
        "states": [(each, each.label, counts[each]) for each in NeedStatus if each in counts],
        "asked": sum(counts.values()),
        "done": counts.get(NeedStatus.DONE, 0),
    }
    return render(request, "partners/needs.html", context)


@require_safe
@login_not_required
@kept_for_visitors
def need(request, pk):
    rows = Need.objects.shown().select_related("center", "category", "partner").with_votes()
    found = get_object_or_404(rows, pk=pk)
    own = None
    if request.user.is_authenticated:
        own = found.votes.filter(user=request.user).first()
    context = {"need": found, "steps": found.steps.filter(is_public=True), "own": own}
    return render(request, "partners/need.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request, pk):
    """Said by one tap; who is not signed in comes back to it, and it is said then.

    To who is signed in already, opening such an address does nothing.
    """
    found = get_object_or_404(Need.objects.shown(), pk=pk)
    sent = request.POST if request.method == "POST" else request.GET
    if not request.user.is_authenticated:
        return _over_sign_in(request, sent)
    wanted = request.get_signed_cookie(WANTED, default=None, max_age=SIGNS_IN_WITHIN)
    if request.method == "POST" or wanted == request.get_full_path():
        _say(request, found, sent)
    back = redirect("partners:need", pk)
    if wanted:
        back.delete_cookie(WANTED)
    return back


def _over_sign_in(request, sent):
    address = f"{request.path}?{urlencode({'people': sent.get('people', '1')})}"
    away = redirect_to_login(address)
    away.set_signed_cookie(
        WANTED, address, max_age=SIGNS_IN_WITHIN, httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )  # fmt: skip
    return away


def _say(request, need, sent):
    if "stop" in sent:
        votes.take_back(need, user=request.user)
        messages.success(request, _("Taken back."))
        return
    number = sent.get("people", "")
    try:
        votes.vote(need, user=request.user, people=int(number) if number.isdecimal() else 0)
    except NeedRefused as refused:
        messages.error(request, str(refused.reason))
    else:
        messages.success(request, _("Thank you. We tell you when it is planned."))
