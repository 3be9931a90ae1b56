"""Who did not come, and what follows from it: kindly, for a while, and by itself.

Nothing is counted up anywhere: it follows from the places as they are. Only what staff have
marked counts, and giving a place back late where the activity says so. What is excused counts
no more, and what has led to a rest is used up with it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from activities.rules_of_centers import rules_of
from bookings.models import Place, Status
from bookings.refusals import BookingRefused, Refusal, moment
from prepared import prepared
from venues.models import Center

# What the clock passes on without anybody having looked is marked and given up at one moment.
NOT_THERE = Q(absent_at__isnull=False, booking__status=Status.CONFIRMED) & (
    Q(canceled_at=None) | Q(absent_at__lt=F("canceled_at"))
)
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
    at, found = at or timezone.now(), []
    for counts in each_count(people, at=at):
        begun = [place for place, _number, begins_rest in counts if begins_rest]
        if begun and (until := rest_from(begun[-1])) > at:
            found.append(Rest(begun[-1].person, begun[-1].session.activity.center, until))
    return sorted(found, key=attrgetter("until"), reverse=True)


def each_count(people, *, at=None):
    """For each of these people and each center [(place, how many count by it, begins a rest)]."""
    by_person_and_center = defaultdict(list)
    for place in counted(people, at=at):
        by_person_and_center[place.person_id, place.session.activity.center_id].append(place)
    return [_count(places) for places in by_person_and_center.values()]


def counted(people, *, centers=None, at=None):
    """Places of these people that count as not come, in order of time."""
    at = at or timezone.now()
    missed = (
        Place.objects.filter(COUNTS, person__in=people, excused_at=None)
        .filter(session__canceled_at=None, session__starts_at__lte=at)
        .select_related("person", "booking", "session__activity__center__rules")
        .order_by("session__starts_at", "pk")
    )
    if centers is not None:
        missed = missed.filter(session__activity__center__in=centers)
    return [place for place in missed if not _is_excused_by_age(place)]


def rest_from(place):
    """Until when online booking rests that begins with this place."""
    rules = rules_of(place.session.activity.center)
    return place.session.starts_at + timedelta(days=rules.pause_days)


def excuse(place, *, by, reason, at=None):
    """It does not count: somebody was ill, say. Raises BookingRefused."""
    if not _excuse(Place.objects.filter(pk=place.pk), by=by, reason=reason, at=at):
        raise BookingRefused(_nothing_to_excuse())


def waive(person, centers, *, by, reason, at=None):
    """Let nothing count that counts by now at these centers. Raises BookingRefused."""
    counting = [place.pk for place in counted([person], at=at, centers=centers)]
    if not _excuse(Place.objects.filter(pk__in=counting), by=by, reason=reason, at=at):
        raise BookingRefused(_nothing_to_excuse())


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


def _count(places):
    rules = rules_of(places[0].session.activity.center)
    counting, found = [], []
    for place in places:
        since = place.session.starts_at - timedelta(days=rules.no_shows_counted_days)
        counting = [each for each in counting if each.session.starts_at > since] + [place]
        begins_rest = len(counting) == rules.no_shows_until_pause
        found.append((place, len(counting), begins_rest))
        if begins_rest:
            counting = []
    return found


def _nothing_to_excuse():
    return Refusal("nothing_to_excuse", _("There is nothing to excuse, or it has been already."))


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
