"""What is asked of whoever wants a room again and again."""

import re
from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.date_texts import Run, read_dates
from activities.findings import Unclear
from activities.timetable import LAST_OF_MONTH, Rule, RuleUnclear
from bookings.room_form import MOST_PEOPLE, RoomForm
from bookings.series_dates import MOST_DATES, Picked
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
A_YEAR = timedelta(days=365)
# 12/8 is the eighth of December: the month comes first, as in 12月8日.
_AS_ONE_WRITES = re.compile(r"(?<![\d/.-])(\d{1,2})[/.](\d{1,2})(?![\d/.])")


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
    on_days = forms.CharField(
        label=_("Or on these days"),
        required=False,
        max_length=500,
        help_text=_("One after the other: 8 Dec as 12月8日 or 12/8, 12/15, 1/5"),
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=RHYTHMS, required=False)
    skip_holidays = forms.BooleanField(
        label=_("Leave out public holidays"), required=False, initial=True
    )
    look_first = forms.CharField(required=False, initial="1", widget=forms.HiddenInput)

    def clean(self):
        given = super().clean()
        name = "on_days" if given.get("on_days") else "repeat_until"
        if given.get(name) and self.equipment:
            self.add_error(
                name,
                _("Equipment is chosen date by date. Please book without it; the desk adds it."),
            )
        if given.get(name) and not self.errors:
            try:
                self.rule = _picked(given) if name == "on_days" else _rule(given)
            except RuleUnclear as unclear:
                self.add_error(name, unclear.reason)
            except Unclear as unclear:
                self.add_error(name, unclear.finding.text)
        return given

    @property
    def repeats(self):
        return bool(self.cleaned_data.get("repeat_until") or self.cleaned_data.get("on_days"))

    @property
    def is_open(self):
        """Whether the fields of the repetition are worth showing at once."""
        filled_in = self["repeat_until"].value() or self["on_days"].value()
        return bool(filled_in) or "rhythm" in self.errors

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


def _picked(given):
    """The first day and those that were written down, within a year of it."""
    day = given["date"]
    run = Run(first_day=day, last_day=day + A_YEAR)
    days, _notes = read_dates(_AS_ONE_WRITES.sub(r"\1月\2日", given["on_days"]), run)
    if len(days) > MOST_DATES:
        raise RuleUnclear(_("These are more dates than one books at once."))
    return Picked(frozenset({day, *days}), given["start"], given["end"])


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
