"""What is agreed on at a center: its rules, and how much one person may book."""

from types import ModuleType

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from activities import rules_of_centers
from activities.models import CenterRules
from activities.rules_of_centers import GROUPS
from bookings.limits import in_words
from bookings.models import Limit
from venues import rules_of_rooms
from venues.desk import CenterFilter, DeskAdmin
from venues.models import Center, CenterRoomRules

NOT_COMING = [
    ("no_shows_until_pause", "no_shows_counted_days"),
    ("pause_days", "excused_from_age"),
]


class RulesDesk(DeskAdmin):
    """Managers decide, everybody reads. Before a change is written, it says whom it reaches."""

    for_managers = True
    service: ModuleType  # whose changes() are shown, and whose change() writes them down
    followers = ""  # the list of what follows these rules
    list_select_related = ["center"]

    def has_add_permission(self, request):
        return False  # Every center has them, see below.

    def changelist_view(self, request, extra_context=None):
        """Whoever has one center is there at once."""
        if self.has_view_permission(request):
            self.service.make_missing(Center.objects.managed_by(request.user))
            found = list(self.get_queryset(request)[:2])
            if len(found) == 1:
                return redirect(self.address_of(found[0]))
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and "sure" not in request.POST:
            rules = self.get_object(request, object_id)
            if rules and self.has_change_permission(request, rules):
                form = self.get_form(request, rules, change=True)(request.POST, instance=rules)
                if form.is_valid() and (changes := self.service.changes(form.instance)):
                    return self._look_first(request, form.instance, changes)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _look_first(self, request, rules, changes):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change the rules of %(center)s?") % {"center": rules},
            "opts": self.opts,
            "original": rules,
            "changes": changes,
            "followers": self.followers,
            "typed": [
                (name, value)
                for name, values in request.POST.lists()
                for value in values
                if name != "csrfmiddlewaretoken"
            ],
            "back": self.address_of(rules),
        }
        return TemplateResponse(request, "admin/rules_changed.html", context)

    def save_model(self, request, rules, form, change):
        self.service.change(rules)


@admin.register(CenterRoomRules)
class CenterRoomRulesAdmin(RulesDesk):
    service = rules_of_rooms
    followers = "admin:venues_room_change"
    list_display = ["center", "by_approval", "group_from", "longest_minutes", "days_ahead"]
    readonly_fields = ["center"]
    fieldsets = [
        (
            None,
            {
                "fields": ["center"],
                "description": _(
                    "What is decided here holds for every room of the center that says the same. "
                    "What is booked stays booked."
                ),
            },
        ),
        *((title, {"fields": fields}) for title, fields in rules_of_rooms.GROUPS),
    ]


@admin.register(CenterRules)
class CenterRulesAdmin(RulesDesk):
    service = rules_of_centers
    followers = "admin:activities_activity_change"
    list_display = ["center", "party_limit", "cancel_minutes_before", "freed_place"]
    radio_fields = dict.fromkeys(["freed_place", "overlaps"], admin.HORIZONTAL)
    formfield_overrides = DeskAdmin.formfield_overrides | {
        ArrayField: {"widget": UnfoldAdminTextInputWidget}
    }
    readonly_fields = ["center", "limits_shown", "rooms_shown"]
    fieldsets = [
        (
            None,
            {
                "fields": ["center", "limits_shown", "rooms_shown"],
                "description": _(
                    "What is decided here holds for every activity of the center that says the "
                    "same. When booking opens and closes, and how many places are kept for the "
                    "desk, holds for dates that are made from now on."
                ),
            },
        ),
        *((title, {"fields": fields}) for title, fields in GROUPS),
        (_("When somebody does not come"), {"fields": NOT_COMING}),
    ]

    @display(description=_("how rooms are booked"))
    def rooms_shown(self, rules):
        rules_of_rooms.make_missing(Center.objects.filter(pk=rules.center_id))
        address = reverse("admin:venues_centerroomrules_change", args=[rules.center.room_rules.pk])
        return format_html(
            '<a class="desk-link" href="{}">{}</a>', address, _("Rules for booking rooms")
        )

    @display(description=_("how much one person may book"))
    def limits_shown(self, rules):
        address = reverse("admin:bookings_limit_changelist")
        limits = Limit.objects.filter(center=rules.center_id).select_related(
            "center", "category", "activity"
        )
        return format_html(
            '{}<p><a class="desk-link" href="{}?{}">{}</a></p>',
            format_html_join("", "<p>{}</p>", ((in_words(limit),) for limit in limits))
            or _("no limit"),
            address,
            urlencode({"center": rules.center_id}),
            _("Limits of this center"),
        )


class LimitForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        center, activity = cleaned.get("center"), cleaned.get("activity")
        if center and activity and activity.center_id != center.pk:
            self.add_error("activity", ValidationError(_("That activity is of another center.")))
        return cleaned


@admin.register(Limit)
class LimitAdmin(DeskAdmin):
    for_managers = True
    form = LimitForm
    list_display = ["what", "most", "period", "center"]
    list_display_links = ["what"]
    list_select_related = ["center", "category", "activity"]
    list_filter = [CenterFilter, "period"]
    autocomplete_fields = ["activity"]
    fields = ["center", ("category", "activity"), ("most", "period")]
    ordering = ["center", "pk"]

    def get_changeform_initial_data(self, request):
        centers = list(Center.objects.managed_by(request.user)[:2])
        only = {"center": centers[0].pk} if len(centers) == 1 else {}
        return only | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "category":
            field.empty_label = _("everything there")
        return field

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    @display(description=_("of what"))
    def what(self, limit):
        return limit.activity or limit.category or _("everything there")
