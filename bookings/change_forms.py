"""What staff are asked before they change dates that people have booked."""

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from activities.dates_form import MOST_PLACES
from activities.facts import place
from activities.models import OverlapRule, Session
from bookings.effects import overlapping
from bookings.forms import AmongField
from bookings.models import Place
from bookings.rules import moment
from bookings.swap_forms import OneOfField
from venues.desk import RoomField
from venues.models import Equipment, Room


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self):
        super().__init__(format="%Y-%m-%dT%H:%M")


class CallOffForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=120,
        help_text=_("Everybody who has booked reads this sentence."),
    )


class KeepForm(forms.Form):
    places = forms.IntegerField(
        label=_("places kept for the desk"), min_value=0, max_value=MOST_PLACES
    )
    until = forms.DateTimeField(
        label=_("kept until"),
        widget=MomentInput,
        help_text=_("Then they are free for everybody, by themselves."),
    )

    def __init__(self, data, *, session):
        super().__init__(data)
        hours = timedelta(hours=session.activity.desk_release_hours)
        until = session.kept_until or session.starts_at - hours
        if until <= timezone.now():
            until = session.starts_at
        self.initial = {"places": session.places_kept, "until": timezone.localtime(until)}


class EquipmentForm(forms.Form):
    """How many of each thing that can be in the room; `has` is {equipment: how many} so far."""

    def __init__(self, data, *, room, has):
        super().__init__(data)
        there = Equipment.objects.for_room(room) if room else []
        self.by_name = {f"equipment-{each.pk}": each for each in there}
        for name, each in self.by_name.items():
            self.fields[name] = forms.IntegerField(
                label=each.name,
                required=False,
                min_value=0,
                max_value=each.stock,
                initial=has.get(each, 0),
                help_text=_("There are %(stock)s.") % {"stock": each.stock},
            )

    @property
    def wanted(self):
        given = {each: self.cleaned_data[name] for name, each in self.by_name.items()}
        return {each: number for each, number in given.items() if number}


class MoveForm(forms.Form):
    starts_at = forms.DateTimeField(label=_("from"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=_("to"), widget=MomentInput)
    room = RoomField(Room.objects.none(), label=_("room"), required=False, widget=forms.Select)
    outside_place = forms.CharField(
        label=_("or a place outside the center"), required=False, max_length=120
    )

    def __init__(self, data, *, session, wanted=None):
        """`wanted` is where somebody has dragged it to, as an address says it."""
        super().__init__(data)
        self.session = session
        now_in = session.room
        here = Room.objects.filter(floor__center=session.activity.center)
        here = here.filter(Q(retired_on=None) | Q(pk=now_in and now_in.pk))
        self.fields["room"].queryset = here.select_related("floor")
        self.initial = {
            "starts_at": timezone.localtime(session.starts_at),
            "ends_at": timezone.localtime(session.ends_at),
            "room": now_in and now_in.pk,
            "outside_place": session.outside_place,
        }
        self.wanted = wanted_move(wanted or {}, here)
        if self.wanted:
            self.initial |= self.wanted | {"room": self.wanted["room"].pk, "outside_place": ""}

    def clean(self):
        given = super().clean()
        # The fields say minutes; what stays as it is keeps its seconds.
        for name in ("starts_at", "ends_at"):
            if given.get(name) == getattr(self.session, name).replace(second=0, microsecond=0):
                given[name] = getattr(self.session, name)
        starts_at, ends_at = given.get("starts_at"), given.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must be after the start."))
        if given.get("room") and given.get("outside_place"):
            self.add_error("outside_place", _("Please choose a room or a place, not both."))
        return given


def wanted_move(address, rooms):
    """{starts_at, ends_at, room} that an address names; {} where it does not, or no such room."""
    given = WantedMove(address, rooms=rooms)
    return given.cleaned_data if given.is_valid() else {}


class WantedMove(forms.Form):
    starts_at = forms.DateTimeField()
    ends_at = forms.DateTimeField()
    room = forms.ModelChoiceField(Room.objects.none())

    def __init__(self, data, *, rooms):
        super().__init__(data)
        self.fields["room"].queryset = rooms

    def clean(self):
        given = super().clean()
        if not self.errors and given["ends_at"] <= given["starts_at"]:
            self.add_error("ends_at", _("The end must be after the start."))
        return given


class CapacityForm(forms.Form):
    capacity = forms.IntegerField(
        label=_("places"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )

    def __init__(self, data, *, session):
        super().__init__(data, initial={"capacity": session.capacity})


class LeaderForm(forms.Form):
    leader = forms.ModelChoiceField(Person.objects.none(), label=_("leader"), required=False)
    tell_people = forms.BooleanField(
        label=_("Tell everybody who has booked"),
        help_text=_("The page of the activity names the leader in any case."),
        required=False,
    )

    def __init__(self, data, *, session, people):
        super().__init__(data, initial={"leader": session.leader_id})
        widget = AutocompleteSelect(Session._meta.get_field("leader"), admin.site)
        self.fields["leader"].widget = widget
        self.fields["leader"].queryset = people
        widget.choices = self.fields["leader"].choices


class MergeForm(forms.Form):
    """Into which date; and, once that is chosen, who comes although they have something else."""

    def __init__(self, data, *, session):
        super().__init__(data)
        self.session = session
        others = session.activity.sessions.live().coming().exclude(pk=session.pk).with_room()
        self.fields["into"] = OneOfField(
            others, label=_("Into which date?"), widget=forms.RadioSelect
        )
        self.fields["into"].choices = [(each.pk, _words(each)) for each in others]
        self.fields["reason"] = CallOffForm.base_fields["reason"]
        if self.into and (busy := self._busy()):
            field = AmongField(
                [each.person for each in busy],
                label=_("They have something else then. Who comes here all the same?"),
                help_text=_("Who is not ticked stays out, and is told with an apology."),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            field.choices = [
                (each.person_id, f"{each.person} · {each.session.activity}") for each in busy
            ]
            self.fields["bring"] = field

    @property
    def into(self):
        """The date that is chosen, also while other fields are still wrong."""
        chosen = self.data.get("into") if self.is_bound else None
        return self.fields["into"].coerce(chosen) if chosen else None

    def _busy(self):
        if self.session.activity.overlaps == OverlapRule.HINT:
            return []
        people = Place.objects.active().filter(session=self.session).values("person")
        found = overlapping(self.into, people, besides=[self.session])
        return list({each.person_id: each for each in found}.values())


class EndForm(forms.Form):
    """From which date on nothing takes place any more, and why."""

    def __init__(self, data, *, activity):
        super().__init__(data)
        coming = activity.sessions.live().coming().with_room()
        self.fields["first"] = OneOfField(
            coming, label=_("From which date on?"), widget=forms.RadioSelect
        )
        self.fields["first"].choices = [(each.pk, _words(each)) for each in coming]
        self.fields["reason"] = CallOffForm.base_fields["reason"]


def _words(session):
    """When and where it is, and how many are in it."""
    return _("%(when)s · %(place)s · %(taken)s of %(places)s taken, %(waiting)s wait") % {
        "when": moment(session.starts_at),
        "place": place(session),
        "taken": session.places_taken,
        "places": session.capacity,
        "waiting": session.places_waiting,
    }
