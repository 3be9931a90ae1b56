"""How "no" is said: a rule, a kind reason, and what to do instead."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext


@dataclass(frozen=True)
class Refusal:
    """Why not, and what to do instead. `code` names the rule and stays the same."""

    code: str
    text: str
    next_step: str = ""

    def __str__(self):
        return f"{self.text} {self.next_step}".strip()


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
