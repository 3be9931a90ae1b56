"""What people answered: plain answers stay with the booking, those on health are sealed.

Sealing, withdrawing a consent and correcting an answer take the locks of the people first, as
booking does, so that nothing is sealed after somebody has taken their consent back.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import consents
from accounts.consents import VERSIONS
from accounts.models import Consent, ConsentChannel, ConsentKind, Person
from accounts.sealing import CannotOpen, opened, seal
from activities.models import AnswerKind, Question
from bookings import rules
from bookings.models import BookingChannel, Reading, SensitiveAnswer
from bookings.rules import BookingRefused, Refusal

# Where staff read what was said on health.
WHERE = {
    "roster": gettext_lazy("on the roster"),
    "booking": gettext_lazy("in the booking"),
    "export": gettext_lazy("in a file of the roster"),
}

# Taking one of these back takes along what its giver has agreed to on health.
CARRY_HEALTH = (ConsentKind.CHILD, ConsentKind.HELPER)


@dataclass(frozen=True)
class Line:
    """One question with its answer; `person` None is the whole party.

    The answer is None where it is not for whoever looks, or where no key opens it.
    """

    question: Question
    person: Person | None
    answer: str | int | None

    @property
    def words(self):
        """As people read it; whatever the question has become since, the answer stays."""
        if self.answer is None:
            return None
        if self.question.kind == AnswerKind.YES_NO:
            return {"yes": _("Yes"), "no": _("No")}.get(self.answer, str(self.answer))
        return str(self.answer)


# Keeping and forgetting.


def separate(activity, given):
    """(plain, sensitive) of {question id: answer, or {person id: answer}}."""
    if not given:
        return {}, {}
    ids = Question.objects.filter(activity=activity, is_sensitive=True).values_list("pk", flat=True)
    sensitive = {str(pk) for pk in ids}
    return (
        {pk: answer for pk, answer in given.items() if pk not in sensitive},
        {pk: answer for pk, answer in given.items() if pk in sensitive},
    )


def keep(booking, sensitive, *, people, by, agreed=(), how=ConsentChannel.WEB, at=None):
    """Seal these answers of a booking, instead of earlier ones to the same questions.

    Whoever holds the locks of `people` calls this. `agreed` are those who consent hereby, or
    whose guardian does. Raises BookingRefused where a consent is missing.
    """
    by_id = {person.pk: person for person in people}
    answers = [each for each in _one_by_one(sensitive) if each[1] is None or each[1] in by_id]
    everybody = any(pk is None for _question, pk, _answer in answers)
    concerned = set(by_id) if everybody else {pk for _question, pk, _answer in answers}
    for person in agreed:
        if person.pk in concerned:
            consents.give(person, ConsentKind.HEALTH, by=by, how=how, at=at)
    if missing := concerned - consented(concerned):
        raise BookingRefused(_consent_needed(by_id[min(missing)]))
    SensitiveAnswer.objects.bulk_create(
        SensitiveAnswer(
            booking=booking,
            question_id=question,
            person_id=person,
            sealed=seal(answer, about=(booking.pk, question, person)),
            created_at=at or timezone.now(),
        )
        for question, person, answer in answers
    )


def correct(booking, given, *, replaced, people, by, agreed=(), at=None):
    """Take these answers instead of what was said before to `replaced`, [(question, person)].

    Raises BookingRefused when booking has closed, or where a consent is missing.
    """
    at = at or timezone.now()
    with transaction.atomic():
        people = list(Person.objects.filter(pk__in=[person.pk for person in people]).locked())
        booking.refresh_from_db(fields=["answers", "status"])
        if reason := stay_as_they_are(booking, at):
            raise BookingRefused(reason)
        plain, sensitive = separate(booking.activity, given)
        booking.answers = _merged(booking.answers, plain, replaced)
        booking.save(update_fields=["answers"])
        _forget(booking, replaced)
        if sensitive:
            keep(booking, sensitive, people=people, by=by, agreed=agreed, at=at)


def stay_as_they_are(booking, at=None):
    """Why the answers of a booking are not corrected online any more, or None."""
    closed = rules.closed(
        booking.activity, session=booking.session, channel=BookingChannel.DESK, at=at
    )
    if booking.is_alive and closed is None:
        return None
    return Refusal(
        "answers_stay",
        _("Answers can be corrected online until booking closes."),
        _("Please call the desk: %(phone)s.") % {"phone": booking.activity.center.phone},
    )


def consented(ids):
    """Of these people, the ids of those whose health notes may be kept, by today's wording."""
    given = Consent.objects.active().filter(
        kind=ConsentKind.HEALTH, version=VERSIONS[ConsentKind.HEALTH], person__in=ids
    )
    return set(given.values_list("person", flat=True))


@transaction.atomic
def withdraw(consent, *, at=None):
    """Take a consent back; what was noted on health goes with it, at once.

    One guardian's no to health notes is a no, whoever else has agreed before.
    """
    at = at or timezone.now()
    person = Person.objects.locked().get(pk=consent.person_id)
    consents.withdraw(consent, at=at)
    health = person.consents.active().filter(kind=ConsentKind.HEALTH)
    if consent.kind == ConsentKind.HEALTH:
        health.update(withdrawn_at=at)
    elif consent.kind in CARRY_HEALTH:
        health.filter(given_by=consent.given_by).update(withdrawn_at=at)
    SensitiveAnswer.objects.about(person).unfounded().delete()


def forget_due(at=None):
    """Delete what is no longer needed, or stands on no consent any more; the night's job."""
    everything = SensitiveAnswer.objects.all()
    deleted, _each = (everything.due(at) | everything.unfounded()).delete()
    return deleted


# Reading.


@transaction.atomic
def read(bookings, *, by, where, at=None):
    """{booking id: [Line]} of what was said on health; for each booking it is noted who looked."""
    at, ids = at or timezone.now(), [booking.pk for booking in bookings]
    found = _sealed(booking__in=ids)
    noted = dict.fromkeys(answer.booking_id for answer in found)
    Reading.objects.bulk_create(Reading(booking_id=pk, by=by, at=at, where=where) for pk in noted)
    return _lines_by_booking(found)


def told_by(places, activity):
    """{place id: [Line]} of the plain answers, in one statement at most; places of one activity."""
    if not any(place.booking.answers for place in places):
        return {place.pk: [] for place in places}
    questions = list(Question.objects.filter(activity=activity))
    return {place.pk: plain_lines(place.booking, questions, [place.person]) for place in places}


def with_health(places):
    """These places, each with `has_health`: whether something is kept on its person's health."""
    about = SensitiveAnswer.objects.founded().filter(
        Q(person=OuterRef("person")) | Q(person=None), booking=OuterRef("booking")
    )
    return places.annotate(has_health=Exists(about))


def plain_lines(booking, questions, people, *, with_party=True):
    """[Line] of the plain answers of these people and, unless said otherwise, of their party."""
    lines = []
    for question in questions:
        answer = booking.answers.get(str(question.pk))
        if isinstance(answer, dict):
            lines += [
                Line(question, person, answer[str(person.pk)])
                for person in people
                if str(person.pk) in answer
            ]
        elif answer is not None and with_party:
            lines.append(Line(question, None, answer))
    return lines


def own_lines(booking, *, people, may_read, with_party):
    """[Line] of what was said on health about these people, for somebody who cares for them.

    Words only about those in `may_read`, and about the whole party if that is all of them.
    """
    ids, readers = ({person.pk for person in some} for some in (people, may_read))
    lines = []
    for answer in _sealed(booking=booking):
        if answer.person_id in ids:
            is_for_them = answer.person_id in readers
        elif answer.person_id is None and with_party:
            is_for_them = ids <= readers
        else:
            continue
        lines.append(_line(answer) if is_for_them else Line(answer.question, answer.person, None))
    return lines


def _one_by_one(sensitive):
    """[(question id, person id or None, answer)]."""
    found = []
    for question, answer in sensitive.items():
        if isinstance(answer, dict):
            found += [(int(question), int(person), each) for person, each in answer.items()]
        else:
            found.append((int(question), None, answer))
    return found


def _merged(before, given, replaced):
    """What was said before, with these questions answered anew, each person's on its own."""
    merged = {pk: dict(a) if isinstance(a, dict) else a for pk, a in before.items()}
    for question, person in replaced:
        said = merged.get(str(question.pk))
        if person is None or not isinstance(said, dict):
            merged.pop(str(question.pk), None)
        else:
            said.pop(str(person.pk), None)
    for pk, answer in given.items():
        merged[pk] = merged.get(pk, {}) | answer if isinstance(answer, dict) else answer
    return {pk: answer for pk, answer in merged.items() if answer != {}}


def _forget(booking, replaced):
    which = Q()
    for question, person in replaced:
        which |= Q(question=question, person=person) if question.is_sensitive else Q()
    if which:
        booking.sensitive_answers.filter(which).delete()


def _consent_needed(person):
    return Refusal(
        "needs_consent",
        _("Health notes on %(name)s are kept only with consent.") % {"name": person.name},
        _("Please agree, or leave these answers empty."),
    )


def _sealed(**which):
    found = SensitiveAnswer.objects.filter(**which).founded()
    return list(
        found.select_related("question", "person").order_by(
            "booking", "person__sort_key", "person", "question__order", "question"
        )
    )


def _lines_by_booking(found):
    lines = {}
    for answer in found:
        lines.setdefault(answer.booking_id, []).append(_line(answer))
    return lines


def _line(answer):
    about = (answer.booking_id, answer.question_id, answer.person_id)
    try:
        said = opened(answer.sealed, about=about)
    except CannotOpen:
        said = None
    return Line(answer.question, answer.person, said)
