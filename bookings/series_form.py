"""What is asked of whoever wants a room again and again."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.timetable import LAST_OF_MONTH, Rule, RuleUnclear
from bookings.room_form import MOST_PEOPLE, RoomForm
from venues.models import Room

EVERY_MONTH = "month"
RHYTHMS = [
    ("1", _("every week")),
    ("2", _("every second week")),
    ("3", _("every third week")),
    ("4", _("every fourth week")),
    (EVERY_MONTH, _("every month, the same week and weekday")),
]
BACK, ALL = "back", "all"


class RepeatingRoomForm(RoomForm):
    """A room once, or again and again until a day.

    The page sends `look_first` and shows the dates before it books them; other programs send
    only `repeat_until`, and whatever is free is booked.
    """

    repeat_until = forms.DateField(
        label=_("Until this day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=RHYTHMS, required=False)
    skip_holidays = forms.BooleanField(
        label=_("Leave out public holidays"), required=False, initial=True
    )
    look_first = forms.CharField(required=False, initial="1", widget=forms.HiddenInput)

    def clean(self):
        given = super().clean()
        if given.get("repeat_until") and self.equipment:
            self.add_error(
                "repeat_until",
                _("Equipment is chosen date by date. Please book without it; the desk adds it."),
            )
        if given.get("repeat_until") and not self.errors:
            try:
                self.rule = _rule(given)
            except RuleUnclear as unclear:
                self.add_error("repeat_until", unclear.reason)
        return given

    @property
    def repeats(self):
        return bool(self.cleaned_data.get("repeat_until"))

    @property
    def is_open(self):
        """Whether the fields of the repetition are worth showing at once."""
        return bool(self["repeat_until"].value()) or "rhythm" in self.errors

    @property
    def decision(self):
        return self.data.get("decision", "")

    @property
    def looks_first(self):
        return bool(self.cleaned_data["look_first"]) and not self.decision

    @property
    def without(self):
        """Days that were crossed out; what is no day is as if it were not there."""
        named = self.data.getlist("without") if hasattr(self.data, "getlist") else []
        return frozenset(day for day in map(_day, named) if day)


class SeriesChangeForm(forms.Form):
    start = forms.TimeField(
        label=pgettext_lazy("time", "From"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    end = forms.TimeField(
        label=pgettext_lazy("time", "To"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    headcount = forms.IntegerField(label=_("How many people"), min_value=1, max_value=MOST_PEOPLE)
    room = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.none(), empty_label=None)
    all_or_none = forms.BooleanField(
        label=_("Only if all dates can be changed"),
        help_text=_("Otherwise those that cannot stay as they are."),
        required=False,
    )

    def __init__(self, data, *, series, rooms):
        initial = {
            "start": series.starts_at,
            "end": series.ends_at,
            "headcount": series.headcount,
            "room": series.room_id,
        }
        super().__init__(data, initial=initial)
        self.fields["room"].queryset = rooms

    def clean(self):
        given = super().clean()
        if given.get("start") and given.get("end") and given["end"] <= given["start"]:
            self.add_error("end", _("The end must be after the start."))
        return given

    @property
    def wish(self):
        """What `series_changes.change` takes."""
        given = self.cleaned_data
        return {
            "starts_at": given["start"],
            "ends_at": given["end"],
            "headcount": given["headcount"],
            "room": given["room"],
            "all_or_none": given["all_or_none"],
        }


def _rule(given):
    day, rhythm = given["date"], given["rhythm"] or "1"
    by_month = rhythm == EVERY_MONTH
    return Rule(
        first_day=day,
        last_day=given["repeat_until"],
        starts_at=given["start"],
        ends_at=given["end"],
        weekdays=frozenset({day.isoweekday()}),
        every_weeks=1 if by_month else int(rhythm),
        nth_of_month=frozenset({_nth(day)} if by_month else ()),
        skip_holidays=given["skip_holidays"],
    )


def _nth(day):
    """Which of its weekday in the month it is; a fifth one is the last."""
    nth = (day.day - 1) // 7 + 1
    return nth if nth < 5 else LAST_OF_MONTH


def _day(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
