"""Needs at the desk: written down, answered, put up for votes, closed, joined to one."""

from django import forms
from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from partners import needs
from partners.models import DayPart, Need, NeedStatus, NeedStep
from partners.need_forms import AnswerForm, LineForm, MergeForm, NoteForm
from partners.needs import NeedRefused
from venues.desk import CenterFilter, DeskAdmin, HistoryInline
from venues.staffing import duty_of, workplaces

COLORS = dict.fromkeys([*NeedStatus, "overdue"]) | {
    "overdue": "danger",
    NeedStatus.NEW: "warning",
    NeedStatus.GATHERED: "warning",
    NeedStatus.MATCHED: "info",
    NeedStatus.ANSWERED: "info",
    NeedStatus.DONE: "success",
}


class OverdueFilter(SimpleListFilter):
    title = _("answer in time")
    parameter_name = "answer"

    def lookups(self, request, model_admin):
        return [("overdue", _("Overdue"))]

    def queryset(self, request, queryset):
        return queryset.overdue() if self.value() == "overdue" else queryset


class StepInline(HistoryInline):
    """Who took a step is for those who work there."""

    model = NeedStep
    fields = readonly_fields = ["at", "status", "note", "is_public", "by"]
    verbose_name_plural = _("timeline")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    def get_fields(self, request, obj=None):
        works = duty_of(request.user).works
        return [name for name in self.fields if works or name not in ("by", "note")]


class NeedForm(forms.ModelForm):
    day_parts = forms.MultipleChoiceField(
        label=Need._meta.get_field("day_parts").verbose_name,
        choices=DayPart.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=Need._meta.get_field("day_parts").help_text,
    )


@admin.register(Need)
class NeedAdmin(DeskAdmin):
    """What is public is what staff have written or read; the state moves by services."""

    form = NeedForm
    about_people = ("asked_by", "letters_shown")
    refusals = (NeedRefused,)
    list_display = [
        "title", "center", "status_shown", "votes_shown", "partner", "is_public", "answer_by",
        "created_at",
    ]  # fmt: skip
    list_select_related = ["partner", "center"]
    list_filter = [CenterFilter, "status", OverdueFilter, "category", "is_public"]
    search_fields = ["title", "description", "asked_by"]
    inlines = [StepInline]
    actions_detail = ["answer", "put_up", "add_line", "mark_done", "close", "merge"]
    fieldsets = [
        (None, {"fields": ["title", "description", "is_public", "answer"]}),
        (_("What it is"), {"fields": ["center", "category", ("min_age", "max_age"), "how_many",
                                      "day_parts"]}),
        (_("Where it comes from"), {"fields": ["source", "asked_by", "letters_shown"]}),
        (_("How far it is"), {"fields": ["status_words", "partner", "partners_shown", "votes_shown",
                                         "answer_by", "answered_at", "done_at"]}),
    ]  # fmt: skip
    of_services = [
        "status_words", "partner", "partners_shown", "votes_shown", "answered_at", "done_at",
        "letters_shown",
    ]  # fmt: skip

    def get_queryset(self, request):
        return super().get_queryset(request).with_votes()

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            return fieldsets
        new = [(title, part | {"fields": [name for name in part["fields"]
                if name not in (*self.of_services, "answer")]}) for title, part in fieldsets]  # fmt: skip
        return [(title, part) for title, part in new if part["fields"]]

    def get_readonly_fields(self, request, obj=None):
        # Letters and votes were given to this center.
        return [*self.of_services, "center"] if obj else self.of_services

    def get_changeform_initial_data(self, request):
        centers = list(workplaces(request.user)[:2])
        only = {"center": centers[0].pk} if len(centers) == 1 else {}
        return only | super().get_changeform_initial_data(request)

    def save_model(self, request, need, form, change):
        if change:
            need.save(update_fields=form.changed_data or None)
        else:
            needs.begin(need, by=request.user)

    @action(description=_("Answer"), permissions=["act"], icon="reply")
    def answer(self, request, object_id):
        return self._ask(
            request,
            object_id,
            question=_("Answer whoever asked for it"),
            text=_("They are told, and where the need is public everybody reads it: no names."),
            label=_("Send the answer"),
            form=AnswerForm,
            do=lambda need, answer: needs.answer(need, answer, by=request.user),
            done=_("It is answered."),
        )

    @action(description=_("Ask who would come"), permissions=["act"], icon="how_to_vote")
    def put_up(self, request, object_id):
        return self._ask(
            request,
            object_id,
            question=_("Ask everybody who would come?"),
            text=_("It stands on the public page with a button; whoever asked for it is told."),
            label=_("Ask who would come"),
            form=NoteForm,
            do=lambda need, note: needs.put_up_for_votes(need, note=note, by=request.user),
            done=_("People can say now that they would come."),
        )

    @action(description=_("Add to the timeline"), permissions=["act"], icon="edit_note")
    def add_line(self, request, object_id):
        return self._ask(
            request,
            object_id,
            question=_("Add to the timeline"),
            label=_("Add"),
            form=LineForm,
            do=lambda need, note, public: needs.note(need, note, public=public, by=request.user),
            done=_("It stands in the timeline."),
        )

    @action(description=_("It is done"), permissions=["act"], icon="task_alt")
    def mark_done(self, request, object_id):
        return self._ask(
            request,
            object_id,
            question=_("Is it done?"),
            text=_(
                "Whoever asked or would come is told. Where it is an activity, it is closed by itself after its dates."
            ),
            label=_("It is done"),
            form=AnswerForm,
            do=lambda need, answer: needs.finish(need, note=answer, by=request.user),
            done=_("It is done, and whoever asked is told."),
        )

    @action(description=_("Cannot be done"), permissions=["act"], icon="block")
    def close(self, request, object_id):
        return self._ask(
            request,
            object_id,
            question=_("Close it, because it cannot be done?"),
            text=_("Whoever asked or would come is told why."),
            label=_("Say so, and close it"),
            form=AnswerForm,
            do=lambda need, answer: needs.close(need, note=answer, by=request.user),
            done=_("It is closed."),
        )

    @action(description=_("Join to another"), permissions=["act"], icon="merge")
    def merge(self, request, object_id):
        need = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            need,
            question=_("Is it the same as another need?"),
            text=_("Its letters and votes go there, and this one is closed."),
            label=_("Join them"),
            form=MergeForm(request.POST or None, need=need),
            do=lambda into: needs.merge(need, into, by=request.user),
            done=_("They are one now."),
        )

    @display(description=_("state"), ordering="status", label=COLORS)
    def status_shown(self, need):
        if need.is_overdue():
            return "overdue", _("Overdue")
        return need.status, need.get_status_display()

    @display(description=_("state"))
    def status_words(self, need):
        return need.get_status_display()

    @display(description=_("partners that could help"))
    def partners_shown(self, need):
        """The way to what they can give, and to who has been asked."""
        address = reverse("admin:need_partners", args=[need.pk])
        return format_html(
            '<a class="desk-link" href="{}">{}</a>', address, _("Who could take it on")
        )

    @display(description=_("would come"))
    def votes_shown(self, need):
        count = getattr(need, "coming", 0)
        return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}

    @display(description=_("letters"))
    def letters_shown(self, need):
        found = need.letters.order_by("received_at")
        rows = [(f"/admin/partners/letter/{each.pk}/change/", each) for each in found]
        return format_html_join(", ", '<a class="desk-link" href="{}">{}</a>', rows) or "–"

    def _ask(self, request, object_id, *, form, do, **words):
        need = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            need,
            form=form(request.POST or None),
            do=lambda **said: do(need, **said),
            **words,
        )
