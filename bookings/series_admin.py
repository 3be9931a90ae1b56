"""Series of rooms at the desk: one row each, and one decision for all of it that waits."""

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from bookings import room_series, series_decisions
from bookings.models import ROOM_IS_ASKED_FOR, RoomBookingStatus, RoomSeries
from bookings.room_admin import DeclineForm, QuestionForm
from bookings.room_clashes import clashes_of
from bookings.rules import BookingRefused, moment
from bookings.series_words import rule_in_words
from venues.desk import CenterFilter, DeskAdmin
from venues.takings import RoomTaken


class SeriesStateFilter(SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("waits", _("Waiting for approval")),
            ("coming", _("With dates to come")),
            ("over", _("Over or canceled")),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "waits":
                return queryset.filter(dates_waiting__gt=0)
            case "coming":
                return queryset.filter(dates_to_come__gt=0)
            case "over":
                return queryset.filter(dates_to_come=0)
        return queryset


@admin.register(RoomSeries)
class RoomSeriesAdmin(DeskAdmin):
    center_path = "room__floor__center"
    names_people = True
    for_looking = True
    refusals = (BookingRefused, RoomTaken)
    list_display = ["room", "rule", "purpose", "who", "headcount", "next_date", "state_shown"]
    list_select_related = ["room__floor__center", "person", "partner"]
    list_filter = [SeriesStateFilter, CenterFilter]
    search_fields = ["reference", "purpose", "room__name", "person__name", "partner__name"]
    ordering = ["-created_at", "-pk"]
    actions_detail = ["accept", "ask_back", "decline", "cancel"]
    fields = [
        ("reference", "state"),
        ("room", "headcount"),
        ("rule", "purpose"),
        "dates_shown",
        "missed_shown",
        "asked_shown",
        ("person", "partner"),
        ("booked_by", "channel"),
        ("created_at", "terms"),
    ]
    readonly_fields = [
        name for line in fields for name in (line if isinstance(line, tuple) else [line])
    ]

    def has_add_permission(self, request):
        return False

    def get_queryset(self, request):
        coming = Q(dates__starts_at__gt=timezone.now())
        waiting = coming & Q(dates__status=RoomBookingStatus.REQUESTED)
        alive = coming & Q(dates__status__in=ROOM_IS_ASKED_FOR)
        return (
            super()
            .get_queryset(request)
            .annotate(
                dates_waiting=Count("dates", filter=waiting),
                dates_to_come=Count("dates", filter=alive),
                next_starts_at=Min("dates__starts_at", filter=alive),
            )
        )

    @display(description=_("for whom"))
    def who(self, series):
        return series.partner or series.person

    @display(description=_("how often"))
    def rule(self, series):
        return rule_in_words(series)

    @display(description=_("next date"), ordering="next_starts_at")
    def next_date(self, series):
        return moment(series.next_starts_at) if series.next_starts_at else ""

    @display(description=_("state"), label={"waits": "warning", "coming": "success", "over": None})
    def state_shown(self, series):
        if waiting := series.dates_waiting:
            words = ngettext("%(n)s date waits", "%(n)s dates wait", waiting)
            return "waits", words % {"n": waiting}
        if coming := series.dates_to_come:
            words = ngettext("%(n)s date to come", "%(n)s dates to come", coming)
            return "coming", words % {"n": coming}
        return "over", _("Over or canceled")

    @display(description=_("state"))
    def state(self, series):
        """On its own page, which has no labels in colors."""
        return self.state_shown(series)[1]

    @display(description=_("dates"))
    def dates_shown(self, series):
        """With what each that waits would meet."""
        dates = list(series.dates.select_related("room__floor__center").order_by("starts_at"))
        met = clashes_of([each for each in dates if each.status == RoomBookingStatus.REQUESTED])
        return _lines(
            (_span(each), each.get_status_display(), "; ".join(met.get(each.pk, [])))
            for each in dates
        )

    @display(description=_("could not be had"))
    def missed_shown(self, series):
        return _lines((_span(each), each.reason, "") for each in series.missed.all()) or "-"

    @action(
        description=_("Accept"),
        permissions=["decide"],
        icon="check",
        variant=ActionVariant.PRIMARY,
    )
    def accept(self, request, object_id):
        series = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            series,
            question=_("Give them the room on all dates that wait?"),
            text=self.dates_shown(series),
            label=_("Accept"),
            do=lambda: series_decisions.accept(series, by=request.user),
            done=_("It is booked, and they are being told."),
        )

    @display(description=_("question and answer"))
    def asked_shown(self, series):
        asked = series.dates.exclude(question="").order_by("starts_at")
        return _lines((_span(each), each.question, each.answer) for each in asked) or "-"

    @action(description=_("Ask back"), permissions=["decide"], icon="help")
    def ask_back(self, request, object_id):
        series = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            series,
            question=_("Ask them something first"),
            label=_("Ask"),
            form=QuestionForm(request.POST or None),
            do=lambda question: series_decisions.ask_back(
                series, by=request.user, question=question
            ),
            done=_("They are being asked."),
        )

    @action(
        description=_("Decline"),
        permissions=["decide"],
        icon="close",
        variant=ActionVariant.DANGER,
    )
    def decline(self, request, object_id):
        series = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            series,
            question=_("Decline all dates that wait?"),
            label=_("Decline"),
            form=DeclineForm(request.POST or None),
            do=lambda reason: series_decisions.decline(series, by=request.user, reason=reason),
            done=_("They are being told why."),
        )

    @action(description=_("Cancel"), permissions=["cancel"], icon="event_busy")
    def cancel(self, request, object_id):
        series = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            series,
            question=_("Cancel all dates to come?"),
            text=_("They are told once, and the room is free again."),
            label=_("Cancel all to come"),
            do=lambda: room_series.cancel(series, by=request.user),
            done=_("It is canceled."),
        )

    def has_decide_permission(self, request, object_id=None):
        return self._has(request, object_id, "dates_waiting")

    def has_cancel_permission(self, request, object_id=None):
        return self._has(request, object_id, "dates_to_come")

    def _has(self, request, object_id, what):
        """Buttons are offered where they lead somewhere; asked once for all of them.

        Whoever has come to a button's own address is told there what has become of it.
        """
        if not request.resolver_match.url_name.endswith("_change"):
            return self.has_act_permission(request)
        if not hasattr(request, "_series_counts"):
            counts = self.named(request, object_id).values("dates_waiting", "dates_to_come")
            request._series_counts = counts.first() or {}
        return self.has_act_permission(request) and bool(request._series_counts.get(what))


def _span(each):
    return f"{moment(each.starts_at)}–{timezone.localtime(each.ends_at):%H:%M}"


def _lines(rows):
    return format_html_join("", "<div>{} · {} {}</div>", rows)
