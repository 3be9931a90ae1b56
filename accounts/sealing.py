"""Sealing what people say about their health, so that a copy of the tables tells nobody.

Each sealed text carries what it is about, and opens only there: moved to the row of another
booking or person, it opens no more.
"""

import base64
import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# What else may one day be derived from the same words gets another purpose.
PURPOSE = b"sensitive answers"


class CannotOpen(Exception):
    """No key of ours fits, or it was sealed for another row."""


def seal(answer, *, about):
    """The answer as a text for the database; `about` are the ids that it belongs to."""
    return _box().encrypt(json.dumps([list(about), answer]).encode()).decode()


def opened(sealed, *, about):
    """The answer that was sealed. Raises CannotOpen."""
    try:
        written_about, answer = json.loads(_box().decrypt(sealed.encode()))
    except (InvalidToken, ValueError) as error:
        raise CannotOpen from error
    if written_about != list(about):
        raise CannotOpen
    return answer


def _box():
    """The first key seals, and each of them opens, so that keys can be changed."""
    return MultiFernet([Fernet(_key(words)) for words in settings.ANSWERS_KEYS])


def _key(words):
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(words.encode())
    return base64.urlsafe_b64encode(derived)
