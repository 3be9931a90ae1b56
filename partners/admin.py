from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.desk import MemberForm
from partners.models import (
    Agreement,
    Need,
    NeedStatus,
    PartnerMember,
    PartnerStatus,
    Resource,
)
from venues.desk import CenterFilter, DeskAdmin, PartInline
from venues.models import Center
from venues.staffing import duty_of


class PartnerMemberForm(MemberForm):
    class Meta:
        model = PartnerMember
        fields = ["ended_at"]


class PartnerMemberInline(PartInline):
    model = PartnerMember
    form = PartnerMemberForm
    readonly_fields = ["user", "created_at"]
    fields = ["user", "address", "created_at", "ended_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user")

    def has_view_permission(self, request, obj=None):
        return duty_of(request.user).works

    def has_delete_permission(self, request, obj=None):
        return False


class ResourceInline(PartInline):
    model = Resource
    fields = ["title", "description", "is_available"]


class PartnerForm(forms.ModelForm):
    def clean_centers(self):
        """A partner of other centers, too, stays theirs: the form does not show them."""
        chosen = self.cleaned_data["centers"]
        if self.instance.pk is None:
            return chosen
        others = self.instance.centers.exclude(pk__in=self.fields["centers"].queryset)
        return Center.objects.filter(Q(pk__in=chosen) | Q(pk__in=others))


class PartnerAdmin(DeskAdmin):
    """Registered by the app of the activities, which are found by their partner's name."""

    form = PartnerForm
    center_path = "centers"
    about_people = ("contact_name", "contact_phone")
    list_display = ["name", "kind", "status_shown", "contact_name", "since"]
    list_filter = [CenterFilter, "status", "kind"]
    search_fields = ["name", "contact_name", "contact_phone", "intro"]
    inlines = [PartnerMemberInline, ResourceInline]
    fieldsets = [
        (None, {"fields": ["name", "kind", "status", "since", "centers", "intro"]}),
        (_("Contact"), {"fields": ["contact_name", "contact_phone"]}),
    ]

    def at_centers(self, queryset, centers):
        return super().at_centers(queryset, centers).distinct()

    def is_at_work(self, user, partner):
        return any(duty_of(user).is_at(center) for center in partner.centers.all())

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "centers":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @display(
        description=_("state"),
        ordering="status",
        label=dict.fromkeys(PartnerStatus)
        | {PartnerStatus.APPLIED: "warning", PartnerStatus.ACTIVE: "success"},
    )
    def status_shown(self, partner):
        return partner.status, partner.get_status_display()


@admin.register(Agreement)
class AgreementAdmin(DeskAdmin):
    list_display = ["title", "partner", "center", "starts_on", "ends_on", "sessions_promised"]
    list_select_related = ["partner", "center"]
    list_filter = [CenterFilter]
    search_fields = ["title", "partner__name"]


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
