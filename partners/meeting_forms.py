"""What is asked about a meeting: whom to invite, when else, who comes, who came."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.meetings import MOST_PEOPLE
from partners.models import Partner


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self):
        super().__init__(format="%Y-%m-%dT%H:%M")


class ChooseForm(forms.Form):
    """All of them are ticked: one tap invites everybody."""

    partners = forms.ModelMultipleChoiceField(
        Partner.objects.none(),
        label=_("Whom to invite"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one.")},
    )

    def __init__(self, data, *, meeting):
        super().__init__(data)
        others = meeting.center.partners.active().exclude(meetings__meeting=meeting)
        self.fields["partners"].queryset = others
        self.initial["partners"] = [partner.pk for partner in others]


class MoveForm(forms.Form):
    starts_at = forms.DateTimeField(label=_("from"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=_("to"), widget=MomentInput)
    place = forms.CharField(label=pgettext_lazy("of a meeting", "place"), max_length=120)

    def __init__(self, data, *, meeting):
        super().__init__(data)
        self.initial = {
            "starts_at": timezone.localtime(meeting.starts_at),
            "ends_at": timezone.localtime(meeting.ends_at),
            "place": meeting.place,
        }

    def clean(self):
        given = super().clean()
        starts_at, ends_at = given.get("starts_at"), given.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must be after the start."))
        return given


class CallOffForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=120,
        help_text=_("Everybody who was invited reads this sentence."),
    )


class HowManyForm(forms.Form):
    people = forms.IntegerField(
        label=_("How many people"),
        min_value=1,
        max_value=MOST_PEOPLE,
        error_messages={"required": _("Please say how many.")},
    )


class AnswerForm(forms.Form):
    """Whether they come; whoever does not, need not say how many."""

    answer = forms.ChoiceField(
        label=_("Will you come?"),
        choices=[("coming", _("We come")), ("not_coming", _("We cannot come"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether you come.")},
    )
    people = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=MOST_PEOPLE, required=False
    )
    note = forms.CharField(
        label=_("Anything we should know? (may stay empty)"), max_length=200, required=False
    )

    @classmethod
    def of(cls, guest, data=None):
        now = {"answer": guest.answer, "people": guest.people, "note": guest.note}
        return cls(data, initial=now)

    @property
    def said(self):
        """As the service takes it."""
        given = self.cleaned_data
        return {
            "coming": given["answer"] == "coming",
            "people": given["people"] or 1,
            "note": given["note"],
        }
