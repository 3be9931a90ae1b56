"""Fixed times of partners at the desk: agreed with a preview, looked at, ended."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from bookings import standing_slots
from bookings.rules import BookingRefused, moment
from bookings.series_words import rule_in_words
from bookings.slot_form import SlotForm
from partners.models import StandingSlot
from venues.desk import CenterFilter, DeskAdmin
from venues.staffing import workplaces
from venues.takings import RoomTaken


@admin.register(StandingSlot)
class StandingSlotAdmin(DeskAdmin):
    center_path = "room__floor__center"
    for_looking = True
    refusals = (BookingRefused, RoomTaken)
    list_display = ["room", "partner", "rule", "purpose", "state_shown"]
    list_select_related = ["room__floor__center", "agreement__partner"]
    list_filter = [CenterFilter]
    search_fields = ["purpose", "room__name", "agreement__partner__name", "agreement__title"]
    actions_detail = ["end"]
    fields = [
        ("partner", "agreement"),
        ("room", "purpose"),
        ("rule", "state"),
        "dates_shown",
        ("created_by", "created_at"),
    ]
    readonly_fields = [
        name for line in fields for name in (line if isinstance(line, tuple) else [line])
    ]

    def get_fields(self, request, obj=None):
        """Who agreed on it is for those who work there, not for the district."""
        fields = super().get_fields(request, obj)
        if obj and not workplaces(request.user).filter(pk=obj.room.center.pk).exists():
            return [line for line in fields if "created_by" not in line]
        return fields

    def get_queryset(self, request):
        coming = Q(dates__starts_at__gt=timezone.now())
        held = coming & Q(dates__taking__released_at=None, dates__taking__isnull=False)
        return super().get_queryset(request).annotate(dates_held=Count("dates", filter=held))

    def add_view(self, request, form_url="", extra_context=None):
        """The form; with `preview` every date of it; with `save` the room is held."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = SlotForm(
            request.POST or None,
            centers=workplaces(request.user),
            initial={"agreement": request.GET.get("agreement"), "room": request.GET.get("room")},
        )
        dates, refusal = [], ""
        if request.method == "POST" and form.is_valid():
            try:
                dates = standing_slots.preview(form.slot, by=request.user)
                if "save" in request.POST and request.POST.get("seen") == form.seen:
                    standing_slots.agree(form.slot, by=request.user)
                    messages.success(request, _("The room is held for them on these dates."))
                    return redirect(self.address_of(form.slot))
                if "save" in request.POST:
                    refusal = _("You have changed the form. Please look at the dates again.")
            except self.refusals as no:
                refusal = str(no.reason)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Agree on a fixed time"),
            "opts": self.opts,
            "form": form,
            "dates": dates,
            "free": sum(each.can_be_had for each in dates),
            "refusal": refusal,
        }
        status = 422 if refusal or form.errors else 200
        return TemplateResponse(request, "admin/agree_slot.html", context, status=status)

    @display(description=_("partner"))
    def partner(self, slot):
        return slot.agreement.partner

    @display(description=_("how often"))
    def rule(self, slot):
        return rule_in_words(slot)

    @display(description=_("state"), label={"held": "success", "over": None})
    def state_shown(self, slot):
        if held := slot.dates_held:
            words = ngettext("%(n)s date to come", "%(n)s dates to come", held)
            return "held", words % {"n": held}
        return "over", _("Over or ended")

    @display(description=_("state"))
    def state(self, slot):
        """On its own page, which has no labels in colors."""
        return self.state_shown(slot)[1]

    @display(description=_("dates"))
    def dates_shown(self, slot):
        dates = slot.dates.select_related("taking").order_by("starts_at")
        return format_html_join(
            "",
            "<div>{}–{} · {} {}</div>",
            (
                (
                    moment(each.starts_at),
                    f"{timezone.localtime(each.ends_at):%H:%M}",
                    each.state,
                    each.left_out,
                )
                for each in dates
            ),
        )

    @action(description=_("End it"), permissions=["act"], icon="event_busy")
    def end(self, request, object_id):
        slot = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            slot,
            question=_("End this fixed time?"),
            text=_("The partner is told, and the room is free on all dates to come."),
            label=_("End it"),
            do=lambda: standing_slots.end(slot, by=request.user),
            done=_("It has ended, and they are being told."),
        )
