"""Two surveys: one that is open, with answers from the web and the door, and one with its results."""

from datetime import timedelta

from django.utils import timezone

from partners import surveys
from partners.models import ResponseChannel, Survey, SurveyQuestion, SurveyQuestionKind

K = SurveyQuestionKind

# (question, kind, choices, must it be answered)
EVENINGS = [
    ("您最想哪天晚上来？", K.ONE, ["周一", "周二", "周三", "周四", "周五"], True),
    ("想学什么？", K.SEVERAL, ["瑜伽", "国画", "烘焙", "手机摄影", "合唱"], True),
    ("现在的夜校合您的心意吗？", K.SCALE, [], False),
    ("家里有几口人会一起来？", K.NUMBER, [], False),
    ("还有什么想说的？", K.TEXT, [], False),
]
CANTEEN = [
    ("多久来一次长者食堂？", K.ONE, ["几乎每天", "每周几次", "偶尔", "还没来过"], True),
    ("饭菜合口味吗？", K.SCALE, [], False),
    ("希望多些什么？", K.SEVERAL, ["软一点的菜", "粗粮", "汤", "少油少盐"], False),
]
SAID = [
    "希望七点半再开始，下班赶得上。",
    "能不能带孩子一起来？",
    "书法课再开一期吧。",
    "停车不太方便。",
    "老师讲得很耐心。",
]
SHEETS, CANTEEN_SHEETS = 40, 32
DOOR = (ResponseChannel.DOOR, ResponseChannel.PAPER)


def build(center, *, staff, chance, at):
    now = timezone.localtime(at).replace(hour=9, minute=0, second=0, microsecond=0)
    evenings = _write(
        center,
        "夜校怎么开，您来说",
        "五个问题，两分钟。结果会贴在一楼大厅。",
        EVENINGS,
        staff=staff,
        opens_at=now - timedelta(days=5),
        closes_at=now + timedelta(days=9),
    )
    canteen = _write(
        center,
        "长者食堂的饭菜",
        "谢谢每一位回答的居民，菜单已经在改。",
        CANTEEN,
        staff=staff,
        opens_at=now - timedelta(days=40),
        closes_at=now - timedelta(days=26),
    )
    for survey, count in [(evenings, SHEETS), (canteen, CANTEEN_SHEETS)]:
        _answer(survey, count, staff=staff, chance=chance)


def _write(center, title, intro, questions, *, staff, **times):
    survey = Survey.objects.create(
        center=center, title=title, intro=intro, created_by=staff, **times
    )
    SurveyQuestion.objects.bulk_create(
        SurveyQuestion(
            survey=survey, text=text, kind=kind, choices=choices, is_required=must, order=number
        )
        for number, (text, kind, choices, must) in enumerate(questions, start=1)
    )
    surveys.publish(survey, at=survey.opens_at)
    return survey


def _answer(survey, count, *, staff, chance):
    questions = list(survey.questions.all())
    for number in range(count):
        channel = ResponseChannel.WEB if number % 5 < 3 else DOOR[number % 2]
        surveys.respond(
            survey,
            {each.pk: _said(each, number, chance) for each in questions},
            by=None if channel == ResponseChannel.WEB else staff,
            channel=channel,
            request_key=f"demo-{number}",
            at=survey.opens_at + timedelta(hours=2 * number),
        )


def _said(question, number, chance):
    if question.kind == K.ONE:
        return chance.choices(question.choices, [3, 1, 2, 2, 5][: len(question.choices)])[0]
    if question.kind == K.SEVERAL:
        return chance.sample(question.choices, chance.choice([1, 2, 2, 3]))
    if question.kind == K.SCALE:
        return chance.choice([2, 3, 3, 4, 4, 4, 5, 5, None])
    if question.kind == K.NUMBER:
        return chance.choice([1, 1, 2, 2, 2, 3, 4, None])
    return SAID[number // 4 % len(SAID)] if number % 4 == 0 else ""
