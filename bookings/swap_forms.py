"""What is asked when a date or a person of a booking is swapped."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.question_fields import answer_field

ALL_DATES = "all"


class OneOfField(forms.TypedChoiceField):
    """One of the things at hand, by its id; becomes the thing itself."""

    def __init__(self, things, **kwargs):
        by_id = {str(thing.pk): thing for thing in things}
        super().__init__(choices=[(pk, pk) for pk in by_id], coerce=by_id.get, **kwargs)


class SwapDateForm(forms.Form):
    def __init__(self, data, *, sessions):
        super().__init__(data)
        self.fields["session"] = OneOfField(
            sessions,
            label=_("Which date instead?"),
            error_messages={
                "required": _("Please choose a date."),
                "invalid_choice": _("This date is gone. Please look again."),
            },
        )


class SwapPersonForm(forms.Form):
    """`date` empty is all dates to come; `question_<id>` what is asked of each person."""

    def __init__(self, data, *, leaving, coming, sessions, questions):
        super().__init__(data)
        chosen = {
            "required": _("Please choose somebody."),
            "invalid_choice": _("You can only swap yourself and your people."),
        }
        self.fields["leaving"] = OneOfField(
            leaving, label=_("Who does not come?"), error_messages=chosen
        )
        self.fields["coming"] = OneOfField(
            coming, label=_("Who comes instead?"), error_messages=chosen
        )
        self.fields["date"] = OneOfField(
            sessions, label=_("On which dates?"), required=False, empty_value=None
        )
        for question in questions:
            self.fields[f"question_{question.pk}"] = answer_field(question, question.text)
        self.questions = questions

    @property
    def question_fields(self):
        return [self[f"question_{question.pk}"] for question in self.questions]

    def answers(self):
        given = {q.pk: self.cleaned_data[f"question_{q.pk}"] for q in self.questions}
        return {pk: answer for pk, answer in given.items() if answer not in (None, "")}
