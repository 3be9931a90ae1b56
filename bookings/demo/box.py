"""The opinion box: letters, a box that was opened and one that waits, needs on their way.

All of it is invented, and comes in by the services, so that it looks as in a real house.
"""

from datetime import timedelta

from accounts.models import User
from partners import box_openings, letters, needs, votes
from partners.models import BoxOpening, Letter, LetterChannel, Need

# (what somebody wrote, days ago, how it came, name)
LETTERS = [
    ("食堂能不能周末也开？老人周末没地方吃饭。", 1, LetterChannel.WEB, ""),
    ("四楼走廊的灯晚上太暗，怕摔着。", 9, LetterChannel.PAPER, "一位住户"),
    ("想请人教我们用手机挂号，年纪大了记不住。", 6, LetterChannel.PAPER, ""),
    ("手机挂号教了又忘，能不能每周都有人教？", 4, LetterChannel.WEB, "夏阿姨"),
    ("合唱团排练很好听，谢谢你们留着门。", 3, LetterChannel.WEB, ""),
    ("阅览室的椅子高了点，孩子脚够不着地。", 5, LetterChannel.TALK, "小区家长"),
]
VOTES = [2, 3, 1, 2, 4, 1]
OWN = "下雨天门口能不能放几把可以借的伞？"


def build(center, partners, *, resident, by, at):
    written = [_write(center, *line, by=by, at=at) for line in LETTERS]
    phones = Need.objects.get(center=center, title="教老人用手机挂号")
    letters.gather(written[2:4], need=phones, by=by, at=at - timedelta(days=3))
    letters.answer(
        written[5], "已经换上六把矮椅子，放在绘本架旁边。", by=by, at=at - timedelta(days=2)
    )
    _needs(center, partners, by, at)
    _boxes(center, by, at)
    own = letters.put_in(Letter(center=center, text=OWN, user=resident), at=at - timedelta(days=5))
    letters.answer(own, "好主意，已经请前台借到两把，门口取用。", by=by, at=at - timedelta(days=1))


def _write(center, text, days, channel, name, *, by, at):
    letter = Letter(center=center, text=text, channel=channel, name=name)
    letter.entered_by = None if channel == LetterChannel.WEB else by
    return letters.put_in(letter, at=at - timedelta(days=days))


def _needs(center, partners, by, at):
    """One in each state; two stay as new as they came, one of them too long."""
    desks, calligraphy, mending, letters_read, phones = (
        Need.objects.get(center=center, title=title)
        for title in (
            "晚上九点后的自习桌", "周末给孩子的书法课", "修伞、磨刀、配钥匙",
            "给独居老人写信、读信", "教老人用手机挂号",
        )
    )  # fmt: skip
    for need, days in [
        (desks, 20),
        (calligraphy, 30),
        (mending, 60),
        (letters_read, 12),
        (phones, 6),
    ]:
        begun = at - timedelta(days=days)
        Need.objects.filter(pk=need.pk).update(
            created_at=begun, answer_by=needs.deadline(center, begun)
        )
    needs.put_up_for_votes(
        calligraphy, by=by, note="打算放在周六上午，四楼书画室。", at=at - timedelta(days=25)
    )
    for user, people in zip(_residents(), VOTES, strict=False):
        votes.vote(calligraphy, user=user, people=people)
    needs.move(
        phones, "matched", by=by, partner=partners["临江区老年大学"], public=True,
        note="老年大学答应派两位老师，正在排时间。", at=at - timedelta(days=1),
    )  # fmt: skip
    needs.answer(
        letters_read, "正在招募会写字的志愿者，下个月起每月一次。", by=by, at=at - timedelta(days=8)
    )
    needs.finish(
        mending, by=by, note="十月集市来了三位师傅，修了四十多件。", at=at - timedelta(days=26)
    )
    shuttle = Need(center=center, title="开到地铁站的接驳车", is_public=True, asked_by="意见箱")
    needs.begin(shuttle, by=by, at=at - timedelta(days=45))
    needs.close(
        shuttle, by=by, at=at - timedelta(days=40),
        note="中心没有车，已转给街道，公交公司明年调整线路时会考虑。",
    )  # fmt: skip


def _boxes(center, by, at):
    """Opened a week ago; the one of this week waits."""
    today = at.date()
    opened = BoxOpening.objects.create(center=center, due_on=today - timedelta(days=8))
    box_openings.open_box(opened, by=by, papers=2, at=at - timedelta(days=8))
    BoxOpening.objects.create(center=center, due_on=today - timedelta(days=1))


def _residents():
    return User.objects.filter(cares__isnull=False, is_staff=False).distinct().order_by("pk")
