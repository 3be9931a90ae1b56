from django import forms
from django.utils.translation import gettext_lazy as _

from notices import channels
from notices.models import Channel, Preference


class PreferenceForm(forms.ModelForm):
    """Offers the ways that reach this user."""

    class Meta:
        model = Preference
        fields = ["channel", "reminders"]
        widgets = {"channel": forms.RadioSelect}
        labels = {
            "channel": _("How shall we tell you?"),
            "reminders": _("Remind me before a date I booked"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ways = channels.reachable_by(self.instance.user)
        self.fields["channel"].choices = [(way, Channel(way).label) for way in ways]
        if not self.instance.pk:
            self.initial["channel"] = next(iter(ways))
