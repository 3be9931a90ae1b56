"""What is given by lot: one that people can apply for, one that waits for its number, one drawn."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.models import Person
from activities import rules_of_centers, search
from activities.models import Activity, Allocation, Category, Status
from activities.services import add_sessions
from bookings import draw_plans, draws, services
from bookings.draw_plans import Plan
from bookings.models import BookingChannel
from bookings.rules import BookingRefused

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
SOURCE = "演示用的虚构号码：截止当天 8:30 公布的三位数"
NUMBER = "407"

# (title, in one sentence, days from today, places, how many apply); closing is three days before.
TO_DRAW = [
    ("皮具手作：卡包", "一晚缝好一只卡包，座位只有八个。", 2, 8, 14),
    ("陶艺拉坯体验", "四台拉坯机，一人一台。", 3, 4, 11),
    ("新年木版年画", "自己刻一块版，印一张门神带回家。", 12, 6, 5),
]


def build(center, cast, residents, outbox, *, staff, at):
    leader = Person.objects.create(name="蓝老师")
    for title, summary, days, places, applying in TO_DRAW:
        session = _session(center, title, summary, days, places, leader, staff, at)
        _apply(session, [cast.resident, *residents.adults], applying, outbox, at=at)
        draw = session.draws.select_related("activity__center", "session").get()
        _go_on(draw, staff, outbox, at=at)


def _session(center, title, summary, days, places, leader, staff, at):
    made_at = at - 10 * A_DAY
    activity = Activity(
        center=center,
        category=Category.objects.get(slug="crafts"),
        title=title,
        summary=summary,
        description="想来的人多，名额抽签决定。早报晚报都一样。",
        status=Status.PUBLISHED,
        allocation=Allocation.DRAW,
        created_by=staff,
        created_at=made_at,
        published_at=made_at,
    )
    rules_of_centers.begin(activity, but=["allocation"])
    activity.search_text = search.text_for(activity)
    activity.save()
    activity.reviews.create(status=Status.PUBLISHED, by=staff, at=made_at)
    day = timezone.localdate(at) + days * A_DAY
    starts_at = timezone.make_aware(datetime.combine(day, time(19)))
    [session] = add_sessions(
        activity,
        [(starts_at, starts_at + 2 * AN_HOUR)],
        capacity=places,
        outside_place="一楼大厅长桌",
        leader=leader,
        at=made_at,
    )
    plan = Plan(SOURCE, days_before=3, closes=time(8), number_out=time(8, 30))
    draw_plans.prepare(activity, plan, session=session, at=made_at)
    return activity.sessions.with_room().get()


def _apply(session, parties, applying, outbox, *, at):
    """One after the other over the days; whoever has something else then does not."""
    asked_at = at - 8 * A_DAY
    for party in parties:
        if not applying:
            return
        if party.carer is None:
            continue
        try:
            services.book(
                session.activity,
                session=session,
                people=list(party.people),
                by=party.carer,
                channel=BookingChannel.WEB,
                request_key=f"demo-lot-{party.people[0].pk}-{session.pk}",
                at=asked_at,
            )
        except BookingRefused:
            continue
        outbox.deliver(asked_at)
        asked_at, applying = asked_at + 3 * AN_HOUR, applying - 1


def _go_on(draw, staff, outbox, *, at):
    """As far as the day has come; the second one is left to whoever tries the desk."""
    if draw.closes_at <= at:
        draws.freeze(draw, at=draw.closes_at)
    if timezone.localdate(draw.number_due_at) < timezone.localdate(at):
        held_at = draw.number_due_at + timedelta(minutes=20)
        draws.type_in(draw, NUMBER, by=staff, at=held_at)
        draws.hold(draw, at=held_at)
        outbox.deliver(held_at)
