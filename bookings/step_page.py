"""One step of booking as its page shows it."""

from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Care, Role
from bookings import rules, weeks
from bookings.rules import Refusal
from bookings.steps import Step, Steps
from bookings.summaries import in_a_row

# What a page brings along from the steps before and after it.
CARRIED = ("session", "person", "who", "request_key", "consent_", "question_")

# Fewer dates than these are ticked one by one.
TICKED_AT_ONCE_FROM = 3

ROLE_WORDS = {
    Role.SELF: gettext_lazy("myself"),
    Role.GUARDIAN: gettext_lazy("I am the guardian"),
    Role.HELPER: gettext_lazy("I book for them"),
}


@dataclass(frozen=True)
class PersonChoice:
    care: Care
    age: int | None
    refusal: Refusal | None
    is_chosen: bool

    @property
    def person(self):
        return self.care.person

    @property
    def role(self):
        return ROLE_WORDS[self.care.role]


@dataclass(frozen=True)
class Stage:
    label: str
    is_done: bool
    is_current: bool


class StepPage:
    def __init__(self, steps: Steps, step: Step | None = None, *, is_wrong=False, refused=()):
        """Without a step it only says why: `refused` are (session or None, Refusal)."""
        self.steps = steps
        self.step = step
        self.refused = list(refused)
        self.activity = steps.activity
        self.form = steps.form
        self._forget_errors_of_other_steps(step.fields if step and is_wrong else ())

    def _forget_errors_of_other_steps(self, kept):
        """Nobody is told of what has not been asked yet."""
        asked = {name for step in self.steps.steps for name in step.fields}
        for name in asked.difference(kept):
            self.form.errors.pop(name, None)

    # What is being booked.

    @cached_property
    def sessions(self):
        return self.form.chosen_sessions or ([] if self._picks_dates else self.steps.panel.coming)

    @property
    def _picks_dates(self):
        return any(step.name == "dates" for step in self.steps.steps)

    @property
    def is_course(self):
        return not self.form.chosen_sessions and not self._picks_dates

    @property
    def people(self):
        return self.form.chosen_people

    @property
    def names(self):
        return in_a_row(self.people)

    @property
    def cancel_deadline(self):
        return min((each.cancel_deadline() for each in self.sessions), default=None)

    # Where one is.

    @property
    def stages(self):
        """The labels of the steps, each once."""
        here = self.steps.steps.index(self.step)
        labels = [step.label for step in self.steps.steps]
        last = {label: position for position, label in enumerate(labels)}
        return [
            Stage(label, position < here and label != self.step.label, label == self.step.label)
            for label, position in last.items()
        ]

    @property
    def next(self):
        """What is asked next follows from what this page asks: so it is named by its kind."""
        following = self.steps.steps[self.steps.steps.index(self.step) + 1 :]
        if not following:
            return None
        first = following[0]
        asks = first.name.startswith(("consent", "question"))
        if self.step.name == "who" and asks:
            return replace(first, name="consent")
        if self.step.name.startswith("consent") and first.name.startswith("question"):
            return replace(first, name="questions")
        return first

    @property
    def previous(self):
        before = self.steps.steps[: self.steps.steps.index(self.step)]
        return before[-1] if before else None

    @property
    def may_bring_others(self):
        """Whether this page leads to who comes, which is not asked of one alone.

        It does before anything is asked about them; later the last look does.
        """
        here = self.steps.steps.index(self.step)
        is_early = all(step.name == "dates" for step in self.steps.steps[:here])
        return is_early and self.step.name != "check" and not self.steps.asks_who

    @property
    def hidden(self):
        """(name, value) of everything this page does not show itself."""
        shown = self.step.fields
        return [
            (name, value)
            for name, values in self.steps.data.lists()
            if name.startswith(CARRIED) and name not in shown
            for value in values
        ]

    # What is asked.

    @property
    def dates(self):
        return self.steps.panel.dates

    @property
    def ticks(self):
        """(label, address) of what may be ticked at once, with whoever was chosen already."""
        if len(self.dates) < TICKED_AT_ONCE_FROM:
            return []
        address = reverse("bookings:book", args=[self.activity.pk])
        people = [("person", person.pk) for person in self.people]
        found = weeks.ticks(self.dates, at=self.steps.at)
        return [(t.label, f"{address}?{urlencode([('tick', t.key), *people])}") for t in found]

    @cached_property
    def who(self):
        wishes = [[each] for each in self.form.chosen_sessions] or [self.sessions]
        refusals = {}
        if self.sessions:
            refusals = rules.for_each(
                self.activity,
                wishes=wishes,
                people=self.steps.people,
                had=self.steps.panel.commitments,
                by=self.steps.user,
                at=self.steps.at,
            )
        able = [person for person in self.steps.people if person not in refusals]
        # Where only one can come, there is nothing to choose.
        chosen = able if len(able) == 1 else self.people
        return [
            PersonChoice(
                care,
                None if care.role == Role.SELF else care.person.age,
                refusals.get(care.person),
                care.person in chosen and care.person not in refusals,
            )
            for care in self.steps.cares
        ]

    @property
    def at_the_same_time(self):
        """What else those who were chosen have at that time; they may do both."""
        chosen = set(self.people)
        had = [place for place in self.steps.panel.commitments if place.person in chosen]
        return rules.at_the_same_time(self.activity, [self.sessions], had)

    @property
    def questions(self):
        return [self.form[name] for name in self.step.fields]

    @property
    def answers(self):
        """(question, answer in words), for looking once more."""
        return [(label, self._in_words(name)) for label, name in self.form.asked]

    def _in_words(self, name):
        answer = self.form.cleaned_data.get(name)
        choices = dict(getattr(self.form.fields[name], "choices", ()))
        return choices.get(answer, answer)

    # What the last button says.

    @cached_property
    def waits(self):
        """Whether a party of this size stands in line with all it wants."""
        if self.is_applied_for:
            return False
        if self.is_course and self.steps.panel.course_waits:
            return True
        tight = [self._is_tight(session) for session in self.sessions]
        return any(tight) if self.is_course else bool(tight) and all(tight)

    @cached_property
    def is_applied_for(self):
        """Whether some of it is drawn: of several dates, others may just be booked."""
        return any(session.is_to_be_drawn for session in self.sessions)

    def _is_tight(self, session):
        behind = session.places_waiting and not self.activity.smaller_may_pass
        return bool(behind) or session.places_free < max(len(self.people), 1)

    @property
    def label(self):
        if self.is_applied_for:
            return _("Apply for the draw")
        if self.waits:
            return _("Join the waitlist")
        if self.step.name != "check":
            return _("Book")
        places = len(self.people) * (1 if self.is_course else len(self.sessions))
        return ngettext("Book, %(n)s place", "Book, %(n)s places", places) % {"n": places}
