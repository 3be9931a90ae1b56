"""Questions that many people ask, put together already: one tap instead of four fields."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Care, Role
from activities.filters import PartOfDay

SHOWN_PEOPLE = 6


@dataclass(frozen=True)
class WayIn:
    """What is asked for, and the address that asks it together with the filters in force."""

    words: str
    address: str


def ways_in(filters, user, center, at=None):
    """All of them that are not in force yet. People are named to their carer alone."""
    asked = [*_times(timezone.localdate(at)), (_("With free places"), {"free": True})]
    if center:
        name = center.community or center.name
        asked.append((_("At %(center)s") % {"center": name}, {"center": center.slug}))
    if user.is_authenticated:
        asked += _people(user)
    return [
        WayIn(words, filters.address_with(answers))
        for words, answers in asked
        if not filters.has(answers)
    ]


def _times(today):
    saturday = today + timedelta(days=5 - today.weekday())
    sunday = saturday + timedelta(days=1)
    return [
        (_("This evening"), {"from": today, "to": today, "part": PartOfDay.EVENING.value}),
        (_("This weekend"), {"from": max(today, saturday), "to": sunday, "part": ""}),
    ]


def _people(user):
    """By their ages: in the address is no name, and whoever gets the link learns none."""
    cares = Care.objects.active().filter(
        user=user, person__retired_at=None, person__birth_date__isnull=False
    )
    return [
        (_words_for(care, care.person.age), {"age": care.person.age})
        for care in cares.select_related("person")[:SHOWN_PEOPLE]
    ]


def _words_for(care, age):
    if care.role == Role.SELF:
        return _("For me, %(age)s") % {"age": age}
    return _("For %(name)s, %(age)s") % {"name": care.person, "age": age}
