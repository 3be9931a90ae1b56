"""Boxes that understand what people write; whatever was typed stays in them until it is right."""

import re
import unicodedata
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts import phones
from accounts.names import tidied

OLDEST_BIRTH_YEAR = 1900

check_email = EmailValidator(_("This e-mail address is not complete."))


class AreaField(forms.CharField):
    """The community somebody lives in; `templates/accounts/_communities.html` offers those there are."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Community (may stay empty)"))
        kwargs.setdefault(
            "help_text",
            _("Where you live. Some activities are for the residents of a community first."),
        )
        widget = forms.TextInput(attrs={"list": "communities", "autocomplete": "off"})
        super().__init__(max_length=60, required=False, widget=widget, **kwargs)


class NameField(forms.CharField):
    """One box, any length up to what fits, any character."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Name"))
        kwargs.setdefault("max_length", 80)
        kwargs.setdefault("error_messages", {"required": _("Please write a name.")})
        super().__init__(**kwargs)

    def to_python(self, value):
        return tidied(super().to_python(value))


class PhoneField(forms.CharField):
    """Any way of writing a phone becomes E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})

    def __init__(self, *, mobile_only=False, **kwargs):
        self.mobile_only = mobile_only
        kwargs.setdefault("label", _("Phone"))
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("error_messages", {"required": _("Please write a phone number.")})
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return _legible(value)

    def clean(self, value):
        typed = super().clean(value)
        return _e164(typed, self.mobile_only) if typed else ""


class EmailField(forms.EmailField):
    default_validators = [check_email]
    widget = forms.EmailInput(attrs={"autocomplete": "email"})

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("E-mail"))
        kwargs.setdefault("error_messages", {"required": _("Please write your e-mail.")})
        super().__init__(**kwargs)

    def clean(self, value):
        return super().clean(value).lower()


class AddressField(forms.CharField):
    """A phone or an e-mail, in one box."""

    widget = forms.TextInput(
        attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    )

    def prepare_value(self, value):
        return _legible(value)

    def clean(self, value):
        typed = unicodedata.normalize("NFKC", super().clean(value))
        if "@" in typed:
            check_email(typed)
            return typed.lower()
        return _e164(typed, mobile_only=True)


class BirthDateField(forms.CharField):
    """20180305, 2018-3-5 or 2018年3月5日: whatever has year, month and day in this order."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Birth date"))
        kwargs.setdefault("help_text", _("Year, month, day, such as 20180305."))
        kwargs.setdefault("error_messages", {"required": _("Please write the birth date.")})
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return value.isoformat() if isinstance(value, date) else value

    def clean(self, value):
        typed = unicodedata.normalize("NFKC", super().clean(value))
        return _birth_date(typed) if typed else None


class CodeField(forms.CharField):
    """Six digits, however they were pasted: `123 456`, or the whole text message."""

    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Six-digit code"))
        kwargs.setdefault("error_messages", {"required": _("Please write the code.")})
        super().__init__(**kwargs)

    def to_python(self, value):
        text = unicodedata.normalize("NFKC", super().to_python(value) or "")
        typed = re.sub(r"[\s-]", "", text)
        code = re.search(r"(?<!\d)\d{6}(?!\d)", typed)
        return code[0] if code else typed


class GuardianConsentField(forms.BooleanField):
    """A box of its own, never ticked beforehand."""

    def __init__(self):
        super().__init__(
            label=_("I am the guardian and agree that these data of my child are kept"),
            help_text=_("Needed for children under 14. You can withdraw it at any time."),
            required=False,
        )


def _legible(value):
    """A stored phone in groups; anything else as it was typed."""
    return phones.spoken(value) if value and phones.parse(value) == value else value


def _e164(typed, mobile_only):
    phone = phones.parse(typed)
    if phone is None:
        raise ValidationError(
            _wrong_length(typed)
            or _("This is not a complete phone number. A fixed line needs its area code."),
            code="phone",
        )
    if mobile_only and not phones.is_mobile(phone):
        raise ValidationError(
            _("A code can only be sent to a mobile phone or an e-mail. The desk can book for you."),
            code="phone",
        )
    return phone


def _wrong_length(typed):
    """A mobile number with a digit too many or too few is the commonest mistake."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", typed))
    if not re.match(r"1[3-9]", digits) or len(digits) == 11 or not 9 <= len(digits) <= 13:
        return None
    return ngettext_lazy(
        "There is %(count)d digit here; a mobile number has 11.",
        "There are %(count)d digits here; a mobile number has 11.",
        len(digits),
    ) % {"count": len(digits)}


def _birth_date(typed):
    parts = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", typed) or re.fullmatch(
        r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\D{0,3}", typed
    )
    try:
        born = date(*map(int, parts.groups())) if parts else None
    except ValueError:
        born = None
    if born is None:
        raise ValidationError(_("Please write year, month and day, such as 20180305."))
    if born > timezone.localdate() or born.year < OLDEST_BIRTH_YEAR:
        raise ValidationError(_("This date cannot be a birth date. Please look again."))
    return born
