"""Ticking the dates of a week at once, as for lunch from Monday to Friday."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORKDAYS = range(1, 6)
# Fewer are ticked as quickly by hand.
FEWEST = 2


@dataclass(frozen=True)
class Ticks:
    """Dates to be ticked together; `key` names them in the address."""

    key: str
    label: str | Promise
    sessions: list


def ticks(dates, *, at):
    """What may be ticked at once among the open ones of these DateChoices."""
    monday = timezone.localdate(at) - timedelta(days=timezone.localdate(at).weekday())
    sessions = [date.session for date in dates if date.is_open]
    on_workdays = [each for each in sessions if _day(each).isoweekday() in WORKDAYS]

    def of_week(first):
        return [each for each in on_workdays if first <= _day(each) < first + timedelta(days=7)]

    found = [
        Ticks("this_week", _("Monday to Friday this week"), of_week(monday)),
        Ticks("next_week", _("Monday to Friday next week"), of_week(monday + timedelta(days=7))),
        Ticks("workdays", _("All from Monday to Friday"), on_workdays),
        Ticks("all", _("All dates"), sessions),
    ]
    return _without_repeats(each for each in found if len(each.sessions) >= FEWEST)


def _without_repeats(found):
    """Where two would tick the same, the first is enough."""
    kept = {}
    for each in found:
        kept.setdefault(tuple(session.pk for session in each.sessions), each)
    return list(kept.values())


def _day(session):
    return timezone.localtime(session.starts_at).date()
