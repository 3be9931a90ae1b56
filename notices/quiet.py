"""The hours in which nobody is disturbed by what can wait: 21:00 to 8:00, or as one says.

My messages show everything at once. A mail or a text message waits until morning, unless what
it is about would be over by then, or come so soon after it that one has left the house.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from notices import kinds
from notices.kinds import Hurry

EVENING, MORNING = time(21), time(8)

# Whoever hears of it at breakfast can still stay at home.
BREAKFAST = timedelta(hours=4)


def awake(at: datetime, evening: time = EVENING, morning: time = MORNING) -> datetime:
    """That moment, or the next morning where it falls into the night."""
    local = timezone.localtime(at)
    now, day = local.time(), local.date()
    over_midnight = evening > morning
    if over_midnight and now >= evening:
        day += timedelta(days=1)
    elif not (now < morning if over_midnight else evening <= now < morning):
        return at
    return timezone.make_aware(datetime.combine(day, morning))


def until(notice, at: datetime) -> datetime:
    """When its recipient may be disturbed by it; that moment itself where it is urgent."""
    if not settings.QUIET_HOURS or notice.is_private:
        return at
    morning = _morning_of(notice.recipient, at)
    return at if morning > at and _is_urgent(notice, morning) else morning


def _morning_of(user, at):
    chosen = getattr(user, "preference", None)
    if chosen is None:
        return awake(at)
    return awake(at, chosen.quiet_from, chosen.quiet_until) if chosen.is_quiet else at


def _is_urgent(notice, morning):
    match kinds.of(notice).hurry:
        case Hurry.NOW:
            return True
        case Hurry.SOON:
            begins = kinds.first_moment(notice)
            return begins is not None and begins <= morning + BREAKFAST
    return False
