"""Who works with the centers, for everybody to read."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.page_cache import kept_for_visitors
from partners.models import Partner, PartnerStatus

ROWS = 30


@require_safe
@login_not_required
@kept_for_visitors
def partners(request):
    page = Paginator(Partner.objects.active(), ROWS).get_page(request.GET.get("page"))
    return render(request, "partners/list.html", {"page": page})


@require_safe
@login_not_required
@kept_for_visitors
def partner(request, pk):
    partner = get_object_or_404(Partner.objects.public(), pk=pk)
    if partner.status != PartnerStatus.ACTIVE:
        return render(request, "partners/not_now.html", {"partner": partner}, status=404)
    context = {
        "partner": partner,
        "centers": partner.centers.open_to_public(),
        "resources": partner.resources.on_offer().select_related("category"),
    }
    return render(request, "partners/detail.html", context)
