"""A draw as its public page shows it: the steps so far, and what became of each reference."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import lots
from bookings.models import Draw
from bookings.summaries import Badge


@dataclass(frozen=True)
class Row:
    """One application in drawn order; before the draw, in the order of the references."""

    reference: str
    lots: int
    badge: Badge | None
    is_mine: bool


class ShownDraw:
    def __init__(self, draw: Draw, *, mine=frozenset(), at=None):
        """`mine` are references of whoever looks at it."""
        self.draw = draw
        self.mine = mine
        self.at = at or timezone.now()

    @property
    def is_open(self):
        return self.at < self.draw.closes_at and not self.draw.frozen_at

    @cached_property
    def people(self):
        return sum(people for _reference, people, _lots in self.draw.entries)

    @property
    def places(self):
        """How many can be given; of a course, in its fullest session."""
        return min((self.draw.result or self.draw.terms)["places"].values(), default=0)

    @property
    def entries_sha256(self):
        return lots.sha256(lots.entries_text(self.draw.entries))

    @cached_property
    def rows(self):
        many = {reference: n for reference, _people, n in self.draw.entries or []}
        if not self.draw.drawn_at:
            return [Row(each, n, None, each in self.mine) for each, n in many.items()]
        number, rows = 0, []
        for reference, outcome in self.draw.result["order"]:
            number += outcome == lots.WAITING
            badge = _badge(outcome, number)
            rows.append(Row(reference, many[reference], badge, reference in self.mine))
        return rows

    @property
    def my_rows(self):
        return [row for row in self.rows if row.is_mine]

    @property
    def example(self):
        """The first that was drawn, with the text of its first lot and its hash."""
        if not self.rows:
            return None
        reference = self.rows[0].reference
        text = f"{self.draw.seed}|{reference}|1"
        return {"text": text, "sha256": lots.sha256(text)}


def _badge(outcome, number):
    if outcome == lots.WAITING:
        words = _("Number %(position)s on the waitlist") % {"position": number}
        return Badge("wait", "wait", words)
    return {
        lots.PLACED: Badge("good", "check", _("Drawn")),
        lots.NOT_DRAWN: Badge("", "full", _("Not drawn")),
        lots.WITHDRAWN: Badge("", "cross", _("Taken back before the draw")),
    }[outcome]
