"""Django looks for lists here; partners and agreements have files of their own."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from partners import agreement_admin
from partners.models import Need, NeedStatus
from venues.desk import CenterFilter, DeskAdmin

__all__ = ["NeedAdmin", "agreement_admin"]


@admin.register(Need)
class NeedAdmin(DeskAdmin):
    about_people = ("asked_by",)
    list_display = ["title", "center", "status_shown", "partner", "created_at"]
    list_select_related = ["partner", "center"]
    list_filter = [CenterFilter, "status"]
    search_fields = ["title", "description", "asked_by"]
    readonly_fields = ["status", "created_at"]

    @display(
        description=_("state"),
        ordering="status",
        label=dict.fromkeys(NeedStatus)
        | {
            NeedStatus.NEW: "warning",
            NeedStatus.MATCHED: "info",
            NeedStatus.DONE: "success",
        },
    )
    def status_shown(self, need):
        return need.status, need.get_status_display()
