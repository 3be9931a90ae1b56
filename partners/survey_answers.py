"""What may be answered to a question of a survey, and how an answer is kept.

An answer is a word of the choices, a list of them, a number or a text, by the kind of the question.
"""

from django.utils.translation import gettext_lazy as _

from partners.models import SurveyAnswer, SurveyQuestionKind

K = SurveyQuestionKind

LOWEST_MARK, HIGHEST_MARK = 1, 5
LARGEST_NUMBER = 999_999
LONGEST_TEXT = 1000

MISSING = {
    K.ONE: _("Please choose one."),
    K.SEVERAL: _("Please choose at least one."),
    K.SCALE: _("Please choose one of the five."),
    K.NUMBER: _("Please write a number."),
    K.TEXT: _("Please write a few words."),
}
UNKNOWN_CHOICE = _("That is not one of the choices. Please choose again.")
NO_MARK = _("Please choose one of the five.")
NO_NUMBER = _("Please write a whole number from 0 to 999,999.")
TOO_LONG = _("That is a little long. Please keep it under 1,000 letters.")


def problem(question, value):
    """Why this is no answer to the question, in words; None where it is one, or may be left out."""
    if is_empty(value):
        return MISSING[question.kind] if question.is_required else None
    return _PROBLEMS[question.kind](question, value)


def is_empty(value):
    return value is None or value in ("", [])


def answer_of(response, question, value):
    """The row, not saved yet."""
    answer = SurveyAnswer(response=response, question=question)
    if question.kind == K.ONE:
        answer.picked = [value]
    elif question.kind == K.SEVERAL:
        answer.picked = list(dict.fromkeys(value))
    elif question.kind == K.TEXT:
        answer.text = value.strip()
    else:
        answer.number = value
    return answer


def value_of(answer):
    """What was answered, as it was given."""
    kind = answer.question.kind
    if kind == K.ONE:
        return answer.picked[0]
    if kind == K.SEVERAL:
        return answer.picked
    return answer.text if kind == K.TEXT else answer.number


def _of_one(question, value):
    return None if value in question.choices else UNKNOWN_CHOICE


def _of_several(question, value):
    return None if set(value) <= set(question.choices) else UNKNOWN_CHOICE


def _of_scale(question, value):
    return None if LOWEST_MARK <= value <= HIGHEST_MARK else NO_MARK


def _of_number(question, value):
    return None if 0 <= value <= LARGEST_NUMBER else NO_NUMBER


def _of_text(question, value):
    return None if len(value) <= LONGEST_TEXT else TOO_LONG


_PROBLEMS = {
    K.ONE: _of_one,
    K.SEVERAL: _of_several,
    K.SCALE: _of_scale,
    K.NUMBER: _of_number,
    K.TEXT: _of_text,
}
