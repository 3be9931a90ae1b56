"""The questions of an activity as fields of a form, and before them the consents they need.

Answers are kept as {question id: answer}, or as {question id: {person id: answer}} where each
person is asked. Questions on health are asked only of those who consent.
"""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.consents import needs_guardian
from accounts.models import Role
from activities.models import AnswerKind

# More choices than these are a list to open instead of a row of buttons.
BUTTONS_AT_MOST = 6
LONGEST_ANSWER = 500
LARGEST_NUMBER = 999_999
RATHER_NOT = _("I would rather not say")


class AsksQuestions(forms.Form):
    """A form that asks `questions` of `people`; `consented` are ids of who has agreed before."""

    must_decide = True  # on each consent, one way or the other

    def ask(self, questions, people, *, roles, consented, phone):
        """Call it once `data` is there: who is asked what follows from what was consented to."""
        self.questions, self.asked_people = questions, people
        self.roles, self.consented, self.phone = roles, consented, phone
        for person in self.to_consent:
            self.fields[_consent_name(person)] = self._consent_field(person)
        for question, person in self.wanted:
            field = answer_field(question, self._label(question, person))
            self.fields[question_name(question, person)] = field

    @property
    def to_consent(self):
        """Those who are asked on their health, and have not agreed to it yet."""
        if not any(question.is_sensitive for question in self.questions):
            return []
        return [person for person in self.asked_people if person.pk not in self.consented]

    @property
    def wanted(self):
        """(question, person or None) for each answer that is asked for."""
        wanted = []
        for question in self.questions:
            asked = self.asked_people
            if question.is_sensitive:
                asked = [person for person in asked if self._may_ask(person)]
            if question.is_per_person:
                wanted += [(question, person) for person in asked]
            elif len(asked) == len(self.asked_people):
                wanted.append((question, None))
        return wanted

    @property
    def asked(self):
        """(question in words, field name) of all that is asked, for looking once more."""
        consents = [(self.fields[name].label, name) for name in self.consent_fields]
        return consents + [
            (self._label(question, person), question_name(question, person))
            for question, person in self.wanted
        ]

    @property
    def consent_fields(self):
        return [_consent_name(person) for person in self.to_consent]

    @property
    def question_fields(self):
        return [question_name(question, person) for question, person in self.wanted]

    @property
    def agreed(self):
        """Those who consent by this form, or whose guardian does."""
        return [person for person in self.to_consent if self._may_ask(person)]

    def answers(self):
        answers = {}
        for question, person in self.wanted:
            answer = self.cleaned_data[question_name(question, person)]
            if answer in (None, ""):
                continue
            if person:
                answers.setdefault(str(question.pk), {})[str(person.pk)] = answer
            else:
                answers[str(question.pk)] = answer
        return answers

    def _may_ask(self, person):
        return person.pk in self.consented or self.data.get(_consent_name(person)) == "yes"

    def _consent_field(self, person):
        return forms.ChoiceField(
            label=gettext("Health notes on %(name)s") % {"name": person.name},
            choices=[("yes", _i_agree(person, self.roles.get(person.pk))), ("no", RATHER_NOT)],
            widget=forms.RadioSelect,
            required=self.must_decide,
            error_messages={"required": _("Please choose one; either is fine.")},
        )

    def _label(self, question, person):
        """Names the person only where several are asked the same."""
        if person is None or len(self.asked_people) == 1:
            return question.text
        words = {"question": question.text, "name": person.name}
        return gettext("%(question)s (%(name)s)") % words


def question_name(question, person):
    return f"question_{question.pk}_{person.pk}" if person else f"question_{question.pk}"


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
        choices = [*choices, ("", RATHER_NOT)]
    widget = forms.RadioSelect if len(choices) <= BUTTONS_AT_MOST else forms.Select
    errors = {"required": _("Please choose one.")}
    return forms.ChoiceField(choices=choices, widget=widget, error_messages=errors, **common)


def _consent_name(person):
    return f"consent_{person.pk}"


def _i_agree(person, role):
    """Each says it in their own words: oneself, a guardian, whoever was asked to say it."""
    if role == Role.SELF:
        return pgettext("health notes", "I agree that they are kept")
    words = {"name": person.name}
    if needs_guardian(person.birth_date):
        return gettext("I am the guardian of %(name)s, who is under 14, and agree") % words
    if role == Role.GUARDIAN:
        return gettext("I am the guardian of %(name)s and agree") % words
    return gettext("%(name)s agrees, and asked me to say so") % words
