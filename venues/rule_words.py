"""What a rule says, for staff who are about to change it."""

from dataclasses import dataclass
from datetime import time

from django.db.models import Model
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Change:
    """A rule of a center that is about to change, and what follows it or keeps its own then."""

    label: str
    old: str
    new: str
    following: int
    keeping: list[tuple[Model, str]]


def in_words(rules: Model, name: str) -> str:
    """What a rule says: 120, yes, 09:00."""
    value = getattr(rules, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if value is None:
        return "–"
    said = getattr(rules, f"get_{name}_display", None)
    return str(said() if said else value)
