"""A page that looks the same to every visitor is kept for a few seconds.

Long enough that a rush on one evening's classes is answered from memory, and short enough
that nobody reads about places that were gone more than these seconds ago.

A browser keeps it, too, and asks each time whether it is still so: the answer is then an empty one.
"""

from functools import wraps
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.utils.cache import (
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
)
from django.utils.translation import get_language

from accounts import looks

SECONDS = 5
# What an answer may depend on, beside its address.
READERS = ("Cookie", "Accept-Language", "HX-Request")


def kept_for_visitors(view):
    """For views whose answer depends on address, language, look and newcomer's hint alone."""

    @wraps(view)
    def kept(request, *args, **kwargs):
        if not _is_a_visitor(request):
            return view(request, *args, **kwargs)
        look = looks.chosen_here(request)
        is_known = settings.NEWCOMER_COOKIE_NAME in request.COOKIES
        key = f"page-{key_of(request, f'{look} {is_known}')}"
        if (page := cache.get(key)) is not None:
            return _to_be_asked_for_again(request, HttpResponse(page))
        response = view(request, *args, **kwargs)
        if response.status_code != 200 or carries_a_secret(request, response):
            return response
        cache.set(key, response.content, SECONDS)
        return _to_be_asked_for_again(request, response)

    return kept


def _to_be_asked_for_again(request, response):
    """With what tells one page of this address from another; 304 where it is known already.

    A weak tag: a proxy sends the same page in smaller letters.
    """
    etag = f'W/"{sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    patch_cache_control(response, public=True, no_cache=True)
    patch_vary_headers(response, READERS)
    return get_conditional_response(request, etag=etag, response=response)


def _is_a_visitor(request):
    signs_of_somebody = {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
    return request.method == "GET" and not request.htmx and not signs_of_somebody


def carries_a_secret(request, response):
    """A cookie or a form's token is for one visitor only."""
    return response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")


def key_of(request, look):
    parts = (request.build_absolute_uri(), get_language(), str(look))
    return sha256(" ".join(parts).encode()).hexdigest()
