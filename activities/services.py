"""From an activity and its dates to sessions that hold their rooms."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.models import Session
from partners import standing_slots
from venues import stock, takings
from venues.models import TakingKind


class LeaderBusy(Exception):
    """The leader already has a session at one of these times; which, if that is known."""

    def __init__(self, session=None):
        self.session = session
        super().__init__(self.reason)

    @property
    def reason(self):
        if self.session:
            return _("%(leader)s leads “%(other)s” then, %(start)s–%(end)s.") % {
                "leader": self.session.leader,
                "other": self.session.activity,
                "start": date_format(timezone.localtime(self.session.starts_at), "DATETIME_FORMAT"),
                "end": date_format(timezone.localtime(self.session.ends_at), "TIME_FORMAT"),
            }
        return _("The leader already has a session at that time.")


@transaction.atomic
def add_sessions(
    activity, spans, *, capacity, room=None, outside_place="", leader=None, topic="", at=None
):
    """Make a session for each (starts_at, ends_at), all or none, each with its room.

    Raises RoomTaken or LeaderBusy.
    """
    held = [None] * len(spans)
    if room:
        standing_slots.give_way(activity.partner_id, room, spans)
        held = takings.take_all(room, spans, kind=TakingKind.SESSION, label=activity.title)
    sessions = [
        Session(
            activity=activity,
            taking=taking,
            outside_place=outside_place,
            leader=leader,
            starts_at=starts_at,
            ends_at=ends_at,
            capacity=capacity,
            topic=topic,
            **windows(activity, starts_at, capacity=capacity, at=at),
        )
        for (starts_at, ends_at), taking in zip(spans, held, strict=True)
    ]
    try:
        with transaction.atomic():
            return Session.objects.bulk_create(sessions)
    except IntegrityError as error:
        if "leader_is_in_one_place" in str(error):
            raise LeaderBusy from error
        raise


@transaction.atomic
def equip(session, wanted):
    """Lend a session what it needs in its room, {equipment: how many}, instead of what it had.

    Raises EquipmentGone; a date that has moved or was called off meanwhile gets nothing.
    """
    takings.lock(session.room)
    live = Session.objects.live().filter(pk=session.pk, taking=session.taking_id)
    if live.exists():
        stock.lend(session.taking, wanted)


def windows(activity, starts_at, *, capacity, at=None):
    """When a session that starts then may be booked, and what the desk keeps until when."""
    opens_at = at or timezone.now()
    if activity.opens_days_before is not None:
        day = timezone.localtime(starts_at).date() - timedelta(days=activity.opens_days_before)
        opens_at = timezone.make_aware(datetime.combine(day, activity.opens_at_time))
    closes_at = starts_at - timedelta(minutes=activity.closes_minutes_before)
    return {
        "booking_opens_at": min(opens_at, closes_at),
        "booking_closes_at": closes_at,
        "places_kept": min(activity.desk_places, capacity),
        "kept_until": starts_at - timedelta(hours=activity.desk_release_hours),
    }


def course_window(activity):
    """(opens, closes) of booking the whole course; (None, None) without live sessions.

    Where the activity does not say, it opens and closes with its first session.
    """
    window = activity.sessions.live().aggregate(
        opens=Min("booking_opens_at"), closes=Min("booking_closes_at")
    )
    return (
        activity.course_opens_at or window["opens"],
        activity.course_closes_at or window["closes"],
    )
