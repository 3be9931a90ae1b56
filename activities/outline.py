"""The run of an activity in a few facts: from when to when, on which days, where."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import pgettext

from activities.facts import place


@dataclass(frozen=True)
class Outline:
    """Of sessions in order of time. Facts that not all of them share are left empty."""

    sessions: list

    def __bool__(self):
        return bool(self.live)

    @cached_property
    def live(self):
        return [session for session in self.sessions if not session.canceled_at]

    @property
    def first(self):
        return self.live[0]

    @property
    def last(self):
        return self.live[-1]

    @property
    def next(self):
        """The first that has not begun, else the last there was."""
        now = timezone.now()
        return next((session for session in self.live if session.starts_at > now), self.last)

    @property
    def weekday(self):
        """A date on the weekday that all sessions share."""
        days = [timezone.localtime(session.starts_at).date() for session in self.live]
        return days[0] if len({day.weekday() for day in days}) == 1 else None

    @property
    def hours(self):
        """A session whose times all the others share."""
        times = {
            (timezone.localtime(s.starts_at).time(), timezone.localtime(s.ends_at).time())
            for s in self.live
        }
        return self.first if len(times) == 1 else None

    @cached_property
    def place(self):
        """Where most of them are."""
        return Counter(place(session) for session in self.live).most_common(1)[0][0]

    @property
    def room(self):
        return next((s.room for s in self.live if place(s) == self.place), None)

    @property
    def leaders(self):
        """The name of each leader once, in order of appearance."""
        names = dict.fromkeys(s.leader.name for s in self.live if s.leader)
        return pgettext("between names", ", ").join(names)
