"""How one's bookings get into one's own calendar, and how to end that."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bookings import feeds


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_feed(request):
    """The address, to be copied or opened; `renew` gives another one, `end` none."""
    if request.method == "POST":
        _change(request)
        return redirect("bookings:my_feed")
    path = feeds.address_of(request.user)
    address = request.build_absolute_uri(path) if path else ""
    context = {
        "address": address,
        # What opens a calendar program by itself, where there is one.
        "for_programs": address and urlsplit(address)._replace(scheme="webcal").geturl(),
    }
    return render(request, "bookings/my_feed.html", context)


def _change(request):
    if "end" in request.POST:
        feeds.end(request.user)
        messages.success(request, _("Done. Nobody reads your bookings by that address any more."))
    elif "renew" in request.POST:
        feeds.renew(request.user)
        messages.success(request, _("Here is a new address. Those from before no longer work."))
