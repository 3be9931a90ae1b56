"""What a partner can give, written down by staff on the page of the partner."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from partners.models import DayPart, Resource
from venues.desk import PartInline


class ResourceOfPartnerForm(forms.ModelForm):
    day_parts = forms.MultipleChoiceField(
        label=_("When"),
        choices=DayPart.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("None chosen: at any time."),
    )


class ResourceInline(PartInline):
    model = Resource
    form = ResourceOfPartnerForm
    # One below the other: a line would be too long for a screen.
    template = "admin/edit_inline/stacked.html"
    fields = [
        "title",
        ("kind", "category"),
        "description",
        ("min_age", "max_age"),
        "day_parts",
        ("from_on", "until_on"),
        "is_available",
    ]
