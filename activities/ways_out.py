"""What would be found without one of the filters, for a page on which nothing is."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import CharField, Value

from activities.filters import Pill

# Counting ends here: that there are more is all that anybody needs to know.
COUNTED = 50


@dataclass(frozen=True)
class WayOut:
    """One filter to take away, and how many sessions are found then."""

    pill: Pill
    found: int
    most = COUNTED

    @property
    def has_more(self):
        return self.found > self.most


def ways_out(filters, sessions_without):
    """Filters whose going alone helps, the most helpful first. One statement.

    `sessions_without` answers all of the questions but those it is given.
    """
    pills = {pill.field: pill for pill in filters.in_force}
    rows = [_a_few(sessions_without({field}), field) for field in pills]
    if not rows:
        return []
    found = Counter(rows[0].union(*rows[1:], all=True))
    return [WayOut(pills[field], count) for field, count in found.most_common()]


def _a_few(sessions, field):
    """The name of the field, once for each session."""
    named = sessions.order_by().annotate(field=Value(field, output_field=CharField()))
    return named.values_list("field", flat=True)[: COUNTED + 1]
