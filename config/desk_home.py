"""The first page of the staff's desk: what is on today, and what needs somebody to look."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.availability import of_session
from activities.models import Activity, Revision, Session, Status
from bookings import told
from bookings.models import Booking, Draw, RoomBooking
from partners.meetings import without_a_meeting
from partners.models import BoxOpening, Decision, Letter, Need, Partner, PartnerStatus
from venues.models import CalendarDay, Center
from venues.staffing import duty_of, workplaces

FAILED_LATELY = timedelta(days=14)
# From this month on one asks for the holidays of the next year.
NEXT_YEAR_MATTERS_FROM = 10


@dataclass(frozen=True)
class Task:
    """Something to look at, said in words, and the way there."""

    words: str
    address: str
    icon: str


def facts(user, at=None):
    """For the page of this user; who looks on gets numbers, and no names or tasks."""
    at = at or timezone.now()
    duty = duty_of(user)
    if duty.works:
        here = workplaces(user)
        return {"works": True, "today": _today(here, at), "tasks": list(_tasks(here, at))}
    return {"looks_on": duty.looks_on, "centers": _sums(user, at) if duty.looks_on else []}


def _today(centers, at):
    """[(session, its places)] of the day, in order."""
    day = timezone.localdate(at)
    sessions = Session.objects.published().between(day, day).filter(activity__center__in=centers)
    return [
        (session, of_session(session, at))
        for session in sessions.for_lists().select_related("leader").order_by("starts_at", "pk")
    ]


def _tasks(centers, at):
    yield from _postings(centers)
    yield from _partners(centers)
    yield from _letters(centers, at)
    yield from _needs(centers, at)
    yield from _rooms(centers, at)
    yield from _sessions(centers, at)
    yield from _draws(centers, at)
    yield from _meetings(centers, at)
    yield from _notices(centers, at)
    yield from _holidays(at)


def _rooms(centers, at):
    asked = RoomBooking.objects.requested().to_come(at).filter(room__floor__center__in=centers)
    found = asked.aggregate(
        single=Count("pk", filter=Q(series=None)), series=Count("series", distinct=True)
    )
    if series := found["series"]:
        words = ngettext(
            "%(count)s series of rooms waits for you to look at it",
            "%(count)s series of rooms wait for you to look at them",
            series,
        )
        yield _task(words, series, "bookings_roomseries", "event_repeat", state="waits")
    if waiting := found["single"]:
        words = ngettext(
            "%(count)s request for a room waits for you to look at it",
            "%(count)s requests for rooms wait for you to look at them",
            waiting,
        )
        single = {"status__exact": "requested", "series": "no"}
        yield _task(words, waiting, "bookings_roombooking", "key", **single)


def _postings(centers):
    waiting = Activity.objects.filter(center__in=centers, status=Status.SUBMITTED).count()
    if waiting:
        words = ngettext(
            "%(count)s posting waits for you to look at it",
            "%(count)s postings wait for you to look at them",
            waiting,
        )
        yield _task(words, waiting, "activities_activity", "rate_review", status__exact="submitted")
    if changes := Revision.objects.submitted().filter(activity__center__in=centers).count():
        words = ngettext(
            "%(count)s change of a published activity waits for you to look at it",
            "%(count)s changes of published activities wait for you to look at them",
            changes,
        )
        yield Task(words % {"count": changes}, reverse("admin:revisions"), "edit_note")


def _partners(centers):
    """Applications to look at, and partners that nobody acts for, in one statement."""
    here = Partner.objects.filter(centers__in=centers)
    found = here.aggregate(
        applied=Count("pk", filter=Q(status=PartnerStatus.APPLIED), distinct=True),
        alone=Count("pk", filter=Q(pk__in=Partner.objects.without_members()), distinct=True),
    )
    if found["applied"]:
        words = ngettext(
            "%(count)s organization would like to be a partner",
            "%(count)s organizations would like to be partners",
            found["applied"],
        )
        applied = {"status__exact": "applied"}
        yield _task(words, found["applied"], "partners_partner", "handshake", **applied)
    if found["alone"]:
        words = ngettext(
            "Nobody acts for %(count)s partner any more",
            "Nobody acts for %(count)s partners any more",
            found["alone"],
        )
        yield _task(words, found["alone"], "partners_partner", "person_off", members="none")


def _letters(centers, at):
    unread = Letter.objects.unread().filter(center__in=centers)
    found = unread.aggregate(all=Count("pk"), overdue=Count("pk", filter=Q(answer_by__lt=at)))
    if found["overdue"]:
        words = ngettext(
            "%(count)s letter should have been answered by now",
            "%(count)s letters should have been answered by now",
            found["overdue"],
        )
        yield _task(words, found["overdue"], "partners_letter", "mail", state="overdue")
    if waiting := found["all"] - found["overdue"]:
        words = ngettext(
            "%(count)s new letter is in the box", "%(count)s new letters are in the box", waiting
        )
        yield _task(words, waiting, "partners_letter", "mail", state="unread")
    closed = BoxOpening.objects.open().filter(center__in=centers).count()
    if closed:
        words = ngettext(
            "%(count)s opinion box waits to be opened",
            "%(count)s opinion boxes wait to be opened",
            closed,
        )
        yield _task(words, closed, "partners_boxopening", "inbox", opened_at__isempty=1)


def _needs(centers, at):
    overdue = Need.objects.overdue(at).filter(center__in=centers).count()
    if overdue:
        words = ngettext(
            "%(count)s need should have been answered by now",
            "%(count)s needs should have been answered by now",
            overdue,
        )
        yield _task(words, overdue, "partners_need", "campaign", answer="overdue")


def _sessions(centers, at):
    """Of the next seven days, in one statement."""
    week = (
        Session.objects.live()
        .published()
        .coming(at)
        .filter(activity__center__in=centers, starts_at__lt=at + timedelta(days=7))
    )
    found = week.aggregate(
        waiting=Count("pk", filter=Q(places_waiting__gt=0)),
        leaderless=Count("pk", filter=Q(leader=None)),
    )
    if found["waiting"]:
        words = ngettext(
            "%(count)s date this week has people waiting",
            "%(count)s dates this week have people waiting",
            found["waiting"],
        )
        in_week = {"when": "week", "needs": "waiting"}
        yield _task(words, found["waiting"], "activities_session", "hourglass_top", **in_week)
    if found["leaderless"]:
        words = ngettext(
            "%(count)s date this week has no leader yet",
            "%(count)s dates this week have no leader yet",
            found["leaderless"],
        )
        in_week = {"when": "week", "needs": "leader"}
        yield _task(words, found["leaderless"], "activities_session", "person_off", **in_week)


def _draws(centers, at):
    due = Draw.objects.due(at).filter(activity__center__in=centers).count()
    if due:
        words = ngettext(
            "%(count)s draw waits for its number to be typed in",
            "%(count)s draws wait for their numbers to be typed in",
            due,
        )
        yield _task(words, due, "bookings_draw", "casino", state="due")
    dates = Session.objects.live().published().coming(at).without_draw()
    missing = dates.filter(activity__center__in=centers).count()
    if missing:
        words = ngettext(
            "%(count)s date is to be drawn, and its draw is not prepared",
            "%(count)s dates are to be drawn, and their draws are not prepared",
            missing,
        )
        yield _task(words, missing, "activities_session", "casino", needs="draw")


def _meetings(centers, at):
    overdue = Decision.objects.overdue(at).filter(meeting__center__in=centers).count()
    if overdue:
        words = ngettext(
            "%(count)s decision of a meeting is overdue",
            "%(count)s decisions of meetings are overdue",
            overdue,
        )
        yield _task(words, overdue, "partners_decision", "assignment_late", state="overdue")
    for center in without_a_meeting(centers, at):
        words = _(
            "The last meeting with the partners was on %(day)s, and none is planned: %(center)s"
        )
        said = {
            "day": date_format(timezone.localtime(center["last"])),
            "center": center["center__name"],
        }
        yield Task(words % said, reverse("admin:partners_meeting_add"), "groups")


def _notices(centers, at):
    here = told.about(Booking.objects.filter(activity__center__in=centers))
    failed = here.failed().filter(gave_up_at__gte=at - FAILED_LATELY).count()
    if failed:
        words = ngettext(
            "%(count)s message did not arrive; perhaps a call helps",
            "%(count)s messages did not arrive; perhaps a call helps",
            failed,
        )
        yield _task(words, failed, "notices_notice", "sms_failed", state="failed")


def _holidays(at):
    today = timezone.localdate(at)
    year = today.year + (today.month >= NEXT_YEAR_MATTERS_FROM)
    if not CalendarDay.objects.knows(year):
        words = _("The holidays of %(year)s are not entered yet") % {"year": year}
        yield Task(words, reverse("admin:venues_calendarday_changelist"), "celebration")


def _task(words, count, model, icon, **filters):
    address = f"{reverse(f'admin:{model}_changelist')}?{urlencode(filters)}"
    return Task(words % {"count": count}, address, icon)


def _sums(user, at):
    """Per center: dates of the last 30 days, places taken, people who came."""
    since = at - timedelta(days=30)
    held = Q(
        activities__sessions__starts_at__range=(since, at),
        activities__sessions__canceled_at=None,
    )
    return (
        Center.objects.managed_by(user)
        .annotate(
            dates=Count("activities__sessions", filter=held),
            people=Sum("activities__sessions__places_taken", filter=held, default=0),
            places=Sum("activities__sessions__capacity", filter=held, default=0),
        )
        .order_by("pk")
    )
