"""The questions of a survey as a form: online, and for whoever writes down answers at the door."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from partners.models import SurveyQuestionKind
from partners.survey_answers import (
    LARGEST_NUMBER,
    LONGEST_TEXT,
    MISSING,
    NO_MARK,
    NO_NUMBER,
    TOO_LONG,
    UNKNOWN_CHOICE,
    problem,
)
from partners.surveys import LONGEST_KEY

K = SurveyQuestionKind

MARKS = [
    (1, _("1, not at all")),
    (2, "2"),
    (3, "3"),
    (4, "4"),
    (5, _("5, very much")),
]
NO_ANSWER = ("", _("I would rather not say"))


class SurveyForm(forms.Form):
    request_key = forms.CharField(max_length=LONGEST_KEY, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[name_of(question)] = _field(question)

    def clean(self):
        given = super().clean()
        for question in self.questions:
            name = name_of(question)
            if name in given and (reason := problem(question, given[name])):
                self.add_error(name, reason)
        return given

    @property
    def answers(self):
        return {each.pk: self.cleaned_data[name_of(each)] for each in self.questions}

    @property
    def question_fields(self):
        return [self[name_of(question)] for question in self.questions]

    def refuse(self, refused):
        """Show a refusal of the service beside the answers that it is about, or on top."""
        for pk, reason in refused.by_question.items():
            self.add_error(f"question_{pk}", reason)
        if not refused.by_question:
            self.add_error(None, refused.reason)


def name_of(question):
    return f"question_{question.pk}"


def _field(question):
    label = question.text
    if not question.is_required:
        label = format_lazy(_("{} (may stay empty)"), label)
    common = {"label": label, "required": question.is_required}
    return _FIELDS[question.kind](question, common)


def _one(question, common):
    choices = [(choice, choice) for choice in question.choices]
    return _radio(question, choices, common, unknown=UNKNOWN_CHOICE)


def _scale(question, common):
    field = _radio(question, MARKS, common, unknown=NO_MARK, kind=forms.TypedChoiceField)
    field.coerce, field.empty_value = int, None
    return field


def _radio(question, choices, common, *, unknown, kind=forms.ChoiceField):
    if not question.is_required:
        choices = [*choices, NO_ANSWER]
    errors = {"required": MISSING[question.kind], "invalid_choice": unknown}
    return kind(choices=choices, widget=forms.RadioSelect, error_messages=errors, **common)


def _several(question, common):
    return forms.MultipleChoiceField(
        choices=[(choice, choice) for choice in question.choices],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several may be ticked"),
        error_messages={"required": MISSING[K.SEVERAL], "invalid_choice": UNKNOWN_CHOICE},
        **common,
    )


def _number(question, common):
    errors = dict.fromkeys(("invalid", "min_value", "max_value"), NO_NUMBER)
    return forms.IntegerField(
        min_value=0,
        max_value=LARGEST_NUMBER,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages=errors | {"required": MISSING[K.NUMBER]},
        **common,
    )


def _text(question, common):
    return forms.CharField(
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": MISSING[K.TEXT], "max_length": TOO_LONG},
        **common,
    )


_FIELDS = {K.ONE: _one, K.SCALE: _scale, K.SEVERAL: _several, K.NUMBER: _number, K.TEXT: _text}
