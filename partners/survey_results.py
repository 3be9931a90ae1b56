"""What a survey says: how many chose what, online and at the door; sums, never a single sheet."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, F, Func, TextField

from partners.models import (
    ResponseChannel,
    SurveyAnswer,
    SurveyQuestion,
    SurveyQuestionKind,
)
from partners.survey_answers import HIGHEST_MARK, LOWEST_MARK
from partners.surveys import WITH_CHOICES

K = SurveyQuestionKind

# With fewer answers one could guess who said what.
ENOUGH = 3


@dataclass(frozen=True)
class Bar:
    label: str
    by_channel: dict
    answered: int

    @property
    def count(self):
        return sum(self.by_channel.values())

    @property
    def percent(self):
        return round(100 * self.count / self.answered) if self.answered else 0

    @property
    def columns(self):
        """How many of it, one number for each way in which answers come."""
        return [self.by_channel.get(channel, 0) for channel in ResponseChannel]


@dataclass(frozen=True)
class QuestionResult:
    question: SurveyQuestion
    answered: int
    bars: list[Bar] = field(default_factory=list)
    average: float | None = None

    @property
    def is_enough(self):
        return self.answered >= ENOUGH


@dataclass(frozen=True)
class SurveyResults:
    responses: int
    by_channel: dict  # {channel: how many}
    questions: list[QuestionResult]

    @property
    def is_enough(self):
        return self.responses >= ENOUGH

    @property
    def channels(self):
        """[(the way in words, how many came by it)]"""
        return [(str(each.label), self.by_channel.get(each, 0)) for each in ResponseChannel]


def results_of(survey) -> SurveyResults:
    by_channel = dict(
        survey.responses.order_by().values_list("channel").annotate(count=Count("pk"))
    )
    answers = SurveyAnswer.objects.filter(response__survey=survey)
    answered = dict(answers.order_by().values_list("question").annotate(count=Count("pk")))
    counts = _counts(answers)
    questions = [
        _result(question, answered.get(question.pk, 0), counts[question.pk])
        for question in survey.questions.all()
    ]
    return SurveyResults(sum(by_channel.values()), by_channel, questions)


def texts_of(survey):
    """{question id: what was written}, in the order of the words, so that it tells no sheet."""
    found = defaultdict(list)
    answers = SurveyAnswer.objects.filter(response__survey=survey).exclude(text="")
    for pk, text in answers.order_by("text").values_list("question", "text"):
        found[pk].append(text)
    return dict(found)


def _counts(answers):
    """{question id: {choice or number: {channel: how many}}}"""
    found: dict = defaultdict(lambda: defaultdict(dict))
    picked = answers.annotate(choice=Func(F("picked"), function="unnest", output_field=TextField()))
    numbers = answers.exclude(number=None).annotate(choice=F("number"))
    for rows in (picked, numbers):
        grouped = rows.order_by().values_list("question", "choice", "response__channel")
        for pk, choice, channel, count in grouped.annotate(count=Count("pk")):
            found[pk][choice][channel] = count
    return found


def _result(question, answered, counts):
    if question.kind in WITH_CHOICES:
        values = question.choices
    elif question.kind == K.SCALE:
        values = range(LOWEST_MARK, HIGHEST_MARK + 1)
    else:
        values = sorted(counts)
    bars = [Bar(str(value), counts.get(value, {}), answered) for value in values]
    average = None
    if question.kind in (K.SCALE, K.NUMBER) and answered:
        total = sum(value * sum(each.values()) for value, each in counts.items())
        average = total / answered
    return QuestionResult(question, answered, bars, average)
