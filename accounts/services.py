"""Users, the people they book for, and how these two come together."""

from datetime import date, datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import consents, demo_codes
from accounts.models import Care, ConsentKind, Person, Role, User
from accounts.names import sort_key

# Enough for a large family and a few neighbors; whoever needs more works at the desk.
PEOPLE_PER_CARER = 12

GUARDIAN_ADDS = _("A child under 14 is added by the guardian, under “A child”.")


class Refused(Exception):
    """No, with a reason for people."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def user_at(*, phone: str | None = None, email: str | None = None) -> User:
    """Who signs in with this address; a newcomer is made on the way."""
    address = {"phone": phone} if phone else {"email": email}
    newcomer = {"password": make_password(None), "language": get_language() or ""}
    user, _is_new = User.objects.get_or_create(**address, defaults=newcomer)
    return user


@transaction.atomic
def introduce(user: User, name: str, *, at: datetime | None = None) -> Person:
    """The person that this user is; made once, however often it is asked for."""
    _lock(user)
    if own := Person.objects.being(user).first():
        return own
    person = Person.objects.create(name=name, phone=user.phone or "")
    _take_care(user, person, Role.SELF, at)
    user.name = name
    user.save(update_fields=["name"])
    return person


@transaction.atomic
def add_child(
    user: User,
    *,
    name: str,
    birth_date: date,
    area: str = "",
    consented: bool = False,
    at: datetime | None = None,
) -> Person:
    """A child whose guardian this user is, and who lives with them. Raises Refused."""
    if consents.needs_guardian(birth_date) and not consented:
        raise Refused(_("For a child under 14 we need the guardian's consent."))
    own = Person.objects.being(user).first()
    area = area or (own.area if own else "")
    person = _add(user, Role.GUARDIAN, at, name=name, birth_date=birth_date, area=area)
    if consents.needs_guardian(birth_date):
        consents.give(person, ConsentKind.CHILD, by=user, at=at)
    return person


@transaction.atomic
def add_adult(
    user: User,
    *,
    name: str,
    birth_date: date | None = None,
    phone: str = "",
    area: str = "",
    at: datetime | None = None,
) -> Person:
    """A relative or neighbor who asked this user to book. Raises Refused."""
    if consents.needs_guardian(birth_date):
        raise Refused(GUARDIAN_ADDS)
    person = _add(user, Role.HELPER, at, name=name, birth_date=birth_date, phone=phone, area=area)
    consents.give(person, ConsentKind.HELPER, by=user, at=at)
    return person


@transaction.atomic
def correct(
    person: Person,
    *,
    by: User,
    name: str,
    birth_date: date | None,
    phone: str,
    area: str,
    consented: bool = False,
    at: datetime | None = None,
) -> Person:
    """Change what is known of a person. Raises Refused."""
    _lock(by)
    person = Person.objects.locked().get(pk=person.pk)
    care = person.cares.active().get(user=by)
    if consents.needs_guardian(birth_date):
        _agree_for_a_child(care, consented, at)
    if person.sort_key == sort_key(person.name):
        person.sort_key = sort_key(name)
    person.name, person.birth_date, person.phone, person.area = name, birth_date, phone, area
    person.save(update_fields=["name", "sort_key", "birth_date", "phone", "area"])
    if care.role == Role.SELF:
        User.objects.filter(pk=by.pk).update(name=name)
    return person


@transaction.atomic
def end_care(care: Care, *, at: datetime | None = None) -> None:
    """Book for this person no longer; what is booked stays. Raises Refused.

    Notes on health that this user has agreed to are opened no more, and deleted in the night.
    """
    if care.role == Role.SELF:
        raise Refused(_("You stay on the list yourself."))
    at = at or timezone.now()
    person = Person.objects.locked().get(pk=care.person_id)
    care.ended_at = at
    care.save(update_fields=["ended_at"])
    ended = [consents.CARE_STANDS_ON[Role(care.role)], ConsentKind.HEALTH]
    person.consents.active().filter(given_by=care.user, kind__in=ended).update(withdrawn_at=at)


def prefer(user: User, **choices: str | bool) -> None:
    """How pages and messages are to look and speak: any of `language` and what a `Look` has."""
    for name, choice in choices.items():
        setattr(user, name, choice)
    user.save(update_fields=choices)


@transaction.atomic
def move_phone(user: User, phone: str, *, at: datetime | None = None) -> None:
    """Let this user be reached at another phone, which was checked with a code."""
    before = user.phone
    user.phone, user.phone_verified_at = phone, at or timezone.now()
    user.save(update_fields=["phone", "phone_verified_at"])
    Person.objects.being(user).filter(phone__in=["", before or ""]).update(phone=phone)


def move_email(user: User, email: str) -> None:
    """Let this user be reached at another e-mail, which was checked with a code. Raises Refused."""
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email=email)
    except IntegrityError:
        raise Refused(
            _("Another account has this e-mail. Please sign out and sign in with it.")
        ) from None


@transaction.atomic
def give_demo_authenticator(user: User) -> None:
    """The second step of a demo account, whose code `manage.py code` prints; for trials only."""
    demo_codes.refuse_outside_trials()
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, demo_codes.WORD)
    recovery = RecoveryCodes.activate(user).instance
    recovery.data["seed"] = demo_codes.WORD
    recovery.save(update_fields=["data"])


def _add(user, role, at, **known):
    """The same person added twice is one, and comes back when the care had ended."""
    _lock(user)
    same = Person.objects.active().filter(cares__user=user, cares__role=role)
    identity = {"name": known["name"], "birth_date": known["birth_date"]}
    person = same.filter(**identity).first()
    if person and person.cares.active().filter(user=user).exists():
        return person
    if user.cares.active().count() >= PEOPLE_PER_CARER:
        raise Refused(_("Your list is full. The desk can book for more people."))
    person = person or Person.objects.create(**known)
    _take_care(user, person, role, at)
    return person


def _take_care(user, person, role, at):
    Care.objects.create(user=user, person=person, role=role, created_at=at or timezone.now())


def _agree_for_a_child(care, consented, at):
    if care.role != Role.GUARDIAN:
        raise Refused(GUARDIAN_ADDS)
    if consents.stands(care):
        return
    if not consented:
        raise Refused(_("For a child under 14 we need the guardian's consent."))
    consents.give(care.person, ConsentKind.CHILD, by=care.user, at=at)


def _lock(user):
    """One change at a time to the list of a user: a double tap waits and then sees the first."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
