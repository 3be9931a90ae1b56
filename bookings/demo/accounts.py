"""Those who sign in to look around: one account for each part one can play."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import consents
from accounts.models import Care, Person, Role, User
from accounts.services import give_demo_authenticator
from bookings.demo.people import Party
from partners.models import PartnerMember
from venues.models import StaffMember, StaffRole

RESIDENT, GRANDCHILD = "resident@example.org", "grandchild@example.org"
WORKER, MANAGER = "worker@example.org", "manager@example.org"
DISTRICT, ADMIN = "district@example.org", "admin@example.org"
PARTNER = "partner@example.org"

# (e-mail, name, what one can look at)
ACCOUNTS = [
    (RESIDENT, "李静", gettext_lazy("resident with a child")),
    (GRANDCHILD, "王浩", gettext_lazy("grandchild who books for an elder")),
    (PARTNER, "文知白", gettext_lazy("partner")),
    (WORKER, "林悦", gettext_lazy("social worker")),
    (MANAGER, "周明远", gettext_lazy("center manager")),
    (DISTRICT, "郑晓岚", gettext_lazy("district office")),
    (ADMIN, "管理员", gettext_lazy("administrator")),
]
STAFF = (WORKER, MANAGER, DISTRICT, ADMIN)


@dataclass(frozen=True)
class Cast:
    """The accounts by e-mail, and the parties that the two residents among them book for."""

    users: dict
    resident: Party
    with_child: Party
    grandchild: Party
    grandmother: Party


def build(center, partners, *, at):
    users = {email: _account(email, name, at) for email, name, _part in ACCOUNTS}
    work = [
        (WORKER, StaffRole.SOCIAL_WORKER, {"center": center}),
        (MANAGER, StaffRole.MANAGER, {"center": center}),
        (DISTRICT, StaffRole.DISTRICT, {"district": center.district}),
    ]
    for email, role, workplace in work:
        StaffMember.objects.create(user=users[email], role=role, **workplace)
    PartnerMember.objects.create(user=users[PARTNER], partner=partners["砚田书社"])
    resident, grandchild = users[RESIDENT], users[GRANDCHILD]
    mother = _person(resident, "李静", 36, Role.SELF, center, at)
    child = _person(resident, "陈禾", 9, Role.GUARDIAN, center, at)
    young = _person(grandchild, "王浩", 24, Role.SELF, center, at)
    grandmother = _person(grandchild, "赵桂英", 77, Role.HELPER, center, at)
    return Cast(
        users=users,
        resident=Party((mother,), resident),
        with_child=Party((mother, child), resident),
        grandchild=Party((young,), grandchild),
        grandmother=Party((grandmother,), grandchild),
    )


def how_to_sign_in():
    """The lines that tell a newcomer; none where there is no demo center."""
    known = set(User.objects.filter(email__in=[each[0] for each in ACCOUNTS]).values_list("email"))
    rows = [(email, part) for email, _name, part in ACCOUNTS if (email,) in known]
    if not rows:
        return []
    return [
        _("Sign in at %(login)s with one of these; the code is shown at %(outbox)s:")
        % {"login": reverse("account_login"), "outbox": "/dev/outbox/"},
        *(f"  {email:<26}{part}" for email, part in rows),
        _("Staff are asked for a second code: .venv/bin/python manage.py code %(email)s")
        % {"email": WORKER},
    ]


def _account(email, name, at):
    user = User.objects.create_user(
        email,
        name=name,
        date_joined=at - timedelta(days=120),
        is_staff=email in STAFF,
        is_superuser=email == ADMIN,
    )
    if user.is_staff:
        give_demo_authenticator(user)
    return user


def _person(user, name, age, role, center, at):
    person = Person.objects.create(
        name=name,
        birth_date=(at - timedelta(days=age * 365 + 200)).date(),
        area=center.community,
    )
    Care.objects.create(user=user, person=person, role=role)
    if kind := consents.CARE_STANDS_ON.get(role):
        consents.give(person, kind, by=user, at=at - timedelta(days=120))
    return person
