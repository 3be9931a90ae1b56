"""Builds the whole demo center in one transaction: all of it is there, or nothing."""

from random import Random

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import demo_codes
from bookings.demo import (
    accounts,
    box,
    care,
    lots,
    needs,
    offers,
    partners,
    people,
    places,
    program,
    questions,
    stories,
    surveys,
    table,
    voices,
)
from bookings.demo.crowd import Crowd
from bookings.demo.outbox import Outbox
from bookings.models import Booking
from bookings.reminders import leave_reminders
from venues import holidays
from venues.models import Center

SEED = 18


def is_built():
    return Center.objects.filter(slug=places.SLUG).exists()


@transaction.atomic
def build(say, at=None):
    """`say` is called with a line for people now and then."""
    demo_codes.refuse_outside_trials()
    at = at or timezone.now()
    today, outbox = timezone.localdate(at), Outbox(at=at)
    # The same people and the same choices each time.
    chance = Random(SEED)  # noqa: S311
    for year in (today.year - 1, today.year, today.year + 1):
        holidays.load_announced(year)
    centers = places.build()
    home = centers[places.SLUG]
    places.plan(home, today.year)
    say(_("%(count)s centers with their floors and rooms") % {"count": len(centers)})

    neighbors = partners.build(home, today)
    cast = accounts.build(home, neighbors, at=at)
    desk = cast.users[accounts.WORKER]
    listed = program.build(centers, neighbors, staff=desk, at=at)
    say(_("%(count)s activities with their dates") % {"count": len(offers.OFFERS)})

    residents = people.build(home, chance=chance, today=today, at=at)
    stories.before_the_crowd(cast, outbox, at=at)
    crowd = Crowd(listed, residents, desk=desk, chance=chance, at=at)
    stories.in_the_past(cast, crowd)
    # What is wanted most is full before people look for something else.
    for offer, activity in sorted(listed, key=lambda each: -each[0].demand):
        crowd.fill(offer, activity)
    crowd.write_down()
    say(_("%(count)s bookings of 300 residents") % {"count": Booking.objects.count()})

    care.build(residents, cast, desk=desk, chance=chance, at=at)
    lots.build(home, cast, residents, outbox, staff=desk, at=at)
    questions.answer(cast, staff=desk, at=at)
    stories.after_the_crowd(cast, outbox, at=at)
    stories.a_family_is_passed(cast, residents, outbox, at=at)
    voices.build(at=at)
    box.build(home, neighbors, resident=cast.users[accounts.RESIDENT], by=desk, at=at)
    stories.postings(neighbors, home, cast, outbox, at=at)
    stories.rooms(neighbors, home, cast, at=at)
    needs.build(home, neighbors, cast, outbox, at=at)
    table.build(home, neighbors, cast, outbox, at=at)
    # A dice of its own: what is above falls as it always has.
    surveys.build(home, staff=desk, chance=Random(SEED), at=at)  # noqa: S311
    leave_reminders(at)
    outbox.deliver(at)
