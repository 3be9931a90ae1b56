"""The form in which a partner describes an activity."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, BookingMode
from activities.pictures import AsksWhatThePictureShows
from activities.posting import NEEDED_TO_SUBMIT, PARTNERS_FIELDS
from activities.revisions import AT_ONCE, REVIEWED
from venues.models import Center


class NotedField(forms.BoundField):
    """A field beside which the center may have written something."""

    @property
    def note(self):
        return self.form.notes.get(self.name, "")

    @property
    def aria_describedby(self):
        described = super().aria_describedby
        return f"{described or ''} {self.auto_id}_note".strip() if self.note else described


class PostingForm(AsksWhatThePictureShows, forms.ModelForm):
    class Meta:
        model = Activity
        fields = PARTNERS_FIELDS
        labels = {
            "title": _("What is it called"),
            "category": _("What kind of activity is it"),
            "center": _("At which center"),
            "summary": _("In one sentence"),
            "description": _("What happens there"),
            "bring": _("What people should bring"),
            "cover": _("A picture"),
            "cover_alt": _("What the picture shows"),
            "min_age": _("From which age"),
            "max_age": _("Up to which age"),
            "fee_text": _("What it costs"),
            "booking_mode": _("How people sign up"),
            "wish": _("Your wishes for days, times, room, number of people"),
        }
        help_texts = {
            "summary": _("Stands in the list of activities."),
            "min_age": _("Empty: for everybody."),
            "max_age": _("Empty: no limit."),
            "fee_text": _("Empty: free of charge. Otherwise in your words: material 15 yuan."),
            "wish": _(
                "The center finds dates and a room that come close. Only the center reads it."
            ),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "wish": forms.Textarea(attrs={"rows": 4}),
            "booking_mode": forms.RadioSelect,
        }

    bound_field_class = NotedField

    def __init__(self, *args, complete=False, is_wished=False, notes=None, **kwargs):
        """`complete` asks for all that the center needs; a draft may have gaps.

        Who has wished for times (`is_wished`) need not say it in words, too.
        `notes` is what the center has written beside fields: {field: note}.
        """
        super().__init__(*args, **kwargs)
        self.notes = notes or {}
        if "booking_mode" in self.fields:
            self.fields["booking_mode"].choices = BookingMode.choices
        self.fields["category"].empty_label = _("Please choose")
        for name in self.fields.keys() & set(NEEDED_TO_SUBMIT):
            self.fields[name].required = complete and not (name == "wish" and is_wished)
        if "center" in self.fields:
            centers = Center.objects.open_to_public()
            self._offer_centers(centers.filter(partners=self.instance.partner))

    def noted(self):
        """The fields with a note, in the order of the form."""
        return [field for field in self if field.note]

    def full_clean(self):
        """What was typed stays in the form; a file has to be chosen again, and is asked for."""
        super().full_clean()
        if self.errors and self.files.get("cover") and "cover" not in self.errors:
            self.add_error("cover", _("Please choose the picture once more."))

    def _get_validation_exclusions(self):
        # The center may have decided meanwhile that places are drawn.
        return super()._get_validation_exclusions() - {"allocation"}

    def _offer_centers(self, centers):
        """Where there is only one there is nothing to choose."""
        field = self.fields["center"]
        field.queryset, field.empty_label = centers, _("Please choose")
        if len(centers) == 1:
            self.instance.center = centers[0]
            del self.fields["center"]


class RevisionForm(PostingForm):
    """Of a published activity: what may be changed of it while people sign up."""

    class Meta(PostingForm.Meta):
        fields = (*REVIEWED, *AT_ONCE)  # type: ignore[assignment]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, complete=True, **kwargs)
        self.fields["bring"].help_text = _(
            "This is changed at once; the rest the center sees first."
        )
