"""Moments at the center, counted from today, for tests of pages."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from tests.factories import SessionFactory


def at(days, hour, minute=0):
    """That many days from today, at that time at the center."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def session_at(days, hour, **fields):
    """An hour from then on, open for booking."""
    starts_at = at(days, hour)
    fields = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)} | fields
    return SessionFactory(**fields)
