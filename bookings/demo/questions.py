"""What two activities ask, one of each kind, and what some families have answered."""

from accounts.models import Person
from activities.models import Activity, AnswerKind, Question
from bookings import answers
from bookings.models import Booking, BookingChannel

PARENTS_SCHOOL, BAKING = "家长学校", "周末烘焙"
SEVERAL = 24
GRADES = ["小班到大班", "一二年级", "三四年级", "五六年级", "初中"]
TOPICS = ["作业拖拉怎么办", "手机归谁管", "", "孩子不爱说话", "二宝来了", ""]
ALLERGIES = ["花生过敏", "牛奶不行", "对虾过敏"]

QUESTIONS = [
    (
        PARENTS_SCHOOL,
        {
            "text": "孩子上几年级",
            "purpose": "按年级分桌。",
            "kind": AnswerKind.CHOICE,
            "choices": GRADES,
        },
    ),
    (
        PARENTS_SCHOOL,
        {
            "text": "还有几个小的要一起照看",
            "purpose": "志愿者好准备。",
            "kind": AnswerKind.NUMBER,
        },
    ),
    (
        PARENTS_SCHOOL,
        {
            "text": "下课要不要送到车站",
            "purpose": "天黑得早，社工顺路送。",
            "kind": AnswerKind.YES_NO,
        },
    ),
    (
        PARENTS_SCHOOL,
        {
            "text": "最想谈的一件事",
            "purpose": "老师提前看，不念名字。",
            "kind": AnswerKind.TEXT,
        },
    ),
    (
        PARENTS_SCHOOL,
        {
            "text": "有食物过敏吗",
            "purpose": "中场有点心。",
            "kind": AnswerKind.TEXT,
            "is_per_person": True,
            "is_sensitive": True,
        },
    ),
    (
        BAKING,
        {
            "text": "有对鸡蛋、牛奶、坚果过敏的吗",
            "purpose": "老师好换一种材料。",
            "kind": AnswerKind.TEXT,
            "is_per_person": True,
            "is_sensitive": True,
        },
    ),
]


def ask():
    for order, (title, question) in enumerate(QUESTIONS, start=1):
        Question.objects.create(activity=Activity.objects.get(title=title), order=order, **question)


def answer(cast, *, staff, at):
    """The family among the accounts, and some others of the same evening."""
    [grade, small, lift, topic, allergy] = Question.objects.filter(activity__title=PARENTS_SCHOOL)
    own = Booking.objects.filter(activity=grade.activity, booked_by=cast.with_child.carer).first()
    evening = Booking.objects.filter(activity=grade.activity, channel=BookingChannel.WEB)
    if own:
        evening = evening.filter(session=own.session).exclude(pk=own.pk)
    some = [own] * bool(own) + list(evening.confirmed().order_by("pk")[:SEVERAL])
    for number, booking in enumerate(some):
        booking.answers = {
            str(grade.pk): GRADES[number % len(GRADES)],
            str(small.pk): number % 3,
            str(lift.pk): "no" if number % 4 else "yes",
        }
        if said := TOPICS[number % len(TOPICS)]:
            booking.answers[str(topic.pk)] = said
    Booking.objects.bulk_update(some, ["answers"])
    for number, booking in enumerate(some[::8]):
        _say_on_health(booking, allergy, ALLERGIES[number % len(ALLERGIES)], at)
    answers.read(some[:1], by=staff, where="roster", at=at)


def _say_on_health(booking, allergy, words, at):
    """A pair is one parent and one child; what there is to say is on the child."""
    people = list(Person.objects.filter(places__booking=booking).distinct())
    child = max(people, key=lambda person: person.birth_date)
    said = {str(allergy.pk): {str(child.pk): words}}
    answers.keep(booking, said, people=people, by=booking.booked_by, agreed=[child], at=at)
