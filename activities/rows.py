"""One line of a list of sessions, in plain words.

A list has many lines and a template is slow at asking for things one by one, so each line is
put together here and its template only has to write it down.
"""

from django.utils import timezone

from activities import facts
from activities.availability import of_session
from activities.highlights import marked
from activities.models import BookingMode


def row(session):
    activity, category = session.activity, session.activity.category
    starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return {
        "places": of_session(session),
        "tint": category.tint,
        "icon": category.icon,
        "starts_at": starts_at.isoformat(timespec="minutes"),
        "starts": f"{starts_at:%H:%M}",
        "ends": f"{ends_at:%H:%M}",
        "address": activity.get_absolute_url(),
        "title": marked(activity.title, session.found_by),
        "topic": session.topic,
        "center": activity.center,
        "place": facts.place(session),
        "reason": session.cancel_reason if session.canceled_at else "",
        "ages": facts.ages(activity),
        "fee": facts.fee(activity),
        "is_course": activity.booking_mode == BookingMode.COURSE,
    }
