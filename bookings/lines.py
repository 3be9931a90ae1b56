"""The line of a session or a whole course, for staff: who stands in it, and moving somebody."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, Session
from bookings import line_notes
from bookings.locked import locked_sessions
from bookings.models import Booking, LineNote, Place, Status
from bookings.rules import BookingRefused, Refusal
from bookings.waitlist import settle

FRONT, END = "front", "end"

# Of what happened in a line the latest; older facts stand on the pages of the bookings.
NOTES_SHOWN = 30


@dataclass(frozen=True)
class Line:
    """Who waits for this session; without one, for the whole course."""

    activity: Activity
    session: Session | None = None
    at: datetime = field(default_factory=timezone.now)

    @cached_property
    def waiting(self):
        """The bookings that wait, whoever is next in front."""
        return [each for each in self._hoping if each.status == Status.WAITING]

    @cached_property
    def offered(self):
        """The bookings for which a place is held now."""
        held = [each for each in self._hoping if each.status == Status.OFFERED]
        return [each for each in held if not each.has_lapsed(self.at)]

    @cached_property
    def notes(self):
        """What happened in it, the latest first."""
        bookings = self.bookings.prefetch_related("places__person")
        notes = LineNote.objects.filter(booking__in=self.bookings).select_related("by")
        return list(
            notes.prefetch_related(Prefetch("booking", bookings)).order_by("-at", "-pk")[
                :NOTES_SHOWN
            ]
        )

    @cached_property
    def is_drawn(self):
        """Whether lots have given it its order, which nobody changes then."""
        if self.session:
            return self.session.drawn_at is not None
        return self.activity.sessions.filter(drawn_at__isnull=False).exists()

    @property
    def bookings(self):
        return Booking.objects.filter(activity=self.activity, session=self.session)

    @cached_property
    def _hoping(self):
        hoping = self.bookings.filter(status__in=[Status.WAITING, Status.OFFERED])
        active = Place.objects.filter(canceled_at=None).select_related("person")
        related = hoping.select_related("booked_by", "asked_by")
        return list(
            related.prefetch_related(Prefetch("places", active), "line_notes").order_by("queue_no")
        )


def move(booking, *, to, by, reason, at=None):
    """Put a booking to the FRONT or the END of its line, or before another one in it.

    The numbers of the line stay the same, and are dealt out anew. Raises BookingRefused when
    one of the two does not wait there any more, and where the order was drawn by lot.
    """
    at = at or timezone.now()
    if Line(booking.activity, booking.session, at).is_drawn:
        raise BookingRefused(drawn())
    with locked_sessions(booking.activity, booking.session, at=at) as locked:
        # What has come free until now is for whoever was next until now.
        settle(locked, at=at)
        line = list(Line(booking.activity, booking.session, at).bookings.waiting())
        if booking not in line or to not in (FRONT, END, *line):
            raise BookingRefused(_has_changed())
        others = [each for each in line if each != booking]
        before = line.index(booking)
        named = {FRONT: 0, END: len(others), booking: before}
        after = named[to] if to in named else others.index(to)
        if after == before:
            raise BookingRefused(_stands_there())
        _deal_out([*others[:after], line[before], *others[after:]])
        locked.notes.append(
            line_notes.moved(
                booking,
                by=by,
                reason=reason,
                at=at,
                before=before + 1,
                after=after + 1,
                passed=others[after:before],
            )
        )
        settle(locked, at=at)


def drawn():
    return Refusal(
        "drawn_by_lot",
        _("This order was drawn by lot, and everybody can check it. It stays as it is."),
        _("In an emergency you can let somebody in beyond the places, with a reason."),
    )


def _deal_out(line):
    """Give the bookings, in this order, the numbers they have together."""
    numbers = sorted(each.queue_no for each in line)
    moved = []
    for booking, number in zip(line, numbers, strict=True):
        if booking.queue_no != number:
            booking.queue_no = number
            moved.append(booking)
    Booking.objects.bulk_update(moved, ["queue_no"])


def _has_changed():
    return Refusal(
        "line_has_changed",
        _("The line has changed meanwhile."),
        _("Please look again before you move somebody."),
    )


def _stands_there():
    return Refusal("stands_there", _("They stand there already."), _("Nothing was changed."))
