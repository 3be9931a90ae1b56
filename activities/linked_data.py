"""Activities as schema.org events, for search engines and city calendars."""

from urllib.parse import urljoin

from django.utils import timezone

from activities.facts import ages, place
from activities.models import AttendanceMode

DESCRIBED = 10

ATTENDANCE = {
    AttendanceMode.ON_SITE: "https://schema.org/OfflineEventAttendanceMode",
    AttendanceMode.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    AttendanceMode.BOTH: "https://schema.org/MixedEventAttendanceMode",
}


def events(activity, sessions, url):
    """The next sessions; the page itself names the rest."""
    now = timezone.now()
    coming = [session for session in sessions if session.ends_at > now][:DESCRIBED]
    return {
        "@context": "https://schema.org",
        "@graph": [_event(activity, session, url) for session in coming],
    }


def _event(activity, session, url):
    called_off = session.canceled_at is not None
    return {
        "@type": "Event",
        "name": activity.title,
        "description": activity.summary,
        **({"image": urljoin(url, activity.cover.url)} if activity.cover else {}),
        "url": url,
        "startDate": timezone.localtime(session.starts_at).isoformat(),
        "endDate": timezone.localtime(session.ends_at).isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if called_off else 'Scheduled'}",
        "eventAttendanceMode": ATTENDANCE[activity.attendance_mode],
        "maximumAttendeeCapacity": session.capacity,
        "remainingAttendeeCapacity": session.places_free,
        "audience": {"@type": "Audience", "audienceType": ages(activity)},
        "isAccessibleForFree": not activity.fee_amount,
        "location": _location(activity, session, url),
        "organizer": {"@type": "Organization", "name": str(activity.partner or activity.center)},
        "offers": _offer(activity, session, url),
    }


def _location(activity, session, url):
    """A place, a page, or both. Outside the center its address would lead astray."""
    there = {"@type": "Place", "name": place(session), "address": place(session)}
    if not session.outside_place:
        there |= {"name": f"{activity.center} {place(session)}", "address": activity.center.address}
    online = {"@type": "VirtualLocation", "url": url}
    match activity.attendance_mode:
        case AttendanceMode.ONLINE:
            return online
        case AttendanceMode.BOTH:
            return [there, online]
    return there


def _availability(session):
    if session.canceled_at is not None:
        return "Discontinued"
    return "InStock" if session.places_free else "SoldOut"


def _offer(activity, session, url):
    return {
        "@type": "Offer",
        "url": url,
        "price": str(activity.fee_amount),
        "priceCurrency": "CNY",
        "availability": f"https://schema.org/{_availability(session)}",
        "validFrom": timezone.localtime(session.booking_opens_at).isoformat(),
    }
