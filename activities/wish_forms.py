"""Up to three times a partner wishes for, beside the form of the posting."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.dates_form import ClockInput, DayInput
from activities.models import MOST_WISHED_WEEKS, WishedTime
from activities.wished_times import MOST, rooms_of
from venues.models import Center, Room


class WishedRoomField(forms.ModelChoiceField):
    def label_from_instance(self, room):
        return f"{room.floor.center if self.has_centers else ''} {room.floor} {room}".strip()

    has_centers = False


class WishForm(forms.ModelForm):
    room = WishedRoomField(
        Room.objects.none(), label=_("room"), required=False, empty_label=_("any room")
    )

    class Meta:
        model = WishedTime
        fields = ["first_day", "weeks", "starts_at", "ends_at", "room", "people"]
        labels = {
            "first_day": _("First day"),
            "weeks": _("For how many weeks"),
            "starts_at": pgettext_lazy("a time", "from"),
            "ends_at": pgettext_lazy("a time", "to"),
            "people": _("How many people"),
        }
        widgets = {"first_day": DayInput, "starts_at": ClockInput, "ends_at": ClockInput}

    def __init__(self, *args, rooms, has_centers, **kwargs):
        super().__init__(*args, **kwargs, empty_permitted=True, use_required_attribute=False)
        weeks, room = self.fields["weeks"], self.fields["room"]
        weeks.min_value = weeks.widget.attrs["min"] = 1
        weeks.widget.attrs["max"] = MOST_WISHED_WEEKS
        weeks.validators += [MinValueValidator(1), MaxValueValidator(MOST_WISHED_WEEKS)]
        room.queryset, room.has_centers = rooms, has_centers

    def clean_first_day(self):
        day = self.cleaned_data["first_day"]
        if day and day < timezone.localdate():
            raise ValidationError(_("Please choose today or a later day."))
        return day

    @property
    def is_begun(self):
        return self.instance.pk is not None or self.has_changed()

    def has_changed(self):
        """One week is what stands there anyway."""
        return bool(set(self.changed_data) - {"weeks"})


class WishForms:
    """Three forms that are one: `wishes` are those that were filled in."""

    def __init__(self, data, *, activity):
        centers = list(Center.objects.open_to_public().filter(partners=activity.partner))
        there = list(activity.wished_times.all()) if activity.pk else []
        self.forms = [
            WishForm(
                data,
                instance=there[number] if number < len(there) and data is None else None,
                prefix=f"wish{number}",
                rooms=rooms_of(centers),
                has_centers=len(centers) > 1,
            )
            for number in range(MOST)
        ]
        # Forms from before there were wishes, and programs, do not say anything about them.
        self.is_said = data is not None and any("first_day" in each for each in data)

    def is_valid(self):
        valid = [form.is_valid() for form in self.forms]  # Each says what is wrong with it.
        return all(valid)

    @property
    def wishes(self):
        """None where nothing was said about them."""
        return (
            [form.instance for form in self.forms if form.has_changed()] if self.is_said else None
        )

    def are_at(self, center):
        """Whether each room wished for is at that center; says so beside it where it is not."""
        for form in self.forms:
            room = form.cleaned_data.get("room")
            if room and room.floor.center != center:
                form.add_error("room", _("This room is at another center."))
        return not any(form.errors for form in self.forms)
