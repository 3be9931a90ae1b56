"""Surveys at the staff's desk: written, published, closed; what was answered is not rewritten."""

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Count
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from partners import surveys
from partners.models import Survey, SurveyQuestion
from partners.surveys import FEWEST_CHOICES, WITH_CHOICES, SurveyRefused
from venues.desk import CenterFilter, DeskAdmin, PartInline, RefusalsBesideTheForm
from venues.lines_field import LinesField


class SurveyQuestionForm(forms.ModelForm):
    choices = LinesField(
        label=_("choices"),
        help_text=_("One a line, at least two; only for “one of several” and “several of them”."),
        required=False,
    )
    order = forms.IntegerField(
        label=_("order"),
        help_text=_("Small numbers first. Empty: at the end."),
        required=False,
        min_value=0,
        max_value=32_767,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    class Meta:
        model = SurveyQuestion
        fields = ("text", "kind", "choices", "is_required", "order")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["order"] = None

    def clean(self):
        given = super().clean()
        if given.get("kind") not in WITH_CHOICES:
            given["choices"] = []
        elif "choices" in given and len(given["choices"]) < FEWEST_CHOICES:
            self.add_error("choices", _("Please write at least two choices, one a line."))
        if "order" in given and given["order"] is None:
            given["order"] = self.at_the_end
        return given

    @property
    def at_the_end(self):
        """As far down as it stands on the page: the forms are numbered in that order."""
        return min(100 + int(self.prefix.rpartition("-")[2]), 32_767) if self.prefix else 0


class SurveyQuestionInline(PartInline):
    model = SurveyQuestion
    form = SurveyQuestionForm
    template = "admin/edit_inline/stacked.html"
    fields = ["text", ("kind", "choices"), ("is_required", "order")]

    def _may_change_the_whole(self, request, obj):
        """Questions that somebody has answered stay, and none is put beside them."""
        is_fixed = obj is not None and not surveys.may_change_questions(obj)
        return not is_fixed and super()._may_change_the_whole(request, obj)


@admin.register(Survey)
class SurveyAdmin(RefusalsBesideTheForm, DeskAdmin):
    refusals = (SurveyRefused,)
    list_display = ["title", "center", "state_shown", "answers_shown", "closes_at"]
    list_select_related = ["center"]
    list_filter = [CenterFilter]
    search_fields = ["title", "questions__text"]
    fields = ["center", "title", "intro", "opens_at", "closes_at", "shows_results"]
    inlines = [SurveyQuestionInline]
    actions_detail = [
        "publish",
        "enter",
        "results",
        "print_sheet",
        {"title": _("More"), "items": ["close", "throw_away"]},
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(answered=Count("responses", distinct=True))

    def get_readonly_fields(self, request, obj=None):
        return ["center"] if obj and obj.published_at else []

    def get_changeform_initial_data(self, request):
        closes = timezone.localtime() + timedelta(days=14)
        return {"closes_at": closes.replace(hour=20, minute=0, second=0, microsecond=0)} | (
            super().get_changeform_initial_data(request)
        )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Held from before its questions are looked at until they are saved."""
        with transaction.atomic():
            if request.method == "POST" and object_id:
                named = self.named(request, object_id).values("pk")
                list(Survey.objects.filter(pk__in=named).select_for_update(no_key=True))
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    @display(
        description=_("state"),
        label={"draft": None, "to_come": "info", "open": "success", "over": None},
    )
    def state_shown(self, survey):
        if survey.published_at is None:
            return "draft", _("Draft")
        if survey.is_over():
            return "over", pgettext("survey", "Over")
        return (
            ("open", pgettext("survey", "Open"))
            if survey.is_open()
            else ("to_come", _("Yet to begin"))
        )

    @display(description=_("answers"), ordering="answered")
    def answers_shown(self, survey):
        return survey.answered

    @action(
        description=_("Publish"), permissions=["act"], icon="send", variant=ActionVariant.PRIMARY
    )
    def publish(self, request, object_id):
        survey = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            survey,
            question=_("Publish this survey?"),
            text=_("Everybody can answer it then. Its questions stay as soon as somebody has."),
            label=_("Publish"),
            do=lambda: surveys.publish(survey),
            done=_("It is published."),
        )

    @action(description=_("Close now"), permissions=["act"], icon="event_busy")
    def close(self, request, object_id):
        survey = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            survey,
            question=_("Close this survey now?"),
            text=_("Nobody can answer it after that."),
            label=_("Close now"),
            do=lambda: surveys.close(survey),
            done=_("It is closed."),
        )

    @action(description=_("Throw away"), permissions=["act"], icon="delete")
    def throw_away(self, request, object_id):
        survey = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            survey,
            question=_("Throw this survey away?"),
            text=_("Its questions go with it. With answers it stays."),
            label=_("Throw away"),
            do=lambda: surveys.delete(survey),
            done=_("It is thrown away."),
        )

    @action(description=_("Write down answers"), permissions=["act"], icon="edit_note")
    def enter(self, request, object_id):
        return redirect("partners:enter_survey", self.acted_on(request, object_id).pk)

    @action(description=_("Results"), permissions=["view"], icon="bar_chart")
    def results(self, request, object_id):
        return redirect("admin:survey_results", object_id)

    @action(description=_("Print sheets"), permissions=["act"], icon="print")
    def print_sheet(self, request, object_id):
        return redirect("partners:print_survey", self.acted_on(request, object_id).pk)
