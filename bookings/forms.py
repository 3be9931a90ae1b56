"""What a booking is asked: which dates, who comes, and the activity's own questions."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings.question_fields import AsksQuestions


class AmongField(forms.MultipleChoiceField):
    """Some of the things at hand, by their ids; becomes the things themselves."""

    def __init__(self, things, **kwargs):
        self.by_id = {str(thing.pk): thing for thing in things}
        super().__init__(choices=[(pk, pk) for pk in self.by_id], **kwargs)

    def clean(self, value):
        return [self.by_id[pk] for pk in dict.fromkeys(super().clean(value))]


class BookingForm(AsksQuestions):
    """All fields of the form, whichever of them a step shows."""

    request_key = forms.CharField(required=False, max_length=64)

    def __init__(self, data, *, sessions, people, questions, roles=None, consented=(), phone=""):
        """`roles` says what the user is to each person, by id."""
        super().__init__(data)
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
        self.ask(
            questions,
            self.chosen_people,
            roles=roles or {},
            consented=set(consented),
            phone=phone,
        )

    @property
    def chosen_people(self):
        """Whoever is ticked, also while other fields are still wrong."""
        by_id = self.fields["person"].by_id
        return [by_id[pk] for pk in dict.fromkeys(self.data.getlist("person")) if pk in by_id]

    @property
    def chosen_sessions(self):
        by_id = self.fields["session"].by_id
        return [by_id[pk] for pk in dict.fromkeys(self.data.getlist("session")) if pk in by_id]

    def clean(self):
        """Where it cannot do without, the desk finds a way for who would rather not say."""
        given = super().clean()
        needed = next((q for q in self.questions if q.is_sensitive and q.is_required), None)
        for name in self.consent_fields if needed else ():
            if self.cleaned_data.get(name) == "no":
                words = {"question": needed.text, "phone": self.phone}
                self.add_error(
                    name,
                    gettext(
                        "The center must know this one: “%(question)s”. If you would rather not"
                        " say it here, please call the desk: %(phone)s."
                    )
                    % words,
                )
        return given
