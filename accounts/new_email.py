"""Another e-mail to sign in with: it counts from when its code came back."""

from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.core.ratelimit import consume, respond_429
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.adapters import AccountAdapter, leave_code
from accounts.forms import CodeForm, NewEmailForm, code_may_go_to

SESSION_KEY = "new_email"
TIMES_SENT_AGAIN = 2

require_page = require_http_methods(["GET", "HEAD", "POST"])


class NewEmail(AbstractCodeVerificationProcess):
    """What the session remembers until the code came back."""

    def __init__(self, request, state):
        self.session = request.session
        super().__init__(
            user=request.user,
            state=state,
            timeout=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
            max_attempts=settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS,
        )

    @classmethod
    def begin(cls, request, email):
        cls(request, cls.initial_state(request.user, email=email)).send()

    @classmethod
    def resume(cls, request):
        state = request.session.get(SESSION_KEY)
        return cls(request, state).abort_if_invalid() if state else None

    @property
    def email(self):
        return self.state["email"]

    @property
    def can_resend(self):
        return not self.is_resend_quota_reached(TIMES_SENT_AGAIN)

    def send(self):
        self.state["code"] = AccountAdapter().generate_login_code()
        leave_code(self.code, self.email)
        self.persist()

    def persist(self):
        self.session[SESSION_KEY] = self.state

    def abort(self):
        self.session.pop(SESSION_KEY, None)


@require_page
def ask(request):
    form = NewEmailForm(request.POST or None)
    if form.is_valid():
        NewEmail.begin(request, form.cleaned_data["email"])
        return redirect("accounts:confirm_email")
    return render(
        request, "accounts/new_email.html", {"form": form}, status=422 if form.is_bound else 200
    )


@never_cache
@require_page
def confirm(request):
    new = NewEmail.resume(request)
    if new is None:
        messages.info(request, _("That code has run out. Please ask for a new one."))
        return redirect("accounts:new_email")
    if request.POST.get("action") == "resend":
        return _send_again(request, new)
    if request.method == "POST" and not consume(
        request, action="confirm_login_code", key=new.email
    ):
        return respond_429(request)
    form = CodeForm(request.POST or None, code=new.code)
    if form.is_valid() and _is_moved(request, new, form):
        return redirect("accounts:me")
    if form.is_bound and not new.record_invalid_attempt():
        messages.error(request, AccountAdapter.error_messages["too_many_login_attempts"])
        return redirect("accounts:new_email")
    context = {"verify_form": form, "email": new.email, "can_resend": new.can_resend}
    return render(
        request, "accounts/confirm_email.html", context, status=422 if form.is_bound else 200
    )


def _send_again(request, new):
    if new.can_resend and code_may_go_to(new.email):
        new.record_resend()
        new.send()
        messages.success(request, _("A new code is on its way. The one before is void."))
    else:
        messages.warning(request, AccountAdapter.error_messages["rate_limited"])
    return redirect("accounts:confirm_email")


def _is_moved(request, new, form):
    try:
        services.move_email(request.user, new.email)
    except services.Refused as refused:
        form.add_error(None, refused.reason)
        return False
    new.abort()
    messages.success(
        request, _("From now on you can sign in with %(address)s.") % {"address": new.email}
    )
    return True
