"""The printed way through the second step of demo accounts, for trials only.

What is stored of a demo authenticator is a word, not a secret. The word means something
only with DEBUG on, so a demo account that came along into a real center opens nothing.
"""

import time

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

WORD = "demo"
SECRET = "ONLYFORATRIALNEVERFORREALCENTERS"  # noqa: S105 - 32 letters of base32, public on purpose


def secret_behind(stored):
    """What was stored, or for the word the secret; in a real center one nobody knows."""
    if stored != WORD:
        return stored
    return SECRET if settings.DEBUG else totp.generate_totp_secret()


def current_code(user):
    """What the authenticator app of this user shows now; None without one."""
    refuse_outside_trials()
    authenticator = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if authenticator is None:
        return None
    secret = decrypt(authenticator.data["secret"])
    step = int(time.time()) // app_settings.TOTP_PERIOD
    return totp.format_hotp_value(totp.hotp_value(secret, step))


def refuse_outside_trials():
    if not settings.DEBUG:
        raise ImproperlyConfigured("Demo codes exist only with DEBUG on.")
