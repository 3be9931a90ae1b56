"""Booking for somebody who called or came by, known here or new."""

from dataclasses import dataclass, field, replace
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import consents
from accounts.consents import needs_guardian
from accounts.models import ConsentKind, Person, User
from activities.models import Activity, Session
from bookings import passing_on, services
from bookings.models import Booking, BookingChannel, HowCheckedIn
from bookings.rules import BookingRefused, Refusal

# Stands for somebody who is not written down yet.
NEWCOMER = "new"


@dataclass(frozen=True)
class Newcomer:
    """Somebody the desk has not met before.

    `agreed` is a ConsentChannel: how the guardian of a child said yes.
    """

    name: str
    phone: str = ""
    birth_date: date | None = None
    area: str = ""
    agreed: str = ""


@dataclass(frozen=True)
class Call:
    """What somebody asked for at the desk.

    `answers` as everywhere, {question id: answer, or {person id: answer}}, with NEWCOMER instead
    of the id of whoever has none yet. `agreed` is a ConsentChannel: how they said yes to notes on
    their health.
    """

    activity: Activity
    people: list[Person]
    by: User
    request_key: str
    newcomer: Newcomer | None = None
    asked_by: Person | None = None
    answers: dict = field(default_factory=dict)
    note: str = ""
    beyond_limits: bool = False
    agreed: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one wish: a booking, or why not. `session` None is the whole course."""

    session: Session | None
    booking: Booking | None = None
    refusal: Refusal | None = None


def book_for(call: Call, sessions, *, at=None) -> list[Outcome]:
    """Book each of the sessions; `[None]` is the whole course.

    Each in a transaction of its own, as everywhere: what one date refuses, the others still
    get, and a resend completes what was left.
    """
    at, outcomes = at or timezone.now(), []
    for session in sessions:
        try:
            booking = _book(call, session, at)
        except BookingRefused as refused:
            outcomes.append(Outcome(session, refusal=refused.reason))
        else:
            party = _party(booking)
            call = replace(call, people=party, newcomer=None, answers=_answers(call, party))
            outcomes.append(Outcome(session, booking=booking))
    return outcomes


@transaction.atomic
def walk_in(session, *, by, reason, person=None, newcomer=None, at=None):
    """Put somebody who just came into the session. Raises BookingRefused."""
    at = at or timezone.now()
    if newcomer:
        # As above: the second tap waits, and finds on the list whom the first has written down.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        here = Person.objects.filter(places__in=session.places.confirmed())
        person = here.filter(name=newcomer.name, phone=newcomer.phone).first()
        person = person or _introduce(newcomer, by, at)
    booking = services.admit(session, person, by=by, reason=reason, at=at)
    if passing_on.is_at_the_door(session, at):
        passing_on.check_in(booking, by=by, how=HowCheckedIn.STAFF, at=at)
    return booking


@transaction.atomic
def _book(call, session, at):
    """A newcomer is written down together with the first booking, or not at all."""
    people = call.people
    if call.newcomer:
        # Two taps on the button wait for each other here, and meet one newcomer.
        User.objects.select_for_update(no_key=True).get(pk=call.by.pk)
        earlier = Booking.objects.filter(
            booked_by=call.by, request_key=call.request_key, activity=call.activity
        ).first()
        people = _party(earlier) if earlier else [*people, _introduce(call.newcomer, call.by, at)]
    return services.book(
        call.activity,
        session=session,
        people=people,
        by=call.by,
        channel=BookingChannel.DESK,
        request_key=call.request_key,
        asked_by=call.asked_by,
        answers=_answers(call, people),
        note=call.note,
        beyond_limits=call.beyond_limits,
        agreed=people if call.agreed else (),
        agreed_how=call.agreed,
        at=at,
    )


def _introduce(newcomer, by, at):
    if needs_guardian(newcomer.birth_date, timezone.localdate(at)) and not newcomer.agreed:
        raise BookingRefused(
            Refusal(
                "needs_guardian",
                _("For a child under 14 we need the guardian's consent."),
                _("Please ask the guardian, and write down how they agreed."),
            )
        )
    person = Person.objects.create(
        name=newcomer.name,
        phone=newcomer.phone,
        birth_date=newcomer.birth_date,
        area=newcomer.area,
        created_at=at,
    )
    if newcomer.agreed:
        consents.give(person, ConsentKind.CHILD, by=by, how=newcomer.agreed, at=at)
    return person


def _party(booking):
    return list(Person.objects.filter(places__booking=booking).distinct())


def _answers(call, people):
    """The newcomer's under the id that they have by now."""
    new = next((str(each.pk) for each in people if each not in call.people), None)
    return {
        question: {new if key == NEWCOMER else key: each for key, each in answer.items()}
        if isinstance(answer, dict)
        else answer
        for question, answer in call.answers.items()
    }
