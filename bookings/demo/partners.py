"""The partners: who they are, what was agreed, what they can give, what residents ask for."""

from dataclasses import dataclass
from datetime import timedelta

from accounts.models import User
from partners import joining, members
from partners.models import (
    Agreement,
    Need,
    Partner,
    PartnerKind,
    PartnerMember,
    PartnerStatus,
    Resource,
    Role,
)


@dataclass(frozen=True)
class Neighbor:
    """A partner as the demo describes it; `sessions` and `hours` are what was promised."""

    name: str
    kind: PartnerKind
    intro: str
    contact: str
    gives: str
    sessions: int = 0
    hours: int = 0
    status: PartnerStatus = PartnerStatus.ACTIVE


NEIGHBORS = [
    Neighbor(
        "砚田书社",
        PartnerKind.HOST,
        "几位写字的老师，想让更多人拿起毛笔。",
        "文砚秋",
        "毛笔、宣纸、一间周末空着的教室",
        24,
        60,
    ),
    Neighbor(
        "青禾手作",
        PartnerKind.SHOP,
        "巷口的小店，做羊毛毡、木作和布艺。",
        "禾苗",
        "工具一套，周末两位老师",
        12,
        24,
    ),
    Neighbor(
        "梧桐路小学",
        PartnerKind.SCHOOL,
        "一条马路之隔的学校，老师和家长一起来帮忙。",
        "沈老师",
        "科学实验器材，志愿辅导老师",
        40,
        80,
    ),
    Neighbor(
        "晴川牙科",
        PartnerKind.COMPANY,
        "社区里的牙科诊所，每季度来讲一次口腔健康。",
        "白医生",
        "免费口腔检查",
        4,
    ),
    Neighbor(
        "临江司法所",
        PartnerKind.PUBLIC_BODY,
        "法律明白人，每周三下午在调解室。",
        "罗律师",
        "法律咨询和调解",
        48,
        96,
    ),
    Neighbor(
        "榕荫合唱团",
        PartnerKind.RESIDENT_GROUP,
        "退休的、上班的，爱唱歌的都在。",
        "何团长",
        "节庆演出",
        0,
        100,
    ),
    Neighbor(
        "临江区老年大学",
        PartnerKind.SCHOOL,
        "五门课送到家门口：书法、国画、声乐、瑜伽、手机。",
        "邓老师",
        "任课老师",
        80,
        160,
    ),
    Neighbor(
        "麦香烘焙坊",
        PartnerKind.SHOP,
        "周末教大家烤面包，材料按成本收。",
        "麦师傅",
        "烘焙老师和面粉",
        20,
        40,
    ),
    Neighbor(
        "晨风体育",
        PartnerKind.COMPANY,
        "瑜伽和舞蹈老师，夜校的常客。",
        "风老师",
        "瑜伽垫 30 张，老师三位",
        72,
        90,
    ),
    Neighbor(
        "启明社工服务中心",
        PartnerKind.NGO,
        "陪伴家庭和孩子，家长学校由我们主持。",
        "明社工",
        "家庭辅导",
        40,
        80,
    ),
    Neighbor(
        "梧桐书屋",
        PartnerKind.SHOP,
        "一间小书店，周六早上带孩子读绘本。",
        "叶店长",
        "绘本 300 册",
        40,
        40,
    ),
    Neighbor(
        "榕荫社区卫生服务站",
        PartnerKind.PUBLIC_BODY,
        "量血压、听讲座、打疫苗，都在家门口。",
        "康医生",
        "量血压、健康讲座",
        24,
    ),
    Neighbor(
        "新芽编程工作室",
        PartnerKind.COMPANY,
        "想教孩子做小机器人。",
        "程老师",
        "机器人套件 10 套",
        status=PartnerStatus.APPLIED,
    ),
]

# (what is asked for, more words, who asked)
NEEDS = [
    ("周末给孩子的书法课", "31 户说会来，6–10 岁。", "居民登记"),
    ("给独居老人写信、读信", "每月一次，上门或在小会客室。", "社工提出"),
    ("修伞、磨刀、配钥匙", "集市那天最好。", "楼组长提出"),
    ("教老人用手机挂号", "一对一，半小时就好。", "长者食堂意见卡"),
    ("晚上九点后的自习桌", "备考的年轻人有十来位。", "意见箱"),
]


STORY = (
    "<p>书社开在菜场二楼，两张大桌子，十几支笔。来得最早的是退休的语文老师，"
    "后来是放学的孩子。</p><h3>我们带来的</h3>"
    "<ul><li>每周二晚上的毛笔小楷</li><li>过年写春联，送到家</li></ul>"
)


def build(center, today):
    """{name: partner}, each with a member who signs in by phone."""
    partners = {}
    for number, neighbor in enumerate(NEIGHBORS):
        phone = f"+86199000080{number:02d}"
        user = User.objects.create_user(phone=phone, name=neighbor.contact)
        if neighbor.status == PartnerStatus.APPLIED:
            _apply(neighbor, center, user)
            continue
        partner = _welcome(neighbor, center, today)
        partners[partner.name] = partner
        PartnerMember.objects.create(partner=partner, user=user)
    _open_up(partners["砚田书社"])
    Need.objects.bulk_create(
        Need(center=center, title=title, description=more, asked_by=who, is_public=True)
        for title, more, who in NEEDS
    )
    return partners


def _apply(neighbor, center, user):
    partner = Partner(
        name=neighbor.name,
        kind=neighbor.kind,
        intro=neighbor.intro,
        offer=f"{neighbor.intro}每月一次，周六上午，需要一间有插座的教室。{neighbor.gives}由我们带来。",
        contact_name=neighbor.contact,
        contact_phone=user.phone,
    )
    joining.apply(partner, centers=[center], by=user)


def _open_up(partner):
    """It tells its story, somebody else posts for it, and one more is invited."""
    partner.story = STORY
    partner.save(update_fields=["story"])
    manager = partner.members.get().user
    helper = User.objects.create_user(phone="+8619900008090", name="小周")
    PartnerMember.objects.create(partner=partner, user=helper, role=Role.POSTER)
    members.invite(partner, address="new.teacher@example.org", role=Role.VIEWER, by=manager)


def _welcome(neighbor, center, today):
    partner = Partner.objects.create(
        name=neighbor.name,
        kind=neighbor.kind,
        intro=neighbor.intro,
        contact_name=neighbor.contact,
        status=neighbor.status,
        since=today - timedelta(days=400),
    )
    partner.centers.add(center)
    Resource.objects.create(partner=partner, title=neighbor.gives)
    if neighbor.sessions or neighbor.hours:
        start = today - timedelta(days=140)
        Agreement.objects.create(
            partner=partner,
            center=center,
            title="共建协议",
            scope=f"中心提供场地和通知，{neighbor.name}提供老师和材料。",
            sessions_promised=neighbor.sessions,
            hours_granted=neighbor.hours,
            postings_at_once=12,
            signed_on=start,
            starts_on=start,
            ends_on=today + timedelta(days=225),
        )
    return partner
