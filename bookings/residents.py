"""Own residents first: for some days after opening only they book online.

Who is an own resident is what stands in a person's record; the desk asks nobody for papers
online, and is not bound itself. Of a party everybody must be one: its places stand together.
"""

from datetime import timedelta

from django.utils.translation import gettext as _

from activities.models import BookingMode
from activities.services import course_window
from bookings.refusals import Refusal, moment


def judge(activity, at):
    """A function (person, wish) → Refusal or None."""
    if not applies(activity):
        return lambda person, wish: None

    def asked(person, wish):
        if is_own(person, activity.center):
            return None
        opens_at = opens_for_all(activity, wish)
        return opens_later(activity, opens_at) if at < opens_at else None

    return asked


def applies(activity):
    """A center that does not say what its community is has no own residents."""
    return bool(activity.own_residents_days and activity.center.community)


def is_own(person, center):
    return bool(person.area) and _plain(person.area) == _plain(center.community)


def opens_for_all(activity, wish):
    """From when everybody may book these sessions; a course opens as a whole."""
    is_single = activity.booking_mode == BookingMode.SINGLE
    if is_single or (activity.booking_mode == BookingMode.EITHER and len(wish) == 1):
        opens_at = wish[0].booking_opens_at
    else:
        opens_at = course_window(activity)[0]
    return opens_at + timedelta(days=activity.own_residents_days)


def first_until(activity, wish, *, at):
    """Until when only own residents may book these, or None when that is over or never was."""
    if not wish or not applies(activity):
        return None
    until = opens_for_all(activity, wish)
    return until if at < until else None


def opens_later(activity, opens_at):
    center = activity.center
    return Refusal(
        "own_residents_first",
        _("It opens for you on %(moment)s; until then residents of %(community)s come first.")
        % {"moment": moment(opens_at), "community": center.community},
        _("If you live there, please write it under my people, or call the desk: %(phone)s.")
        % {"phone": center.phone},
    )


def _plain(name):
    return "".join(name.split())
