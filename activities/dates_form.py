"""Twelve weeks of evenings in one form: the rule, the place, how many people."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from activities import timetable
from activities.date_texts import Run, read_dates
from activities.findings import Unclear
from activities.known_days import known_days
from activities.timetable import LAST_OF_MONTH, Rule, RuleUnclear
from venues.desk import RoomField
from venues.models import Room

WEEKDAYS = [
    (1, pgettext_lazy("weekday", "Mon")),
    (2, pgettext_lazy("weekday", "Tue")),
    (3, pgettext_lazy("weekday", "Wed")),
    (4, pgettext_lazy("weekday", "Thu")),
    (5, pgettext_lazy("weekday", "Fri")),
    (6, pgettext_lazy("weekday", "Sat")),
    (7, pgettext_lazy("weekday", "Sun")),
]
CERTAIN_WEEKS = "month"
RHYTHMS = [
    ("1", _("every week")),
    ("2", _("every second week")),
    ("3", _("every third week")),
    ("4", _("every fourth week")),
    (CERTAIN_WEEKS, _("certain weeks of the month")),
]
NTHS = [
    (1, _("the first")),
    (2, _("the second")),
    (3, _("the third")),
    (4, _("the fourth")),
    (5, _("the fifth")),
    (LAST_OF_MONTH, _("the last")),
]
MOST_PLACES = 10_000


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class DatesForm(forms.Form):
    """Becomes a plan: sessions with their marks, and the dates that were left out."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which weekdays"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_at = forms.TimeField(label=_("from"), widget=ClockInput)
    ends_at = forms.TimeField(label=_("to"), widget=ClockInput)
    first_day = forms.DateField(label=_("First day"), widget=DayInput)
    weeks = forms.IntegerField(
        label=_("For how many weeks"),
        required=False,
        min_value=1,
        max_value=timetable.LONGEST_RUN.days // 7,
    )
    last_day = forms.DateField(label=_("or until this day"), required=False, widget=DayInput)
    rhythm = forms.ChoiceField(label=_("How often"), choices=RHYTHMS, initial="1", required=False)
    nth_of_month = forms.TypedMultipleChoiceField(
        label=_("Which weeks of the month"),
        help_text=_("Only for “certain weeks of the month”: the first Saturday, the last Sunday."),
        choices=NTHS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    skip_holidays = forms.BooleanField(
        label=_("Leave out public holidays"), required=False, initial=True
    )
    school_days = forms.BooleanField(
        label=_("Only on school days"),
        help_text=_("Without weekdays: every school day, with the make-up workdays."),
        required=False,
    )
    except_on = forms.CharField(
        label=_("Not on these days"),
        help_text=_("As you write them: 12月24日, 31日 or 2027-01-02."),
        required=False,
        max_length=500,
    )
    room = RoomField(Room.objects.none(), label=_("room"), required=False, widget=forms.Select)
    outside_place = forms.CharField(
        label=_("or a place outside the center"), required=False, max_length=120
    )
    capacity = forms.IntegerField(
        label=_("places"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    leader = forms.ModelChoiceField(Person.objects.none(), label=_("leader"), required=False)
    topic = forms.CharField(
        label=_("topic or menu"),
        help_text=_("The same for all; it can be changed on each date."),
        required=False,
        max_length=120,
    )

    def __init__(self, *args, activity, leaders, leader_widget, **kwargs):
        super().__init__(*args, **kwargs)
        rooms = Room.objects.active().filter(floor__center=activity.center)
        self.fields["room"].queryset = rooms.select_related("floor")
        self.fields["leader"].widget = leader_widget
        self.fields["leader"].queryset = leaders
        leader_widget.choices = self.fields["leader"].choices

    def clean_first_day(self):
        day = self.cleaned_data["first_day"]
        if day < timezone.localdate():
            raise ValidationError(_("Please choose today or a later day."))
        return day

    def clean(self):
        given = super().clean()
        if given.get("room") and given.get("outside_place"):
            self.add_error("outside_place", _("Please choose a room or a place, not both."))
        if not (given.get("weeks") or given.get("last_day") or self.errors):
            self.add_error("weeks", _("Please say for how many weeks, or until which day."))
        if not self.errors:
            self._make_plan(given)
        return given

    def _make_plan(self, given):
        first_day = given["first_day"]
        last_day = given["last_day"] or first_day + timedelta(weeks=given["weeks"], days=-1)
        weekdays = frozenset(given["weekdays"])
        by_month = given["rhythm"] == CERTAIN_WEEKS
        try:
            rule = Rule(
                first_day=first_day,
                last_day=last_day,
                starts_at=given["starts_at"],
                ends_at=given["ends_at"],
                weekdays=weekdays,
                every_weeks=1 if by_month else int(given["rhythm"] or 1),
                nth_of_month=frozenset(given["nth_of_month"] if by_month else ()),
                skip_holidays=given["skip_holidays"],
                school_days=given["school_days"],
                except_on=_days(given["except_on"], Run(first_day, last_day, weekdays)),
            )
        except RuleUnclear as unclear:
            self.add_error(None, unclear.reason)
        except Unclear as unclear:
            self.add_error("except_on", unclear.finding.text)
        else:
            self.plan = timetable.plan(rule, known_days())
            if by_month and not rule.nth_of_month:
                self.add_error("nth_of_month", _("Please choose at least one week of the month."))
            elif not self.plan.sessions:
                self.add_error(None, _("No date is left between the first and the last day."))


def _days(text, run):
    return frozenset(read_dates(text, run)[0]) if text.strip() else frozenset()
