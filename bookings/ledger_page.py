"""The ledger of an agreement: the same page for the partner's members and for the center."""

from django.contrib import admin
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings import ledger
from partners.models import Agreement, Partner
from venues.models import Center


@require_safe
def for_partner(request, pk):
    mine = _agreements().filter(partner__in=Partner.objects.of_member(request.user))
    found = ledger.of_agreement(get_object_or_404(mine, pk=pk))
    return render(request, "bookings/ledger.html", {"ledger": found})


@require_safe
def for_staff(request, pk):
    theirs = _agreements().filter(center__in=Center.objects.managed_by(request.user))
    found = ledger.of_agreement(get_object_or_404(theirs, pk=pk))
    context = {**admin.site.each_context(request), "title": _("Ledger"), "ledger": found}
    return TemplateResponse(request, "admin/ledger.html", context)


def _agreements():
    return Agreement.objects.select_related("partner", "center")
