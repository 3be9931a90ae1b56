"""The report on the use of rooms at the desk: against the year before and the target, and by hour.

It names nobody, so those who look on from the district read it, too.
"""

from dataclasses import dataclass
from itertools import groupby

from django import forms
from django.contrib import admin
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import room_use_sheet
from bookings.room_use import RoomUse, Use, rooms_of, use_of
from bookings.use_periods import FIRST_YEAR, LAST_YEAR, Period, PeriodKind
from venues.models import Center, Room, Weekday
from venues.staffing import duty_of

# So many shades of one color; the number stands in every field, too.
SHADES = 5


class PeriodForm(forms.Form):
    center = forms.ModelChoiceField(
        Center.objects.none(), label=gettext_lazy("center"), empty_label=None, required=False
    )
    period = forms.ChoiceField(
        label=gettext_lazy("Period"), choices=PeriodKind.choices, required=False
    )
    day = forms.DateField(
        label=gettext_lazy("Any day in it"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, centers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["center"].queryset = centers

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day and not FIRST_YEAR < day.year < LAST_YEAR:
            raise forms.ValidationError(_("Please choose a year of this century."))
        return day


@dataclass(frozen=True)
class Report:
    """One period and the one a year before, of the same rooms."""

    center: Center
    rooms: list[Room]
    now: RoomUse
    before: RoomUse

    @property
    def period(self) -> Period:
        return self.now.period

    @property
    def floors(self):
        """[(floor, its use, a year before, [(room, its use, a year before)])]"""
        found = []
        for floor, same in groupby(self.rooms, key=lambda room: room.floor):
            rows = [(room, self.now.rooms[room.pk], self.before.rooms[room.pk]) for room in same]
            now = sum((use for _room, use, _before in rows), Use())
            before = sum((use for _room, _use, use in rows), Use())
            found.append((floor, now, before, rows))
        return found

    @property
    def buckets(self):
        """[(words, its use, a year before)]: the parts of both periods, one beside the other."""
        earlier = list(self.before.buckets.values())
        return [
            (self.period.bucket_label(first), use, earlier[at] if at < len(earlier) else Use())
            for at, (first, use) in enumerate(self.now.buckets.items())
        ]

    @property
    def hours(self) -> list[int]:
        opened = [hour for (_day, hour), use in self.now.heat.items() if use.open]
        return list(range(min(opened), max(opened) + 1)) if opened else []

    @property
    def heat(self):
        """[(weekday, [(hour, percent or None, shade)])]"""
        return [
            (day.label, [(hour, *self._shade(day.value, hour)) for hour in self.hours])
            for day in Weekday
        ]

    def _shade(self, weekday, hour):
        use = self.now.heat.get((weekday, hour))
        percent = use.percent if use else None
        if percent is None:
            return None, "none"
        return percent, min(-(-percent * SHADES // 100), SHADES)

    @property
    def against_target(self):
        """How many points above the target, or below; None without one."""
        percent, target = self.now.total.percent, self.center.use_target
        return None if percent is None or target is None else percent - target


def room_use(request):
    form, report = _asked_for(request)
    context = {
        **admin.site.each_context(request),
        "title": _("Use of rooms"),
        "form": form,
        "report": report,
        "earlier": report and _address(report.center, report.period.before),
        "later": report and _address(report.center, report.period.after),
        "sheet": report and _address(report.center, report.period, name="admin:room_use_sheet"),
        "may_set_target": report and duty_of(request.user).manages,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/room_use.html", context, status=status)


def sheet(request):
    """The same as a workbook."""
    _form, report = _asked_for(request)
    if report is None:
        raise Http404
    response = HttpResponse(
        room_use_sheet.of(report),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    name = f"room-use-{report.center.slug}-{report.period.kind}-{report.period.first}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked_for(request):
    """(the form, the report or None). Of a center that is none of theirs they find nothing."""
    if not duty_of(request.user).looks_on:
        raise Http404
    centers = Center.objects.managed_by(request.user).order_by("pk")
    named = request.GET.get("center", "")
    if named and not (named.isdecimal() and centers.filter(pk=named[:9]).exists()):
        raise Http404
    center = centers.get(pk=named[:9]) if named else centers.first()
    if center is None:
        raise Http404
    today = timezone.localdate()
    first_shown = {"center": center.pk, "period": PeriodKind.MONTH, "day": today}
    form = PeriodForm(first_shown | request.GET.dict(), centers=centers)
    if not form.is_valid():
        return form, None
    given = form.cleaned_data
    period = Period.around(PeriodKind(given["period"] or PeriodKind.MONTH), given["day"] or today)
    rooms = rooms_of(center)
    now, before = (use_of(center, each, rooms) for each in (period, period.year_before))
    return form, Report(center, rooms, now, before)


def _address(center: Center, period: Period, name: str = "admin:room_use") -> str:
    query = {"center": str(center.pk), "period": str(period.kind), "day": period.first.isoformat()}
    return f"{reverse(name)}?{urlencode(query)}"
