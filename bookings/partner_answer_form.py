"""A line from the partner to the center, with a yes or a no."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    note = forms.CharField(
        label=_("A line to the center, if you like"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
