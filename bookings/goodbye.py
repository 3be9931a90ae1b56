"""Somebody leaves: what is to come is given back, and whoever they are is forgotten.

What is kept are the dates that have been, without a name: how many came is a fact about an
activity; and that somebody had agreed, which is the proof of it (个人信息保护法 art. 47, 69).
"""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Collector, Consent, Letters, Person, Role, User
from activities.models import BookingMode, Session
from bookings import rooms, services
from bookings.models import (
    Booking,
    CalendarFeed,
    Feedback,
    Follow,
    Place,
    RoomBooking,
    RoomSeries,
    RoomWait,
    SensitiveAnswer,
)
from bookings.rules import BookingRefused, Refusal
from notices.models import Notice, Preference
from notices.services import leave
from partners import forgetting, letters, surveys
from partners.models import Letter, PartnerMember, Vote
from venues import takings
from venues.models import StaffMember, Taking

NOBODY = "—"  # In place of the name of whoever was forgotten.
WHOM_ONE_SPEAKS_FOR = (Role.SELF, Role.GUARDIAN)


@dataclass(frozen=True)
class Goodbye:
    """What would become of everything, if this user left now."""

    forgotten: list[Person]  # nobody else cares for them
    staying: list[Person]  # others care for them, or they are grown up and only helped
    bookings: list[Booking]  # with dates to come, given back
    room_bookings: list[RoomBooking]


def foresee(user, *, at=None) -> Goodbye:
    at = at or timezone.now()
    cares = user.cares.active().filter(person__retired_at=None).select_related("person")
    forgotten: list[Person] = []
    staying: list[Person] = []
    for care in cares:
        others = care.person.cares.active().exclude(user=user).exists()
        goes = care.role in WHOM_ONE_SPEAKS_FOR and not others
        (forgotten if goes else staying).append(care.person)
    coming = Place.objects.filter(
        person__in=forgotten, canceled_at=None, session__starts_at__gt=at, session__canceled_at=None
    )
    bookings = Booking.objects.alive().filter(pk__in=coming.values("booking")).with_activity()
    asked_for = RoomBooking.objects.to_come(at).filter(person__in=forgotten, starts_at__gt=at)
    return Goodbye(forgotten, staying, list(bookings), list(asked_for.with_room()))


def stays(user) -> Refusal | None:
    """Why this account cannot be closed by its user, or None."""
    if user.is_superuser or StaffMember.objects.active().filter(user=user).exists():
        return Refusal(
            "works_here",
            _("You work here, so your account is needed."),
            _("Please ask the manager to take you off the list of the staff first."),
        )
    return None


@transaction.atomic
def close_account(user, *, at=None):
    """Give back what is to come, forget who they are, and let nobody sign in any more.

    Whoever waits moves up. Raises BookingRefused for staff. The locks come in the order of
    everybody: rooms, people, sessions.
    """
    at = at or timezone.now()
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if reason := stays(user):
        raise BookingRefused(reason)
    if not user.is_active:
        return
    takings.lock(*[each.room for each in foresee(user, at=at).room_bookings])
    list(Person.objects.filter(pk__in=user.cares.active().values("person")).locked())
    goodbye = foresee(user, at=at)
    _give_back(goodbye, user, at)
    _forget_people(goodbye.forgotten, at)
    _forget_words(user, goodbye)
    _tell(user, at)
    _forget_user(user, at)


def _give_back(goodbye, user, at):
    for each in goodbye.room_bookings:
        rooms.cancel(each, by=user, at=at)
    list(_sessions_of(goodbye, at).locked())
    forgotten = {person.pk for person in goodbye.forgotten}
    for booking in goodbye.bookings:
        coming = booking.places.filter(canceled_at=None, session__starts_at__gt=at)
        places = [place for place in coming if place.person_id in forgotten]
        try:
            services.cancel(booking, by=user, places=places, at=at)
        except BookingRefused:
            continue  # Being drawn, or over since a moment: without a name, it stays.


def _sessions_of(goodbye, at):
    """All that giving back may lock, to be locked at once and in order."""
    courses = [
        booking.activity_id
        for booking in goodbye.bookings
        if booking.activity.booking_mode != BookingMode.SINGLE
    ]
    named = Q(pk__in=Place.objects.filter(booking__in=goodbye.bookings).values("session"))
    return Session.objects.filter(named | Q(activity__in=courses, starts_at__gt=at))


def _forget_people(people, at):
    for person in people:
        SensitiveAnswer.objects.about(person).delete()
    Collector.objects.filter(person__in=people).delete()
    Feedback.objects.filter(person__in=people).update(line="")
    Consent.objects.active().filter(person__in=people).update(withdrawn_at=at)
    Place.objects.filter(person__in=people).update(excuse_reason="", checked_out_with="")
    Person.objects.filter(pk__in=[person.pk for person in people]).update(
        name=NOBODY, sort_key=NOBODY, birth_date=None, phone="", retired_at=at
    )


def _forget_words(user, goodbye):
    """What was written for bookings in which nobody is left who has a name."""
    named = Place.objects.exclude(person__in=goodbye.forgotten).values("booking")
    theirs = Place.objects.filter(person__in=goodbye.forgotten).values("booking")
    Booking.objects.filter(pk__in=theirs).exclude(pk__in=named).update(answers={}, note="")
    used = RoomBooking.objects.filter(person__in=goodbye.forgotten)
    Taking.objects.filter(room_booking__in=used).update(label=NOBODY)
    RoomSeries.objects.filter(person__in=goodbye.forgotten).update(purpose=NOBODY)
    used.update(purpose=NOBODY, question="", answer="")


def _tell(user, at):
    """The last message goes to the address itself: there is nobody to receive it any more."""
    Notice.objects.filter(recipient=user).delete()
    if address := user.email or user.phone:
        leave(
            "accounts/account_closed",
            key=f"account-closed-{user.pk}",
            address=address,
            language=user.language or get_language() or "",
            private=True,
        )


def _forget_user(user, at):
    user.cares.active().update(ended_at=at)
    forgetting.forget_applicant(user)
    PartnerMember.objects.filter(user=user, ended_at=None).update(ended_at=at)
    letters.forget(Letter.objects.written_by(user), at)
    surveys.forget(user.survey_responses.all())
    for kept in (Preference, Follow, CalendarFeed, RoomWait, EmailAddress, Authenticator, Vote):
        kept.objects.filter(user=user).delete()
    user.name, user.phone, user.email, user.phone_verified_at = "", None, None, None
    user.is_active = user.elder_view = user.high_contrast = False
    user.letters = Letters.STANDARD
    user.set_unusable_password()
    user.save()
