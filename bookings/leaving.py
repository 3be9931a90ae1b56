"""Handing over who is fetched: to a guardian, to somebody on their list, or as the guardian said.

A child leaves with nobody else; who handed it over, and to whom, stays written down.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Care, Collector, Role
from bookings import rules
from bookings.models import Booking, Place
from bookings.rules import BookingRefused, Refusal


@dataclass(frozen=True)
class Fetcher:
    """Somebody who may fetch a person; `key` says who among all of them."""

    key: str
    name: str
    relation: str
    phone: str

    def __str__(self):
        return f"{self.name} ({self.relation})" if self.relation else self.name


def fetchers(people):
    """{person id: [Fetcher]}: their guardians first, then whom these have named."""
    found = defaultdict(list)
    cares = Care.objects.active().filter(person__in=people, role=Role.GUARDIAN)
    for care in cares.select_related("user"):
        user = care.user
        guardian = Fetcher(f"guardian-{care.pk}", str(user), _("Guardian"), user.phone or "")
        found[care.person_id].append(guardian)
    for each in Collector.objects.active().filter(person__in=people):
        collector = Fetcher(f"collector-{each.pk}", each.name, each.relation, each.phone)
        found[each.person_id].append(collector)
    return found


def hand_over(place, *, to, by, at=None):
    """Let them leave with the fetcher whose key is `to`. Raises BookingRefused.

    Looked up in this moment: who was taken off the list a minute ago is not on it.
    """
    allowed = {each.key: each for each in fetchers([place.person_id])[place.person_id]}
    if to not in allowed:
        raise BookingRefused(
            Refusal(
                "may_not_fetch",
                _("This person is not on the list of who may fetch %(name)s.")
                % {"name": place.person.name},
                _("Please call the guardian."),
            )
        )
    _leave(place, str(allowed[to]), by, at)


def hand_over_as_agreed(place, *, name, reason, by, at=None):
    """Let them leave with somebody else, as the guardian has just said. Raises BookingRefused."""
    _leave(place, f"{name} · {reason}", by, at)


def take_back(place, *, by):
    """They are still here: it was the wrong row. Saying it again changes nothing."""
    Place.objects.filter(pk=place.pk).update(
        checked_out_at=None, checked_out_with="", checked_out_by=None
    )


def _leave(place, with_whom, by, at):
    here = Place.objects.filter(
        pk=place.pk, canceled_at=None, booking__in=Booking.objects.confirmed()
    )
    left = here.filter(checked_in_at__isnull=False, checked_out_at=None).update(
        checked_out_at=at or timezone.now(), checked_out_with=with_whom, checked_out_by=by
    )
    if not left:
        raise BookingRefused(_why_not(here.first()))


def _why_not(place):
    if place is None:
        return rules.over()
    if place.checked_out_at:
        return Refusal(
            "left_already",
            _("They left at %(time)s with %(whom)s.")
            % {
                "time": f"{timezone.localtime(place.checked_out_at):%H:%M}",
                "whom": place.checked_out_with,
            },
        )
    return Refusal(
        "not_there_yet",
        _("They have not been ticked as here."),
        _("Please tick “Came” first."),
    )
