"""What the desk asks somebody who calls: who comes, to what, and who is calling."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import search
from accounts.consents import needs_guardian
from accounts.fields import AreaField, BirthDateField, NameField, PhoneField
from accounts.models import ConsentChannel, Person
from bookings.desk import NEWCOMER, Newcomer
from bookings.forms import AmongField
from bookings.question_fields import answer_field

FOUND_AT_MOST = 12
# A party at the desk; nobody reads out everybody by ticking one number after the other.
TICKED_AT_MOST = 30
FEWEST_LETTERS = 2
WHOLE_COURSE = "course"
# Fields that hold more than one answer.
SEVERAL = ("person", "session")

# Another person is asked the questions of the activity, too.
ASKS_ANEW = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-include": "closest form",
    "hx-vals": '{"find": "1"}',
    "hx-target": "#questions",
    "hx-select": "#questions",
    "hx-swap": "outerHTML",
}

HOW_AGREED = [
    ("", _("Not a child under 14")),
    (ConsentChannel.PAPER, _("Yes, on paper")),
    (ConsentChannel.PHONE, _("Yes, by phone")),
]
HOW_AGREED_TO_NOTES = [
    ("", _("Not asked, or rather not: nothing is kept")),
    (ConsentChannel.PAPER, _("Yes, on paper")),
    (ConsentChannel.PHONE, _("Yes, by phone")),
]


class NewcomerForm(forms.Form):
    """Somebody who is not in the list yet; empty where nobody is new."""

    new_name = NameField(label=_("Name"), required=False)
    new_phone = PhoneField(label=_("Phone (may stay empty)"), required=False)
    new_birth_date = BirthDateField(label=_("Birth date (may stay empty)"), required=False)
    new_area = AreaField(help_text="")
    agreed = forms.ChoiceField(
        label=_("Has the guardian agreed that we keep the data of the child?"),
        choices=HOW_AGREED,
        required=False,
    )
    is_somebody_else = forms.BooleanField(
        label=_("This is another person of the same name"), required=False
    )

    namesakes = ()

    def clean(self):
        given = super().clean()
        if not given.get("new_name"):
            if given.get("new_phone") or given.get("new_birth_date"):
                self.add_error("new_name", _("Please write a name."))
            return given
        if needs_guardian(given.get("new_birth_date")) and not given.get("agreed"):
            self.add_error("agreed", _("For a child under 14 we need the guardian's consent."))
        self.namesakes = list(_namesakes(given))
        if self.namesakes and not given["is_somebody_else"]:
            self.add_error("new_name", _("Somebody of this name is in the list already."))
        return given

    @property
    def speaks_of_a_newcomer(self):
        return any(self[name].value() for name in ("new_name", "new_phone", "new_birth_date"))

    @property
    def newcomer(self):
        given = self.cleaned_data
        if not given["new_name"]:
            return None
        return Newcomer(
            name=given["new_name"],
            phone=given["new_phone"],
            birth_date=given["new_birth_date"],
            area=given["new_area"],
            agreed=given["agreed"] if needs_guardian(given["new_birth_date"]) else "",
        )


class DeskForm(NewcomerForm):
    """`is_ready` when it was sent to book; otherwise it only keeps what was typed.

    `limit_reached` when somebody has as much as one person may: then staff may decide otherwise.
    """

    limit_reached = False

    q = forms.CharField(label=_("Name, pinyin or phone"), required=False, max_length=80)
    note = forms.CharField(label=_("note of the desk"), required=False, max_length=200)
    beyond_limits = forms.BooleanField(
        label=_("Book all the same, for the reason in the note"), required=False
    )
    request_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data, *, sessions, questions, is_ready, initial):
        super().__init__(data if is_ready else None)
        self.people = _people_at_hand(data)
        self.fields["person"] = AmongField(self.people, label=_("Who comes"), required=False)
        self.fields["session"] = AmongField(sessions, label=_("Dates"), required=False)
        self.fields[WHOLE_COURSE] = forms.BooleanField(required=False)
        self.fields["new_name"].widget.attrs |= ASKS_ANEW
        self.fields["asked_by"] = forms.ChoiceField(
            label=_("Who is asking"),
            choices=[("", _("the people themselves"))] + [(p.pk, p.name) for p in self.people],
            required=False,
        )
        self._ask(list(questions), data)
        self.initial = initial | {name: _typed(data, name) for name in self.fields if name in data}

    def _ask(self, questions, data):
        """Of each person who is ticked or written down; nothing must be answered at the desk."""
        self.questions, self.asked = questions, []
        ticked = data.getlist("person")
        asked = [(str(each.pk), each.name) for each in self.people if str(each.pk) in ticked]
        if new := data.get("new_name", "").strip():
            asked.append((NEWCOMER, new))
        for question in questions:
            for key, name in asked if question.is_per_person else [("", "")]:
                field = f"question_{question.pk}_{key}".rstrip("_")
                label = _("%(question)s (%(name)s)") if name else "%(question)s"
                words = {"question": question.text, "name": name}
                self.fields[field] = answer_field(question, label % words)
                self.fields[field].required = False
                self.asked.append((field, question, key))
        if any(question.is_sensitive for question in questions):
            self.fields["health_agreed"] = forms.ChoiceField(
                label=_("May we keep notes on their health?"),
                help_text=_(
                    "Please ask first; for a child, the guardian. Only staff who need them read"
                    " them, and a week after the last date they are deleted."
                ),
                choices=HOW_AGREED_TO_NOTES,
                required=False,
            )

    def clean(self):
        given = super().clean()
        if not given.get("person") and not given.get("new_name") and "new_name" not in self.errors:
            self.add_error(None, _("Please choose who comes, or write down somebody new."))
        if given.get("beyond_limits") and not given.get("note"):
            self.add_error("note", _("Please say why."))
        if given.get("session") and given.get(WHOLE_COURSE):
            self.add_error(None, _("Please choose single dates or the whole course, not both."))
        elif not given.get("session") and not given.get(WHOLE_COURSE):
            self.add_error(None, _("Please choose a date."))
        return given

    @property
    def wishes(self):
        return [None] if self.cleaned_data[WHOLE_COURSE] else self.cleaned_data["session"]

    @property
    def asked_by(self):
        chosen = self.cleaned_data["asked_by"]
        return next((each for each in self.people if str(each.pk) == chosen), None)

    @property
    def question_fields(self):
        consent = ["health_agreed"] if "health_agreed" in self.fields else []
        return [self[name] for name in [*consent, *(name for name, _q, _key in self.asked)]]

    @property
    def asks_each_person(self):
        return any(question.is_per_person for question in self.questions)

    @property
    def answers(self):
        given = {}
        for name, question, key in self.asked:
            answer = self.cleaned_data[name]
            if answer in (None, ""):
                continue
            if question.is_per_person:
                given.setdefault(str(question.pk), {})[key] = answer
            else:
                given[str(question.pk)] = answer
        return given


def _typed(data, name):
    return data.getlist(name) if name in SEVERAL else data[name]


def _people_at_hand(data):
    """Whoever is ticked already, then whoever the words find."""
    ticked = [int(pk) for pk in data.getlist("person") if pk.isdecimal()][:TICKED_AT_MOST]
    people = list(Person.objects.active().filter(pk__in=ticked))
    words = data.get("q", "").strip()
    if len(words) >= FEWEST_LETTERS:
        found = search.found(Person.objects.active(), words)
        people += found.exclude(pk__in=ticked)[:FOUND_AT_MOST]
    return people


def _namesakes(given):
    same = Person.objects.active().filter(name=given["new_name"])
    if born := given.get("new_birth_date"):
        same = same.filter(birth_date__in=[born]) | same.filter(birth_date=None)
    return same[:FOUND_AT_MOST]
