"""Larger letters and a stronger contrast, in either view, without help from the browser."""

from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods

from accounts import looks, services
from accounts.models import Letters

# Each button says what is chosen by it.
CHOICES = {
    **{f"letters-{size}": {"letters": size} for size in Letters.values},
    "contrast-standard": {"high_contrast": False},
    "contrast-high": {"high_contrast": True},
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def choose(request):
    """Each button does one thing, and the page shows at once what it did."""
    back = _back(request)
    choice = CHOICES.get(request.POST.get("choice"))
    if not choice:
        context = {"back": back, "sizes": Letters.choices}
        return render(request, "display.html", context, status=400 if request.POST else 200)
    if request.user.is_authenticated:
        services.prefer(request.user, **choice)
    here = f"{reverse('display')}?{urlencode({'next': back})}"
    return looks.remember(redirect(here), **choice)


def _back(request):
    """Where somebody came from, if that is a page of ours."""
    came_from = request.headers.get("referer", "")
    for address in (request.POST.get("next"), request.GET.get("next"), came_from):
        is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
        if is_ours and urlsplit(address).path != request.path:
            return address
    return reverse("home")
