"""A class row written down: its activity, its sessions, and the rooms they take.

Nothing here is committed by itself; the caller's transaction holds the row together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Least
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.findings import Finding, Problem, RowRefused
from activities.models import Activity, BookingMode, Category, Session, Status
from activities.rules_of_centers import begin
from activities.search import text_for
from activities.services import add_sessions, windows
from activities.timetable_rows import ClassRow
from venues import takings
from venues.models import Center, Room, Taking

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Where:
    """A room of the center, or a place elsewhere in words."""

    room: Room | None = None
    outside_place: str = ""


@dataclass(frozen=True)
class Arrival:
    """A class that a row asks for, where it goes, and the activity it already is, if any."""

    wanted: ClassRow
    category: str
    where: Where
    activity: Activity | None = None


def add(
    arrival: Arrival, category: Category, *, source: str, center: Center, at: datetime
) -> Activity:
    """A published course with all its sessions. Raises RoomTaken."""
    activity = _activity(arrival, category, source, center, at)
    activity.save(force_insert=True)
    _add_sessions(activity, _spans(arrival.wanted), arrival, at)
    return activity


def add_elsewhere(
    arrivals: Iterable[tuple[Arrival, Category]], *, source: str, center: Center, at: datetime
) -> None:
    """Many courses at once, none of them in a room of the center."""
    activities = [
        (_activity(arrival, category, source, center, at), arrival)
        for arrival, category in arrivals
    ]
    Activity.objects.bulk_create(activity for activity, _arrival in activities)
    Session.objects.bulk_create(
        Session(
            activity=activity,
            outside_place=arrival.where.outside_place,
            starts_at=starts_at,
            ends_at=ends_at,
            capacity=arrival.wanted.places,
            **windows(
                activity,
                starts_at,
                capacity=arrival.wanted.places,
                at=arrival.wanted.booking_opens_at or at,
            ),
        )
        for activity, arrival in activities
        for starts_at, ends_at in _spans(arrival.wanted)
    )


def update(activity: Activity, arrival: Arrival, category: Category, *, at: datetime) -> list[str]:
    """Make the class what its row says, and answer with what that changed, in words.

    Raises RoomTaken, and RowRefused where people have booked what would move.
    """
    values = {**_values(arrival.wanted), "category": category}
    changed = [name for name, value in values.items() if getattr(activity, name) != value]
    changes = [_label(name) for name in changed]
    # Rooms and sessions are locked before anything else.
    if _differences(activity.sessions.all(), arrival):
        changes += _rewrite_sessions(activity, arrival, at)
    if changed:
        _set(activity, {name: values[name] for name in changed})
    return changes


def _activity(
    arrival: Arrival, category: Category, source: str, center: Center, at: datetime
) -> Activity:
    activity = Activity(
        source=source,
        source_id=arrival.wanted.key,
        center=center,
        category=category,
        booking_mode=BookingMode.COURSE,
        status=Status.PUBLISHED,
        published_at=at,
        **_values(arrival.wanted),
    )
    begin(activity)
    activity.search_text = text_for(activity)
    return activity


def _add_sessions(activity: Activity, spans: list[Span], arrival: Arrival, at: datetime) -> None:
    add_sessions(
        activity,
        spans,
        capacity=arrival.wanted.places,
        room=arrival.where.room,
        outside_place=arrival.where.outside_place,
        at=arrival.wanted.booking_opens_at or at,
    )


def _spans(wanted: ClassRow) -> list[Span]:
    return [(session.starts_at, session.ends_at) for session in wanted.sessions]


def _values(wanted: ClassRow) -> dict[str, Any]:
    """The columns of an activity that a row decides; none of them moves anybody."""
    return {
        "title": wanted.title,
        "description": _description(wanted),
        "min_age": wanted.ages.youngest,
        "max_age": wanted.ages.oldest,
        "fee_text": wanted.fee.words,
        "fee_amount": wanted.fee.amount,
        "course_opens_at": wanted.booking_opens_at,
        "course_closes_at": wanted.booking_closes_at,
    }


def _description(wanted: ClassRow) -> str:
    """The notes, and how places were given; always in the language of the house."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{wanted.notes}\n\n{_draw(wanted)}".strip()


def _draw(wanted: ClassRow) -> str:
    if not wanted.is_by_lot:
        return ""
    if not wanted.draw_on:
        return _("In its own timetable the places were given by lot.")
    note = _("In its own timetable the places were given by lot on %(day)s.")
    return note % {"day": date_format(wanted.draw_on)}


def _label(name: str) -> str:
    return str(Activity._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _set(activity: Activity, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(activity, name, value)
    activity.search_text = text_for(activity)
    activity.save(update_fields=[*values, "search_text"])
    if "title" in values:
        Taking.objects.filter(session__activity=activity).update(label=activity.title)
    if opens_at := values.get("course_opens_at"):
        activity.sessions.update(booking_opens_at=Least(Value(opens_at), F("booking_closes_at")))


@dataclass(frozen=True)
class Differences:
    """What it takes to get from the sessions that are there to those of the row."""

    missing: list[Span]
    surplus: list[Session]
    resized: list[Session]

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.resized)


def _differences(sessions: Iterable[Session], arrival: Arrival) -> Differences:
    """Dates that staff have called off stay called off, and are neither missing nor surplus."""
    spans = set(_spans(arrival.wanted))
    called_off = {session.starts_at for session in sessions if session.canceled_at}
    live = [session for session in sessions if not session.canceled_at]
    fitting = [
        session
        for session in live
        if (session.starts_at, session.ends_at) in spans and _is_at(session, arrival.where)
    ]
    there = {(session.starts_at, session.ends_at) for session in fitting}
    return Differences(
        missing=sorted(span for span in spans - there if span[0] not in called_off),
        surplus=[session for session in live if session not in fitting],
        resized=[
            session for session in fitting if session.capacity != _size(session, arrival.wanted)
        ],
    )


def _is_at(session: Session, where: Where) -> bool:
    if where.room:
        return session.taking is not None and session.taking.room_id == where.room.pk
    return session.taking is None and session.outside_place == where.outside_place


def _size(session: Session, wanted: ClassRow) -> int:
    """The places of the row, or more where staff have let more people in."""
    return max(wanted.places, session.places_taken + session.places_kept)


def _rewrite_sessions(activity: Activity, arrival: Arrival, at: datetime) -> list[str]:
    """Make the sessions those of the row, and say what that took.

    Refused once anybody has booked: people are moved, and told, by staff and not by a file.
    """
    sessions = _locked(activity, arrival.where)
    # `places` are those of the bookings app, canceled ones too: they are people's history.
    if activity.sessions.filter(places__isnull=False).exists():
        reason = _(
            "People have booked it, and the row changes its dates, times, place or number of places. Please change these in the admin, where they are told."
        )
        raise RowRefused([Finding(Problem.BOOKED, reason)])
    differences = _differences(sessions, arrival)
    _remove(differences.surplus)
    for session in differences.resized:
        session.capacity = _size(session, arrival.wanted)
    Session.objects.bulk_update(differences.resized, ["capacity"])
    if differences.missing:
        _add_sessions(activity, differences.missing, arrival, at)
    return list(_in_words(differences))


def _locked(activity: Activity, where: Where) -> list[Session]:
    """The sessions, locked after the rooms they are in and go to, as everybody does."""
    rooms = [session.taking.room for session in activity.sessions.all() if session.taking]
    leaves = takings.leaves_of(*filter(None, {*rooms, where.room}))
    list(Room.objects.filter(pk__in=[room.pk for room in leaves]).locked())
    return list(Session.objects.filter(activity=activity).select_related("taking").locked())


def _remove(sessions: list[Session]) -> None:
    Session.objects.filter(pk__in=[session.pk for session in sessions]).delete()
    Taking.objects.filter(pk__in=[s.taking_id for s in sessions if s.taking_id]).delete()


def _in_words(differences: Differences) -> Iterable[str]:
    if count := len(differences.missing):
        yield ngettext("%(count)s date added", "%(count)s dates added", count) % {"count": count}
    if count := len(differences.surplus):
        yield ngettext("%(count)s date removed", "%(count)s dates removed", count) % {
            "count": count
        }
    if differences.resized:
        yield _("number of places")
