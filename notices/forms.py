"""How and when somebody wants to be told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notices import channels
from notices.kinds import Group
from notices.models import Channel, Preference
from notices.unsubscribing import CAN_BE_STOPPED

WAYS = {
    Channel.EMAIL: _("By e-mail"),
    Channel.SMS: _("By text message"),
    Channel.INBOX: _("Only in my messages"),
}
NOT_AT_ALL = "none"

# What it is, where the name of a group does not say it all.
SUCH_AS = {
    Group.BOOKINGS: _("Booked, moved, called off; of rooms and answers to letters, too."),
    Group.OFFERS: _("A place or a room came free for you."),
    Group.NEWS: _("Booking opens, or there is a new activity."),
    Group.WORK: _("Postings, fixed times, the opinion box."),
}


class PreferenceForm(forms.ModelForm):
    """A way for each group of kinds, out of those that reach this user, and when."""

    class Meta:
        model = Preference
        fields = ["lead", "is_quiet", "quiet_from", "quiet_until"]
        labels = {
            "lead": _("When shall we remind you?"),
            "is_quiet": _("Do not disturb me at night"),
            "quiet_from": _("From"),
            "quiet_until": _("Until"),
        }
        help_texts = {"is_quiet": _("What cannot wait still reaches you: a date called off today.")}
        widgets = {
            "lead": forms.RadioSelect,
            "quiet_from": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ways = channels.reachable_by(self.instance.user)
        for group in Group:
            stop = [(NOT_AT_ALL, _("Not at all"))] if is_optional(group) else []
            self.fields[group.value] = forms.ChoiceField(
                label=group.label,
                help_text=SUCH_AS.get(group, ""),
                choices=[(way, WAYS[way]) for way in ways] + stop,
                widget=forms.RadioSelect,
                initial=self._chosen(group, ways),
                # Who has no such work is not asked about it.
                required=group != Group.WORK,
            )

    def clean(self):
        said = super().clean()
        start, end = said.get("quiet_from"), said.get("quiet_until")
        if said.get("is_quiet") and start is not None and start == end:
            self.add_error("quiet_until", _("Please choose two different times."))
        return said

    def save(self, commit=True):
        for group in Group:
            chosen = self.cleaned_data[group.value]
            if is_optional(group):
                setattr(self.instance, group.value, chosen != NOT_AT_ALL)
            if chosen and chosen != NOT_AT_ALL:
                self.instance.ways[group.value] = chosen
        return super().save(commit)

    @property
    def groups(self):
        return [self[group.value] for group in Group]

    def _chosen(self, group, ways):
        if is_optional(group) and not getattr(self.instance, group.value):
            return NOT_AT_ALL
        chosen = self.instance.ways.get(group.value)
        return chosen if chosen in ways else next(iter(ways))


def is_optional(group) -> bool:
    """Whether one can do without it altogether; its field of Preference has the same name."""
    return group in CAN_BE_STOPPED and group != Group.WORK
