"""What staff say when they shut something: what and when, and what becomes of what is planned."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.change_forms import MomentInput
from bookings.closing import CALL_OFF
from venues.desk import RoomField
from venues.models import Closure, Room

EACH, MOVE_REST, CALL_OFF_REST = "", "move", "off"


class ClosureForm(forms.ModelForm):
    room = RoomField(
        Room.objects.none(),
        label=_("room"),
        required=False,
        widget=forms.Select,
        empty_label=_("the whole center"),
    )

    class Meta:
        model = Closure
        fields = ["center", "room", "starts_at", "ends_at", "reason"]
        widgets = {"starts_at": MomentInput, "ends_at": MomentInput}
        help_texts = {"reason": _("Everybody who is told reads this sentence.")}

    def __init__(self, data, *, centers, **more):
        super().__init__(data, **more)
        self.fields["center"].queryset = centers
        rooms = Room.objects.active().filter(floor__center__in=centers)
        self.fields["room"].queryset = rooms.select_related("floor__center").order_by(
            "floor__center", "floor__level", "pk"
        )

    def clean(self):
        given = super().clean()
        starts_at, ends_at = given.get("starts_at"), given.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must be after the start."))
        elif ends_at and ends_at <= timezone.now():
            self.add_error("ends_at", _("That time has passed already."))
        if given.get("room") and given.get("center") and given["room"].center != given["center"]:
            self.add_error("room", _("That room is in another center."))
        return given


class AnswersForm(forms.Form):
    """One choice for each thing that is met, and one for all that are left."""

    rest = forms.ChoiceField(
        label=_("All others"),
        required=False,
        choices=[
            (EACH, _("decide for each")),
            (MOVE_REST, _("move what fits elsewhere, call off the others")),
            (CALL_OFF_REST, _("call off")),
        ],
    )

    def __init__(self, data, *, hits, rooms, initial=None):
        super().__init__(data, initial=initial)
        self.hits, self.rooms = hits, rooms
        for hit in hits:
            self.fields[hit.key] = forms.ChoiceField(
                label=hit.title, required=False, choices=self._choices(hit)
            )

    @property
    def rows(self):
        return [(hit, self[hit.key]) for hit in self.hits]

    @property
    def answers(self):
        """{key of a hit: a room or CALL_OFF}; what is not decided is left out."""
        given = {hit.key: self._answer(hit) for hit in self.hits}
        return {key: answer for key, answer in given.items() if answer}

    def spelled_out(self):
        """The same answers with nothing left to “all others”, so that one sees where each goes."""
        each = {key: getattr(answer, "pk", answer) for key, answer in self.answers.items()}
        return AnswersForm(None, hits=self.hits, rooms=self.rooms, initial=each)

    def _choices(self, hit):
        moves = [
            (room.pk, _("move to %(floor)s %(room)s") % {"floor": room.floor, "room": room})
            for room in self.rooms.get(hit.key, [])
        ]
        leaves = [(CALL_OFF, _("call off"))] if hit.can_go else []
        return [("", _("not decided yet")), *moves, *leaves]

    def _answer(self, hit):
        rooms = self.rooms.get(hit.key, [])
        chosen, rest = self.cleaned_data[hit.key], self.cleaned_data["rest"]
        if chosen and chosen != CALL_OFF:
            return next(room for room in rooms if str(room.pk) == chosen)
        if chosen or not rest or not hit.can_go:
            return chosen
        return rooms[0] if rest == MOVE_REST and rooms else CALL_OFF
