"""What people have said afterwards, so that there are averages to look at. All of it is invented."""

from random import Random

from bookings.feedback import came
from bookings.models import Feedback, Place

SEED = 5
LINES = [
    "老师讲得很清楚，听得懂。",
    "时间正好，下班过来刚好赶上。",
    "希望下次多留一点练习的时间。",
    "人多，椅子有点挤。",
    "孩子回家还在说，很喜欢。",
    "要是周末也有一场就好了。",
    "认识了两位邻居，挺开心。",
    "话筒声音小，后排听不清。",
]
ONE_IN = 4  # so many who came answer
ONE_WRITES_IN = 3


def build(*, at):
    """A quarter of those who came has answered, most of them content."""
    chance = Random(SEED)  # noqa: S311 - it is a demo
    over = came(Place.objects.filter(session__ends_at__lt=at)).order_by("pk")
    given = {}
    for place in over.select_related("session"):
        if chance.randrange(ONE_IN):
            continue
        given[place.session_id, place.person_id] = Feedback(
            session=place.session,
            person_id=place.person_id,
            marks=chance.choice([5, 5, 5, 4, 4, 3]),
            line="" if chance.randrange(ONE_WRITES_IN) else chance.choice(LINES),
            created_at=min(place.session.ends_at + (at - place.session.ends_at) / 2, at),
        )
    Feedback.objects.bulk_create(given.values())
