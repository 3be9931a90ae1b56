"""What somebody writes into the box; nothing but the letter itself has to be filled in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import AddressField, NameField
from partners.models import Letter
from partners.photos import PhotoField

LONGEST = 3000


class ContactField(AddressField):
    """A mobile phone or an e-mail, or nothing."""

    def clean(self, value):
        return super().clean(value) if (value or "").strip() else ""


class LetterForm(forms.ModelForm):
    text = forms.CharField(
        label=_("What would you like to tell us?"),
        help_text=_("A wish, something that could be better, a thank you. As you would say it."),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 8}),
        error_messages={"required": _("Please write a few words.")},
    )
    photo = PhotoField(
        label=_("Photo (may stay empty)"),
        help_text=_("JPEG, PNG or WebP, up to 10 MB. Only the staff of the center see it."),
    )
    name = NameField(
        label=_("Your name (may stay empty)"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    contact = ContactField(
        label=_("Mobile phone or e-mail (may stay empty)"),
        help_text=_("The answer goes there. Without it you find the answer with a code."),
        max_length=100,
        required=False,
    )
    is_mine = forms.BooleanField(
        label=_("Keep it among my letters"),
        help_text=_("Then you are told of the answer. Otherwise nobody learns who wrote it."),
        required=False,
        initial=True,
    )
    # Filled in by programs only: people neither see it nor come to it by keyboard.
    website = forms.CharField(
        label=_("Please leave this empty"),
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}),
    )
    request_key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    class Meta:
        model = Letter
        fields = ["center", "text", "photo", "name", "contact"]
        labels = {"center": _("To which center?")}
        widgets = {"center": forms.RadioSelect}

    def __init__(self, *args, centers, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["center"].queryset = centers
        self.fields["center"].empty_label = None
        self.fields["center"].error_messages["required"] = _("Please choose a center.")
        self.fields["contact"].widget.attrs["autocomplete"] = "on"
        if len(centers) == 1:
            del self.fields["center"]
            self.instance.center = centers[0]
        if not user.is_authenticated:
            del self.fields["is_mine"]
        self.user = user

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Please empty this field, then send it again."))
        return ""

    def letter(self):
        """The letter as it was typed, not put in yet."""
        if self.cleaned_data.get("is_mine"):
            self.instance.user = self.user
        return self.instance

    @property
    def shown_fields(self):
        return [field for field in self if field.name not in ("website", "request_key")]
