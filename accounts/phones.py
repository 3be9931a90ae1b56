"""Phone numbers: stored as E.164, shown in groups, masked for others."""

import re
import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REGION = "CN"

# Digits and what people put between them. Letters are none of it: phonenumbers would read
# them as keys of a telephone and half an e-mail address as a number.
WRITING = re.compile(r"[\d\s()+./·–—-]+")


def parse(text):
    """Any way of writing a phone → E.164, or None when it is none."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not WRITING.fullmatch(text):
        return None
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def validate_phone(text):
    if parse(text) != text:
        raise ValidationError(_("This is not a complete phone number."), code="phone")


def is_mobile(e164):
    """Whether a text message can reach it."""
    number = phonenumbers.parse(e164)
    return phonenumbers.number_type(number) in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )


def spoken(e164):
    """To its owner: 138 1234 5678, 0512 6800 0000."""
    if not e164:
        return ""
    number = phonenumbers.parse(e164)
    digits = str(number.national_number)
    if number.country_code == 86 and len(digits) == 11 and is_mobile(e164):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if number.country_code == 86:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def masked(e164):
    """To everybody else: 138****5678."""
    if not e164:
        return ""
    digits = e164.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}"
