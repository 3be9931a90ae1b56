"""Decisions of meetings at the desk: what is open, what is overdue, what became of each."""

from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from activities import decided
from partners import decisions
from partners.decisions import DecisionRefused
from partners.meeting_admin import DecisionForm, colleagues
from partners.models import AgendaItem, Decision
from venues.desk import CenterFilter, DeskAdmin


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("open", _("Open")), ("overdue", _("Overdue")), ("done", _("Done"))]

    def queryset(self, request, queryset):
        match self.value():
            case "open":
                return queryset.open()
            case "overdue":
                return queryset.overdue()
            case "done":
                return queryset.exclude(done_at=None)
        return queryset


@admin.register(Decision)
class DecisionAdmin(DeskAdmin):
    """Made in the form of its meeting; here it is followed until it is done."""

    center_path = "meeting__center"
    names_people = True
    form = DecisionForm
    refusals = (DecisionRefused,)
    list_display = ["text", "owner", "due_on", "state_shown", "meeting"]
    list_select_related = ["partner", "staff", "meeting__center"]
    list_filter = [StateFilter, CenterFilter]
    search_fields = ["text", "partner__name", "staff__name", "meeting__title"]
    fields = [
        "meeting",
        "text",
        "item",
        ("partner", "staff"),
        "due_on",
        "done_at",
        "became",
    ]
    readonly_fields = ["meeting", "done_at", "became"]
    actions_detail = [
        "finish",
        {
            "title": _("It becomes"),
            "items": ["become_need", "become_agreement", "become_activity"],
        },
        "reopen",
    ]

    def has_add_permission(self, request):
        return False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "item":
            decision = self.named(request, request.resolver_match.kwargs.get("object_id"))
            meetings = decision.values("meeting")
            kwargs["queryset"] = AgendaItem.objects.filter(meeting__in=meetings)
        if db_field.name == "staff":
            kwargs["queryset"] = colleagues(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, decision, form, change):
        if form.changed_data:
            # Not what a button or the partner has changed meanwhile.
            decision.save(update_fields=form.changed_data)

    @display(description=_("who does it"))
    def owner(self, decision):
        return decision.owner

    @display(description=_("state"), label={"done": "success", "overdue": "danger", "open": "info"})
    def state_shown(self, decision):
        if decision.done_at:
            return "done", _("Done")
        return ("overdue", _("Overdue")) if decision.is_overdue() else ("open", _("Open"))

    @display(description=_("what became of it"))
    def became(self, decision):
        made = [
            (_("need"), decision.need, "admin:partners_need_change"),
            (_("agreement"), decision.agreement, "admin:partners_agreement_change"),
            (_("activity"), decision.activity, "admin:activities_activity_change"),
        ]
        links = [
            format_html('<a href="{}">{}: {}</a>', reverse(page, args=[thing.pk]), word, thing)
            for word, thing, page in made
            if thing
        ]
        return format_html("{}" * len(links), *links) if links else "–"

    @action(description=_("It is done"), permissions=["act"], icon="task_alt")
    def finish(self, request, object_id):
        decision = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            decision,
            question=_("Is it done?"),
            text=_("Nobody is reminded of it any more."),
            label=_("It is done"),
            do=lambda: decisions.finish(decision),
            done=_("Thank you, it is done."),
        )

    @action(description=_("It is not done yet"), permissions=["act"], icon="undo")
    def reopen(self, request, object_id):
        decision = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            decision,
            question=_("Open it again?"),
            text=_("Whoever does it is reminded again."),
            label=_("Open it again"),
            do=lambda: decisions.reopen(decision),
            done=_("It is open again."),
        )

    @action(description=_("A need"), permissions=["act"], icon="campaign")
    def become_need(self, request, object_id):
        decision = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            decision,
            question=_("Write a need down?"),
            text=_("It is not public yet, and its timeline says where it comes from."),
            label=_("Write it down"),
            do=lambda: decisions.become_need(decision, by=request.user),
            done=_("The need is written down."),
        )

    @action(description=_("An agreement"), permissions=["act"], icon="contract")
    def become_agreement(self, request, object_id):
        """The form of an agreement with what is known; saving it links both."""
        decision = self.acted_on(request, object_id)
        known = {
            "decision": decision.pk,
            "title": decision.text[:80],
            "center": decision.meeting.center_id,
            "partner": decision.partner_id or "",
        }
        return redirect(f"{reverse('admin:partners_agreement_add')}?{urlencode(known)}")

    @action(description=_("An activity"), permissions=["act"], icon="interests")
    def become_activity(self, request, object_id):
        decision = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            decision,
            question=_("Draft an activity for the partner?"),
            text=_("They find it among their drafts, and the need behind it is taken on by them."),
            label=_("Draft it"),
            do=lambda: decided.draft(decision, by=request.user),
            done=_("The partner has the draft now."),
        )
