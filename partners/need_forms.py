"""What staff say about a need."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from partners.models import Need


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("In your words"),
        max_length=3000,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("No names: where the need is public, everybody reads it."),
    )


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("What is proposed (may stay empty)"),
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("Such as when and where. Everybody reads it: no names."),
    )


class LineForm(forms.Form):
    note = forms.CharField(label=_("Note"), max_length=1000, widget=UnfoldAdminTextareaWidget)
    public = forms.BooleanField(
        label=_("Everybody may read it"), required=False, widget=UnfoldBooleanSwitchWidget
    )


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        Need.objects.none(), label=_("Which one stays"), widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args, need, **kwargs):
        super().__init__(*args, **kwargs)
        others = Need.objects.open().filter(center=need.center).exclude(pk=need.pk)
        self.fields["into"].queryset = others
