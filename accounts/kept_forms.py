"""What somebody has typed into a form, kept while they sign in or add somebody.

It lies sealed in their own browser session, because answers may speak of health. Only the latest
form is kept, and for an hour; the address that shows it again says so (`?kept=1`).
"""

import time

from django.http import QueryDict

from accounts.sealing import CannotOpen, opened, seal

KEY = "kept_form"
LASTS = 60 * 60  # seconds
LONGEST = 20_000  # characters
NOT_TYPED = ("csrfmiddlewaretoken", "add")


def kept_over_sign_in(page):
    """Marks a view whose form is kept while its sender signs in.

    `page` is the name of the address that shows the form again, with the same ids in it.
    """

    def mark(view):
        view.shows_kept_form = page
        return view

    return mark


def keep(request, address, typed=None):
    """Keep what was sent, or `typed`; returns the address of `address` with it."""
    typed = (request.POST if typed is None else typed).copy()
    for name in NOT_TYPED:
        typed.pop(name, None)
    words = typed.urlencode()
    if len(words) <= LONGEST:
        sealed = seal(words, about=[address])
        request.session[KEY] = {"for": address, "until": time.time() + LASTS, "sealed": sealed}
    return f"{address}?kept=1"


def kept(request):
    """What was typed into the form of this page, if its address asks for it; otherwise None."""
    found = request.session.get(KEY) if "kept" in request.GET else None
    if not found or found["for"] != request.path or found["until"] < time.time():
        return None
    try:
        return QueryDict(opened(found["sealed"], about=[request.path]))
    except CannotOpen:
        return None


def forget(request):
    request.session.pop(KEY, None)
