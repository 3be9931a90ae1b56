"""Who waits for a room, so that the staff see what is missing."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from bookings.models import RoomWait
from bookings.rules import moment
from bookings.session_filters import WhenFilter
from venues.desk import CenterFilter, DeskAdmin


class OpenFilter(WhenFilter):
    def lookups(self, request, model_admin):
        return [("", _("Waiting")), ("all", _("All"))]

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.open()


@admin.register(RoomWait)
class RoomWaitAdmin(DeskAdmin):
    """They withdraw it themselves; here it is only looked at."""

    names_people = True
    for_looking = True
    list_display = ["what", "when", "headcount", "user", "created_at", "free_since"]
    list_select_related = ["center", "room", "user"]
    list_filter = [OpenFilter, CenterFilter]
    search_fields = ["room__name", "user__name"]
    ordering = ["starts_at", "created_at", "pk"]
    fields = ["center", "room", "starts_at", "ends_at", "headcount", "user", "created_at",
              "free_since", "ended_at"]  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request):
        return False

    @display(description=_("room"), ordering="room")
    def what(self, wait):
        return str(wait)

    @display(description=_("when"), ordering="starts_at")
    def when(self, wait):
        return f"{moment(wait.starts_at)}–{timezone.localtime(wait.ends_at):%H:%M}"
