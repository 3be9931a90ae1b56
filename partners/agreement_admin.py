"""Agreements at the staff's desk: what both sides promise, the signed file, the end."""

from django import forms
from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from partners import agreements
from partners.agreement_origins import FromDecision
from partners.joining import PartnerRefused, keep_papers
from partners.models import Agreement, Resource
from partners.paper_fields import AsksForPapersAgain, PapersField
from partners.partner_admin import papers_as_links
from venues.desk import CenterFilter, DeskAdmin
from venues.staffing import workplaces


class ResourcesField(forms.ModelMultipleChoiceField):
    """Each with whose it is."""

    def label_from_instance(self, resource):
        return f"{resource.partner} · {resource}"


class AgreementForm(AsksForPapersAgain, forms.ModelForm):
    papers = PapersField(
        label=_("Add a signed file"),
        help_text=_("PDF, JPEG, PNG or WebP, up to 10 MB. Added to those."),
    )

    def clean(self):
        """Rooms are of its center, resources of its partner; the lists show all of ours."""
        given = super().clean()
        center, partner = given.get("center"), given.get("partner")
        rooms = given.get("rooms")
        if center and rooms and any(room.floor.center_id != center.pk for room in rooms):
            self.add_error("rooms", _("Please choose rooms of that center only."))
        resources = given.get("resources")
        if partner and resources and any(each.partner_id != partner.pk for each in resources):
            self.add_error("resources", _("Please choose resources of that partner only."))
        return given


class RunningFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("force", _("In force")), ("over", _("Over or ended"))]

    def queryset(self, request, queryset):
        in_force = Agreement.objects.in_force().values("pk")
        if self.value() == "force":
            return queryset.filter(pk__in=in_force)
        if self.value() == "over":
            today = timezone.localdate()
            return queryset.exclude(pk__in=in_force).exclude(starts_on__gt=today)
        return queryset


@admin.register(Agreement)
class AgreementAdmin(FromDecision, DeskAdmin):
    form = AgreementForm
    refusals = (PartnerRefused,)
    about_people = ("papers", "papers_shown")
    list_display = [
        "title", "partner", "center", "starts_on", "ends_on", "state_shown", "sessions_promised"
    ]  # fmt: skip
    list_select_related = ["partner", "center"]
    list_filter = [RunningFilter, CenterFilter]
    search_fields = ["title", "partner__name"]
    readonly_fields = ["state", "papers_shown"]
    fieldsets = [
        (None, {"fields": ["title", "partner", "center", "starts_on", "ends_on", "scope"]}),
        (
            _("What the center promises"),
            {"fields": ["hours_granted", "rooms", "postings_at_once"]},
        ),
        (
            _("What the partner promises"),
            {"fields": ["sessions_promised", "categories", "resources"]},
        ),
        (_("Signed"), {"fields": ["signed_on", "papers", "papers_shown", "state"]}),
    ]
    actions_detail = ["ledger", "hold_times", "end_early"]

    def save_model(self, request, agreement, form, change):
        super().save_model(request, agreement, form, change)
        papers = form.cleaned_data.get("papers", [])
        keep_papers(agreement.partner, papers, agreement=agreement, by=request.user)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        if db_field.name == "resources":
            here = Resource.objects.filter(partner__centers__in=workplaces(request.user))
            kwargs["queryset"] = here.select_related("partner").distinct()
            kwargs["form_class"] = ResourcesField
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @display(description=_("state"), label={"force": "success", "over": None, "coming": "info"})
    def state_shown(self, agreement):
        today = timezone.localdate()
        if agreement.ended_at or (agreement.ends_on and agreement.ends_on < today):
            return "over", _("Over or ended")
        if agreement.starts_on and agreement.starts_on > today:
            return "coming", _("To come")
        return "force", _("In force")

    @display(description=_("state"))
    def state(self, agreement):
        return self.state_shown(agreement)[1] if agreement.pk else "–"

    @display(description=_("signed files"))
    def papers_shown(self, agreement):
        return papers_as_links(agreement.papers.all()) if agreement.pk else "–"

    @action(description=_("Ledger"), icon="account_balance")
    def ledger(self, request, object_id):
        """What has come about of it; whoever may read the agreement may read that."""
        return redirect("admin:ledger", object_id)

    @action(description=_("Hold fixed times"), permissions=["act"], icon="event_repeat")
    def hold_times(self, request, object_id):
        """The form of a standing slot, with this agreement chosen."""
        agreement = self.acted_on(request, object_id)
        address = reverse("admin:partners_standingslot_add")
        return redirect(f"{address}?{urlencode({'agreement': agreement.pk})}")

    @action(description=_("End it"), permissions=["act"], icon="event_busy")
    def end_early(self, request, object_id):
        agreement = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            agreement,
            question=_("End this agreement now?"),
            text=_(
                "It counts no more from now on. Fixed times made from it stay until you end them."
            ),
            label=_("End it"),
            do=lambda: agreements.end_early(agreement),
            done=_("The agreement has ended."),
        )
