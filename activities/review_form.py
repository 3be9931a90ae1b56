"""What the center asks a partner to change: in general, and beside single fields."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from activities.differences import label_of
from activities.posting import PARTNERS_FIELDS

BESIDE = "beside_"
SHOWN_OF_A_TEXT = 120


class ReviewForm(forms.Form):
    """Its answers are a `note` and `field_notes`; one of the two is enough."""

    note = forms.CharField(
        label=_("What should change"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=_("The partner reads it above the form."),
    )

    may_be_empty = False

    def __init__(self, *args, values, fields=PARTNERS_FIELDS, **kwargs):
        """`values` is {field: what the partner wrote}, which stands beside each note."""
        super().__init__(*args, **kwargs)
        for name in fields:
            self.fields[BESIDE + name] = forms.CharField(
                label=label_of(name),
                max_length=300,
                required=False,
                help_text=Truncator(values.get(name) or "–").chars(SHOWN_OF_A_TEXT),
            )

    def clean(self):
        given = super().clean()
        beside = {name: given[name] for name in given if name.startswith(BESIDE) and given[name]}
        if not (given.get("note") or beside or self.errors or self.may_be_empty):
            raise ValidationError(_("Please write what should change."))
        return {
            "note": given.get("note", ""),
            "field_notes": {name.removeprefix(BESIDE): said for name, said in beside.items()},
        }
