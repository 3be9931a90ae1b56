"""What is asked of whoever wants a room."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from venues.models import Room

MOST_PEOPLE = 9999
NOON, SIX = time(12), time(18)
PARTS = {
    "": (time.min, time.max),
    "morning": (time.min, NOON),
    "afternoon": (NOON, SIX),
    "evening": (SIX, time.max),
}


class DayForm(forms.Form):
    """What one needs on that day; wrong values are as if they were not there."""

    start = forms.TimeField(
        label=pgettext_lazy("time", "From"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
    )
    end = forms.TimeField(
        label=pgettext_lazy("time", "To"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
    )
    headcount = forms.IntegerField(
        label=_("How many people"), required=False, min_value=1, max_value=MOST_PEOPLE
    )
    floor = forms.ChoiceField(label=_("Floor"), required=False)
    step_free = forms.BooleanField(label=_("Step-free"), required=False)
    q = forms.CharField(label=_("Equipment"), required=False, max_length=40)

    def __init__(self, data, *, day, floors):
        super().__init__(data)
        self.day = day
        self.fields["floor"].choices = [("", _("All floors"))] + [
            (floor.level, floor) for floor in floors
        ]
        self.is_valid()

    def given(self, name):
        return self.cleaned_data.get(name)

    @property
    def asks_more(self):
        """Whether something is filled in that stands in the fold."""
        return any(self.data.get(name) for name in ("start", "end", "q", "step_free"))

    @property
    def span(self):
        """(starts_at, ends_at) that is looked for, or None."""
        start, end = self.given("start"), self.given("end")
        if not start or not end or end <= start:
            return None
        return _moment(self.day, start), _moment(self.day, end)


class SoonestForm(forms.Form):
    """A room as soon as possible, whichever it is."""

    headcount = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=MOST_PEOPLE, initial=4
    )
    minutes = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        choices=[
            (30, pgettext_lazy("length", "Half an hour")),
            (60, pgettext_lazy("length", "One hour")),
            (90, pgettext_lazy("length", "An hour and a half")),
            (120, pgettext_lazy("length", "Two hours")),
            (180, pgettext_lazy("length", "Three hours")),
            (240, pgettext_lazy("length", "Four hours")),
        ],
        initial=60,
    )
    first = forms.DateField(
        label=pgettext_lazy("day", "From"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    part = forms.ChoiceField(
        label=_("Time of day"),
        required=False,
        choices=[
            ("", _("Any time")),
            ("morning", _("In the morning")),
            ("afternoon", _("In the afternoon")),
            ("evening", _("In the evening")),
        ],
    )
    step_free = forms.BooleanField(label=_("Step-free"), required=False)

    @property
    def clock(self):
        """(from, to): between which hours it may begin."""
        return PARTS[self.cleaned_data["part"]]


class SpanForm(forms.Form):
    """When, and how many. The names of the fields stay: other programs fill them in, too."""

    date = forms.DateField(
        label=_("Date"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        error_messages={"required": _("Please choose a day.")},
    )
    start = forms.TimeField(
        label=pgettext_lazy("time", "From"),
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        error_messages={"required": _("Please choose a time.")},
    )
    end = forms.TimeField(
        label=pgettext_lazy("time", "To"),
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        error_messages={"required": _("Please choose a time.")},
    )
    headcount = forms.IntegerField(
        label=_("How many people"),
        min_value=1,
        max_value=MOST_PEOPLE,
        error_messages={"required": _("Please say how many people come.")},
    )

    def clean(self):
        given = super().clean()
        if given.get("start") and given.get("end") and given["end"] <= given["start"]:
            self.add_error("end", _("The end must be after the start."))
        return given

    @property
    def span(self):
        given = self.cleaned_data
        return _moment(given["date"], given["start"]), _moment(given["date"], given["end"])


class ChangeForm(SpanForm):
    """What may be changed of a room booking; it begins as it is, or as a suggestion says."""

    room = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.none(), empty_label=None)
    field_order = ["room"]

    def __init__(self, data, *, booking, rooms, suggested=None):
        start, end = (timezone.localtime(each) for each in (booking.starts_at, booking.ends_at))
        known = {
            "room": booking.room_id,
            "date": start.date(),
            "start": start.time(),
            "end": end.time(),
            "headcount": booking.headcount,
        }
        named = {name: suggested[name] for name in known if suggested and suggested.get(name)}
        super().__init__(data, initial=known | named)
        self.fields["room"].queryset = rooms

    @property
    def wish(self):
        """What `rooms.change` takes."""
        return _wish(self)


class WaitForm(SpanForm):
    room = forms.ModelChoiceField(
        label=_("Room"),
        queryset=Room.objects.none(),
        required=False,
        empty_label=_("Any room that fits"),
    )
    field_order = ["room"]

    def __init__(self, data, *, rooms, initial):
        super().__init__(data, initial=initial)
        self.fields["room"].queryset = rooms

    @property
    def wish(self):
        """What `room_waits.wait_for` takes."""
        return _wish(self)


class RoomForm(SpanForm):
    request_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    purpose = forms.CharField(
        label=_("What for"),
        max_length=120,
        help_text=_("A few words: reading group, rehearsal."),
        error_messages={"required": _("Please say what for.")},
    )
    whom = forms.ChoiceField(label=_("For whom"), required=False)
    terms = forms.BooleanField(label=_("I agree to the terms of use"), required=False)

    def __init__(self, data, *, room, people, partners, terms, equipment=(), initial=None):
        super().__init__(data, initial=initial)
        self.room = room
        self.lendable = {f"equipment-{each.pk}": each for each in equipment}
        self.fields |= {name: _how_many(each) for name, each in self.lendable.items()}
        self.by_key = {f"person-{person.pk}": person for person in people}
        self.by_key |= {f"partner-{partner.pk}": partner for partner in partners}
        self.people, self.partners = people, partners
        if len(self.by_key) > 1:
            self.fields["whom"].choices = [(key, str(one)) for key, one in self.by_key.items()]
        else:
            del self.fields["whom"]
        if terms is None:
            del self.fields["terms"]

    def clean(self):
        given = super().clean()
        if "terms" in self.fields and not given.get("terms"):
            self.add_error("terms", _("Please read the terms and tick the box."))
        return given

    @property
    def equipment_fields(self):
        return [self[name] for name in self.lendable]

    @property
    def equipment(self):
        """{equipment: how many}, of what is wanted."""
        wanted = {each: self.cleaned_data.get(name) for name, each in self.lendable.items()}
        return {each: int(number) for each, number in wanted.items() if number}

    @property
    def taker(self):
        """{"person": …} or {"partner": …}: the one chosen, or the first there is."""
        chosen = self.by_key.get(self.cleaned_data.get("whom"))
        chosen = chosen or next(iter(self.by_key.values()), None)
        return {"partner" if chosen in self.partners else "person": chosen}


def _how_many(equipment):
    """A tick where there is one; a number where there are more."""
    if equipment.stock == 1:
        return forms.BooleanField(label=equipment.name, required=False)
    return forms.IntegerField(
        label=equipment.name,
        required=False,
        min_value=0,
        max_value=equipment.stock,
        help_text=_("There are %(stock)s.") % {"stock": equipment.stock},
    )


def _wish(form):
    starts_at, ends_at = form.span
    return {
        "room": form.cleaned_data["room"],
        "starts_at": starts_at,
        "ends_at": ends_at,
        "headcount": form.cleaned_data["headcount"],
    }


def _moment(day, clock):
    return timezone.make_aware(datetime.combine(day, clock))
