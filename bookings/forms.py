"""What a booking is asked: which dates, who comes, and the activity's own questions."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import AnswerKind

# More choices than these are a list to open instead of a row of buttons.
BUTTONS_AT_MOST = 6
LONGEST_ANSWER = 500
LARGEST_NUMBER = 999_999


class AmongField(forms.MultipleChoiceField):
    """Some of the things at hand, by their ids; becomes the things themselves."""

    def __init__(self, things, **kwargs):
        self.by_id = {str(thing.pk): thing for thing in things}
        super().__init__(choices=[(pk, pk) for pk in self.by_id], **kwargs)

    def clean(self, value):
        return [self.by_id[pk] for pk in dict.fromkeys(super().clean(value))]


class BookingForm(forms.Form):
    """All fields of the form, whichever of them a step shows.

    Answers are kept as {question id: answer}, or as {question id: {person id: answer}} where
    each person is asked.
    """

    request_key = forms.CharField(required=False, max_length=64)

    def __init__(self, data, *, sessions, people, questions):
        super().__init__(data)
        self.questions = questions
        self.fields["session"] = AmongField(
            sessions,
            label=_("Dates"),
            required=False,
            error_messages={"invalid_choice": _("One of these dates is gone. Please look again.")},
        )
        self.fields["person"] = AmongField(
            people,
            label=_("Who comes"),
            error_messages={
                "required": _("Please choose who comes."),
                "invalid_choice": _("You can only book for yourself and your people."),
            },
        )
        for question in questions:
            for name, person in self._fields_of(question):
                self.fields[name] = answer_field(question, self._label(question, person))

    def _fields_of(self, question):
        """(field name, person or None) for each answer that a question wants."""
        if not question.is_per_person:
            return [(f"question_{question.pk}", None)]
        return [(f"question_{question.pk}_{each.pk}", each) for each in self.chosen_people]

    def _label(self, question, person):
        """Names the person only where several are asked the same."""
        if person is None or len(self.chosen_people) == 1:
            return question.text
        words = {"question": question.text, "name": person.name}
        return gettext("%(question)s (%(name)s)") % words

    @property
    def asked(self):
        """(question in words, field name) of all answers, for looking once more."""
        return [
            (self._label(question, person), name)
            for question in self.questions
            for name, person in self._fields_of(question)
        ]

    @property
    def chosen_people(self):
        """Whoever is ticked, also while other fields are still wrong."""
        by_id = self.fields["person"].by_id
        return [by_id[pk] for pk in dict.fromkeys(self.data.getlist("person")) if pk in by_id]

    @property
    def chosen_sessions(self):
        by_id = self.fields["session"].by_id
        return [by_id[pk] for pk in dict.fromkeys(self.data.getlist("session")) if pk in by_id]

    @property
    def question_fields(self):
        return [name for name in self.fields if name.startswith("question_")]

    def answers(self):
        answers = {}
        for question in self.questions:
            for name, person in self._fields_of(question):
                answer = self.cleaned_data[name]
                if answer in (None, ""):
                    continue
                if person:
                    answers.setdefault(str(question.pk), {})[str(person.pk)] = answer
                else:
                    answers[str(question.pk)] = answer
        return answers


def answer_field(question, label):
    if not question.is_required:
        label = format_lazy(_("{} (may stay empty)"), label)
    common = {"label": label, "help_text": question.purpose, "required": question.is_required}
    required = {"required": _("Please answer this.")}
    if question.kind == AnswerKind.NUMBER:
        return forms.IntegerField(
            min_value=0, max_value=LARGEST_NUMBER, error_messages=required, **common
        )
    if question.kind == AnswerKind.YES_NO:
        return _choice_field([("yes", _("Yes")), ("no", _("No"))], common)
    if question.kind == AnswerKind.CHOICE:
        return _choice_field([(choice, choice) for choice in question.choices], common)
    return forms.CharField(max_length=LONGEST_ANSWER, error_messages=required, **common)


def _choice_field(choices, common):
    if not common["required"]:
        choices = [*choices, ("", _("I would rather not say"))]
    widget = forms.RadioSelect if len(choices) <= BUTTONS_AT_MOST else forms.Select
    errors = {"required": _("Please choose one.")}
    return forms.ChoiceField(choices=choices, widget=widget, error_messages=errors, **common)
