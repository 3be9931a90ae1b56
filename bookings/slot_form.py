"""What is typed at the desk when a fixed time is agreed with a partner."""

import hashlib

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.dates_form import CERTAIN_WEEKS, NTHS, RHYTHMS, WEEKDAYS, ClockInput, DayInput
from activities.timetable import Rule, RuleUnclear
from partners.models import Agreement, StandingSlot
from venues.desk import RoomField
from venues.models import Room


class SlotForm(forms.Form):
    agreement = forms.ModelChoiceField(Agreement.objects.none(), label=_("agreement"))
    room = RoomField(Room.objects.none(), label=_("room"), empty_label=None, widget=forms.Select)
    purpose = forms.CharField(label=_("What for"), max_length=80)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which weekdays"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_at = forms.TimeField(label=_("from"), widget=ClockInput)
    ends_at = forms.TimeField(label=_("to"), widget=ClockInput)
    first_day = forms.DateField(label=_("First day"), widget=DayInput)
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: as long as the agreement."),
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=RHYTHMS, initial="1", required=False)
    nth_of_month = forms.TypedMultipleChoiceField(
        label=_("Which weeks of the month"),
        help_text=_("Only for “certain weeks of the month”: the first Saturday, the last Sunday."),
        choices=NTHS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data, *, centers, initial=None):
        super().__init__(data, initial=initial)
        self.fields["agreement"].queryset = Agreement.objects.filter(
            center__in=centers
        ).select_related("partner")
        self.fields["agreement"].label_from_instance = lambda each: f"{each.partner} · {each}"
        rooms = Room.objects.active().filter(floor__center__in=centers)
        self.fields["room"].queryset = rooms.select_related("floor__center")

    def clean_first_day(self):
        day = self.cleaned_data["first_day"]
        if day < timezone.localdate():
            raise ValidationError(_("Please choose today or a later day."))
        return day

    def clean(self):
        given = super().clean()
        if self.errors:
            return given
        agreement = given["agreement"]
        if given["room"].center != agreement.center:
            self.add_error("room", _("This agreement is with another center."))
        last_day = given["last_day"] or agreement.ends_on
        if last_day is None:
            self.add_error("last_day", _("Please say until which day: the agreement does not."))
        elif given["first_day"] < agreement.starts_on:
            self.add_error("first_day", _("The agreement begins later."))
        elif agreement.ends_on and last_day > agreement.ends_on:
            self.add_error("last_day", _("The agreement ends before that day."))
        if given["rhythm"] == CERTAIN_WEEKS and not given["nth_of_month"]:
            self.add_error("nth_of_month", _("Please choose at least one week of the month."))
        if not self.errors:
            self._make_slot(given, last_day)
        return given

    @property
    def seen(self):
        """A mark of what was shown: only that is made."""
        given = self.cleaned_data
        what = [(name, str(given[name])) for name in sorted(given)]
        return hashlib.sha256(repr(what).encode()).hexdigest()[:16]

    def _make_slot(self, given, last_day):
        by_month = given["rhythm"] == CERTAIN_WEEKS
        rule = {
            "first_day": given["first_day"],
            "last_day": last_day,
            "starts_at": given["starts_at"],
            "ends_at": given["ends_at"],
            "every_weeks": 1 if by_month else int(given["rhythm"] or 1),
        }
        weekdays, weeks = given["weekdays"], given["nth_of_month"] if by_month else []
        try:
            Rule(**rule, weekdays=frozenset(weekdays), nth_of_month=frozenset(weeks))
        except RuleUnclear as unclear:
            self.add_error(None, unclear.reason)
            return
        self.slot = StandingSlot(
            agreement=given["agreement"],
            room=given["room"],
            purpose=given["purpose"],
            weekdays=sorted(weekdays),
            nth_of_month=sorted(weeks),
            **rule,
        )
