"""The clock of the outbox."""

import time

from celery import shared_task

from notices import services

# Longer than the pause between two ticks, so that a full outbox is emptied by several
# workers at once; short enough to let other tasks have their turn.
ONE_GO = 10  # seconds


@shared_task
def deliver():
    end = time.monotonic() + ONE_GO
    while services.deliver_due(limit=50) and time.monotonic() < end:
        pass


@shared_task
def forget_codes():
    services.forget_codes()
