"""Consents: given one by one, in the wording of a version, and withdrawn as easily as given."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Care, Consent, ConsentChannel, ConsentKind, Person, Role, User

# The data of younger children are sensitive by law (个人信息保护法 art. 28 and 31).
CHILD_UNTIL = 14

# Which wording is agreed to; raised whenever the text of the page or of the box changes.
VERSIONS = {
    ConsentKind.PRIVACY: "2026-11",
    ConsentKind.CHILD: "2026-11",
    ConsentKind.HEALTH: "2026-11",
    ConsentKind.PHOTO: "2026-11",
    ConsentKind.HELPER: "2026-11",
}

# Booking for somebody stands on one of these; without it the care ends.
CARE_STANDS_ON = {Role.GUARDIAN: ConsentKind.CHILD, Role.HELPER: ConsentKind.HELPER}


def needs_guardian(birth_date: date | None, on: date | None = None) -> bool:
    """Whether a guardian must agree before this birth date may be stored."""
    age = Person(birth_date=birth_date).age_on(on or timezone.localdate())
    return age is not None and age < CHILD_UNTIL


def stands(care: Care) -> bool:
    """Whether the consent that this care stands on is given."""
    kind = CARE_STANDS_ON.get(Role(care.role))
    return care.person.consents.active().filter(given_by=care.user, kind=kind).exists()


def give(
    person: Person,
    kind: ConsentKind,
    *,
    by: User,
    how: str = ConsentChannel.WEB,
    at: datetime | None = None,
) -> Consent:
    """Write down what `by` agreed to, or, on paper and by phone, whose yes `by` has seen or heard.

    Once is enough as long as it is not withdrawn.
    """
    is_own = how == ConsentChannel.WEB
    given = {"kind": kind, "version": VERSIONS[kind], "given_by": by if is_own else None}
    return person.consents.active().filter(**given).first() or Consent.objects.create(
        person=person,
        **given,
        channel=how,
        entered_by=None if is_own else by,
        given_at=at or timezone.now(),
    )


@transaction.atomic
def withdraw(consent: Consent, *, at: datetime | None = None) -> None:
    """Take a consent back, and end the care that stood on it."""
    at = at or timezone.now()
    consent.withdrawn_at = at
    consent.save(update_fields=["withdrawn_at"])
    roles = [role for role, kind in CARE_STANDS_ON.items() if kind == consent.kind]
    Care.objects.active().filter(
        user=consent.given_by, person=consent.person, role__in=roles
    ).update(ended_at=at)
