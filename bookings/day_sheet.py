"""Who comes, for whoever holds a session in the name of a partner: first names and ages, no more.

It can be read from the day before until the day after. For those who are called by their names in
a course this is enough, and for anything else the center has the roster.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.names import first_name
from bookings.models import Place, Status

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class FirstName:
    name: str
    age: int | None


def is_open(session, at=None):
    """By the calendar of the center, not by the hour."""
    first, last, today = (
        timezone.localdate(moment)
        for moment in (session.starts_at, session.ends_at, at or timezone.now())
    )
    return session.canceled_at is None and first - A_DAY <= today <= last + A_DAY


def who_comes(session):
    """Everybody with a confirmed place, by first name; who waits is not among them."""
    places = Place.objects.filter(
        session=session, canceled_at=None, booking__status=Status.CONFIRMED
    ).select_related("person")
    day = timezone.localdate(session.starts_at)
    found = [FirstName(first_name(each.person.name), each.person.age_on(day)) for each in places]
    return sorted(found, key=lambda each: (each.name, each.age or 0))
