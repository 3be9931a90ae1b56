"""What allauth asks us: where phones are kept, how a code looks, and how it gets out."""

import secrets
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import demo_codes, services
from accounts.fields import PhoneField
from accounts.models import Person, User
from notices.services import leave

DIGITS = 6


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("This is not the code. Please look again; only the newest one counts."),
        "too_many_login_attempts": _(
            "That was a little too often. Please try again in a while, or call the desk."
        ),
        "rate_limited": _("A code was sent a moment ago. Please wait a little for the next one."),
        "phone_taken": _(
            "Another account has this phone. Please sign out and sign in with it, or call the desk."
        ),
        "same_as_current": _("This is the phone you have now."),
    }

    # --- Codes: six digits, which leave through the outbox

    def generate_login_code(self):
        return "".join(secrets.choice("0123456789") for _digit in range(DIGITS))

    def generate_phone_verification_code(self, *, user, phone):
        return self.generate_login_code()

    def send_verification_code_sms(self, user, phone, code, **kwargs):
        leave_code(code, phone)

    def send_mail(self, template_prefix, email, context):
        """Codes are all that allauth may mail: its pages that write anything else are closed."""
        leave_code(context["code"], email)

    # --- Phones, which are stored only after their code came back

    def phone_form_field(self, **kwargs):
        return PhoneField(mobile_only=True, **kwargs)

    def get_user_by_phone(self, phone):
        return User.objects.filter(phone=phone).first()

    def get_phone(self, user):
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone_verified(self, user, phone):
        services.move_phone(user, phone)

    def set_phone(self, user, phone, verified):
        self.set_phone_verified(user, phone)

    # --- Signing in

    def get_login_stages(self):
        """The code was the proof of the address; only the second step is left."""
        return [
            "allauth.account.stages.LoginByCodeStage",
            "allauth.mfa.stages.AuthenticateStage",
        ]

    def login(self, request, user):
        super().login(request, user)
        if user.is_staff:
            request.session.set_expiry(settings.STAFF_STAY_SIGNED_IN)

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        if user.is_staff or Person.objects.being(user).exists():
            return response
        return redirect(f"{reverse('accounts:me')}?{urlencode({'next': response.url})}")


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This is not the code of this moment. Please wait for the next one."),
    }

    def decrypt(self, encrypted_text):
        return demo_codes.secret_behind(encrypted_text)


def leave_code(code, address):
    leave(
        "accounts/code",
        # Anybody may read a key, so it tells neither the code nor the address.
        key=f"code-{secrets.token_hex(12)}",
        address=address,
        context={"code": code},
        language=get_language(),
        expires_at=timezone.now() + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
        private=True,
    )
