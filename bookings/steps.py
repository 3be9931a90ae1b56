"""The steps of booking: dates, who, questions, check; whatever needs no asking is skipped.

Nothing is remembered between them: each page carries what was chosen before, so that every
step works without a script, in two tabs at once, and after going back.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Role
from activities.models import Activity, BookingMode, Session
from bookings import answers, gathering, rules, services, waitlist, weeks
from bookings.forms import BookingForm
from bookings.models import Booking, BookingChannel
from bookings.panel import Panel, date_choices, new_request_key, people_of, questions_of
from bookings.rules import BookingRefused, Refusal
from prepared import prepared

ABOUT_PEOPLE = {
    "already_booked", "overlap", "too_young", "too_old", "party_too_large", "nobody",
    "needs_guardian", "own_residents_first", "resting", "limit", "people_per_carer",
}  # fmt: skip


# How the names of steps begin, in order.
KINDS = ("dates", "who", "consent", "question", "check")


def rank_of(name):
    """Where a step of that name comes; None where no step has such a name."""
    return next((rank for rank, kind in enumerate(KINDS) if name.startswith(kind)), None)


@dataclass(frozen=True)
class Step:
    """One page of the form. `name` asks for it; steps of one label are one of the stages."""

    name: str
    label: str | Promise
    fields: tuple[str, ...] = ()

    @property
    def part(self):
        """The template of it: all questions share one, and so do all consents."""
        return f"bookings/_step_{KINDS[self.rank]}.html"

    @property
    def rank(self):
        return rank_of(self.name)


@dataclass(frozen=True)
class Outcome:
    bookings: list[Booking]
    refused: list[tuple[Session | None, Refusal]]


class Steps:
    """The way of one user through the form of one activity."""

    def __init__(self, activity: Activity, user, data, *, one_by_one=False, at=None):
        """`data` is what came with the request; `one_by_one` gives each question a page."""
        self.activity = activity
        self.user = user
        self.data = data.copy()
        self.one_by_one = one_by_one
        self.at = at or timezone.now()
        self.cares = people_of(user)
        self.people = [care.person for care in self.cares]
        self.questions = questions_of(activity)
        # One person alone is not asked for, unless others are wanted.
        self.asks_who = len(self.cares) != 1 or "who" in self.data
        if self.data.get("step") == "who":
            self.data["who"] = "1"
            self.asks_who = True
        self.brought: set[str] = set()  # steps that the address has answered
        self._tick(self.data.get("tick"))

    def _tick(self, wanted):
        """Choose the dates that are ticked together by this name."""
        found = [each for each in self.ticks if each.key == wanted] if wanted else []
        if found:
            self.data.setlist("session", [str(session.pk) for session in found[0].sessions])

    @property
    def ticks(self):
        dates = date_choices(self.activity, _dates(self.activity, self.at, []), at=self.at)
        return weeks.ticks(dates, at=self.at)

    def prefill(self):
        """Begin with what the address brings, and what is plain: the only date, oneself."""
        self.brought = {
            step for step, field in (("dates", "session"), ("who", "person")) if field in self.data
        }
        if "tick" in self.data:
            self.brought.discard("dates")  # What was ticked at once is looked at first.
        panel = self.panel
        if "session" not in self.data and panel.only_date:
            self.data["session"] = str(panel.only_date.session.pk)
        if "person" not in self.data and self.cares:
            first = self.cares[0]
            if len(self.cares) == 1 or first.role == Role.SELF:
                self.data["person"] = str(first.person_id)
        if len(self.cares) == 1 and panel.refusal_of_everybody:
            self.asks_who = True
        self.data.setdefault("request_key", new_request_key())
        return self

    def join(self, added):
        """Tick whoever was added in the middle of this; `added` is an id as text."""
        if added in {str(person.pk) for person in self.people}:
            chosen = [pk for pk in self.data.getlist("person") if pk != added]
            self.data.setlist("person", [*chosen, added])

    @cached_property
    def form(self):
        return BookingForm(
            self.data,
            sessions=self.sessions,
            people=self.people,
            questions=self.questions,
            roles={care.person_id: care.role for care in self.cares},
            consented=self.consented,
            phone=self.activity.center.phone,
        )

    @property
    def consented(self):
        """Whom to ask for no consent: nobody is where nothing is asked on health."""
        if not any(question.is_sensitive for question in self.questions):
            return ()
        return answers.consented([person.pk for person in self.people])

    @cached_property
    def sessions(self):
        """Those to come, and whatever was asked for."""
        asked = [pk for pk in self.data.getlist("session") if pk.isascii() and pk.isdigit()]
        sessions = _dates(self.activity, self.at, [int(pk) for pk in asked])
        for session in sessions:
            session.activity = self.activity
        return waitlist.as_they_are(sessions, self.activity, at=self.at)

    @cached_property
    def panel(self):
        """What there is to book; the page of the activity asks the same."""
        return Panel(
            self.activity,
            self.sessions,
            self.user,
            people=self.people,
            chosen=self.data.getlist("session"),
            at=self.at,
        )

    @property
    def closed(self):
        """Why nobody may book what was chosen, or None."""
        if not self.form.chosen_sessions:
            either = self.activity.booking_mode == BookingMode.EITHER
            return self.panel.course_closed if either else self.panel.closed
        known = {date.session: date.refusal for date in self.panel.dates}
        reasons = [
            known[session]
            if session in known
            else rules.closed(self.activity, session=session, at=self.at)
            for session in self.form.chosen_sessions
        ]
        return reasons[0] if all(reasons) else None

    # Which step comes.

    @cached_property
    def steps(self):
        steps = []
        if self._asks_dates:
            steps.append(Step("dates", _("Dates"), ("session",)))
        if self.asks_who or "person" in self.form.errors:
            steps.append(Step("who", _("Who comes"), ("person",)))
        for name, label, fields in [
            ("consent", _("Consent"), self.form.consent_fields),
            ("questions", _("Questions"), self.form.question_fields),
        ]:
            if self.one_by_one and fields:
                steps += [Step(field, label, (field,)) for field in fields]
            elif fields or (name == "questions" and self._may_ask_more):
                steps.append(Step(name, label, tuple(fields)))
        if self.questions or all(step.name in self.brought for step in steps):
            steps.append(Step("check", _("Check")))
        return steps

    @property
    def _may_ask_more(self):
        """What is asked follows from who comes, and from what they consent to."""
        undecided = any(name not in self.data for name in self.form.consent_fields)
        return bool(self.questions) and (undecided or not self.form.chosen_people)

    @property
    def _asks_dates(self):
        if self.activity.booking_mode == BookingMode.COURSE:
            return False
        if self.form.chosen_sessions:
            return len(self.panel.open_dates) > 1
        return self.activity.booking_mode == BookingMode.SINGLE

    def first(self):
        """Where to begin: at the first step that the address does not answer well."""
        for step in self.steps:
            if step.name not in self.brought or self.form.errors.keys() & set(step.fields):
                return step
        return self.steps[-1]

    def next_to(self, wanted):
        """(step, whether it has errors) to show, or None when everything is answered.

        `wanted` is the step that was asked for; what comes before it has to be right.
        """
        target = self._named(wanted)
        for step in self.steps:
            if step is target:
                return step, False
            if step.name == "dates" and target and not self.form.chosen_sessions:
                self.form.add_error("session", _("Please choose a date."))
            if any(name in self.form.errors for name in step.fields):
                return step, True
        if self.form.errors or wanted:
            return self.steps[-1], bool(self.form.errors)
        return None

    def where_left(self):
        """As `next_to`, for a form that was kept: it is looked at before it is sent again."""
        return self.next_to(self.data.get("step") or KINDS[-1])

    def _named(self, wanted):
        """The step of that name; where it is gone by now, the first of its kind, or after it."""
        rank = rank_of(wanted or "")
        named = [step for step in self.steps if step.name == wanted]
        if not named and rank is not None:
            named = [step for step in self.steps if step.rank >= rank]
        return named[0] if named else None

    def to_mend(self, refusal):
        """The step at which a refusal can be mended; None where the form can change nothing."""
        if refusal.code in ABOUT_PEOPLE and not self.asks_who:
            self.asks_who = True
            self.__dict__.pop("steps", None)
        steps = {step.name: step for step in self.steps}
        if refusal.code == "moved":
            return self.steps[-1]
        if refusal.code == "needs_consent":
            return self._consents_first or self.steps[-1]
        mending = steps.get("who" if refusal.code in ABOUT_PEOPLE else "dates")
        # Answers are kept in any case: the way may be free again in a minute.
        return mending or (self.steps[-1] if self.questions else None)

    @property
    def _consents_first(self):
        return next((step for step in self.steps if step.name.startswith("consent")), None)

    # What the form says in the end.

    def send(self):
        """Book: each date on its own, so that one refusal leaves the others booked."""
        bookings, refused = [], []
        for session in self.form.cleaned_data["session"] or [None]:
            try:
                bookings.append(self._book(session))
            except BookingRefused as no:
                refused.append((session, no.reason))
        if len(bookings) > 1:
            key = self.form.cleaned_data["request_key"]
            gathering.gather(bookings, by=self.user, request_key=key, at=self.at)
        return Outcome(bookings, refused)

    def _book(self, session):
        if session and says_another_start(self.data, session):
            raise BookingRefused(rules.moved())
        key = self.form.cleaned_data["request_key"] or new_request_key()
        while True:
            booking = services.book(
                self.activity,
                session=session,
                people=self.form.cleaned_data["person"],
                by=self.user,
                channel=BookingChannel.WEB,
                request_key=key,
                answers=self.form.answers(),
                agreed=self.form.agreed,
                at=self.at,
            )
            if booking.created_at == self.at or self._is_the_same(booking):
                return booking
            # Who went back in the browser and chose others asks anew with the old key.
            key = f"{key[:40]}-{booking.pk}"

    def _is_the_same(self, earlier):
        if not earlier.is_alive:
            return False
        booked = earlier.places.filter(canceled_at=None).values_list("person", flat=True)
        return set(booked) == {person.pk for person in self.form.cleaned_data["person"]}


def says_another_start(data, session):
    """Whether the session starts at another minute than the page said it would."""
    said = data.get(f"starts_at_{session.pk}")
    return bool(said) and _minute(said) != session.starts_at.replace(second=0, microsecond=0)


@prepared
def _dates(activity, at, asked):
    dates = Session.objects.filter(Q(ends_at__gt=at) | Q(pk__in=asked), activity=activity)
    return dates.with_room()


def _minute(text):
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None:
        return None
    moment = moment.replace(second=0, microsecond=0)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
