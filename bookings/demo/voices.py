"""What people have said afterwards, so that there are averages to look at. All of it is invented."""

from random import Random

from bookings.feedback import came
from bookings.models import Feedback, Place

SEED = 5
LINES = [
    "时间正好，下班过来刚好赶上。",
    "人多，椅子有点挤。",
    "要是周末也有一场就好了。",
    "认识了两位邻居，挺开心。",
    "服务周到，谢谢大家。",
    "门口的指示牌再大一点就更好找了。",
]
ONE_IN = 4  # so many who came answer
ONE_WRITES_IN = 3


def build(*, at):
    """A quarter of those who came has answered, most of them content; few write a line."""
    chance = Random(SEED)  # noqa: S311 - it is a demo
    over = came(Place.objects.filter(session__ends_at__lt=at)).order_by("pk")
    given, unsaid = {}, {}
    for place in over.select_related("session"):
        if chance.randrange(ONE_IN):
            continue
        lines = unsaid.setdefault(place.session.activity_id, chance.sample(LINES, len(LINES)))
        given[place.session_id, place.person_id] = Feedback(
            session=place.session,
            person_id=place.person_id,
            marks=chance.choice([5, 5, 5, 4, 4, 3]),
            line="" if chance.randrange(ONE_WRITES_IN) or not lines else lines.pop(),
            created_at=min(place.session.ends_at + (at - place.session.ends_at) / 2, at),
        )
    Feedback.objects.bulk_create(given.values())
