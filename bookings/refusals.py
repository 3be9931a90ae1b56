"""How "no" is said: a rule, a kind reason, and what to do instead."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

# Codes of the rules that a center decides.
EXPLAINED = {"limit", "own_residents_first", "party_too_large", "people_per_carer", "resting"}


@dataclass(frozen=True)
class Refusal:
    """Why not, and what to do instead. `code` names the rule and stays the same."""

    code: str
    text: str
    next_step: str = ""

    def __str__(self):
        return f"{self.text} {self.next_step}".strip()

    @property
    def is_explained(self):
        """Whether the page of the center's rules has more to say about it."""
        return self.code in EXPLAINED


class BookingRefused(Exception):
    def __init__(self, reason):
        self.reason = reason
        super().__init__(str(reason))


def moment(at):
    """12月1日 周二 09:00"""
    local = timezone.localtime(at)
    day, weekday = date_format(local, "MONTH_DAY_FORMAT"), date_format(local, "D")
    words = {"date": day, "weekday": weekday}
    return f"{pgettext('a day', '%(weekday)s %(date)s') % words} {local:%H:%M}"
