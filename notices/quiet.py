"""The hours in which nobody is disturbed by what can wait."""

from datetime import datetime, time, timedelta

from django.utils import timezone

EVENING, MORNING = time(21), time(8)


def awake(at: datetime) -> datetime:
    """That moment, or the next morning where it falls into the night."""
    local = timezone.localtime(at)
    if MORNING <= local.time() < EVENING:
        return at
    day = local.date() + timedelta(days=local.time() >= EVENING)
    return timezone.make_aware(datetime.combine(day, MORNING))
