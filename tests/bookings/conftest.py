"""Guards taken out, so that a race can be seen without them."""

from functools import partial

import pytest

import prepared
from accounts.models import PersonQuerySet
from activities.models import SessionQuerySet
from bookings import services


@pytest.fixture
def unprepared(monkeypatch):
    """Puts every statement into SQL anew, so that what is taken out of it is out."""
    monkeypatch.setattr(prepared, "SHAPES_AT_MOST", 0)
    monkeypatch.setattr(prepared, "_shape", lambda values: object())


@pytest.fixture
def unlocked(monkeypatch, unprepared):
    """Takes the row locks out of people and sessions."""
    for queryset in (PersonQuerySet, SessionQuerySet):
        monkeypatch.setattr(queryset, "locked", lambda self: self.order_by("pk"))


@pytest.fixture
def guard_without(monkeypatch, unprepared):
    def take_out(column):
        for part in ("_still_open", "_has_room"):
            whole = getattr(services, part)
            without = partial(_without, column, whole)
            monkeypatch.setattr(services, part, without)

    return take_out


def _without(column, guard, *values):
    return {key: value for key, value in guard(*values).items() if key != column}
