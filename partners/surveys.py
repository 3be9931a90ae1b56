"""Surveys: published, answered online or at the door, corrected, closed, thrown away.

Whatever changes a survey or answers it holds its row, and reads the clock only then. So nobody
answers one that is closed in the same moment, and no question changes while somebody answers it.
Once there is one response the questions stay as they are, all of them: sums over different
questions would say nothing.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import (
    ResponseChannel,
    Survey,
    SurveyAnswer,
    SurveyQuestionKind,
    SurveyResponse,
)
from partners.survey_answers import answer_of, is_empty, problem

FEWEST_CHOICES = 2
LONGEST_KEY = 40
# So long after the end it is still known who answered, for their own copy of it.
KEPT_FOR = timedelta(days=365)
WITH_CHOICES = (SurveyQuestionKind.ONE, SurveyQuestionKind.SEVERAL)


class SurveyRefused(Exception):
    """Why not, in words; `by_question` says it for each answer, by the id of its question."""

    def __init__(self, code, reason, by_question=None):
        self.code, self.reason, self.by_question = code, reason, by_question or {}
        super().__init__(reason)


@transaction.atomic
def publish(survey, *, at=None):
    """Let it be answered from its first day on. Raises SurveyRefused."""
    hold(survey)
    at = at or timezone.now()
    if survey.published_at:
        raise SurveyRefused("published", _("It is published already."))
    if survey.closes_at <= at:
        raise SurveyRefused("over", _("Its last day is over. Please choose a later one first."))
    questions = list(survey.questions.all())
    if not questions:
        raise SurveyRefused("no_questions", _("Please write at least one question first."))
    for question in questions:
        if question.kind in WITH_CHOICES and len(question.choices) < FEWEST_CHOICES:
            words = _("“%(question)s” needs at least two choices.") % {"question": question}
            raise SurveyRefused("no_choices", words)
    survey.published_at = at
    survey.save(update_fields=["published_at"])


@transaction.atomic
def close(survey, *, at=None):
    """End it now instead of on its last day. Raises SurveyRefused."""
    hold(survey)
    at = at or timezone.now()
    if reason := _not_open(survey, at):
        raise reason
    survey.closes_at = max(at, survey.opens_at + timedelta(microseconds=1))
    survey.save(update_fields=["closes_at"])


@transaction.atomic
def respond(survey, answers, *, by, channel, request_key, at=None):
    """Keep one sheet of `answers`, {id of the question: what was answered}, and return it.

    Online `by` answers, or nobody who has signed in; at the door and on paper `by` writes down
    what others answer. Asked again with the same `request_key` it is the sheet that was first.
    Raises SurveyRefused.
    """
    hold(survey)
    at = at or timezone.now()
    is_online = channel == ResponseChannel.WEB
    key = _key(request_key, by, channel)
    if earlier := survey.responses.filter(request_key=key).first():
        return earlier
    if reason := refusal(survey, user=by if is_online else None, at=at):
        raise reason
    given = _checked(survey, answers)
    response = SurveyResponse.objects.create(
        survey=survey,
        user=by if is_online else None,
        entered_by=None if is_online else by,
        channel=channel,
        request_key=key,
        submitted_at=at,
    )
    _write(response, given)
    return response


@transaction.atomic
def correct(response, answers, *, by, at=None):
    """Change what one has answered oneself, as long as it is open. Raises SurveyRefused."""
    survey = response.survey
    hold(survey)
    if response.user_id is None or response.user_id != by.pk:
        raise SurveyRefused("not_yours", _("Only whoever answered may change the answers."))
    if reason := _not_open(survey, at or timezone.now()):
        raise reason
    given = _checked(survey, answers)
    response.answers.all().delete()
    _write(response, given)


@transaction.atomic
def delete(survey):
    """Throw it away, with its questions. Raises SurveyRefused."""
    hold(survey)
    if survey.responses.exists():
        raise SurveyRefused(
            "answered",
            _("Somebody has answered it, so it stays. You can close it instead."),
        )
    survey.delete()


def refusal(survey, *, user=None, at=None):
    """The SurveyRefused that answering would raise now, or None."""
    if reason := _not_open(survey, at or timezone.now()):
        return reason
    if user and survey.responses.filter(user=user).exists():
        return SurveyRefused("answered", _("You have answered already. Thank you."))
    return None


def may_change_questions(survey):
    return not survey.responses.exists()


def hold(survey):
    """Hold its row until the end of the transaction, and learn how it is now."""
    survey.refresh_from_db(from_queryset=Survey.objects.select_for_update(no_key=True))


@transaction.atomic
def forget(responses):
    """Nobody can tell any more whose they are; what was written in words goes, sums stay."""
    for response in responses.order_by("pk").select_for_update(no_key=True):
        response.answers.exclude(text="").delete()
        response.user, response.request_key = None, secrets.token_urlsafe(32)
        response.save(update_fields=["user", "request_key"])


def forget_old(at=None):
    """Who answered what is over since a year; also what they wrote stays, without them."""
    over = Survey.objects.filter(closes_at__lte=(at or timezone.now()) - KEPT_FOR)
    theirs = SurveyResponse.objects.filter(survey__in=over).exclude(user=None)
    for response in theirs.order_by("pk"):
        response.user, response.request_key = None, secrets.token_urlsafe(32)
        response.save(update_fields=["user", "request_key"])


def _not_open(survey, at):
    if survey.is_open(at):
        return None
    if survey.is_over(at):
        return SurveyRefused("over", _("This survey is over. Thank you all the same."))
    return SurveyRefused("not_begun", _("This survey has not begun yet. Please come back later."))


def _key(request_key, by, channel):
    """One key of two people, or of the door and of the web, is two."""
    key = request_key[:LONGEST_KEY] or secrets.token_urlsafe(12)
    return f"{channel}-{by.pk if by else ''}-{key}"


def _checked(survey, answers):
    """[(question, answer)] of all that was answered."""
    questions = list(survey.questions.all())
    problems = {each.pk: problem(each, answers.get(each.pk)) for each in questions}
    if wrong := {pk: reason for pk, reason in problems.items() if reason}:
        raise SurveyRefused("answers", _("Please look at this again."), by_question=wrong)
    given = [(each, answers.get(each.pk)) for each in questions]
    given = [(question, value) for question, value in given if not is_empty(value)]
    if not given:
        raise SurveyRefused("empty", _("Please answer at least one question."))
    return given


def _write(response, given):
    SurveyAnswer.objects.bulk_create(
        answer_of(response, question, value) for question, value in given
    )
