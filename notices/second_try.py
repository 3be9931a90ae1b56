"""Trying again to deliver what was given up."""

from django.utils import timezone

from notices.models import Notice


def try_again(notice, *, at=None):
    """Put a notice that was given up back into the outbox; a deadline in it stays."""
    return (
        Notice.objects.failed()
        .filter(pk=notice.pk)
        .update(gave_up_at=None, attempts=0, last_error="", send_after=at or timezone.now())
    )
