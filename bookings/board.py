"""Everything that uses the rooms of a center on some days, laid out by room: one reading, few statements."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.availability import of_session
from activities.models import Session
from activities.models import Status as ActivityStatus
from bookings.models import RoomBooking, RoomBookingStatus
from venues.free_times import FreeTimes
from venues.models import Room, Taking, TakingKind

A_DAY = timedelta(days=1)
HEAVY = ("description", "search_text", "search_vector")


@dataclass(frozen=True)
class Block:
    """One use of a room; `takes` is with set-up and clean-up, `mark` and `words` are its state."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    takes: tuple[datetime, datetime]
    mark: str
    words: str
    room: Room | None = None  # None is the whole center, or a place outside
    who: str = ""
    places: str = ""
    address: str = ""
    move: str = ""  # where it is moved, while it can be
    is_private: bool = False  # what it is about is not for the hall
    is_asked: bool = False  # nobody has decided on it yet

    @property
    def kind_in_words(self):
        return TakingKind(self.kind).label

    @property
    def is_longer(self):
        """Whether the room is taken before or after, too."""
        return self.takes != (self.starts_at, self.ends_at)


@dataclass(frozen=True)
class Cell:
    """One room on one day: when it is open, and what uses it, in order."""

    room: Room | None
    day: date
    opened: list
    blocks: list[Block]

    def within(self, block):
        """From when to when a block is on that day; a closure may last a week."""
        midnight = midnight_of(self.day)
        return max(block.takes[0], midnight), min(block.takes[1], midnight + A_DAY)


@dataclass(frozen=True)
class Row:
    """One room, or with None what is held in no room of the center."""

    room: Room | None
    cells: list[Cell]


class Board:
    """Of one center from `first` to `last`; `floor` and `kind` show less of it."""

    def __init__(self, center, first, last=None, *, floor=None, kind="", at=None):
        self.center, self.first, self.last = center, first, last or first
        self.floor, self.kind, self.at = floor, kind, at or timezone.now()
        self.span = (midnight_of(self.first), midnight_of(self.last) + A_DAY)

    @cached_property
    def days(self):
        return [self.first + number * A_DAY for number in range((self.last - self.first).days + 1)]

    @cached_property
    def rooms(self):
        return [
            room
            for room in self._house
            if self.floor in (None, room.floor.level)
            and (room.retired_on is None or room.retired_on > self.first)
        ]

    @cached_property
    def times(self):
        return FreeTimes(self.rooms, self.first, self.last, house=self._house)

    @cached_property
    def rows(self):
        rows = [Row(room, [self._cell(room, day) for day in self.days]) for room in self.rooms]
        if self._outside:
            rows.append(Row(None, [self._cell_outside(day) for day in self.days]))
        return rows

    @cached_property
    def blocks(self):
        """Each once, in order, wherever it stands."""
        found = {
            id(block): block for row in self.rows for cell in row.cells for block in cell.blocks
        }
        return sorted(found.values(), key=lambda block: (block.takes, block.title))

    @property
    def notes(self):
        """[(day, why it is not like other days)]: holidays, make-up workdays, other hours."""
        known = {day.date: day for day in self.times.hours.calendar_days}
        for day in self.days:
            words = [known[day].name or known[day].get_kind_display()] if day in known else []
            words.append(self.times.hours.why(day))
            if said := list(dict.fromkeys(filter(None, words))):
                yield day, " · ".join(said)

    @property
    def unknown_years(self):
        """Years whose holidays nobody has told us."""
        known = self.times.hours.knows_holidays
        return sorted({day.year for day in self.days if not known(day)})

    @property
    def free_now(self):
        """[(room, until when)] of the rooms that are open and free at this moment."""
        today = timezone.localdate(self.at)
        if not self.first <= today <= self.last:
            return []
        spans = [(room, span) for room in self.rooms for span in self.times.free_spans(room, today)]
        return [(room, end) for room, (start, end) in spans if start <= self.at < end]

    @cached_property
    def _house(self):
        found = Room.objects.filter(floor__center=self.center)
        return list(found.select_related("floor__center", "whole"))

    def _cell(self, room, day):
        begin, end = midnight_of(day), midnight_of(day) + A_DAY
        found = [
            self._by_taking[use.taking]
            for use in self.times.uses(room)
            if use.starts_at < end and begin < use.ends_at and use.taking in self._by_taking
        ]
        found += [
            block
            for block in self._asked
            if block.room == room and block.takes[0] < end and begin < block.takes[1]
        ]
        found.sort(key=lambda block: block.takes)
        return Cell(room, day, self.times.open_spans(room, day), found)

    def _cell_outside(self, day):
        found = [each for each in self._outside if timezone.localdate(each.starts_at) == day]
        return Cell(None, day, [], found)

    @cached_property
    def _by_taking(self):
        """{taking: block} of what takes rooms, all kinds at once."""
        ids = {use.taking for room in self.rooms for use in self.times.uses(room)}
        found = Taking.objects.filter(pk__in=ids).select_related(
            "room", "session__activity", "session__leader", "closure",
            "room_booking__person", "room_booking__partner", "slot_date",
        )  # fmt: skip
        found = found.defer(*[f"session__activity__{name}" for name in HEAVY])
        if self.kind:
            found = found.filter(kind=self.kind)
        return {taking.pk: self._of_taking(taking) for taking in found}

    @cached_property
    def _asked(self):
        """Requests that do not take their room while they wait."""
        if self.kind not in ("", TakingKind.ROOM_BOOKING):
            return []
        waiting = RoomBooking.objects.requested().with_room()
        waiting = waiting.filter(
            taking=None,
            room__floor__center=self.center,
            starts_at__lt=self.span[1],
            ends_at__gt=self.span[0],
        )
        return [
            self._of_room_booking(
                each, each.room, each.room.with_buffers(each.starts_at, each.ends_at)
            )
            for each in waiting
        ]

    @cached_property
    def _outside(self):
        """Sessions on the square, in the park, or in no room yet."""
        if self.kind not in ("", TakingKind.SESSION) or self.floor is not None:
            return []
        found = Session.objects.live().between(self.first, self.last)
        found = found.filter(activity__center=self.center, taking=None)
        found = found.select_related("activity", "leader").defer(
            *[f"activity__{name}" for name in HEAVY]
        )
        return [self._of_session(each, None, (each.starts_at, each.ends_at)) for each in found]

    def _of_taking(self, taking):
        takes = (taking.starts_at, taking.ends_at)
        if session := getattr(taking, "session", None):
            return self._of_session(session, taking.room, takes)
        if booking := getattr(taking, "room_booking", None):
            return self._of_room_booking(booking, taking.room, takes)
        closure, date = getattr(taking, "closure", None), getattr(taking, "slot_date", None)
        address = closure and reverse("admin:venues_closure_change", args=[closure.pk])
        if date:
            address = reverse("admin:partners_standingslot_change", args=[date.slot_id])
        return Block(
            kind=taking.kind,
            title=str(taking),
            starts_at=taking.starts_at,
            ends_at=taking.ends_at,
            takes=takes,
            mark="off" if taking.kind == TakingKind.CLOSURE else "standing",
            words=taking.get_kind_display(),
            room=taking.room,
            address=address or "",
            is_private=taking.kind == TakingKind.STANDING_SLOT,
        )

    def _of_session(self, session, room, takes):
        state, activity = of_session(session, self.at), session.activity
        is_public = activity.status == ActivityStatus.PUBLISHED
        return Block(
            kind=TakingKind.SESSION,
            title=f"{activity}{_(': ')}{session.topic}" if session.topic else str(activity),
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            takes=takes,
            mark=state.kind if is_public else "draft",
            words=state.words if is_public else activity.get_status_display(),
            room=room,
            who=str(session.leader or ""),
            places=f"{session.places_taken}/{session.capacity}",
            address=reverse("admin:activities_session_change", args=[session.pk]),
            move=self._way_to_move("activities_session_move", session, until=session.ends_at),
            is_private=not is_public,
        )

    def _of_room_booking(self, booking, room, takes):
        is_asked = booking.status == RoomBookingStatus.REQUESTED
        return Block(
            kind=TakingKind.ROOM_BOOKING,
            title=booking.purpose,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            takes=takes,
            mark="wait" if is_asked else "booked",
            words=booking.get_status_display(),
            room=room,
            who=str(booking.partner or booking.person),
            places=str(booking.headcount),
            address=reverse("admin:bookings_roombooking_change", args=[booking.pk]),
            move=self._way_to_move(
                "bookings_roombooking_change_it", booking, until=booking.starts_at
            )
            if booking.is_alive
            else "",
            is_private=True,
            is_asked=is_asked,
        )

    def _way_to_move(self, button, thing, *, until):
        return reverse(f"admin:{button}", args=[thing.pk]) if until > self.at else ""


def midnight_of(day):
    return timezone.make_aware(datetime.combine(day, time.min))
