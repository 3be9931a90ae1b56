"""The form in which a partner says what they can give."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import DayPart, Resource


class ResourceForm(forms.ModelForm):
    day_parts = forms.MultipleChoiceField(
        label=_("When"),
        choices=DayPart,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: at any time."),
    )

    class Meta:
        model = Resource
        fields = [
            "title",
            "kind",
            "category",
            "description",
            "min_age",
            "max_age",
            "day_parts",
            "from_on",
            "until_on",
        ]
        labels = {
            "title": _("What you can give"),
            "kind": _("What is it"),
            "category": _("For what kind of activity"),
            "description": _("In a few more words"),
            "min_age": _("From which age"),
            "max_age": _("Up to which age"),
            "from_on": _("From which day"),
            "until_on": _("Until which day"),
        }
        help_texts = {
            "category": _("Empty: for any."),
            "min_age": _("Empty: for everybody."),
            "max_age": _("Empty: no limit."),
            "until_on": _("Empty: until you say otherwise."),
        }
        widgets = {
            "kind": forms.RadioSelect,
            "description": forms.Textarea(attrs={"rows": 4}),
            "from_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "until_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].empty_label = _("Any")
