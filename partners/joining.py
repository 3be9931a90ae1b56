"""Becoming a partner, and what becomes of one: applied, active, suspended, declined, ended.

Every step holds the row of the partner, looks at its state again and writes down who and when.
So of two who decide at once the second is told what the first has done. The row also covers its
members: none comes or goes while it is held.
"""

from contextlib import contextmanager

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partners import telling
from partners.models import (
    IS_AN_APPLICATION,
    Agreement,
    Paper,
    Partner,
    PartnerMember,
    PartnerStatus,
    PartnerStep,
    Role,
)
from partners.paper_checks import ENDINGS, label_of

# What whoever applies says; everything else comes later.
APPLICANTS_FIELDS = ("kind", "name", "offer", "contact_name", "contact_phone")
OPEN_APPLICATIONS = 3


class PartnerRefused(Exception):
    """No, with a reason for people."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def apply(partner, *, centers, papers=(), by, at=None):
    """Keep an application and tell the staff of its centers.

    `papers` are [(file, kind)], looked at already. Raises PartnerRefused.
    """
    at = at or timezone.now()
    with _papers_kept_or_gone() as kept, transaction.atomic():
        held = User.objects.select_for_update(no_key=True).get(pk=by.pk)
        waiting = Partner.objects.filter(applied_by=held, status=PartnerStatus.APPLIED)
        if waiting.count() >= OPEN_APPLICATIONS:
            raise PartnerRefused(
                _("Several of your applications are still being looked at. Please wait for them.")
            )
        partner.status, partner.applied_by, partner.created_at = PartnerStatus.APPLIED, by, at
        _save_under_its_name(partner)
        partner.centers.set(centers)
        kept += keep_papers(partner, papers, by=by, at=at)
        _applied(partner, by=by, at=at)
    return partner


def apply_again(partner, *, centers, papers=(), by, at=None):
    """What the applicant has changed; a declined application is looked at once more.

    Raises PartnerRefused when somebody has decided meanwhile.
    """
    at = at or timezone.now()
    with _papers_kept_or_gone() as kept, transaction.atomic():
        was = _hold(partner, IS_AN_APPLICATION)
        partner.status = PartnerStatus.APPLIED
        _save_under_its_name(partner, update_fields=[*APPLICANTS_FIELDS, "status"])
        partner.centers.set(centers)
        kept += keep_papers(partner, papers, by=by, at=at)
        if was == PartnerStatus.DECLINED or papers:
            _applied(partner, by=by, at=at)


@transaction.atomic
def approve(partner, *, by, at=None):
    """Welcome them; whoever applied becomes their first manager. Raises PartnerRefused."""
    at = at or timezone.now()
    _hold(partner, [PartnerStatus.APPLIED])
    partner.since = partner.since or timezone.localdate(at)
    partner.save(update_fields=["since"])
    _move(partner, PartnerStatus.ACTIVE, by=by, at=at)
    applicant = partner.applied_by
    if applicant and not partner.members.filter(user=applicant, ended_at=None).exists():
        PartnerMember.objects.create(
            partner=partner, user=applicant, role=Role.MANAGER, created_at=at
        )
    _tell_members(partner, "approved", at=at, link=f"/partner/{partner.pk}/")


@transaction.atomic
def decline(partner, *, by, reason, at=None):
    """Say no, and why; they may mend it and apply again. Raises PartnerRefused."""
    at = at or timezone.now()
    _need(reason)
    _hold(partner, [PartnerStatus.APPLIED])
    _move(partner, PartnerStatus.DECLINED, by=by, at=at, note=reason)
    if partner.applied_by and partner.applied_by.is_active:
        _tell(partner, [partner.applied_by], "declined", at=at, note=reason,
              link=f"/partners/applications/{partner.pk}/")  # fmt: skip


@transaction.atomic
def suspend(partner, *, by, reason, at=None):
    """Their desk rests; what is published stays. Raises PartnerRefused."""
    at = at or timezone.now()
    _need(reason)
    _hold(partner, [PartnerStatus.ACTIVE])
    _move(partner, PartnerStatus.SUSPENDED, by=by, at=at, note=reason)
    _tell_members(partner, "suspended", at=at, note=reason)


@transaction.atomic
def resume(partner, *, by, at=None):
    """Their desk is theirs again. Raises PartnerRefused."""
    at = at or timezone.now()
    _hold(partner, [PartnerStatus.SUSPENDED, PartnerStatus.ENDED])
    _move(partner, PartnerStatus.ACTIVE, by=by, at=at)
    _tell_members(partner, "resumed", at=at, link=f"/partner/{partner.pk}/")


@transaction.atomic
def end(partner, *, by, reason, at=None):
    """They are no partner any more: agreements end with it, what is published stays.

    Raises PartnerRefused.
    """
    at = at or timezone.now()
    _need(reason)
    _hold(partner, [PartnerStatus.ACTIVE, PartnerStatus.SUSPENDED])
    _move(partner, PartnerStatus.ENDED, by=by, at=at, note=reason)
    today = timezone.localdate(at)
    running = Agreement.objects.filter(partner=partner, ended_at=None).exclude(ends_on__lt=today)
    running.update(ended_at=at)
    partner.invitations.open(at).update(withdrawn_at=at)
    _tell_members(partner, "ended", at=at, note=reason)


def keep_papers(partner, papers, *, by, agreement=None, at=None):
    """Store files that were looked at, under names of our own."""
    return [
        Paper.objects.create(
            partner=partner,
            agreement=agreement,
            file=File(file, name=f"paper{ENDINGS[kind]}"),
            name=label_of(file.name),
            size=file.size,
            kind=kind,
            uploaded_by=by,
            uploaded_at=at or timezone.now(),
        )
        for file, kind in papers
    ]


@contextmanager
def _papers_kept_or_gone():
    """What was stored is taken away again when the rows that name it are not kept."""
    kept: list[Paper] = []
    try:
        yield kept
    except Exception:
        for paper in kept:
            paper.file.delete(save=False)
        raise


def _hold(partner, states):
    """Hold the row and learn its state; what was typed into the instance is kept."""
    row = Partner.objects.filter(pk=partner.pk).select_for_update(no_key=True)
    partner.status = row.values_list("status", flat=True).get()
    if partner.status not in states:
        raise PartnerRefused(_where_it_is(partner))
    return partner.status


def _where_it_is(partner):
    last = partner.steps.select_related("by").first()
    state = partner.get_status_display()
    if last and last.by:
        return _("%(who)s was faster: it is %(state)s now.") % {"who": last.by, "state": state}
    return _("It is %(state)s now.") % {"state": state}


def _need(reason):
    if not reason.strip():
        raise PartnerRefused(_("Please write why."))


def _save_under_its_name(partner, **how):
    try:
        with transaction.atomic():
            partner.save(**how)
    except IntegrityError as error:
        raise PartnerRefused(_("Somebody has just applied under this name.")) from error


def _applied(partner, *, by, at):
    _write_down(partner, by=by, at=at)
    _tell(
        partner,
        telling.staff_at(*partner.centers.all()),
        "applied",
        at=at,
        link=f"/admin/partners/partner/{partner.pk}/change/",
    )


def _move(partner, status, *, by, at, note=""):
    partner.status = status
    partner.save(update_fields=["status"])
    _write_down(partner, by=by, at=at, note=note)


def _write_down(partner, *, by, at, note=""):
    PartnerStep.objects.create(partner=partner, status=partner.status, note=note, by=by, at=at)


def _tell_members(partner, fact, *, at, link="", **more):
    _tell(partner, telling.members_of(partner), fact, at=at, link=link, **more)


def _tell(partner, users, fact, *, at, link="", **more):
    center = partner.centers.first()
    context = {
        "partner": partner.name,
        "center": center.name if center else "",
        "phone": center.phone if center else "",
    }
    telling.tell(
        users,
        fact,
        key=f"partner-{partner.pk}-{fact}-{at.isoformat()}",
        context=context | more,
        link=link,
    )
