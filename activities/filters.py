"""The questions a list of sessions answers, kept in the address.

The list and the calendar ask the same. What cannot be understood is said beside the field and
left out; the rest still counts.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.choices import choices
from partners.models import Partner

WEEKDAYS = [
    (1, pgettext_lazy("weekday", "Mon")),
    (2, pgettext_lazy("weekday", "Tue")),
    (3, pgettext_lazy("weekday", "Wed")),
    (4, pgettext_lazy("weekday", "Thu")),
    (5, pgettext_lazy("weekday", "Fri")),
    (6, pgettext_lazy("weekday", "Sat")),
    (7, pgettext_lazy("weekday", "Sun")),
]


class PartOfDay(models.TextChoices):
    MORNING = "morning", pgettext_lazy("part of day", "Morning")
    AFTERNOON = "afternoon", pgettext_lazy("part of day", "Afternoon")
    EVENING = "evening", pgettext_lazy("part of day", "Evening")

    @property
    def hours(self):
        """When it begins and when the next one does."""
        return {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24)}[self.value]

    @classmethod
    def of(cls, moment):
        return next(part for part in cls if moment.hour < part.hours[1])


@dataclass(frozen=True)
class Pill:
    """One filter in force, and the address of the page without it."""

    field: str
    words: str
    address: str


class DayField(forms.DateField):
    """A day of this century: beyond it the arithmetic of dates ends somewhere."""

    # The browser's own picker speaks ISO 8601, whatever the page does.
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_validators = [
        MinValueValidator(date(2000, 1, 1)),
        MaxValueValidator(date(2099, 12, 31)),
    ]


# For every question, the sessions that answer it.
NARROWED = {
    "q": lambda sessions, words: sessions.matching(words),
    "category": lambda sessions, slug: sessions.filter(activity__category__slug=slug),
    "center": lambda sessions, slug: sessions.filter(activity__center__slug=slug),
    "weekday": lambda sessions, numbers: sessions.on_weekdays(numbers),
    "part": lambda sessions, part: sessions.in_hours(*PartOfDay(part).hours),
    "age": lambda sessions, age: sessions.for_age(age),
    "partner": lambda sessions, partner: sessions.filter(activity__partner=partner),
    "free": lambda sessions, _yes: sessions.open_for_booking().with_places(),
    "from": lambda sessions, day: sessions.from_day(day),
    "to": lambda sessions, day: sessions.until_day(day),
}


class Filters(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    category = forms.ChoiceField(label=_("Category"), required=False)
    center = forms.ChoiceField(label=_("Center"), required=False)
    weekday = forms.TypedMultipleChoiceField(
        label=_("Weekday"),
        required=False,
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    part = forms.ChoiceField(
        label=_("Time of day"), required=False, choices=[("", _("Any")), *PartOfDay.choices]
    )
    age = forms.IntegerField(
        label=_("Age"),
        required=False,
        min_value=0,
        max_value=130,
        # A field for numbers would throw away what it does not understand.
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    partner = forms.ModelChoiceField(Partner.objects.active(), required=False)
    free = forms.BooleanField(label=_("Only with free places"), required=False)

    def __init__(self, data):
        super().__init__(data)
        # `from` is a word of Python, so these two cannot stand above.
        self.fields["from"] = DayField(label=_("From"), required=False)
        self.fields["to"] = DayField(label=_("To"), required=False)
        # Looked up when somebody chose one, or when the form is drawn anew.
        found = cache(choices)
        self.fields["category"].choices = lambda: found()["category"]
        self.fields["center"].choices = lambda: found()["center"]
        self.is_valid()

    @property
    def answers(self):
        """All that the fields below the search box look different for, in one text."""
        asked = [(name, self.data.getlist(name)) for name in self.fields if name != "q"]
        return urlencode(asked, doseq=True)

    @property
    def fresh_choices(self):
        """The selects whose choices have counts beside them, to take the place of older ones."""
        fields = ("category", "center") if self.several_centers else ("category",)
        return [self[field].as_widget(attrs={"hx-swap-oob": "true"}) for field in fields]

    @property
    def several_centers(self):
        return len(list(self.fields["center"].choices)) > 2

    def get(self, field):
        return self.cleaned_data.get(field)

    def asks(self, field, without=()):
        """Whether this question was asked, and is not one to leave out."""
        value = self.get(field)
        # A newborn's age is an answer, too.
        is_answered = value is not None if field == "age" else bool(value)
        return is_answered and field not in without

    def apply(self, sessions, without=()):
        """The sessions that answer every question, but for those to leave out."""
        for field, narrowed in NARROWED.items():
            if self.asks(field, without):
                sessions = narrowed(sessions, self.get(field))
        return sessions

    @property
    def in_force(self):
        """One pill for each filter, with the address of this page without it."""
        return [
            Pill(field, words, self.address_without(field))
            for field in self.fields
            if (words := self._words(field))
        ]

    def _words(self, field):
        if not self.asks(field):
            return ""
        value = self.get(field)
        say = {
            "age": lambda: _("%(age)s years old") % {"age": value},
            "q": lambda: f"“{value}”",
            "category": lambda: dict(self.fields["category"].choices)[value],
            "center": lambda: dict(self.fields["center"].choices)[value],
            "weekday": lambda: " ".join(str(dict(WEEKDAYS)[number]) for number in value),
            "part": lambda: PartOfDay(value).label,
            "partner": lambda: value.name,
            "free": lambda: _("With free places"),
            "from": lambda: _("From %(day)s") % {"day": date_format(value, "MONTH_DAY_FORMAT")},
            "to": lambda: _("Until %(day)s") % {"day": date_format(value, "MONTH_DAY_FORMAT")},
        }
        return say[field]() if field in say else ""

    @property
    def address_without_any(self):
        return self.address_without(*(field for field in self.fields if self._words(field)))

    def has(self, answers):
        """Whether all of these questions were answered so; an empty answer: not asked."""
        return all(
            self.asks(field) and self.get(field) == value if value != "" else not self.asks(field)
            for field, value in answers.items()
        )

    def address_with(self, answers):
        """This page with these answers in place of what was said there; an empty one goes."""
        question = self.data.copy()
        for field in ("page", *answers):
            question.pop(field, None)
        for field, value in answers.items():
            if value != "":
                question[field] = "on" if value is True else str(value)
        return f"?{question.urlencode()}"

    def address_without(self, *fields):
        question = self.data.copy()
        for field in (*fields, "page"):
            question.pop(field, None)
        return f"?{question.urlencode()}"


class View(models.TextChoices):
    MONTH = "month", pgettext_lazy("calendar", "Month")
    WEEK = "week", pgettext_lazy("calendar", "Week")
    DAY = "day", pgettext_lazy("calendar", "Day")

    @property
    def step(self):
        return relativedelta(**{f"{self.value}s": 1})


class CalendarFilters(Filters):
    """The same questions, and which stretch of time is looked at."""

    view = forms.ChoiceField(required=False, choices=View)
    date = DayField(label=_("Date"), required=False)
