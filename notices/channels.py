"""The ways of telling: my messages, e-mail, text message.

A channel has one method, `send(notice, subject, body)`, which sends to `notice.address` and
raises when that failed. `settings.SMS_BACKEND` names the class that sends text messages; it
has the notice, because providers want the number of an approved template and its values.
"""

import hashlib
from contextlib import contextmanager
from email.utils import parseaddr
from typing import Protocol

import structlog
from django.conf import settings
from django.core import mail
from django.utils import translation
from django.utils.module_loading import import_string

from notices import kinds, unsubscribing
from notices.models import Channel, Notice

logger = structlog.get_logger(__name__)


class Way(Protocol):
    def send(self, notice: Notice, subject: str, body: str) -> None: ...


@contextmanager
def opened():
    """{channel: way}; what a way keeps open is closed at the end."""
    email = Email()
    sms = import_string(settings.SMS_BACKEND)() if settings.SMS_BACKEND else NoSms()
    try:
        yield {Channel.INBOX: Inbox(), Channel.EMAIL: email, Channel.SMS: sms}
    finally:
        email.close()


def way_to(notice: Notice) -> tuple[str, str]:
    """(channel, address): where the notice says, as its recipient prefers, or whatever reaches."""
    if notice.address:
        return (Channel.EMAIL if "@" in notice.address else Channel.SMS), notice.address
    ways = reachable_by(notice.recipient)
    preference = getattr(notice.recipient, "preference", None)
    preferred = preference and preference.ways.get(kinds.of(notice).group)
    channel = preferred if preferred in ways else next(iter(ways))
    return channel, ways[channel]


def reachable_by(user) -> dict[str, str]:
    """{channel: address} of this user, the usual one first; my messages reach everybody."""
    ways: dict[str, str] = {}
    if user.email:
        ways[Channel.EMAIL] = user.email
    if user.phone and settings.SMS_BACKEND:
        ways[Channel.SMS] = user.phone
    return ways | {Channel.INBOX: ""}


class Inbox:
    """My messages show what is marked as sent, so there is nothing left to do."""

    def send(self, notice, subject, body):
        pass


class Email:
    """One connection for all that is sent in one go.

    A server that could not be reached is not asked again for the next notice: its time-out
    would hold up everything else in the outbox.
    """

    def __init__(self):
        self._connection = mail.get_connection()
        self._unreachable = None

    def send(self, notice, subject, body):
        headers = {"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated"}
        if stop := unsubscribing.link_in(notice):
            headers |= {
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
            with translation.override(notice.language):
                body += f"\n\n{unsubscribing.label_in(notice)} {stop}"
        message = mail.EmailMessage(
            subject, body, to=[notice.address], connection=self._connection, headers=headers
        )
        self._open()
        try:
            message.send()
        except Exception:
            self.close()
            raise

    def close(self):
        self._connection.close()

    def _open(self):
        if self._unreachable:
            raise self._unreachable
        try:
            self._connection.open()
        except OSError as error:
            self._unreachable = error
            raise


def message_id(notice: Notice) -> str:
    """The same for every attempt, so that a mail that came twice is recognized as one."""
    name = hashlib.sha256(notice.key.encode()).hexdigest()[:32]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{name}@{domain}>"


class ConsoleSms:
    """Sends nothing to anybody; the text can be read in the outbox."""

    def send(self, notice, subject, body):
        logger.info("text_message_shown", notice=notice.pk)


class NoSms:
    """Where nobody sends text messages, a notice to a phone fails and staff see it."""

    def send(self, notice, subject, body):
        raise LookupError("No service for text messages is set up (SMS_BACKEND).")
