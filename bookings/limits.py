"""How much one person may have of a center in a day, a week, a month or a year.

A date counts in the period in which it is, not in which it was booked; what is waited for,
offered or applied for counts like what is booked. A whole course is one date, in the period of
its first session: a limit is there so that others get their turn, and whoever is in a course
holds one place in it, however often it meets.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activities.models import midnight
from bookings.models import BookingChannel, Limit, Period, Place
from bookings.refusals import Refusal
from prepared import prepared

NAMED = {
    Period.DAY: lambda n: ngettext("%(n)s date a day", "%(n)s dates a day", n),
    Period.WEEK: lambda n: ngettext("%(n)s date a week", "%(n)s dates a week", n),
    Period.MONTH: lambda n: ngettext("%(n)s date a month", "%(n)s dates a month", n),
    Period.YEAR: lambda n: ngettext("%(n)s date a year", "%(n)s dates a year", n),
}


def judge(activity, *, people, wishes, besides=None):
    """A function (person, wish) → Refusal or None; all of them together are looked up once.

    A wish is a list of sessions that are booked together. `besides` is a booking that does not
    count, because it is the one in question.
    """
    limits = _limits_for(activity.center_id, activity.category_id, activity)
    if not limits or not wishes:
        return lambda person, wish: None
    had = _dates_of(people, activity.center, limits, [wish[0] for wish in wishes], besides)

    def asked(person, wish):
        for limit in limits:
            first, last = period(limit.period, wish[0])
            mine = [each for each in had if each["person"] == person.pk and _is_of(limit, each)]
            if sum(first <= each["first"] < last for each in mine) >= limit.most:
                return _reached(limit, person, activity)
        return None

    return asked


def period(kind, session):
    """(first moment, first moment after it) of the day, ISO week, month or year of a session."""
    day = timezone.localdate(session.starts_at)
    first = {
        Period.DAY: day,
        Period.WEEK: day - timedelta(days=day.weekday()),
        Period.MONTH: day.replace(day=1),
        Period.YEAR: day.replace(month=1, day=1),
    }[kind]
    return midnight(first), midnight(first + relativedelta(**{f"{kind}s": 1}))


def in_words(limit):
    """Night school: 2 dates a week"""
    what = limit.activity or limit.category
    often = NAMED[limit.period](limit.most) % {"n": limit.most}
    return _("%(what)s: %(often)s") % {"what": what, "often": often} if what else often


def of_carer(activity, *, session, people, by, channel, besides=None):
    """Why this account has enough people in here already, or None.

    Counts everybody for whom it has booked, in all its bookings together but `besides`; whoever
    calls this holds the account's row.
    """
    most = activity.people_per_carer
    if most is None or channel != BookingChannel.WEB:
        return None
    mine = Place.objects.active().filter(
        booking__booked_by=by, booking__channel=BookingChannel.WEB, session__activity=activity
    )
    if session:
        mine = mine.filter(session=session)
    if besides:
        mine = mine.exclude(booking=besides)
    there = set(mine.values_list("person", flat=True))
    if len(there.union(person.pk for person in people)) <= most:
        return None
    return Refusal(
        "people_per_carer",
        ngettext(
            "One account may book this for %(most)s person.",
            "One account may book this for %(most)s people.",
            most,
        )
        % {"most": most},
        _("For more people, please ask at the desk: %(phone)s.") % {"phone": activity.center.phone},
    )


def hold(activity, *, by, channel):
    """Where the people of an account are counted next, let its other bookings wait for this one.

    Before any other lock.
    """
    if activity.people_per_carer is not None and channel == BookingChannel.WEB:
        User.objects.select_for_update(no_key=True).get(pk=by.pk)


@prepared
def _limits_for(center, category, activity):
    return (
        Limit.objects.filter(center=center)
        .filter(Q(category=None) | Q(category=category))
        .filter(Q(activity=None) | Q(activity=activity))
        .select_related("category", "activity")
        .order_by("pk")
    )


def _dates_of(people, center, limits, sessions, besides):
    """What these people have there within the periods in question, each booking once."""
    spans = [period(limit.period, session) for limit in limits for session in sessions]
    had = Place.objects.active().filter(
        person__in=people, session__activity__center=center, session__canceled_at=None
    )
    if besides:
        had = had.exclude(booking=besides)
    return list(
        had.values("person", "booking", "booking__activity_id", "booking__activity__category_id")
        .annotate(first=Min("session__starts_at"))
        .order_by()
        .filter(first__gte=min(spans)[0], first__lt=max(last for _first, last in spans))
    )


def _is_of(limit, date):
    if limit.activity_id:
        return date["booking__activity_id"] == limit.activity_id
    return limit.category_id in (None, date["booking__activity__category_id"])


def _reached(limit, person, activity):
    what = limit.activity or limit.category or activity.center
    return Refusal(
        "limit",
        _("“%(what)s”: %(often)s for each person, and %(name)s has them already.")
        % {
            "what": what,
            "often": NAMED[limit.period](limit.most) % {"n": limit.most},
            "name": person.name,
        },
        _("Please choose a later date, cancel one of them, or ask at the desk: %(phone)s.")
        % {"phone": activity.center.phone},
    )
