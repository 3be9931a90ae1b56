"""A list that is written down with one thing a line, such as the choices of a question."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

LONGEST_LINE = 60


class LinesField(forms.CharField):
    """A list, one line each."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial, data):
        return (initial or []) != _lines(data or "")

    def clean(self, value):
        lines = _lines(super().clean(value))
        if any(len(line) > LONGEST_LINE for line in lines):
            raise forms.ValidationError(_("A choice has at most 60 letters."))
        return lines


def _lines(text):
    lines = (" ".join(line.split()) for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))
