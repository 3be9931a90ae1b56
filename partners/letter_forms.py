"""What staff say about a letter, and about the box."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from partners.models import Need

TITLE = Need._meta.get_field("title").max_length


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"),
        max_length=3000,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("Whoever left a way to be reached is told; others find it with their code."),
    )


class PublicAnswerForm(forms.Form):
    title = forms.CharField(
        label=_("What was asked, in your words"),
        max_length=TITLE,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Everybody reads it: no names."),
    )
    answer = forms.CharField(label=_("Answer"), max_length=3000, widget=UnfoldAdminTextareaWidget)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Only staff read it."),
    )


class GatherForm(forms.Form):
    need = forms.ModelChoiceField(
        Need.objects.none(),
        label=_("A need that is there already"),
        required=False,
        empty_label=_("a new one"),
        widget=UnfoldAdminSelectWidget,
    )
    title = forms.CharField(
        label=_("Or a new need: what is asked for, in your words"),
        max_length=TITLE,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, *args, center, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["need"].queryset = Need.objects.open().filter(center=center)

    def clean(self):
        said = super().clean()
        if not self.errors and bool(said["need"]) == bool(said["title"].strip()):
            raise forms.ValidationError(_("Please choose a need, or give a new one a title."))
        return said


class OpenedForm(forms.Form):
    papers = forms.IntegerField(
        label=_("Letters on paper"),
        min_value=0,
        max_value=999,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("0, if there was none."),
    )
