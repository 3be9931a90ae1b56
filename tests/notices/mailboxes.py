"""Mail servers as they are on a bad day."""

import smtplib

from django.core.mail.backends import locmem


class Picky(locmem.EmailBackend):
    """Knows nobody whose address begins with `gone`."""

    def send_messages(self, messages):
        for message in messages:
            if message.to[0].startswith("gone"):
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"No such user")})
        return super().send_messages(messages)


class Unreachable(locmem.EmailBackend):
    asked = 0

    def open(self):
        Unreachable.asked += 1
        raise TimeoutError("timed out")
