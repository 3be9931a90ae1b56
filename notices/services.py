"""Telling people: a notice is left together with the fact it tells of, and sent later, once.

Nobody waits for a mail server: whoever changes a fact leaves one row in the same
transaction, and a worker sends what is due. A fact that is rolled back takes its notice
along, and a broker that is down delays notices but loses none.
"""

import itertools
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from notices import channels, quiet, rendering
from notices.kinds import Group
from notices.models import Channel, Notice, Preference
from prepared import insert

# The outbox is emptied in the order of `send_after`. Whoever has just done something, or
# waits for a code, goes ahead of a morning's reminders.
HEAD_START = timedelta(days=1)

# After a failure a notice waits 30 s, then four times as long each time, up to two hours;
# twelve attempts cover a night without a mail server.
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)
ATTEMPTS = 12

TOLD = [
    "sent_at", "shown_at", "send_after", "attempts", "subject", "body", "channel", "address",
    "language",
]  # fmt: skip

CODES_ARE_KEPT_FOR = timedelta(days=1)

logger = structlog.get_logger(__name__)


def leave(kind: str, *, key: str, **what) -> None:
    """Promise that somebody will be told something; takes what `write` takes.

    A second notice with the same key is the same promise and changes nothing.
    """
    leave_all([write(kind, key=key, **what)])


def leave_all(notices) -> None:
    """Leave many notices, each made by `write`, with one statement."""
    # In one order, so that two who leave the same ones wait for each other only one way.
    ordered = sorted(notices, key=lambda notice: notice.key)
    if ordered:
        insert(ordered, ignore_conflicts=True)


def write(
    kind: str,
    *,
    key: str,
    to=None,
    address: str = "",
    context: dict | None = None,
    link: str = "",
    send_after: datetime | None = None,
    expires_at: datetime | None = None,
    language: str = "",
    private: bool = False,
) -> Notice:
    """A notice to be left: `kind` names its message file, `key` the fact with its moment.

    It needs a user (`to`) or an address. `context` is what the message file may say, as
    JSON; `link` is a path of this site, told to somebody without an account only where the
    context has `needs_no_account`. A private notice is not shown in my messages.
    """
    return Notice(
        kind=kind,
        key=key,
        recipient=to,
        address=address,
        context=context or {},
        link=link,
        send_after=send_after or timezone.now() - HEAD_START,
        expires_at=expires_at,
        language=language,
        is_private=private,
    )


def take_back(*key_prefixes: str) -> int:
    """Remove notices that were not sent yet; one that is being sent right now goes out."""
    if not key_prefixes:
        return 0
    named = Q()
    for prefix in key_prefixes:
        named |= Q(key__startswith=prefix)
    unsent = Notice.objects.unsent().filter(named).order_by("pk")
    unsent = unsent.select_for_update(skip_locked=True)
    taken, _by_model = Notice.objects.filter(pk__in=unsent.values("pk")).delete()
    return taken


def deliver_due(at: datetime | None = None, limit: int | None = None) -> int:
    """Send what is due, each in a transaction of its own; returns how many people were told.

    At night that may be in my messages only, while the mail waits for the morning.

    Any number of workers may do this at once. One that is killed has its marks kept, and
    the one notice it was sending is sent again, with the same Message-ID.
    """
    sent = 0
    with channels.opened() as ways:
        for _turn in itertools.count() if limit is None else range(limit):
            outcome = _deliver_next(ways, at or timezone.now())
            if outcome is None:
                break
            sent += outcome
    if sent:
        logger.info("notices_sent", count=sent)
    return sent


@transaction.atomic
def stop(user, what: str) -> None:
    """Send this user no more of `what`, a group; of their work, no more mails."""
    mine, _is_new = Preference.objects.select_for_update(no_key=True).get_or_create(user=user)
    if what == Group.WORK:
        mine.ways[what] = Channel.INBOX
    else:
        setattr(mine, what, False)
    mine.save()


def mark_read(notices, at: datetime | None = None) -> None:
    notices.unread().update(read_at=at or timezone.now())


def forget_codes(at: datetime | None = None) -> int:
    """Delete private notices of yesterday: a code is nobody's memory."""
    old = (at or timezone.now()) - CODES_ARE_KEPT_FOR
    forgotten, _by_model = Notice.objects.filter(is_private=True, created_at__lte=old).delete()
    return forgotten


@transaction.atomic
def _deliver_next(ways, at) -> bool | None:
    """Whether the next notice was sent; None when nothing is due."""
    notice = _next_due(at)
    if notice is None:
        return None
    if _is_over_by(notice, at):
        _give_up(notice, "expired", at)
        return False
    try:
        is_sent = _write_and_send(notice, ways, at)
    except Exception as error:
        # Whatever is wrong with one notice, the others must still go out.
        _put_off(notice, error, at)
        return False
    if is_sent:
        notice.sent_at = at
        notice.attempts += 1
    notice.shown_at = notice.shown_at or at
    notice.save(update_fields=TOLD)
    return True


def _next_due(at):
    """The notice that waits longest, locked; rows that other workers hold are passed over."""
    return (
        Notice.objects.due(at)
        .select_related("recipient__preference")
        .select_for_update(no_key=True, skip_locked=True, of=("self",))
        .order_by("send_after")
        .first()
    )


def _write_and_send(notice, ways, at) -> bool:
    """Whether it was sent; at night what can wait is only written, for my messages."""
    channel, address = channels.way_to(notice)
    notice.language = rendering.language_of(notice)
    notice.subject, notice.body = rendering.render(notice)
    morning = at if channel == Channel.INBOX else quiet.until(notice, at)
    if morning > at:
        if notice.recipient is None or not _is_over_by(notice, morning):
            notice.send_after = morning
            return False
        # A mail about something that is over would only puzzle.
        channel, address = Channel.INBOX, ""
    notice.channel, notice.address = channel, address
    ways[channel].send(notice, notice.subject, notice.body)
    return True


def _is_over_by(notice, moment) -> bool:
    return notice.expires_at is not None and notice.expires_at <= moment


def _put_off(notice, error, at):
    notice.attempts += 1
    reason = f"{type(error).__name__}: {error}"
    if notice.attempts >= ATTEMPTS:
        _give_up(notice, reason, at)
        return
    notice.last_error = reason
    notice.send_after = at + min(FIRST_PAUSE * 4 ** (notice.attempts - 1), LONGEST_PAUSE)
    notice.save(update_fields=["attempts", "last_error", "send_after"])
    logger.warning("notice_put_off", notice=notice.pk, kind=notice.kind, attempts=notice.attempts)


def _give_up(notice, reason, at):
    notice.gave_up_at = at
    notice.last_error = reason
    notice.save(update_fields=["attempts", "last_error", "gave_up_at"])
    logger.warning("notice_given_up", notice=notice.pk, kind=notice.kind)
