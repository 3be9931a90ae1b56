"""What a partner reads of bookings: the sheet of a day, and numbers; never a phone."""

import csv
import re
from io import BytesIO, StringIO

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.styles import Font

from activities.models import IS_PUBLIC, Session
from bookings import day_sheet, partner_numbers
from bookings.cells import safe
from partners.models import Partner

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YEAR = re.compile(r"20[0-9]{2}")
WIDTHS = [32, 10, 10, 10, 10, 16, 10, 10]


@never_cache
@require_safe
def sheet_of_the_day(request, pk):
    """For those who post and run; whoever only looks on has numbers, and no names."""
    partners = Partner.objects.posted_by(request.user)
    theirs = Session.objects.filter(
        activity__partner__in=partners, activity__status__in=IS_PUBLIC
    ).select_related("activity", "taking__room__floor")
    session = get_object_or_404(theirs, pk=pk)
    if not day_sheet.is_open(session):
        raise Http404
    context = {
        "session": session,
        "activity": session.activity,
        "people": day_sheet.who_comes(session),
    }
    return render(request, "partners/day_sheet.html", context)


@require_safe
def numbers(request, pk):
    partner, year, years = _asked_for(request, pk)
    context = {
        "partner": partner,
        "year": year,
        "before": year - 1 if years and years[0] < year else None,
        "after": year + 1 if years and year < years[1] else None,
        "lines": partner_numbers.lines_of(partner, year),
    }
    return render(request, "partners/numbers.html", context)


@require_safe
def numbers_xlsx(request, pk):
    partner, year, _years = _asked_for(request, pk)
    book = Workbook()
    sheet = book.active
    sheet.title = str(year)
    for row in _rows(partner, year):
        sheet.append([safe(value) for value in row])
    for column, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    return _file(file.getvalue(), XLSX, f"numbers-{partner.pk}-{year}.xlsx")


@require_safe
def numbers_csv(request, pk):
    """With the mark by which spreadsheets know that it is UTF-8."""
    partner, year, _years = _asked_for(request, pk)
    text = StringIO()
    csv.writer(text).writerows([safe(value) for value in row] for row in _rows(partner, year))
    content = text.getvalue().encode("utf-8-sig")
    return _file(content, "text/csv; charset=utf-8", f"numbers-{partner.pk}-{year}.csv")


def _asked_for(request, pk):
    """(partner, year, the years there are); what is no year is this one."""
    partner = get_object_or_404(Partner.objects.of_member(request.user), pk=pk)
    typed = request.GET.get("year", "")
    year = int(typed) if YEAR.fullmatch(typed) else timezone.localdate().year
    return partner, year, partner_numbers.years_of(partner)


def _rows(partner, year):
    yield [
        _("Activity"), _("Month"), _("Dates held"), _("Signed up"), _("Came"),
        _("Waited, no place"), _("Answers"), _("Marks of 5"),
    ]  # fmt: skip
    for line in partner_numbers.lines_of(partner, year):
        yield [
            line.title, f"{line.month:%Y-%m}", line.held, line.booked, line.came, line.waited,
            line.answers, line.marks if line.marks is not None else "",
        ]  # fmt: skip


def _file(content, kind, name):
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
