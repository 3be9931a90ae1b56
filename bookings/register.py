"""The register of a course: one row for each person, one column for each date."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Person
from activities.models import Activity, Session
from bookings.models import Place

# More dates than this are shown a part at a time, so that a row fits on a sheet.
DATES_AT_ONCE = 20
MOST_DATES = 62
AHEAD = timedelta(days=7)

# {state: (sign, word)}; what is empty has no place there.
STATES = {
    "came": ("✓", pgettext_lazy("attendance", "Came")),
    "absent": ("✗", pgettext_lazy("attendance", "Not there")),
    "excused": ("○", gettext_lazy("Excused")),
    "booked": ("·", gettext_lazy("Booked, not known yet")),
    "": ("", gettext_lazy("Not booked")),
}


@dataclass(frozen=True)
class Cell:
    state: str

    @property
    def sign(self):
        return STATES[self.state][0]

    @property
    def word(self):
        return STATES[self.state][1]


@dataclass(frozen=True)
class Row:
    """One person; `cells` stand in the order of the dates."""

    person: Person
    cells: list[Cell]

    @property
    def came(self):
        return sum(cell.state == "came" for cell in self.cells)

    @property
    def absent(self):
        return sum(cell.state == "absent" for cell in self.cells)

    @property
    def excused(self):
        return sum(cell.state == "excused" for cell in self.cells)


@dataclass(frozen=True)
class Column:
    """One date, with how many came of how many."""

    session: Session
    came: int
    booked: int


class Register:
    """Of an activity between two days; without any, all of a course or what was lately."""

    def __init__(self, activity: Activity, first=None, last=None, at=None):
        self.activity, self.first, self.last = activity, first, last
        self.at = at or timezone.now()

    @cached_property
    def sessions(self):
        dates = self.activity.sessions.order_by("starts_at", "pk")
        if self.first:
            dates = dates.from_day(self.first)
        if self.last:
            dates = dates.until_day(self.last)
        if self.first or self.last:
            return list(dates[:MOST_DATES])
        latest = dates.filter(starts_at__lte=self.at + AHEAD).reverse()[:DATES_AT_ONCE]
        found = sorted(latest, key=lambda session: session.starts_at)
        # A course has room for its dates to come, too.
        missing = DATES_AT_ONCE - len(found)
        return found + list(dates.filter(starts_at__gt=self.at + AHEAD)[:missing])

    @cached_property
    def rows(self):
        """By name, never by how often somebody came."""
        people, states = {}, defaultdict(dict)
        for place in self._places:
            people[place.person_id] = place.person
            known = states[place.person_id]
            state = _state(place)
            # Whoever lost a place and came after all is there once: as somebody who came.
            if known.get(place.session_id) != "came":
                known[place.session_id] = state
        return [
            Row(person, [Cell(states[pk].get(each.pk, "")) for each in self.sessions])
            for pk, person in people.items()
        ]

    @cached_property
    def columns(self):
        cells = list(zip(*(row.cells for row in self.rows), strict=True))
        return [
            Column(
                session,
                sum(cell.state == "came" for cell in column),
                sum(cell.state != "" for cell in column),
            )
            for session, column in zip(self.sessions, cells or [[]] * len(self.sessions), strict=True)
        ]  # fmt: skip

    @property
    def came(self):
        return sum(column.came for column in self.columns)

    @cached_property
    def _places(self):
        places = Place.objects.filter(session__in=self.sessions)
        counting = places.confirmed() | places.passed_on()
        return list(
            counting.select_related("person")
            .only(
                "person__name", "session_id", "person__sort_key", "person__birth_date",
                "checked_in_at", "absent_at", "excused_at", "canceled_at",
            )
            .order_by("person__sort_key", "person_id", "pk")
        )  # fmt: skip


def _state(place):
    if place.checked_in_at:
        return "came"
    if place.excused_at:
        return "excused"
    return "absent" if place.absent_at else "booked"
