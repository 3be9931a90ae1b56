"""Whom a center knows, and letting a person's record rest."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from activities.models import Session
from bookings.models import Place
from bookings.rules import BookingRefused, Refusal
from venues.models import Center


def known_at(people, centers):
    """People who live around these centers, came or taught there, or are nobody else's yet."""
    places = Place.objects.filter(person=OuterRef("pk"))
    led = Session.objects.filter(leader=OuterRef("pk"), activity__center__in=centers)
    communities = Center.objects.exclude(community="").values("community")
    return people.filter(
        Q(area__in=communities.filter(pk__in=centers))
        | Exists(places.filter(session__activity__center__in=centers))
        | Exists(led)
        | (~Exists(places) & ~Q(area__in=communities.exclude(pk__in=centers)))
    )


@transaction.atomic
def retire(person, *, at=None):
    """Keep the record, but book for this person no longer. Raises BookingRefused."""
    at = at or timezone.now()
    person = Person.objects.locked().get(pk=person.pk)
    if Place.objects.active().filter(person=person, session__starts_at__gt=at).exists():
        raise BookingRefused(
            Refusal(
                "still_booked",
                _("%(name)s still has bookings to come.") % {"name": person.name},
                _("Please cancel them first."),
            )
        )
    person.retired_at = at
    person.save(update_fields=["retired_at"])
