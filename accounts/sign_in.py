"""The one door: a phone or an e-mail, a six-digit code, and for staff a second step.

allauth does the work; here it gets our words, our limits and a way back to where one came from.
"""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.stages import LoginByCodeStage
from allauth.account.views import ConfirmLoginCodeView, LoginView
from allauth.core.ratelimit import consume, respond_429
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from accounts.adapters import AccountAdapter
from accounts.forms import CodeForm, SignInForm, code_may_go_to


class AskForCode(LoginView):
    form_class = SignInForm

    def get_initial(self):
        waiting = self.waiting_for()
        return super().get_initial() | ({"login": waiting} if waiting else {})

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 429 if form.is_too_often else 422
        return response

    def get_context_data(self, **kwargs):
        enter_code = self.passthrough_next_url(reverse("account_confirm_login_code"))
        mine = {"waiting_for": self.waiting_for(), "enter_code": enter_code}
        return super().get_context_data(**kwargs) | mine

    def waiting_for(self):
        """The address a code went to a moment ago, if it was not entered yet."""
        stage = get_pending_stage(self.request)
        if stage is None or stage.key != LoginByCodeStage.key:
            return None
        return stage.state.get("phone") or stage.state.get("email")

    def _redirect_to_pending_stage(self, request, stage):
        # Whoever comes back from entering the code wants to correct the address.
        if stage.key == LoginByCodeStage.key:
            return None
        return super()._redirect_to_pending_stage(request, stage)


@method_decorator(login_not_required, name="dispatch")
class EnterCode(ConfirmLoginCodeView):
    form_class = CodeForm

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        if getattr(response, "url", None) == reverse("account_request_login_code"):
            messages.info(request, _("That code has run out. Please ask for a new one."))
            return self._start_again()
        return response

    def post(self, request, *args, **kwargs):
        address = self._process.state.get("phone") or self._process.state.get("email")
        if self._action == "resend":
            return self._send_again(address)
        if not consume(request, action="confirm_login_code", key=address):
            return respond_429(request)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if isinstance(response, HttpResponseRedirect):
            return self._start_again()
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs):
        correct_address = self.passthrough_next_url(reverse("account_login"))
        return super().get_context_data(**kwargs) | {"correct_address": correct_address}

    def _send_again(self, address):
        if code_may_go_to(address):
            self._process.resend()
            messages.success(self.request, _("A new code is on its way. The one before is void."))
        else:
            messages.warning(self.request, AccountAdapter.error_messages["rate_limited"])
        return redirect(self.passthrough_next_url(reverse("account_confirm_login_code")))

    def _start_again(self):
        return redirect(self.passthrough_next_url(reverse("account_login")))


class SetUpSecondStep(ActivateTOTPView):
    def form_valid(self, form):
        """Whoever has just shown the code is not asked for it again to see the recovery codes."""
        response = super().form_valid(form)
        record_authentication(
            self.request, self.request.user, method="mfa", type="totp", reauthenticated=True
        )
        return response


@login_not_required
def one_door(request):
    """What allauth has separate pages for (sign up, ask for a code) is one page here."""
    address = reverse("account_login")
    return redirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)
