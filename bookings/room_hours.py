"""The hours of room that an agreement grants: counted whenever its partner books one.

They are reckoned as in the ledger, with the time to get ready and to tidy up, but of what is to
come as well. Whoever books holds the rows of the agreements, so the last hours are had once.
"""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from activities.models import midnight
from bookings.models import RoomBooking
from bookings.rules import Refusal
from partners.models import Agreement, Partner
from venues.models import Room, Taking

ONE_HOUR = timedelta(hours=1)


class Use(NamedTuple):
    booking: int | None
    room: int
    whole: int | None
    starts_at: datetime
    ends_at: datetime


def hold(partner: Partner | None) -> None:
    """Until the end of the transaction nobody else books by their agreements.

    It comes after the locks of rooms and people.
    """
    if partner is not None:
        rows = Agreement.objects.filter(partner=partner, ended_at=None, hours_granted__gt=0)
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))


class Hours:
    """What one partner may still have of one room; read when needed, once for many dates."""

    def __init__(self, partner: Partner, room: Room, *, besides=()):
        """`besides` are room bookings that do not count, because they are the ones in question."""
        self.partner, self.room = partner, room
        self.aside = {each.pk for each in besides}
        self._given: list[Use] = []

    def refusal(self, starts_at: datetime, ends_at: datetime) -> Refusal | None:
        """Why their agreements do not give that much any more, or None. Without any, None."""
        day = timezone.localdate(starts_at)
        covering = [each for each in self._agreements if _is_in(each, day)]
        if not covering or any(not each.hours_granted for each in covering):
            return None
        wish = self._use(starts_at, ends_at)
        left = {each: each.hours_granted - self._taken(each) for each in covering}
        best = max(left, key=lambda each: left[each])
        if _hours(wish) <= left[best]:
            return None
        return Refusal(
            "no_hours_left",
            _("Of the %(granted)s room hours of “%(agreement)s” %(left)s are left.")
            % {
                "granted": best.hours_granted,
                "agreement": best,
                "left": localize(round(max(left[best], 0), 1)),
            },
            _("Please take a shorter time, give back another one, or call us: %(phone)s.")
            % {"phone": self.room.center.phone},
        )

    def give(self, starts_at: datetime, ends_at: datetime) -> None:
        """One more that was said yes to."""
        self._given.append(self._use(starts_at, ends_at))

    @cached_property
    def _agreements(self) -> list[Agreement]:
        """Those that speak of this room, whenever they are in force."""
        found = Agreement.objects.filter(
            partner=self.partner, center=self.room.floor.center_id, ended_at=None
        )
        here = {self.room.pk, self.room.whole_id}
        return [
            each
            for each in found.prefetch_related("rooms")
            if not _rooms_of(each) or here & _rooms_of(each)
        ]

    @cached_property
    def _uses(self) -> list[Use]:
        first = min(each.starts_on for each in self._agreements)
        partner = Coalesce(
            "session__activity__partner",
            "room_booking__partner",
            "slot_date__slot__agreement__partner",
        )
        taken = Taking.objects.annotate(partner=partner).filter(
            partner=self.partner.pk,
            center=self.room.floor.center_id,
            released_at=None,
            starts_at__gte=midnight(first),
        )
        asked = RoomBooking.objects.requested().filter(
            partner=self.partner,
            room__floor__center=self.room.floor.center_id,
            taking=None,
            starts_at__gte=midnight(first),
        )
        columns = ("room", "room__whole", "starts_at", "ends_at")
        rows = [
            *taken.values_list("room_booking", *columns),
            *asked.values_list("pk", *columns),
        ]
        return [Use(*row) for row in rows]

    def _taken(self, agreement: Agreement) -> float:
        rooms = _rooms_of(agreement)
        return sum(
            _hours(use)
            for use in [*self._uses, *self._given]
            if use.booking not in self.aside
            and _is_in(agreement, timezone.localdate(use.starts_at))
            and (not rooms or rooms & {use.room, use.whole})
        )

    def _use(self, starts_at, ends_at) -> Use:
        return Use(
            None, self.room.pk, self.room.whole_id, *self.room.with_buffers(starts_at, ends_at)
        )


def _rooms_of(agreement) -> set[int]:
    return {room.pk for room in agreement.rooms.all()}


def _is_in(agreement, day) -> bool:
    return agreement.starts_on <= day <= (agreement.ends_on or date.max)


def _hours(use) -> float:
    return (use.ends_at - use.starts_at) / ONE_HOUR
