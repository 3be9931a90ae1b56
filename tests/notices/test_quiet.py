"""When nobody is disturbed."""

from datetime import datetime

import pytest
from django.utils import timezone

from notices.quiet import awake


def moment(text):
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2026-12-01 08:00", "2026-12-01 08:00"),
        ("2026-12-01 20:59", "2026-12-01 20:59"),
        ("2026-12-01 21:00", "2026-12-02 08:00"),
        ("2026-12-01 23:59", "2026-12-02 08:00"),
        ("2026-12-02 00:00", "2026-12-02 08:00"),
        ("2026-12-02 07:59", "2026-12-02 08:00"),
    ],
)
def test_what_falls_into_the_night_waits_until_morning(at, then):
    assert awake(moment(at)) == moment(then)
