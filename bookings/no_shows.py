"""Who did not come, and what follows from it: kindly, for a while, and by itself.

Nothing is counted up anywhere: it follows from the places as they are. Only what staff have
marked counts, and giving a place back late where the activity says so. What is excused counts
no more, and what has led to a rest is used up with it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from activities.rules_of_centers import rules_of
from bookings.models import Place
from bookings.refusals import BookingRefused, Refusal, moment
from prepared import prepared
from venues.models import Center

NOT_THERE = Q(absent_at__isnull=False, canceled_at=None)
LATE = Q(canceled_late=True)
COUNTS = NOT_THERE & Q(session__activity__counts_no_shows=True) | LATE & Q(
    session__activity__late_cancel_counts=True
)


@dataclass(frozen=True)
class Rest:
    """Online booking for a person at a center, until it is on again."""

    person: Person
    center: Center
    until: datetime


def judge(center, *, people, at):
    """A function (person, wish) → Refusal or None."""
    if not _people_with_any(list(people), center):
        return lambda person, wish: None  # As nearly always.
    resting = {rest.person: rest for rest in rests(people, at=at) if rest.center == center}
    return lambda person, wish: _refusal(resting[person]) if person in resting else None


def rests(people, *, at=None):
    """[Rest] of those of these people for whom online booking rests somewhere now."""
    at, by_person_and_center = at or timezone.now(), defaultdict(list)
    for place in counted(people, at=at):
        by_person_and_center[place.person, place.session.activity.center].append(place)
    found = [
        Rest(person, center, until)
        for (person, center), places in by_person_and_center.items()
        if (until := _rests_until(places, center)) and until > at
    ]
    return sorted(found, key=attrgetter("until"), reverse=True)


def counted(people, *, at=None):
    """Places of these people that count as not come, in order of time."""
    at = at or timezone.now()
    missed = (
        Place.objects.filter(COUNTS, person__in=people, excused_at=None)
        .filter(session__canceled_at=None, session__starts_at__lte=at)
        .select_related("person", "booking", "session__activity__center__rules")
        .order_by("session__starts_at", "pk")
    )
    return [place for place in missed if not _is_excused_by_age(place)]


def last_of_a_rest(places, center):
    """Of places that count, those with which a rest began."""
    rules, counting, found = rules_of(center), [], []
    if rules.no_shows_until_pause is None:
        return []
    for place in places:
        since = place.session.starts_at - timedelta(days=rules.no_shows_counted_days)
        counting = [each for each in counting if each.session.starts_at > since] + [place]
        if len(counting) >= rules.no_shows_until_pause:
            found.append(place)
            counting = []
    return found


def rest_from(place, center):
    return place.session.starts_at + timedelta(days=rules_of(center).pause_days)


def excuse(place, *, by, reason, at=None):
    """It does not count: somebody was ill, say. Raises BookingRefused."""
    if not _excuse(Place.objects.filter(pk=place.pk), by=by, reason=reason, at=at):
        raise BookingRefused(
            Refusal("nothing_to_excuse", _("There is nothing to excuse, or it has been already."))
        )


def waive(person, centers, *, by, reason, at=None):
    """Let nothing count that counts by now at these centers. Raises BookingRefused."""
    counting = [
        place.pk for place in counted([person], at=at) if place.session.activity.center in centers
    ]
    if not _excuse(Place.objects.filter(pk__in=counting), by=by, reason=reason, at=at):
        raise BookingRefused(
            Refusal("nothing_to_excuse", _("There is nothing to excuse, or it has been already."))
        )


def _excuse(places, *, by, reason, at):
    open_ones = places.filter(NOT_THERE | LATE, excused_at=None)
    return open_ones.update(excused_at=at or timezone.now(), excused_by=by, excuse_reason=reason)


@prepared
def _people_with_any(people, center):
    """Whether anything may count; whether it does is asked only then."""
    return Place.objects.filter(
        Q(absent_at__isnull=False) | Q(canceled_late=True),
        person__in=people,
        excused_at=None,
        session__activity__center=center,
    ).values_list("pk")[:1]


def _is_excused_by_age(place):
    rules = rules_of(place.session.activity.center)
    age = place.person.age_on(timezone.localdate(place.session.starts_at))
    return None not in (rules.excused_from_age, age) and age >= rules.excused_from_age


def _rests_until(places, center):
    begun = last_of_a_rest(places, center)
    return rest_from(begun[-1], center) if begun else None


def _refusal(rest):
    return Refusal(
        "resting",
        _("Online booking for %(name)s rests here until %(until)s.")
        % {"name": rest.person.name, "until": moment(rest.until)},
        _(
            "The desk and the phone book for you at any time: %(phone)s. "
            "There you can also have it looked at."
        )
        % {"phone": rest.center.phone},
    )
