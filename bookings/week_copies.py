"""Doing a week again: its sessions in another week, with all that is in the way.

Looked at first and made later, and looked at once more when they are made: what is in the way
by then stays out and is said.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.known_days import known_days
from activities.models import Session, Status
from activities.timetable import Mark
from bookings import changes
from bookings.effects import REFUSALS
from venues import takings
from venues.free_times import FreeTimes
from venues.models import CalendarDay, Center, Taking, TakingKind

A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Copy:
    """A session of the one week in the other. `obstacle` is why not, `marks` what to look at."""

    session: Session
    starts_at: datetime
    ends_at: datetime
    obstacle: str
    marks: tuple[str, ...]
    is_holiday: bool

    @property
    def can_be_made(self):
        return not self.obstacle


def of_week(center, monday, *, activity=None, floor=None):
    """The sessions that would be copied: what was called off is not done again."""
    found = Session.objects.live().between(monday, monday + A_WEEK - timedelta(days=1))
    found = found.filter(activity__center=center)
    if activity:
        found = found.filter(activity=activity)
    if floor is not None:
        found = found.filter(taking__room__floor__level=floor)
    return list(
        found.select_related("activity__center", "leader", "taking__room__floor__center").order_by(
            "starts_at", "pk"
        )
    )


def preview(sessions, weeks, *, at=None):
    """A Copy for each of them, `weeks` later; as many statements for a hundred as for one."""
    if not sessions:
        return []
    about = _About(sessions, weeks * A_WEEK, at or timezone.now())
    return [about.copy(session) for session in sessions]


def copy(sessions, weeks, *, at=None):
    """Make them in the other week, in one transaction; ([sessions], [(Copy, why not)]).

    Asked again, it makes nothing twice: an activity that has a date then is left alone.
    """
    at = at or timezone.now()
    made, left = [], []
    with transaction.atomic():
        _one_at_a_time(sessions)
        takings.lock(*{session.room for session in sessions if session.room})
        for each in preview(sessions, weeks, at=at):
            reason = each.obstacle or _make(each, made, at)
            if reason:
                left.append((each, reason))
    return made, left


def _one_at_a_time(sessions):
    """Whoever copies a week of the same center meanwhile waits, and then finds the dates there."""
    here = Center.objects.filter(pk__in={each.activity.center_id for each in sessions})
    list(here.order_by("pk").select_for_update(no_key=True))


def _make(each, made, at):
    """Make one; why not, or ""."""
    session = each.session
    try:
        made += changes.add_dates(
            session.activity,
            [(each.starts_at, each.ends_at)],
            capacity=session.capacity,
            room=session.room,
            outside_place=session.outside_place,
            leader=session.leader,
            at=at,
        )
    except REFUSALS as refused:
        return str(refused.reason)
    return ""


class _About:
    """All that is known of the other week."""

    def __init__(self, sessions, later, at):
        self.later, self.at = later, at
        first = timezone.localtime(sessions[0].starts_at + later).date()
        last = max(timezone.localtime(each.ends_at + later).date() for each in sessions)
        rooms = {each.room.pk: each.room for each in sessions if each.room}
        self.times = FreeTimes(list(rooms.values()), first, last)
        ids = {use.taking for room in rooms.values() for use in self.times.uses(room)}
        self.takings = Taking.objects.select_related("slot_date__slot__agreement").in_bulk(ids)
        busy = Q(activity__in={each.activity_id for each in sessions})
        busy |= Q(leader__in={each.leader_id for each in sessions if each.leader_id})
        self.sessions = list(
            Session.objects.live().between(first - timedelta(days=1), last).filter(busy)
            .select_related("activity", "leader")
        )  # fmt: skip
        self.days, self.calendar = self._names(first, last), known_days()

    def copy(self, session):
        starts_at, ends_at = session.starts_at + self.later, session.ends_at + self.later
        mark = self.calendar.mark(timezone.localtime(starts_at).date())
        return Copy(
            session=session,
            starts_at=starts_at,
            ends_at=ends_at,
            obstacle=self._obstacle(session, starts_at, ends_at),
            marks=tuple(self._marks(session, starts_at, ends_at, mark)),
            is_holiday=mark == Mark.HOLIDAY,
        )

    def _names(self, first, last):
        named = CalendarDay.objects.filter(date__range=(first, last))
        return dict(named.values_list("date", "name"))

    def _marks(self, session, starts_at, ends_at, mark):
        day = timezone.localtime(starts_at).date()
        if mark == Mark.HOLIDAY:
            yield self.days.get(day) or _("public holiday")
        if mark == Mark.MAKEUP_WORKDAY:
            yield _("make-up workday")
        if mark == Mark.UNKNOWN:
            yield _("holidays not announced yet")
        if session.room:
            opened = self.times.open_spans(session.room, day)
            if not any(opens <= starts_at and ends_at <= closes for opens, closes in opened):
                yield _("outside opening hours")

    def _obstacle(self, session, starts_at, ends_at):
        if starts_at <= self.at:
            return _("that time has passed already")
        if session.activity.status == Status.ARCHIVED:
            return _("the activity is over")
        return self._busy(session, starts_at, ends_at) or self._taken(session, starts_at, ends_at)

    def _busy(self, session, starts_at, ends_at):
        for other in self.sessions:
            if not (other.starts_at < ends_at and starts_at < other.ends_at):
                continue
            if other.activity_id == session.activity_id:
                return _("this activity already has a date then")
            if session.leader_id and other.leader_id == session.leader_id:
                return _("%(leader)s leads “%(other)s” then") % {
                    "leader": session.leader,
                    "other": other.activity,
                }
        return ""

    def _taken(self, session, starts_at, ends_at):
        room = session.room
        if room is None:
            return ""
        if room.retired_on and room.retired_on <= timezone.localtime(starts_at).date():
            return _("%(room)s is not in use any more") % {"room": room}
        for use in self.times.uses(room):
            is_then = use.starts_at < ends_at and starts_at < use.ends_at
            if is_then and not self._gives_way(use, session):
                return self._in_the_way(room, use)
        return ""

    def _gives_way(self, use, session):
        """What a partner holds by agreement is for what it offers itself."""
        date = getattr(self.takings[use.taking], "slot_date", None)
        return date and date.slot.agreement.partner_id == session.activity.partner_id

    def _in_the_way(self, room, use):
        words = {
            "room": room,
            "label": self.takings[use.taking],
            "start": f"{timezone.localtime(use.starts_at):%H:%M}",
            "end": f"{timezone.localtime(use.ends_at):%H:%M}",
        }
        if use.kind == TakingKind.CLOSURE:
            return _("%(room)s is closed: %(label)s") % words
        return _("%(room)s is taken: “%(label)s” %(start)s–%(end)s") % words
