"""What somebody says who would like to become a partner."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import NameField, PhoneField
from partners.joining import APPLICANTS_FIELDS
from partners.models import Partner
from partners.paper_fields import AsksForPapersAgain, PapersField
from venues.models import Center


class ApplicationForm(AsksForPapersAgain, forms.ModelForm):
    offer = forms.CharField(
        label=_("What would you like to do here"),
        help_text=_("What you could give, for whom, how often, and what you would need."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    contact_name = NameField(label=_("Whom we may ask"))
    contact_phone = PhoneField(label=_("Their phone"))
    centers = forms.ModelMultipleChoiceField(
        Center.objects.none(),
        label=_("At which centers"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one center.")},
    )
    papers = PapersField(label=_("Papers that show who you are (may stay empty)"))

    class Meta:
        model = Partner
        fields = APPLICANTS_FIELDS
        labels = {
            "kind": _("What are you"),
            "name": _("What are you called"),
        }
        help_texts = {
            "name": _("As it stands on your papers; a group of neighbors chooses one."),
        }
        widgets = {"kind": forms.RadioSelect}
        error_messages = {
            "name": {
                "unique": _(
                    "They are a partner already, or have applied. Please ask them to invite you."
                )
            }
        }

    field_order = ["kind", "name", "centers", "offer", "contact_name", "contact_phone", "papers"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Partner._meta.get_field("kind").choices
        self._offer_centers(Center.objects.open_to_public())

    def _offer_centers(self, centers):
        """Where there is only one it is chosen already."""
        self.fields["centers"].queryset = centers
        if self.instance.pk:
            self.initial["centers"] = [each.pk for each in self.instance.centers.all()]
        elif len(centers) == 1:
            self.initial["centers"] = [centers[0].pk]
