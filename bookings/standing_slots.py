"""Fixed times that a center has agreed with a partner: they hold the room, and are asked about.

The order of locks is rooms, then the dates. A date that nobody wants to use is released and free
for everybody; without an answer it is released three days before.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.timetable import Rule
from bookings import slot_telling
from bookings.models import BookingChannel
from bookings.rules import BookingRefused, Refusal
from bookings.series_dates import Judge, WantedDate, left_out, no_dates, planned_dates
from partners.models import SlotDate, StandingSlot
from venues import takings
from venues.models import CalendarDay, TakingKind

ASKS_ABOUT = timedelta(days=14)
ANSWER_UNTIL = timedelta(days=3)  # before the date
TIME_TO_ANSWER = timedelta(days=2)  # at least, however late somebody was asked


def preview(slot: StandingSlot, *, by, at: datetime | None = None) -> list[WantedDate]:
    """Every date of the slot, also those that are left out: holidays, closures, clashes.

    Raises BookingRefused where there are none.
    """
    at = at or timezone.now()
    planned = planned_dates(_rule(slot))
    days = [each.day for each in planned.sessions] + [each.day for each in planned.left_out]
    if not planned.sessions:
        raise BookingRefused(no_dates())
    judge = Judge(
        slot.room, min(days), max(days), headcount=1, by=by, person=None, partner=None,
        channel=BookingChannel.DESK, at=at,
    )  # fmt: skip
    wanted = [
        WantedDate(
            each.starts_at, each.ends_at, judge.refusal_in_hours(each.starts_at, each.ends_at)
        )
        for each in planned.sessions
    ]
    names = dict(CalendarDay.objects.filter(date__in=days).values_list("date", "name"))
    wanted += [left_out(each.day, _rule(slot), names) for each in planned.left_out]
    return sorted(wanted, key=lambda each: each.starts_at)


@transaction.atomic
def agree(slot: StandingSlot, *, by, at: datetime | None = None) -> StandingSlot:
    """Save the slot and hold the room on all its dates that can be had.

    The others are kept with their reason. Raises BookingRefused where none can be had.
    """
    at = at or timezone.now()
    takings.lock(slot.room)
    wanted = preview(slot, by=by, at=at)
    had = [each for each in wanted if each.can_be_had]
    if not had:
        raise BookingRefused(wanted[0].no)
    slot.created_by, slot.created_at = by, at
    slot.save(force_insert=True)
    taken = takings.take_all(
        slot.room,
        [(each.starts_at, each.ends_at) for each in had],
        kind=TakingKind.STANDING_SLOT,
        label=f"{slot.partner} · {slot.purpose}",
    )
    held = {taking.starts_at: taking for taking in taken}
    SlotDate.objects.bulk_create(
        SlotDate(
            slot=slot,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            taking=held.get(each.starts_at) if each.can_be_had else None,
            left_out=each.no.text if each.no else "",
        )
        for each in wanted
    )
    return slot


@transaction.atomic
def end(slot: StandingSlot, *, by, at: datetime | None = None) -> int:
    """Release all that is to come; returns how many dates. Raises BookingRefused when over."""
    at = at or timezone.now()
    takings.lock(slot.room)
    dates = _locked(slot.dates.held().to_come(at))
    if not dates:
        raise BookingRefused(_over())
    _release(dates, by=by, at=at)
    StandingSlot.objects.filter(pk=slot.pk).update(ended_at=at)
    slot_telling.tell_released(dates, at=at, fact="slot_ended")
    return len(dates)


@transaction.atomic
def keep(date: SlotDate, *, at: datetime | None = None) -> None:
    """They will use it. Raises BookingRefused when it is not theirs any more."""
    at = at or timezone.now()
    [date] = _still_held(date, at)
    date.kept_at = date.kept_at or at
    date.save(update_fields=["kept_at"])


@transaction.atomic
def release(date: SlotDate, *, by, at: datetime | None = None) -> None:
    """They will not use it, and everybody may. Raises BookingRefused when it is gone already."""
    at = at or timezone.now()
    _release(_still_held(date, at), by=by, at=at)


@transaction.atomic
def release_closed(dates, *, reason, by, at: datetime | None = None) -> None:
    """Release dates for which the room is shut; partners are told why, each once."""
    at = at or timezone.now()
    rows = _locked(SlotDate.objects.held().filter(pk__in=[each.pk for each in dates]))
    _release(rows, by=by, at=at)
    slot_telling.tell_released(rows, at=at, fact="slot_closed", reason=reason)


@transaction.atomic
def ask_about_coming(at: datetime | None = None) -> int:
    """Ask partners about the dates of the next two weeks, each once; returns how many dates.

    Where something of theirs is planned already, the date has given way and is not asked about.
    """
    at = at or timezone.now()
    coming = SlotDate.objects.held().to_come(at).filter(starts_at__lte=at + ASKS_ABOUT)
    dates = _locked(coming.filter(asked_at=None, kept_at=None))
    SlotDate.objects.filter(pk__in=[each.pk for each in dates]).update(asked_at=at)
    for each in dates:
        each.asked_at = at
    slot_telling.ask(dates, at=at, until=deadline_of)
    return len(dates)


def release_unanswered(at: datetime | None = None) -> int:
    """Release what nobody has answered about in time; returns how many dates."""
    at, released = at or timezone.now(), 0
    due = (
        SlotDate.objects.held()
        .to_come(at)
        .filter(kept_at=None, starts_at__lte=at + ANSWER_UNTIL, asked_at__lte=at - TIME_TO_ANSWER)
    )
    for date in due.with_slot():
        with transaction.atomic():
            takings.lock(date.slot.room)
            still = _locked(SlotDate.objects.held().filter(pk=date.pk, kept_at=None))
            _release(still, by=None, at=at)
            slot_telling.tell_released(still, at=at, fact="slot_released")
            released += len(still)
    return released


def deadline_of(date: SlotDate) -> datetime:
    """Until when somebody may say that they use it."""
    return max(date.starts_at - ANSWER_UNTIL, (date.asked_at or date.starts_at) + TIME_TO_ANSWER)


def _rule(slot):
    return Rule(
        first_day=slot.first_day,
        last_day=slot.last_day,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        weekdays=frozenset(slot.weekdays),
        every_weeks=slot.every_weeks,
        nth_of_month=frozenset(slot.nth_of_month),
        skip_holidays=True,
    )


def _still_held(date, at):
    takings.lock(date.slot.room)
    dates = _locked(SlotDate.objects.held().to_come(at).filter(pk=date.pk))
    if not dates:
        raise BookingRefused(_over())
    return dates


def _locked(dates):
    rows = dates.with_slot().select_related(
        "taking", "slot__agreement__partner", "slot__room__floor__center"
    )
    return list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)))


def _release(dates, *, by, at):
    SlotDate.objects.filter(pk__in=[each.pk for each in dates]).update(
        released_at=at, released_by=by
    )
    takings.free_all([each.taking for each in dates], at=at)


def _over():
    return Refusal(
        "slot_over",
        _("This date is already over, used or released."),
        _("Please look at the list again."),
    )
