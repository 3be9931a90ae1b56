"""What each kind of notice is about, and how much of a hurry it is in.

Kinds are named by their message files, which stand in the apps above; a test sees to it that
every one of them is in the table.
"""

from datetime import datetime
from enum import Enum
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class Group(models.TextChoices):
    """What people choose a way for."""

    BOOKINGS = "bookings", _("My bookings and what changes about them")
    OFFERS = "offers", _("Offers and the waitlist")
    REMINDERS = "reminders", _("Reminders before a date")
    NEWS = "news", _("What is new of what I follow")
    FEEDBACK = "feedback", _("Asked afterwards how it was")
    WORK = "work", _("What partners and staff have to know")


class Hurry(Enum):
    WAITS = "until morning, whatever it is about"
    SOON = "only where what it is about comes later than the morning"
    NOW = "never"


class Kind(NamedTuple):
    group: Group
    hurry: Hurry


KINDS = {
    "accounts/account_closed": Kind(Group.BOOKINGS, Hurry.NOW),
    "accounts/code": Kind(Group.BOOKINGS, Hurry.NOW),
    "activities/changes_asked": Kind(Group.WORK, Hurry.WAITS),
    "activities/posting_submitted": Kind(Group.WORK, Hurry.WAITS),
    "activities/published": Kind(Group.WORK, Hurry.WAITS),
    "activities/revision_accepted": Kind(Group.WORK, Hurry.WAITS),
    "activities/revision_submitted": Kind(Group.WORK, Hurry.WAITS),
    "bookings/applied": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/called_off": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/canceled": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/changed": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/confirmed": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/drawn": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/feedback": Kind(Group.FEEDBACK, Hurry.WAITS),
    "bookings/lapsed": Kind(Group.OFFERS, Hurry.WAITS),
    "bookings/merged": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/missed": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/moved_up": Kind(Group.OFFERS, Hurry.SOON),
    "bookings/new_leader": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/new_offer": Kind(Group.NEWS, Hurry.WAITS),
    "bookings/not_drawn": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/offered": Kind(Group.OFFERS, Hurry.SOON),
    "bookings/online_rests": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/opened": Kind(Group.NEWS, Hurry.WAITS),
    "bookings/reminder": Kind(Group.REMINDERS, Hurry.WAITS),
    "bookings/revised": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/room_asked": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/room_canceled": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/room_changed": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/room_confirmed": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/room_declined": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/room_free": Kind(Group.OFFERS, Hurry.SOON),
    "bookings/room_lapsed": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/room_requested": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/room_undecided": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/series_canceled": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/series_changed": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/series_confirmed": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/series_declined": Kind(Group.BOOKINGS, Hurry.SOON),
    "bookings/series_requested": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/several": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/slot_asked": Kind(Group.WORK, Hurry.WAITS),
    "bookings/slot_closed": Kind(Group.WORK, Hurry.SOON),
    "bookings/slot_ended": Kind(Group.WORK, Hurry.SOON),
    "bookings/slot_released": Kind(Group.WORK, Hurry.WAITS),
    "bookings/swapped_date": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/swapped_person": Kind(Group.BOOKINGS, Hurry.WAITS),
    "bookings/waitlisted": Kind(Group.OFFERS, Hurry.WAITS),
    "partners/agreement_ends": Kind(Group.WORK, Hurry.WAITS),
    "partners/applied": Kind(Group.WORK, Hurry.WAITS),
    "partners/approved": Kind(Group.WORK, Hurry.WAITS),
    "partners/decision_due": Kind(Group.WORK, Hurry.WAITS),
    "partners/declined": Kind(Group.WORK, Hurry.WAITS),
    "partners/ended": Kind(Group.WORK, Hurry.WAITS),
    "partners/invited": Kind(Group.WORK, Hurry.WAITS),
    "partners/joined": Kind(Group.WORK, Hurry.WAITS),
    "partners/box_due": Kind(Group.WORK, Hurry.WAITS),
    "partners/box_overdue": Kind(Group.WORK, Hurry.WAITS),
    "partners/letter_answered": Kind(Group.BOOKINGS, Hurry.WAITS),
    "partners/letter_overdue": Kind(Group.WORK, Hurry.WAITS),
    "partners/meeting_called_off": Kind(Group.WORK, Hurry.SOON),
    "partners/meeting_invited": Kind(Group.WORK, Hurry.WAITS),
    "partners/meeting_minutes": Kind(Group.WORK, Hurry.WAITS),
    "partners/meeting_moved": Kind(Group.WORK, Hurry.SOON),
    "partners/meeting_silent": Kind(Group.WORK, Hurry.WAITS),
    "partners/need_answered": Kind(Group.BOOKINGS, Hurry.WAITS),
    "partners/need_asked": Kind(Group.WORK, Hurry.WAITS),
    "partners/need_closed": Kind(Group.BOOKINGS, Hurry.WAITS),
    "partners/need_done": Kind(Group.BOOKINGS, Hurry.WAITS),
    "partners/need_gathered": Kind(Group.BOOKINGS, Hurry.WAITS),
    "partners/need_open_again": Kind(Group.WORK, Hurry.WAITS),
    "partners/need_overdue": Kind(Group.WORK, Hurry.WAITS),
    "partners/need_planned": Kind(Group.BOOKINGS, Hurry.WAITS),
    "partners/nobody_acts": Kind(Group.WORK, Hurry.WAITS),
    "partners/partner_accepts": Kind(Group.WORK, Hurry.WAITS),
    "partners/partner_declines": Kind(Group.WORK, Hurry.WAITS),
    "partners/question_withdrawn": Kind(Group.WORK, Hurry.WAITS),
    "partners/resumed": Kind(Group.WORK, Hurry.WAITS),
    "partners/suspended": Kind(Group.WORK, Hurry.WAITS),
}

# What nobody has sorted yet wakes nobody, but reaches people as their bookings do.
UNSORTED = Kind(Group.BOOKINGS, Hurry.WAITS)


def of(notice) -> Kind:
    return KINDS.get(notice.kind, UNSORTED)


def first_moment(notice) -> datetime | None:
    """When what it is about begins, or its deadline ends, whichever comes first."""
    said = notice.context
    rows = [said, *(row for row in said.get("dates", []) if isinstance(row, dict))]
    names = ("starts_at", "old_starts_at")
    starts = [datetime.fromisoformat(row[name]) for row in rows for name in names if row.get(name)]
    return min([*starts, *([notice.expires_at] if notice.expires_at else [])], default=None)
