"""How many postings a partner may have with a center at once, as their agreement says."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Activity, Session, Status
from partners.models import Agreement, Partner, PartnerStatus


def refusal(activity, *, at):
    """Why its partner may not submit one more now, or "". Holds the partner's row until the end.

    So of two that are submitted at once the second counts the first, and nobody posts while the
    partner is being suspended.
    """
    if activity.partner_id is None:
        return ""
    row = Partner.objects.select_for_update(no_key=True)
    if row.get(pk=activity.partner_id).status != PartnerStatus.ACTIVE:
        return _("New postings rest for this partner. Please call the center.")
    most = most_at_once(activity.partner_id, activity.center_id, at=at)
    if most is None or at_once(activity.partner_id, activity.center_id, at=at) < most:
        return ""
    return ngettext(
        "By your agreement %(most)s posting can be with the center at once. It stays a draft:"
        " please submit it when that one is over.",
        "By your agreement %(most)s postings can be with the center at once. It stays a draft:"
        " please submit it when one of them is over.",
        most,
    ) % {"most": most}


def most_at_once(partner_id, center_id, *, at=None):
    """What the agreements in force allow together; None is any number."""
    agreements = Agreement.objects.in_force(at).filter(partner=partner_id, center=center_id)
    allowed = list(agreements.values_list("postings_at_once", flat=True))
    return None if None in allowed or not allowed else sum(allowed)


def at_once(partner_id, center_id, *, at=None):
    """Postings that wait for the center, or are published and not all over."""
    dates = Session.objects.live().filter(activity=OuterRef("pk"))
    is_open = ~Exists(dates) | Exists(dates.not_over(at))
    return Activity.objects.filter(
        Q(status=Status.SUBMITTED) | (Q(status=Status.PUBLISHED) & is_open),
        partner=partner_id,
        center=center_id,
    ).count()
