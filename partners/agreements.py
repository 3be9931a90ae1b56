"""Agreements: made at the desk, ended early."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.joining import PartnerRefused
from partners.models import Agreement


@transaction.atomic
def end_early(agreement, *, at=None):
    """It is in force no more from now on. Raises PartnerRefused when it has ended already."""
    row = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    at = at or timezone.now()
    if row.ended_at or (row.ends_on and row.ends_on < timezone.localdate(at)):
        raise PartnerRefused(_("This agreement has ended already."))
    row.ended_at = at
    row.save(update_fields=["ended_at"])
