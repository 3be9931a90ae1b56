"""The answers of one booking, for whoever cares for its people: to look at and to correct."""

from functools import cached_property

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from activities.models import Question
from bookings import answers
from bookings.panel import people_of
from bookings.question_fields import AsksQuestions, question_name
from prepared import prepared

# They speak for the person: they read what was said on health, and may end that it is kept.
SPEAK_FOR = (Role.SELF, Role.GUARDIAN)


class OwnAnswers:
    """Of a Summary, as this user may see them. A helper sees that something was said on health."""

    def __init__(self, summary, user):
        self.summary, self.user = summary, user
        self.booking, self.people = summary.booking, summary.people

    @cached_property
    def questions(self):
        """All there have been; where a booking knows that there are none (`asks`), for nothing."""
        return _questions(self.booking.activity) if getattr(self.booking, "asks", True) else []

    @property
    def asked(self):
        return [question for question in self.questions if question.retired_at is None]

    @cached_property
    def roles(self):
        return {care.person_id: care.role for care in people_of(self.user)}

    @cached_property
    def is_whole(self):
        return self.summary.is_all_of(self.user)

    @cached_property
    def lines(self):
        """What was said, in the order of the questions."""
        if not self.questions:
            return []
        plain = answers.plain_lines(
            self.booking, self.questions, self.people, with_party=self.is_whole
        )
        return plain + self.on_health

    @cached_property
    def on_health(self):
        if not any(question.is_sensitive for question in self.questions):
            return []
        return answers.own_lines(
            self.booking,
            people=self.people,
            may_read=[person for person in self.people if self.roles.get(person.pk) in SPEAK_FOR],
            with_party=self.is_whole,
        )

    @cached_property
    def readings(self):
        """When staff have read what was said on health."""
        return list(self.booking.readings.all()) if self.questions else []

    @cached_property
    def stay(self):
        """Why they are not corrected here any more, or None."""
        return answers.stay_as_they_are(self.booking, self.summary.at)

    @property
    def may_be_corrected(self):
        return bool(self.asked) and self.stay is None

    def form(self, data=None):
        return AnswersForm(self, data)


class AnswersForm(AsksQuestions):
    """The same questions again, with what was said; nobody has to decide anew on their health."""

    must_decide = False

    def __init__(self, own, data):
        super().__init__(data, initial=_said(own))
        # What is there and not for this user to read stays, unless something is written over it.
        self.unseen = {
            question_name(line.question, line.person)
            for line in own.on_health
            if line.words is None
        }
        self.ask(
            [question for question in own.asked if question.is_per_person or own.is_whole],
            own.people,
            roles=own.roles,
            consented=answers.consented([person.pk for person in own.people]),
            phone=own.booking.activity.center.phone,
        )
        for name in self.unseen & self.fields.keys():
            self.fields[name].required = False
            self.fields[name].help_text = _(
                "Something is noted already. What you choose or write here replaces it."
            )

    @property
    def asks_more(self):
        """Whether somebody has just agreed, and has not been shown the questions yet."""
        return any(f"shown_{person.pk}" not in self.data for person in self.agreed)

    @property
    def replaced(self):
        """[(question, person)] whose earlier answers count no more."""
        return [
            (question, person)
            for question, person in self.wanted
            if (name := question_name(question, person)) not in self.unseen
            or self.cleaned_data[name] not in (None, "")
        ]


def _said(own):
    """{field name: answer} of all that this user may see."""
    said = {}
    for question in own.asked:
        answer = own.booking.answers.get(str(question.pk))
        if isinstance(answer, dict):
            for person in own.people:
                said[question_name(question, person)] = answer.get(str(person.pk))
        elif answer is not None:
            said[question_name(question, None)] = answer
    return said | {
        question_name(line.question, line.person): line.answer
        for line in own.on_health
        if line.words is not None
    }


@prepared
def _questions(activity):
    return Question.objects.filter(activity=activity)
