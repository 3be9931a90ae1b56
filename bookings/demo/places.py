"""The houses: three centers of a district, with floors, rooms and hours."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils import timezone

from venues.models import (
    Brand,
    Center,
    District,
    Equipment,
    Floor,
    OpeningException,
    OpeningHours,
    Room,
    YearPlan,
)

SLUG = "rongyinli"

CENTERS = [
    {
        "slug": SLUG,
        "name": "榕荫里社区党群服务中心",
        "community": "榕荫里社区",
        "seal": "榕荫邻里",
        "address": "梧桐路 18 号",
        "phone": "0588-555 0100",
        "intro": "办公的地方只占一间，其余都给居民。进门不用登记，说一声就好。",
        "how_to_come": "12 路、37 路公交车到梧桐路口，走 200 米。门口是坡道，没有台阶；电梯到每一层。",
        "opened_on": date(2023, 3, 18),
        "use_target": 60,
    },
    {
        "slug": "wanghu",
        "name": "望湖社区党群服务中心",
        "community": "望湖社区",
        "seal": "望湖人家",
        "brand": Brand.PINE,
        "address": "湖滨东路 5 号",
        "phone": "0588-555 0120",
        "intro": "湖边的两层小楼，早上打拳，下午下棋。",
        "how_to_come": "湖滨东路小学对面，门口没有台阶。",
        "opened_on": date(2024, 9, 1),
    },
    {
        "slug": "shiqiao",
        "name": "石桥社区党群服务中心",
        "community": "石桥社区",
        "seal": "石桥邻里",
        "brand": Brand.INDIGO,
        "address": "石桥巷 33 号",
        "phone": "0588-555 0140",
        "intro": "老街里的院子，晚上跳舞，周日画画。",
        "how_to_come": "石桥菜市场旁边的院子，轮椅请走东门。",
        "opened_on": date(2025, 5, 20),
    },
]


@dataclass(frozen=True)
class Space:
    """A room as the demo describes it; `parts` are what a divisible hall is made of."""

    name: str
    people: int | None = None
    icon: str = "door"
    purpose: str = ""
    equipment: str = ""
    is_bookable: bool = True
    parts: tuple = ()


# {slug: [(level, what it is for, more words, its rooms)]}
FLOORS = {
    SLUG: [
        (
            1,
            "长者食堂和学堂",
            "吃饭、上课、歇脚，进门就是",
            [
                Space("食堂", 80, "meal", "午饭", is_bookable=False),
                Space("长者学堂", 30, "craft", "面点、剪纸、量血压", "投影、长桌、热水"),
                Space("儿童乐园", 20, "family", "随到随玩", is_bookable=False),
            ],
        ),
        (
            2,
            "办事和调解",
            "窗口、调解室、意见箱",
            [
                Space("办事大厅", None, "person", "周一到周六办事", is_bookable=False),
                Space("调解室", 8, "family", "调解、法律咨询", "圆桌"),
            ],
        ),
        (
            3,
            "孩子和年轻人",
            "四点半课堂、假期托管、家长学校",
            [
                Space("青少年教室", 40, "child", "四点半课堂", "投影、书架、课桌"),
                Space("多功能教室", 60, "family", "家长学校、讲座", "投影、音响、活动桌椅"),
                Space("小会客室", 10, "door", "小组碰头", "白板、茶水"),
            ],
        ),
        (
            4,
            "学一门手艺",
            "夜校、培训、书画、烘焙",
            [
                Space("书画室", 24, "brush", "书法、国画", "毛毡、水池、投影"),
                Space("工坊", 16, "craft", "手工、木工", "工作台、工具墙"),
                Space("烘焙教室", 12, "meal", "烘焙", "烤箱 4 台、操作台"),
                Space("培训室", 40, "book", "培训、手机课堂", "投影、无线网、插座"),
            ],
        ),
        (
            5,
            "动一动",
            "健身、舞蹈、球类",
            [
                Space("舞蹈室", 30, "move", "瑜伽、舞蹈", "镜子、音响、垫子"),
                Space(
                    "活动厅",
                    80,
                    "music",
                    "大活动，也可以隔成两间",
                    "音响、投影、隔断",
                    parts=(
                        Space("活动厅东间", 40, "music", "唱歌、吉他", "钢琴、音响"),
                        Space("活动厅西间", 40, "music", "合唱、排练", "音响"),
                    ),
                ),
                Space("健身房", 25, "health", "随到随用", is_bookable=False),
            ],
        ),
    ],
    "wanghu": [
        (1, "活动", "打拳、下棋", [Space("活动室", 40, "move", "太极、跳操", "音响")]),
        (2, "阅读", "看书、听讲", [Space("阅览室", 24, "book", "看书、讲座", "投影、书架")]),
    ],
    "shiqiao": [
        (1, "院子和厅", "跳舞、议事", [Space("多功能厅", 60, "door", "跳舞、议事", "音响、投影")]),
        (2, "画室", "孩子画画", [Space("小画室", 20, "brush", "画画", "画架、水池")]),
    ],
}

EVERY_DAY = range(1, 8)
MONDAY_TO_SATURDAY = range(1, 7)

# (room or "" for the house, weekdays, from, to)
HOURS = {
    SLUG: [
        ("", EVERY_DAY, time(8, 30), time(21, 30)),
        ("食堂", MONDAY_TO_SATURDAY, time(11, 30), time(13)),
        ("办事大厅", MONDAY_TO_SATURDAY, time(9), time(17, 30)),
        ("健身房", EVERY_DAY, time(6, 30), time(21, 30)),
    ],
    "wanghu": [("", EVERY_DAY, time(8), time(20, 30))],
    "shiqiao": [("", EVERY_DAY, time(8, 30), time(21))],
}


TO_LEND = [("移动投影仪", 2), ("便携音响", 1), ("折叠桌", 10)]


def build():
    """{slug: center}, each with its floors, rooms and hours."""
    district = District.objects.create(name="临江区", slug="linjiang")
    centers = {}
    for facts in CENTERS:
        center = Center.objects.create(district=district, **facts)
        centers[center.slug] = center
        _build_floors(center)
        _open_doors(center)
    _other_hours(centers[SLUG])
    Equipment.objects.bulk_create(
        Equipment(center=centers[SLUG], name=name, stock=stock) for name, stock in TO_LEND
    )
    return centers


def plan(center, year):
    YearPlan.objects.create(center=center, year=year, sessions=144)


def rooms_of(center):
    """{name: room}"""
    rooms = Room.objects.filter(floor__center=center).select_related("floor", "whole")
    return {room.name: room for room in rooms}


def _build_floors(center):
    for level, name, purpose, spaces in FLOORS[center.slug]:
        floor = Floor.objects.create(center=center, level=level, name=name, purpose=purpose)
        for space in spaces:
            room = _build_room(floor, space)
            for part in space.parts:
                _build_room(floor, part, whole=room)


def _build_room(floor, space, whole=None):
    return Room.objects.create(
        floor=floor,
        whole=whole,
        name=space.name,
        purpose=space.purpose,
        icon=space.icon,
        capacity=space.people,
        equipment=space.equipment,
        way="出电梯左转" if floor.level > 1 else "进门就是",
        is_bookable=space.is_bookable,
    )


def _open_doors(center):
    rooms = rooms_of(center)
    OpeningHours.objects.bulk_create(
        OpeningHours(
            center=center,
            room=rooms.get(room),
            weekday=weekday,
            opens_at=opens_at,
            closes_at=closes_at,
        )
        for room, weekdays, opens_at, closes_at in HOURS[center.slug]
        for weekday in weekdays
    )


def _other_hours(center):
    """Shorter days in the winter holidays, and a morning on which everybody is in training."""
    today = timezone.localdate()
    OpeningHours.objects.bulk_create(
        OpeningHours(
            center=center,
            weekday=weekday,
            opens_at=time(9),
            closes_at=time(20, 30),
            starts_on=today + timedelta(days=50),
            ends_on=today + timedelta(days=80),
        )
        for weekday in EVERY_DAY
    )
    OpeningException.objects.create(
        center=center,
        date=today + timedelta(days=9),
        opens_at=time(13),
        closes_at=time(21, 30),
        reason="上午工作人员培训",
    )
