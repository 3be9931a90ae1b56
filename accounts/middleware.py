"""What has to be true before a page of a signed-in user, and what allauth leaves open."""

from allauth.core.exceptions import RateLimited
from allauth.core.ratelimit import respond_429
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.sites.requests import RequestSite
from django.shortcuts import redirect

# Recovery codes alone are none: they are not asked for when somebody signs in.
SECOND_STEPS = [Authenticator.Type.TOTP]


class SecondStepForStaff:
    """Staff set up a second step before they see anything that is not for everybody."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not getattr(view, "login_required", True) or _belongs_to_sign_in(request):
            return None
        user = request.user
        if user.is_authenticated and user.is_staff and not is_mfa_enabled(user, SECOND_STEPS):
            return redirect("mfa_activate_totp")
        return None


class SignInManners:
    """Keeps allauth within the house: its limits answer with our page, its `site` is ours."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return respond_429(request) if isinstance(exception, RateLimited) else None

    def process_template_response(self, request, response):
        # allauth calls the host `site`, and would hide what the frame of every page knows.
        if isinstance((response.context_data or {}).get("site"), RequestSite):
            del response.context_data["site"]
        return response


def _belongs_to_sign_in(request):
    return (request.resolver_match.url_name or "").startswith(("account_", "mfa_"))
