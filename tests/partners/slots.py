"""Fixed times of partners, for tests."""

from datetime import time, timedelta

from django.utils import timezone

from partners.models import SlotDate, StandingSlot
from tests.factories import AgreementFactory, UserFactory
from venues import takings
from venues.models import TakingKind


def a_slot_date(room, partner):
    """One date in a week on which the room is the partner's."""
    next_week = timezone.localdate() + timedelta(days=7)
    slot = StandingSlot.objects.create(
        agreement=AgreementFactory(partner=partner, center=room.center),
        room=room,
        purpose="Chess",
        first_day=next_week,
        last_day=next_week,
        starts_at=time(10),
        ends_at=time(11),
        weekdays=[next_week.isoweekday()],
        created_by=UserFactory(),
    )
    starts_at = timezone.now() + timedelta(days=7)
    taking = takings.take(
        room, starts_at, starts_at + timedelta(hours=1), kind=TakingKind.STANDING_SLOT
    )
    return SlotDate.objects.create(
        slot=slot, taking=taking, starts_at=taking.starts_at, ends_at=taking.ends_at
    )
