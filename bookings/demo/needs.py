"""What partners can give beside what residents ask for: compared, asked about, held."""

from datetime import timedelta

from activities.models import Activity, Category
from bookings import needs_met
from bookings.demo import accounts
from partners import asking, needs
from partners.models import DayPart, Need, NeedStatus, Resource, ResourceKind, Vote

A_DAY = timedelta(days=1)
BRUSH = "夜校：毛笔小楷试听"

# (partner, kind, category, what they can give, from age, to age, when)
GIVEN = [
    ("砚田书社", ResourceKind.PEOPLE, "crafts", "两位书法老师", 6, 12, [DayPart.WEEKEND]),
    ("砚田书社", ResourceKind.ROOM, None, "一间周末空着的教室，可坐 16 人", None, None,
     [DayPart.WEEKEND]),
    ("青禾手作", ResourceKind.SKILL, "crafts", "羊毛毡、木作、布艺", 8, None,
     [DayPart.EVENING, DayPart.WEEKEND]),
    ("梧桐路小学", ResourceKind.PEOPLE, "advice", "会教手机的志愿老师", None, None,
     [DayPart.WEEKDAY]),
]  # fmt: skip

# {what is asked for: what staff know of it}
WANTED = {
    "周末给孩子的书法课": {
        "category": "crafts", "min_age": 6, "max_age": 10, "how_many": 16,
        "day_parts": [DayPart.WEEKEND],
    },
    "给独居老人写信、读信": {"category": "reading", "how_many": 8},
    "教老人用手机挂号": {
        "category": "advice", "min_age": 60, "how_many": 10, "day_parts": [DayPart.WEEKDAY],
    },
}  # fmt: skip


def build(center, partners, cast, outbox, *, at):
    categories = {each.slug: each for each in Category.objects.all()}
    for partner, kind, category, title, min_age, max_age, day_parts in GIVEN:
        Resource.objects.create(
            partner=partners[partner],
            kind=kind,
            category=categories.get(category),
            title=title,
            min_age=min_age,
            max_age=max_age,
            day_parts=day_parts,
        )
    for title, known in WANTED.items():
        known = known | {"category": categories[known["category"]]}
        Need.objects.filter(center=center, title=title).update(**known)
    _one_that_became_an_activity(center, partners["砚田书社"], cast, outbox, at=at)
    asking.ask(
        Need.objects.get(center=center, title="周末给孩子的书法课"),
        partners["砚田书社"],
        by=cast.users[accounts.WORKER],
        note="报名登记的家长很多。老师您看周六下午可以吗？场地和纸张我们来备。",
        at=at - A_DAY,
    )


def _one_that_became_an_activity(center, partner, cast, outbox, *, at):
    """Asked for seven weeks ago, taken on, held meanwhile: who would come is thanked."""
    staff = cast.users[accounts.WORKER]
    activity = Activity.objects.select_related("category").get(title=BRUSH)
    need = Need(
        center=center,
        title="想试试写毛笔字",
        description="下班以后，零基础，先写一次看看。",
        category=activity.category,
        min_age=16,
        day_parts=[DayPart.EVENING],
        is_public=True,
    )
    needs.begin(need, by=staff, public=True, at=at - 50 * A_DAY)
    Vote.objects.create(need=need, user=cast.resident.carer, people=2)
    needs.move(need, NeedStatus.MATCHED, by=staff, partner=partner, public=True, at=at - 47 * A_DAY)
    Activity.objects.filter(pk=activity.pk).update(need=need)
    for days in (30, 0):
        needs_met.look_again(at - days * A_DAY)
        outbox.deliver(at - days * A_DAY)
