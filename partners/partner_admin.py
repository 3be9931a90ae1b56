"""Partners at the staff's desk: applications are looked at, and what becomes of a partner."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from accounts.desk import MemberForm
from partners import joining
from partners.joining import PartnerRefused
from partners.models import Partner, PartnerMember, PartnerStatus, PartnerStep
from partners.resource_admin import ResourceInline
from partners.story import cleaned
from venues.desk import CenterFilter, DeskAdmin, HistoryInline, PartInline
from venues.models import Center
from venues.staffing import duty_of


class PartnerMemberForm(MemberForm):
    class Meta:
        model = PartnerMember
        fields = ["role", "ended_at"]


class PartnerMemberInline(PartInline):
    model = PartnerMember
    form = PartnerMemberForm
    readonly_fields = ["user", "created_at"]
    fields = ["user", "address", "role", "created_at", "ended_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user")

    def has_view_permission(self, request, obj=None):
        return duty_of(request.user).works

    def has_delete_permission(self, request, obj=None):
        return False


class PartnerStepInline(HistoryInline):
    model = PartnerStep
    fields = readonly_fields = ["at", "status", "note", "by"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    def has_view_permission(self, request, obj=None):
        """It names whoever decided, and why."""
        return duty_of(request.user).works


class MembersFilter(admin.SimpleListFilter):
    title = _("members")
    parameter_name = "members"

    def lookups(self, request, model_admin):
        return [("none", _("Nobody acts for it"))]

    def queryset(self, request, queryset):
        nobody = Partner.objects.without_members().values("pk")
        return queryset.filter(pk__in=nobody) if self.value() == "none" else queryset


class PartnerForm(forms.ModelForm):
    def clean_centers(self):
        """A partner of other centers, too, stays theirs: the form does not show them."""
        chosen = self.cleaned_data["centers"]
        if self.instance.pk is None:
            return chosen
        others = self.instance.centers.exclude(pk__in=self.fields["centers"].queryset)
        return Center.objects.filter(Q(pk__in=chosen) | Q(pk__in=others))

    def clean_story(self):
        return cleaned(self.cleaned_data["story"])


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("They read it, so in kind words."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        max_length=2000,
    )


class PartnerAdmin(DeskAdmin):
    """Registered by the app of the activities, which are found by their partner's name."""

    form = PartnerForm
    center_path = "centers"
    about_people = ("contact_name", "contact_phone", "applied_by", "papers_shown")
    refusals = (PartnerRefused,)
    list_display = ["name", "kind", "status_shown", "contact_name", "since"]
    list_filter = [CenterFilter, "status", "kind", MembersFilter]
    search_fields = ["name", "contact_name", "contact_phone", "intro"]
    inlines = [PartnerMemberInline, ResourceInline, PartnerStepInline]
    readonly_fields = ["status", "applied_by", "papers_shown", "needs_shown"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "status", "since", "centers", "needs_shown"]}),
        (_("Application"), {"fields": ["offer", "applied_by", "papers_shown"]}),
        (_("Public page"), {"fields": ["intro", "story"]}),
        (_("Contact"), {"fields": ["contact_name", "contact_phone"]}),
    ]
    actions_detail = ["approve", "decline", "suspend", "resume", "end"]

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

    @display(description=_("what residents ask for"))
    def needs_shown(self, partner):
        """The way to what they could give."""
        if partner.pk is None:
            return "–"
        address = reverse("admin:partner_needs", args=[partner.pk])
        return format_html('<a class="desk-link" href="{}">{}</a>', address, _("Which needs fit"))

    @display(description=_("papers"))
    def papers_shown(self, partner):
        return papers_as_links(partner.papers.filter(agreement=None)) if partner.pk else "–"

    @action(
        description=_("Approve"),
        permissions=["approve"],
        icon="handshake",
        variant=ActionVariant.PRIMARY,
    )
    def approve(self, request, object_id):
        partner = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            partner,
            question=_("Welcome %(name)s as a partner?") % {"name": partner},
            text=_("Whoever applied becomes their first manager and is told."),
            label=_("Approve"),
            do=lambda: joining.approve(partner, by=request.user),
            done=_("They are a partner now, and are being told."),
        )

    @action(description=_("Decline"), permissions=["approve"], icon="block")
    def decline(self, request, object_id):
        return self._with_a_reason(
            request,
            object_id,
            joining.decline,
            question=_("Decline the application?"),
            text=_("They can change it and send it again."),
            label=_("Decline"),
            done=_("They are being told, and why."),
        )

    @action(description=_("Suspend"), permissions=["suspend"], icon="pause_circle")
    def suspend(self, request, object_id):
        return self._with_a_reason(
            request,
            object_id,
            joining.suspend,
            question=_("Let this partnership rest?"),
            text=_(
                "Its members lose their desk and can post nothing new; its page rests. What is"
                " published stays, and so do rooms and fixed times: please look at those yourself."
            ),
            label=_("Suspend"),
            done=_("It rests, and its members are being told."),
        )

    @action(description=_("Resume"), permissions=["resume"], icon="play_circle")
    def resume(self, request, object_id):
        partner = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            partner,
            question=_("Go on with this partner?"),
            text=_("Its members have their desk again, and its page is public."),
            label=_("Resume"),
            do=lambda: joining.resume(partner, by=request.user),
            done=_("It is active again, and its members are being told."),
        )

    @action(description=_("End it"), permissions=["end"], icon="event_busy")
    def end(self, request, object_id):
        return self._with_a_reason(
            request,
            object_id,
            joining.end,
            question=_("End this partnership?"),
            text=_(
                "Its agreements end with it, and its members lose their desk. What is published"
                " stays, and so do rooms and fixed times: please look at those yourself."
            ),
            label=_("End it"),
            done=_("It has ended, and its members are being told."),
        )

    def has_approve_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [PartnerStatus.APPLIED])

    def has_suspend_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [PartnerStatus.ACTIVE])

    def has_resume_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [PartnerStatus.SUSPENDED, PartnerStatus.ENDED])

    def has_end_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [PartnerStatus.ACTIVE, PartnerStatus.SUSPENDED])

    def _is_in(self, request, object_id, states):
        """Buttons are offered where they lead somewhere; asked once for all of them.

        Who has one before them and presses it later is told by the service what has happened.
        """
        if not self.has_act_permission(request):
            return False
        if not hasattr(request, "_partner_state"):
            row = self.named(request, object_id)
            request._partner_state = row.values_list("status", flat=True).first()
        return request._partner_state in states or request.method == "POST"

    def _with_a_reason(self, request, object_id, step, **words):
        partner = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            partner,
            form=WhyForm(request.POST or None),
            do=lambda reason: step(partner, by=request.user, reason=reason),
            **words,
        )


def papers_as_links(papers):
    links = format_html_join(
        "",
        '<div><a class="desk-link" href="{}">{}</a></div>',
        ((reverse("partners:paper", args=[each.pk]), each.name) for each in papers),
    )
    return links or "–"
