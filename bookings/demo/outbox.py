"""Notices of the demo count as sent and are read in my messages: nobody is mailed about it."""

from datetime import timedelta

from django.db.models import Max

from notices.models import Channel, Notice
from notices.rendering import language_of, render

READ_AFTER = timedelta(days=1)
CHANGED = ["subject", "body", "language", "channel", "attempts"]
MOMENTS = ["created_at", "send_after", "shown_at", "sent_at", "read_at"]


class Outbox:
    """What has been left since this was made."""

    def __init__(self, *, at):
        self.at = at
        self._before = Notice.objects.aggregate(last=Max("pk"))["last"] or 0

    def deliver(self, at):
        """Mark it all as sent at that moment; what is older than a day has been read."""
        left = Notice.objects.unsent().filter(pk__gt=self._before).select_related("recipient")
        notices = list(left)
        for notice in notices:
            notice.subject, notice.body = render(notice)
            notice.language = language_of(notice)
            notice.channel, notice.attempts = Channel.INBOX, 1
            notice.created_at = notice.send_after = at
            notice.shown_at = notice.sent_at = at
            notice.read_at = at if self.at - at >= READ_AFTER else None
        Notice.objects.bulk_update(notices, CHANGED + MOMENTS)
