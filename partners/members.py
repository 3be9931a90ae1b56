"""Who acts for a partner: invited by address, given a role, leaving.

All of it happens under the row of the partner, so that two managers who end each other at once
do not both go.
"""

import secrets
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notices.services import leave as leave_notice
from notices.services import take_back
from partners import telling
from partners.joining import PartnerRefused
from partners.models import Invitation, Partner, PartnerMember, PartnerStatus, Role

LASTS = timedelta(days=14)
OPEN_AT_ONCE = 20


@transaction.atomic
def invite(partner, *, address, role, by, at=None):
    """Ask somebody, by e-mail or phone, to act for the partner. Raises PartnerRefused."""
    at = at or timezone.now()
    _hold(partner)
    way = {"email": address, "phone": ""} if "@" in address else {"phone": address, "email": ""}
    known = get_user_model().objects.filter(**{k: v for k, v in way.items() if v}).first()
    if known and partner.members.filter(user=known, ended_at=None).exists():
        raise PartnerRefused(_("This person already acts for the partner."))
    mine = partner.invitations.filter(accepted_at=None, withdrawn_at=None)
    # One that has run out makes room for a new one.
    mine.filter(expires_at__lte=at).update(withdrawn_at=at)
    if mine.filter(**way).exists():
        raise PartnerRefused(_("This address has been invited already."))
    if mine.count() >= OPEN_AT_ONCE:
        raise PartnerRefused(_("Many invitations are still open. Please wait for an answer."))
    invitation = Invitation.objects.create(
        partner=partner, role=role, **way, token=secrets.token_urlsafe(24), invited_by=by,
        created_at=at, expires_at=at + LASTS,
    )  # fmt: skip
    leave_notice(
        "partners/invited",
        key=_key(invitation),
        to=known,
        address="" if known else address,
        context={
            "partner": partner.name,
            "by": str(by),
            "needs_no_account": True,
        },
        link=link_to(invitation),
        expires_at=invitation.expires_at,
        language="" if known else get_language() or "",
    )
    return invitation


def link_to(invitation):
    return f"/partner/invitations/{invitation.token}/"


@transaction.atomic
def withdraw(invitation, *, at=None):
    """The link leads nowhere any more. Raises PartnerRefused when it was accepted meanwhile."""
    at = at or timezone.now()
    invitation = _held(invitation)
    if invitation.accepted_at:
        raise PartnerRefused(_("The invitation has been accepted meanwhile."))
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = at
        invitation.save(update_fields=["withdrawn_at"])
        take_back(_key(invitation))


@transaction.atomic
def accept(invitation, *, by, at=None):
    """Whoever holds the link acts for the partner from now on. Raises PartnerRefused."""
    at = at or timezone.now()
    invitation = _held(invitation)
    if reason := why_closed(invitation, at):
        raise PartnerRefused(reason)
    if invitation.partner.members.filter(user=by, ended_at=None).exists():
        raise PartnerRefused(_("You act for this partner already."))
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    member = PartnerMember.objects.create(
        partner=invitation.partner, user=by, role=invitation.role, created_at=at
    )
    managers = telling.members_of(invitation.partner, roles=[Role.MANAGER]).exclude(pk=by.pk)
    telling.tell(
        managers,
        "joined",
        key=f"invitation-{invitation.pk}-accepted-{at.isoformat()}",
        context={"partner": invitation.partner.name, "by": str(by)},
        link=f"/partner/{invitation.partner_id}/members/",
    )
    return member


def why_closed(invitation, at=None):
    """Why nobody can accept it any more, or ""."""
    if invitation.partner.status != PartnerStatus.ACTIVE:
        return _("This partner does not take anybody in at the moment.")
    if invitation.accepted_at:
        return _("This invitation has been accepted already.")
    if invitation.withdrawn_at:
        return _("This invitation was withdrawn. Please ask for a new one.")
    if invitation.expires_at <= (at or timezone.now()):
        return _("This invitation has run out. Please ask for a new one.")
    return ""


@transaction.atomic
def give_role(member, role):
    """Another role; somebody must stay who runs it. Raises PartnerRefused."""
    member = _as_it_is(member)
    if member.role == Role.MANAGER and role != Role.MANAGER:
        _somebody_else_runs_it(member)
    member.role = role
    member.save(update_fields=["role"])


@transaction.atomic
def end(member, *, at=None):
    """They act for the partner no more. Raises PartnerRefused for the last who runs it.

    Whoever is alone may go: the staff see a partner that nobody acts for.
    """
    member = _as_it_is(member)
    others = _others(member)
    if member.role == Role.MANAGER and others.exists():
        _somebody_else_runs_it(member)
    member.ended_at = at or timezone.now()
    member.save(update_fields=["ended_at"])
    if not others.exists():
        member.partner.invitations.open().update(withdrawn_at=member.ended_at)


def _hold(partner):
    row = Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    if row.status != PartnerStatus.ACTIVE:
        raise PartnerRefused(_("This partner does not take anybody in at the moment."))


def _held(invitation):
    """As it is now, with the row of its partner held first."""
    Partner.objects.select_for_update(no_key=True).get(pk=invitation.partner_id)
    return Invitation.objects.select_related("partner").get(pk=invitation.pk)


def _as_it_is(member):
    """As it is now, with the row of its partner held first."""
    Partner.objects.select_for_update(no_key=True).get(pk=member.partner_id)
    member = PartnerMember.objects.select_related("partner").get(pk=member.pk)
    if member.ended_at:
        raise PartnerRefused(_("They act for the partner no more."))
    return member


def _others(member):
    acting = PartnerMember.objects.acting().filter(partner=member.partner_id)
    return acting.exclude(pk=member.pk)


def _somebody_else_runs_it(member):
    if not _others(member).filter(role=Role.MANAGER).exists():
        raise PartnerRefused(
            _("Nobody else can invite people or change roles. Please make somebody manager first.")
        )


def _key(invitation):
    return f"invitation-{invitation.pk}-{invitation.created_at.isoformat()}"
