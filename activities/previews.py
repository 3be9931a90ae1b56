"""What is known about dates before they are made: holidays, clashes, shut doors.

Everything is read once for the whole run and compared here, so that a year of dates costs
as many statements as one.
"""

from dataclasses import dataclass
from datetime import date, time

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Session
from activities.timetable import Mark, PlannedSession, WhyLeftOut
from venues import hours, takings


@dataclass(frozen=True)
class DatePreview:
    """One date of the plan. `obstacle` is why it cannot be made, `marks` what to look at."""

    day: date
    planned: PlannedSession | None = None
    marks: tuple[str, ...] = ()
    obstacle: str = ""
    left_out: str = ""

    @property
    def can_be_made(self):
        return self.planned is not None and not self.obstacle


def preview(activity, plan, *, room=None, leader=None):
    """A DatePreview for each date of the plan in order, also for those that are left out."""
    about = _About(activity, plan, room, leader)
    rows = [about.session(planned) for planned in plan.sessions]
    rows += [about.left_out(each) for each in plan.left_out]
    return sorted(rows, key=lambda row: row.day)


class _About:
    """All that happens at the center between the first and the last session of a plan."""

    def __init__(self, activity, plan, room, leader):
        self.activity, self.room, self.leader = activity, room, leader
        starts_at, ends_at = plan.sessions[0].starts_at, plan.sessions[-1].ends_at
        self.takings = self._in_the_way(starts_at, ends_at) if room else []
        mine = Q(activity=activity) | Q(leader=leader) if leader else Q(activity=activity)
        self.sessions = list(
            Session.objects.live()
            .filter(mine, starts_at__lt=ends_at, ends_at__gt=starts_at)
            .select_related("activity")
        )
        days = [each.day for each in (*plan.sessions, *plan.left_out)]
        self.hours = hours.of(activity.center, min(days), max(days))
        self.names = {each.date: each.name for each in self.hours.calendar_days}

    def _in_the_way(self, starts_at, ends_at):
        """What the partner holds itself gives way."""
        found = takings.clashes(self.room, starts_at, ends_at)
        if partner := self.activity.partner_id:
            found = found.exclude(slot_date__slot__agreement__partner=partner)
        return list(found)

    def session(self, planned):
        return DatePreview(
            day=planned.day,
            planned=planned,
            marks=tuple(self._marks(planned)),
            obstacle=self._obstacle(planned),
        )

    def left_out(self, each):
        words = {
            WhyLeftOut.HOLIDAY: _("Left out: %(name)s")
            % {"name": self.names.get(each.day) or _("public holiday")},
            WhyLeftOut.EXCEPTED: _("Left out, as you wrote"),
        }
        return DatePreview(day=each.day, left_out=words[each.why])

    def _marks(self, planned):
        name = self.names.get(planned.day)
        if planned.mark == Mark.HOLIDAY:
            yield name or _("public holiday")
        if planned.mark == Mark.MAKEUP_WORKDAY:
            yield _("make-up workday")
        if planned.mark == Mark.UNKNOWN:
            yield _("holidays not announced yet")
        if not self._is_open(planned):
            why = self.hours.why(planned.day, self.room.pk)
            outside = _("outside opening hours")
            yield f"{outside} ({why})" if why else outside

    def _is_open(self, planned):
        """A place outside has no hours, and neither has a center that wrote none down."""
        if self.room is None or not self.hours.are_written_down:
            return True
        starts, ends = planned.starts_at.time(), planned.ends_at.time()
        if ends == time(0):
            ends = time.max
        return any(
            each.opens_at <= starts and ends <= each.closes_at
            for each in self.hours.on(planned.day, self.room.pk)
        )

    def _obstacle(self, planned):
        for session in self.sessions:
            if not _overlap(session, planned):
                continue
            if session.activity_id == self.activity.pk:
                return _("this activity already has a date then")
            return _("%(leader)s leads “%(other)s” then") % {
                "leader": self.leader,
                "other": session.activity,
            }
        for taking in self.takings:
            if _overlap(taking, planned):
                return _("%(room)s is taken: “%(label)s” %(start)s–%(end)s") % {
                    "room": self.room,
                    "label": taking,
                    "start": f"{timezone.localtime(taking.starts_at):%H:%M}",
                    "end": f"{timezone.localtime(taking.ends_at):%H:%M}",
                }
        return ""


def _overlap(one, other):
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
