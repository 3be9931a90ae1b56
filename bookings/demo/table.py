"""The partners of the center at one table: last quarter, and again in two weeks."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from bookings.demo import accounts
from partners import decisions, meetings
from partners.models import Decision, GuestAnswer, Meeting, PartnerStatus

AGENDA = ["三季度活动回顾", "居民的新需求", "冬季的场地安排"]
MINUTES = """各家介绍了三季度的活动，报名最满的是周末亲子课。
居民提得最多的是周末书法课和手机挂号，几家愿意一起试。
冬季晚间场地按周排，先紧着有老人和孩子的活动。"""

# (what was decided, which partner does it or None for the staff, days until then, is it done)
DECIDED = [
    ("写好周末书法课的教案和报名办法", "砚田书社", -6, False),
    ("借十台旧手机给手机挂号课练习", "晴川牙科", -30, True),
    ("整理冬季晚间场地的时间表", None, 5, False),
]
# (partner, do they come, how many, what they add); the others have not answered.
ANSWERED = [
    ("青禾手作", True, 2, "带两件样品"),
    ("梧桐路小学", True, 1, ""),
    ("临江司法所", True, 1, ""),
    ("榕荫合唱团", True, 3, "可以唱一首开场"),
    ("晨风体育", False, 1, "当天有比赛"),
]


def build(center, partners, cast, outbox, *, at):
    active = [each for each in partners.values() if each.status == PartnerStatus.ACTIVE]
    staff = cast.users[accounts.WORKER]
    _held(center, active, staff, outbox, at=at)
    _to_come(center, active, staff, outbox, at=at)


def _held(center, partners, staff, outbox, *, at):
    meeting = _plan(center, "三季度联席会", at - timedelta(days=60), staff)
    for order, title in enumerate(AGENDA, start=1):
        meeting.agenda.create(title=title, order=order)
    invited_at = meeting.starts_at - timedelta(days=14)
    _invite(meeting, partners, outbox, at=invited_at)
    for number, guest in enumerate(meeting.guests.order_by("pk")):
        meetings.answer(
            guest, coming=number % 5 != 4, people=1 + number % 3, by=None, at=invited_at
        )
        if guest.answer == GuestAnswer.COMING:
            meetings.came(guest, people=guest.people, at=meeting.starts_at)
    by_name = {partner.name: partner for partner in partners}
    for text, name, days, is_done in DECIDED:
        decision = Decision.objects.create(
            meeting=meeting,
            text=text,
            partner=by_name.get(name),
            staff=None if name else staff,
            due_on=timezone.localdate(at + timedelta(days=days)),
        )
        if is_done:
            decisions.finish(decision, at=at + timedelta(days=days))
    Meeting.objects.filter(pk=meeting.pk).update(minutes=MINUTES)
    sent_at = meeting.ends_at + timedelta(days=1)
    meetings.send_minutes(meeting, at=sent_at)
    outbox.deliver(sent_at)


def _to_come(center, partners, staff, outbox, *, at):
    meeting = _plan(center, "四季度联席会", at + timedelta(days=14), staff)
    meeting.agenda.create(title="上次决定的进展", order=1)
    meetings.put_needs_on_agenda(meeting, at=at)
    invited_at = at - timedelta(days=2)
    _invite(meeting, partners, outbox, at=invited_at)
    guests = {guest.partner.name: guest for guest in meeting.guests.select_related("partner")}
    for name, coming, people, note in ANSWERED:
        member = guests[name].partner.members.first().user
        meetings.answer(
            guests[name], coming=coming, people=people, note=note, by=member, at=invited_at
        )


def _plan(center, title, day, staff):
    starts_at = timezone.make_aware(datetime.combine(timezone.localdate(day), time(14)))
    return Meeting.objects.create(
        center=center,
        title=title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        place="3 楼 多功能厅",
        intro="请各位邻居坐到一起，看看上个季度，商量下个季度。",
        created_by=staff,
    )


def _invite(meeting, partners, outbox, *, at):
    meetings.choose(meeting, partners, at=at)
    meetings.send_invitations(meeting, at=at)
    outbox.deliver(at)
