"""The week board of the desk: rooms × hours of a day, rooms × days of a week, and moving on it."""

from datetime import date, timedelta

from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.calendars import week_of
from bookings.board import Board
from bookings.board_layout import DayLayout
from venues.models import TakingKind
from venues.staffing import duty_of, workplaces

VIEWS = ("day", "week")
A_WEEK = timedelta(days=7)


class Asked:
    """What the address asks for. What cannot be understood is left out, and said in `wrong`."""

    def __init__(self, request):
        self.given, self.wrong = request.GET, ""
        self.centers = list(workplaces(request.user))
        self.center = self._center()
        self.floors = list(self.center.floors.order_by("level"))
        self.view = self.given.get("view") if self.given.get("view") in VIEWS else "day"
        self.day = self._day()
        self.floor = self._floor()
        self.kind = self.given.get("kind", "")
        if self.kind not in TakingKind:
            self.kind = ""

    @property
    def days(self):
        return week_of(self.day) if self.view == "week" else [self.day]

    @property
    def kinds(self):
        return TakingKind.choices

    def board(self, *, at=None):
        days = self.days
        return Board(self.center, days[0], days[-1], floor=self.floor, kind=self.kind, at=at)

    def address(self, **changes):
        """This page with some of it changed."""
        asked = {
            "center": self.center.slug if len(self.centers) > 1 else "",
            "view": self.view,
            "date": f"{self.day:%Y-%m-%d}",
            "floor": "" if self.floor is None else self.floor,
            "kind": self.kind,
        } | changes
        return "?" + urlencode({name: value for name, value in asked.items() if value != ""})

    @property
    def before(self):
        return self.address(date=self.day - (A_WEEK if self.view == "week" else A_WEEK / 7))

    @property
    def after(self):
        return self.address(date=self.day + (A_WEEK if self.view == "week" else A_WEEK / 7))

    @property
    def today(self):
        return self.address(date=timezone.localdate())

    @property
    def of_day(self):
        return self.address(view="day")

    @property
    def of_week(self):
        return self.address(view="week")

    def _center(self):
        if not self.centers:
            raise Http404
        if slug := self.given.get("center"):
            return next((each for each in self.centers if each.slug == slug), None) or _none()
        return self.centers[0]

    def _day(self):
        text = self.given.get("date", "")
        try:
            day = parse_date(text)
        except ValueError:
            day = None
        if day and date(2000, 1, 8) <= day <= date(2099, 12, 20):
            return day
        if text:
            self.wrong = _("“%(text)s” is no day. This is today.") % {"text": text[:20]}
        return timezone.localdate()

    def _floor(self):
        levels = {str(each.level): each.level for each in self.floors}
        return levels.get(self.given.get("floor", ""))


@require_safe
def board(request):
    """Who looks on sees how many and never who; so this page is for those who work there."""
    works_here(request)
    asked = Asked(request)
    found = asked.board()
    context = {
        "title": _("Room board"),
        "asked": asked,
        "board": found,
        "day": DayLayout(found) if asked.view == "day" else None,
        "back": urlencode({"back": reverse("admin:board") + asked.address()}),
    }
    everywhere = admin.site.each_context(request)
    return TemplateResponse(request, "admin/board.html", everywhere | context)


def works_here(request):
    if not duty_of(request.user).works:
        raise Http404


def way_back(request):
    """The board that somebody came from, or "" when the address says something else."""
    back = request.GET.get("back", "")
    return back if back.startswith(reverse("admin:board") + "?") else ""


def _none():
    raise Http404
