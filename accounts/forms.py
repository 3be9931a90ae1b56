"""What people say about themselves and others, and the codes they are asked for."""

from allauth.account import forms as account_forms
from allauth.core import context, ratelimit
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts import consents, services
from accounts.adapters import AccountAdapter
from accounts.fields import (
    AddressField,
    AreaField,
    BirthDateField,
    CodeField,
    EmailField,
    GuardianConsentField,
    NameField,
    PhoneField,
)
from accounts.models import Letters, Person

GROWN_UP_AT = 18


def code_may_go_to(address):
    """Spends one of the codes that an address gets in a minute, an hour, a day."""
    return ratelimit.consume(context.request, action="request_login_code", key=address)


class SignInForm(account_forms.LoginForm):
    """The one door: phone or e-mail, known or new."""

    is_too_often = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField(
            label=_("Phone or e-mail"),
            error_messages={"required": _("Please write your phone number or your e-mail.")},
        )

    def _clean_without_password(self, email, phone):
        if not code_may_go_to(email or phone):
            self.is_too_often = True
            raise ValidationError(
                {"login": AccountAdapter.error_messages["too_many_login_attempts"]}
            )
        self.user = services.user_at(phone=phone, email=email)
        return self.cleaned_data


class CodeForm(account_forms.ConfirmLoginCodeForm):
    code = CodeField()


class ChangePhoneForm(account_forms.ChangePhoneForm):
    def clean_phone(self):
        phone = super().clean_phone()
        if not code_may_go_to(phone):
            raise ValidationError(AccountAdapter.error_messages["too_many_login_attempts"])
        return phone


class VerifyPhoneForm(account_forms.VerifyPhoneForm):
    code = CodeField()


class NewEmailForm(forms.Form):
    email = EmailField()

    def clean_email(self):
        email = self.cleaned_data["email"]
        if not code_may_go_to(email):
            raise ValidationError(AccountAdapter.error_messages["too_many_login_attempts"])
        return email


class SecondStepForm(mfa_forms.AuthenticateForm):
    """A code of the authenticator app, or one of the recovery codes."""

    code = forms.CharField(
        label=_("Code of the authenticator app"),
        help_text=_("Six digits. One of your recovery codes works, too."),
        error_messages={"required": _("Please write the code.")},
        widget=CodeField.widget,
    )


class SecondStepAgainForm(mfa_forms.ReauthenticateForm):
    """The same, in the middle of a visit."""

    code = SecondStepForm.base_fields["code"]


class ActivateAppForm(totp_forms.ActivateTOTPForm):
    code = CodeField(label=_("Code that the app shows"))


class IntroductionForm(forms.Form):
    name = NameField(
        label=_("Your name"),
        help_text=_("What we call you when you come."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class ChildForm(forms.Form):
    name = NameField(label=_("The child's name"))
    birth_date = BirthDateField()
    area = AreaField(help_text=_("Where the child lives. Empty: with you."))
    consented = GuardianConsentField()

    def clean_birth_date(self):
        born = self.cleaned_data["birth_date"]
        if Person(birth_date=born).age >= GROWN_UP_AT:
            raise ValidationError(_("Adults are added as a relative or a neighbor."))
        return born

    def clean(self):
        born, consented = (self.cleaned_data.get(name) for name in ("birth_date", "consented"))
        if consents.needs_guardian(born) and not consented:
            self.add_error("consented", _("Please tick this, or choose not to agree."))


class AdultForm(forms.Form):
    name = NameField()
    birth_date = BirthDateField(
        required=False,
        label=_("Birth date (may stay empty)"),
        help_text=_("Some activities are for an age. Year, month, day, such as 19500305."),
    )
    phone = PhoneField(
        required=False,
        label=_("Phone (may stay empty)"),
        help_text=_("The desk calls there when something changes. A fixed line will do."),
    )
    area = AreaField(
        help_text=_("Where they live. Some activities are for the residents of a community first.")
    )
    asked = forms.BooleanField(
        label=_("This person asked me to book, and knows what is kept here"),
        error_messages={"required": _("Please ask the person first, then tick this.")},
    )


class PersonForm(forms.Form):
    """What is known of somebody; the service says whether a guardian must agree."""

    name = NameField()
    birth_date = BirthDateField(required=False, label=_("Birth date (may stay empty)"))
    phone = PhoneField(required=False, label=_("Phone (may stay empty)"))
    area = AreaField()
    consented = GuardianConsentField()

    def __init__(self, *args, asks_guardian, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_guardian:
            del self.fields["consented"]


class PreferencesForm(forms.Form):
    """How the pages look to this user, and how they speak."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[
            (code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES
        ],
        widget=forms.RadioSelect,
    )
    elder_view = forms.BooleanField(
        label=_("Elder view"),
        help_text=_("Large letters, and one thing at a time."),
        required=False,
    )
    letters = forms.ChoiceField(
        label=_("Size of letters"), choices=Letters.choices, widget=forms.RadioSelect
    )
    high_contrast = forms.BooleanField(
        label=_("High contrast"),
        help_text=_("Black on white and thick lines; in the dark, white on black."),
        required=False,
    )
