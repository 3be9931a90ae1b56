"""Telling people of what they follow. As with reminders, what is due follows from what is so.

Nobody is woken by it: like all that can wait, its mails do not go out at night.
"""

from datetime import timedelta

from django.utils import timezone

from activities.models import Activity, Session
from bookings.models import Follow
from notices.models import Notice
from notices.services import leave_all, write

# What was missed for longer, because nothing ran, is no news any more.
STILL_NEWS = timedelta(hours=12)


def tell_due(at=None) -> int:
    """Tell everybody who follows what has just opened or is new, once; returns how many."""
    at = at or timezone.now()
    due = {notice.key: notice for notice in [*_openings(at), *_news(at)]}
    told = set(Notice.objects.filter(key__in=due).values_list("key", flat=True))
    notices = [notice for key, notice in due.items() if key not in told]
    leave_all(notices)
    return len(notices)


def _openings(at):
    """For each follower of an activity, each moment at which dates of it open."""
    opened = (
        Session.objects.live()
        .published()
        .filter(booking_opens_at__range=(at - STILL_NEWS, at), booking_closes_at__gt=at)
        .select_related("activity")
        .order_by("-starts_at")
    )
    first = {(session.activity_id, session.booking_opens_at): session for session in opened}
    follows = list(Follow.objects.heard().filter(activity__in={pk for pk, _moment in first}))
    for (pk, opens_at), session in first.items():
        for follow in follows:
            if follow.activity_id == pk and follow.created_at < opens_at:
                yield _notice(
                    "opened", session.activity, follow, at,
                    moment=opens_at, starts_at=session.starts_at.isoformat(),
                )  # fmt: skip


def _news(at):
    """For each follower of its partner, or of its category at its center, a new activity."""
    published = Activity.objects.published().filter(published_at__range=(at - STILL_NEWS, at))
    for activity in published.select_related("category", "partner", "center"):
        for follow in Follow.objects.heard().of_kin(activity):
            yield _notice(
                "new_offer", activity, follow, at,
                moment=activity.published_at, summary=activity.summary, why=str(follow),
            )  # fmt: skip


def _notice(kind, activity, follow, at, *, moment, **context):
    return write(
        f"bookings/{kind}",
        key=f"{kind}-{activity.pk}-{int(moment.timestamp())}-{follow.user_id}",
        to=follow.user,
        context={"title": str(activity), **context},
        link=activity.get_absolute_url(),
        send_after=at,
    )
