from django import forms
from django.utils.translation import gettext_lazy as _

from notices import channels
from notices.models import Channel, Preference

WAYS = {
    Channel.EMAIL: _("By e-mail"),
    Channel.SMS: _("By text message"),
    Channel.INBOX: _("Only in my messages"),
}


class PreferenceForm(forms.ModelForm):
    """Offers the ways that reach this user."""

    class Meta:
        model = Preference
        fields = ["channel", "reminders", "news", "feedback"]
        labels = {
            "reminders": _("Remind me before a date I booked"),
            "news": _("Tell me of what I follow"),
            "feedback": _("Ask me afterwards how it was"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ways = channels.reachable_by(self.instance.user)
        self.fields["channel"] = forms.ChoiceField(
            label=_("How shall we tell you?"),
            choices=[(way, WAYS[way]) for way in ways],
            widget=forms.RadioSelect,
        )
        if self.initial["channel"] not in ways:
            self.initial["channel"] = next(iter(ways))
