"""What the database cannot bear is never an error page: others at work, its absence, a NUL."""

import time
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers

from accounts import kept_forms
from accounts.page_cache import READERS
from config import views

# Two requests wanted the same rows: a lock not granted in time, and a deadlock.
SOMEBODY_WAS_FIRST = ("55P03", "40P01")
TRIES = 3
ANSWERS_FOR = 1  # second

_answered_at: WeakKeyDictionary = WeakKeyDictionary()

log = structlog.get_logger(__name__)


class Patience:
    """Tries a request again when it lost against another, and says so kindly when it keeps losing.

    Whatever the request had changed was taken back with its transaction, and what a resend must
    not do twice carries its `request_key`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.tries_left = 0
        if request.path_info in ("/healthz", "/readyz"):
            return self.get_response(request)
        if not _database_answers():
            return views.database_is_away(request)
        for request.tries_left in reversed(range(TRIES)):
            request.shall_be_tried_again = False
            response = self.get_response(request)
            if not request.shall_be_tried_again:
                break
            _rewind(request)
        return response

    def process_exception(self, request, exception):
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        if _code(exception) in SOMEBODY_WAS_FIRST:
            return _again(request) if request.tries_left else views.too_many_at_once(request)
        if connection.is_usable():
            return None
        # The connection broke in the middle. What a POST came to nobody knows, so people decide.
        connection.close()
        if request.method in ("GET", "HEAD") and request.tries_left:
            return _again(request)
        return views.database_is_away(request)


class WhoAsks:
    """Looks up who is signed in, where a database that has just gone away is met kindly.

    Everything further in relies on it, and a middleware that stumbles over a broken connection
    would be an error page. Nothing has been done yet, so a POST, too, is tried again.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                request.user.is_authenticated  # noqa: B018 -- a lazy user is looked up when asked
        except (OperationalError, InterfaceError):
            connection.close()
            return _again(request) if request.tries_left else views.database_is_away(request)
        return self.get_response(request)


class ForNobodyElse:
    """A page is for whoever asked for it, unless its view says otherwise; and it is asked for
    again rather than read from a drawer, where places may be gone meanwhile.

    Nothing is said of keeping it at all: a browser that comes back to a form brings what was typed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
            patch_vary_headers(response, READERS)
        return response


class SignInFirst(LoginRequiredMiddleware):
    """Whatever is not for everybody asks who one is; a form that was sent is kept meanwhile."""

    def handle_no_permission(self, request, view_func):
        page = getattr(view_func, "shows_kept_form", None)
        if page is None or request.method != "POST":
            return super().handle_no_permission(request, view_func)
        address = reverse(page, kwargs=request.resolver_match.kwargs)
        return redirect_to_login(
            kept_forms.keep(request, address),
            self.get_login_url(view_func),
            self.get_redirect_field_name(view_func),
        )


class NoNul:
    """Refuses an address with a NUL, which no link has and PostgreSQL takes for no text.

    What is typed into a form is looked at by its fields.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest
        return self.get_response(request)


def _again(request):
    """An answer nobody sees: the request is about to be tried again."""
    request.shall_be_tried_again = True
    return HttpResponse(status=503)


def _rewind(request):
    for file in request.FILES.values():
        file.seek(0)


def _code(exception):
    return getattr(exception.__cause__, "pgcode", None)


def _database_answers():
    """Connect now, so that all that follows (session, user, page) may rely on it.

    A connection that answered a moment ago is not asked again: should it have broken since, the
    page is tried again.
    """
    raw = connection.connection
    if raw and time.monotonic() - _answered_at.get(raw, 0) < ANSWERS_FOR:
        connection.health_check_done = True
        return True
    try:
        connection.close_if_health_check_failed()
        connection.ensure_connection()
    except OperationalError as error:
        log.warning("database_did_not_answer", reason=str(error))
        return False
    _answered_at[connection.connection] = time.monotonic()
    return True
