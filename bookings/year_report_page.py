"""The year of a center, for its manager and for the district: a page and a workbook, no names."""

from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings import year_report, year_report_sheet
from venues.models import Center
from venues.staffing import duty_of

FIRST_YEAR, LAST_YEAR = 2000, 2100


@require_safe
def year(request):
    report = _asked_for(request)
    context = {
        **admin.site.each_context(request),
        "title": _("The year together"),
        "report": report,
        "centers": Center.objects.managed_by(request.user).order_by("pk"),
        "before": _address(report.center, report.year - 1),
        "after": _address(report.center, report.year + 1),
        "sheet": _address(report.center, report.year, "admin:year_report_sheet"),
        "may_plan": duty_of(request.user).manages,
    }
    return TemplateResponse(request, "admin/year_report.html", context)


@require_safe
def sheet(request):
    report = _asked_for(request)
    response = HttpResponse(
        year_report_sheet.of(report),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    name = f"year-{report.center.slug}-{report.year}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked_for(request):
    """A wrong center is none of theirs; a wrong year is this one."""
    centers = Center.objects.managed_by(request.user).order_by("pk")
    named, number = request.GET.get("center", ""), request.GET.get("year", "")
    if named:
        center = get_object_or_404(centers, pk=named[:9] if named.isdecimal() else 0)
    elif (center := centers.first()) is None:
        raise Http404
    this_year = timezone.localdate().year
    year = int(number[:4]) if number.isdecimal() else this_year
    return year_report.of_year(center, year if FIRST_YEAR < year < LAST_YEAR else this_year)


def _address(center, year, name="admin:year_report"):
    return f"{reverse(name)}?{urlencode({'center': center.pk, 'year': year})}"
