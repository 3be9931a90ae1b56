"""What became of a timetable file, row by row and in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.findings import Finding

# So many rows of the same caution are shown whole; of the rest only the numbers.
SHOWN_WHOLE = 10
NUMBERS_IN_LINE = 20


class What(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one row. `changes` are in words, `problems` the reasons of a refusal."""

    what: What
    sessions: int = 0
    changes: tuple[str, ...] = ()
    problems: tuple[Finding, ...] = ()
    cautions: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Report:
    """Outcomes by the row's number in the file."""

    outcomes: dict[int, Outcome]
    notes: tuple[str, ...] = ()
    shift: timedelta = timedelta(0)

    def of(self, what: What) -> dict[int, Outcome]:
        return {
            number: outcome for number, outcome in self.outcomes.items() if outcome.what is what
        }

    @property
    def sessions(self) -> int:
        """Sessions of all rows that are in, new or not."""
        return sum(outcome.sessions for outcome in self.outcomes.values())

    def lines(self) -> Iterator[str]:
        yield from self._summary()
        if updated := self.of(What.UPDATED):
            yield ""
            yield _("Changed:")
            for number, outcome in updated.items():
                yield "  " + _row(number, ", ".join(outcome.changes))
        if self.of(What.REFUSED):
            yield ""
            yield _("Refused, nothing of these rows is in:")
            yield from _grouped(self._problems(), shown_whole=None)
        if any(outcome.cautions for outcome in self.outcomes.values()):
            yield ""
            yield _("In, but please look at:")
            yield from _grouped(self._cautions(), shown_whole=SHOWN_WHOLE)

    def _summary(self) -> Iterator[str]:
        count = {what: len(self.of(what)) for what in What}
        yield ngettext("%(count)s row read.", "%(count)s rows read.", len(self.outcomes)) % {
            "count": len(self.outcomes)
        }
        if weeks := self.shift.days // 7:
            yield ngettext(
                "All dates were moved by %(count)s week.",
                "All dates were moved by %(count)s weeks.",
                weeks,
            ) % {"count": weeks}
        yield from self.notes
        yield _(
            "New: %(added)s. Changed: %(updated)s. Unchanged: %(unchanged)s. Refused: %(refused)s."
        ) % {what.value: number for what, number in count.items()}
        yield ngettext(
            "They hold %(count)s session.", "They hold %(count)s sessions.", self.sessions
        ) % {"count": self.sessions}

    def _problems(self) -> Iterator[tuple[int, Finding]]:
        for number, outcome in self.outcomes.items():
            yield from ((number, finding) for finding in outcome.problems)

    def _cautions(self) -> Iterator[tuple[int, Finding]]:
        for number, outcome in self.outcomes.items():
            yield from ((number, finding) for finding in outcome.cautions)


def _grouped(findings: Iterator[tuple[int, Finding]], *, shown_whole: int | None) -> Iterator[str]:
    """Findings by kind, the most frequent last, where the eye is when the list has run past."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for number, finding in findings:
        groups.setdefault(str(finding.kind.label), []).append((number, finding.text))
    for label, rows in sorted(groups.items(), key=lambda group: len(group[1])):
        yield f"  {label} ({len(rows)})"
        whole = rows[:shown_whole]
        yield from ("    " + _row(number, text) for number, text in whole)
        if rest := [number for number, _text in rows[len(whole) :]]:
            numbers = ", ".join(map(str, rest[:NUMBERS_IN_LINE]))
            dots = " …" if len(rest) > NUMBERS_IN_LINE else ""
            yield "    " + _("and rows %(numbers)s") % {"numbers": numbers + dots}


def _row(number: int, text: str) -> str:
    return _("row %(number)s: %(text)s") % {"number": number, "text": text}
