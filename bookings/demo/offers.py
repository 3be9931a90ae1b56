"""What is on: categories and activities with their weekly hours, as a program sheet says it."""

from dataclasses import dataclass, field
from datetime import time

from activities.models import AttendanceMode, BookingMode, FreedPlace, Tint
from bookings.demo.places import SLUG

MON, TUE, WED, THU, FRI, SAT, SUN = range(1, 8)
WORKDAYS = (MON, TUE, WED, THU, FRI)
EVERY_DAY = (*WORKDAYS, SAT, SUN)

# (short name, name, icon, color); the first three are doors of the home page.
CATEGORIES = [
    ("night-school", "青年夜校", "night", Tint.NIGHT),
    ("canteen", "长者食堂", "meal", Tint.MEAL),
    ("after-school", "四点半课堂", "child", Tint.CHILD),
    ("parents-school", "家长学校", "family", Tint.FAMILY),
    ("community-school", "社区学校", "brush", Tint.CRAFT),
    ("exercise", "晨练健身", "move", Tint.MOVE),
    ("crafts", "手工手艺", "craft", Tint.CRAFT),
    ("health", "健康讲座", "health", Tint.HEALTH),
    ("reading", "亲子阅读", "book", Tint.BOOK),
    ("music", "合唱音乐", "music", Tint.NIGHT),
    ("fair", "集市和邻里节", "door", Tint.MEAL),
    ("advice", "办事咨询", "person", Tint.BOOK),
]


@dataclass(frozen=True)
class Hours:
    """Weekly hours from one day to another, counted from today."""

    weekdays: tuple
    starts_at: time
    ends_at: time
    first: int = -28
    last: int = 28
    nth_of_month: tuple = ()
    school_days: bool = False
    skip_holidays: bool = True


@dataclass(frozen=True)
class Offer:
    """An activity as the demo describes it.

    `place` is a room of its center or somewhere outside. Of each place `demand` people want
    it, drawn from that `crowd` of the residents. `window` are days from today on which the
    booking of the whole course opens and closes.
    """

    title: str
    category: str
    place: str
    capacity: int
    hours: tuple
    summary: str
    crowd: str = "anyone"
    demand: float = 0.7
    center: str = SLUG
    partner: str = ""
    leader: str = ""
    description: str = ""
    topics: tuple = ()
    window: tuple = ()
    fields: dict = field(default_factory=dict)


MENUS = (
    "红烧豆腐、清炒时蔬、紫菜汤",
    "番茄炒蛋、蒸南瓜、冬瓜汤",
    "清蒸鱼、上海青、菌菇汤",
    "土豆炖鸡、凉拌黄瓜、米汤",
    "肉末茄子、豆芽、萝卜汤",
)
TOPICS_FOR_PARENTS = (
    "和孩子谈手机",
    "考前怎么睡",
    "生气的时候说什么",
    "两个孩子的家",
    "写作业的那一小时",
)

WEEK_AHEAD = {"opens_days_before": 7}
COURSE = {"booking_mode": BookingMode.COURSE}

EVENING = (time(19, 30), time(21))
MORNING = (time(9, 30), time(11))
AFTERNOON = (time(14, 30), time(16))

DAILY = [
    Offer(
        "八段锦晨练",
        "exercise",
        "前院",
        60,
        (Hours(EVERY_DAY, time(8, 30), time(9), skip_holidays=False),),
        "来了就练，下雨在一楼走廊。",
        leader="郑师傅",
        fields={"is_drop_in": True},
    ),
    Offer(
        "长者食堂：午饭",
        "canteen",
        "食堂",
        60,
        (Hours(WORKDAYS, time(11, 30), time(13)),),
        "两菜一汤，当天 10:30 前订。",
        crowd="elders",
        demand=0.75,
        description="60 岁以上 10 元，80 岁以上 6 元，年龄到了食堂再看。打电话也能订。",
        topics=MENUS,
        fields={
            "opens_days_before": 7,
            "closes_minutes_before": 60,
            "cancel_minutes_before": 60,
            "desk_places": 10,
            "desk_release_hours": 1,
            "reminder_hours": [2],
            "fee_text": "按年龄段收费，6 元或 10 元",
            "smaller_may_pass": True,
        },
    ),
    Offer(
        "四点半课堂",
        "after-school",
        "青少年教室",
        32,
        (Hours((), time(16, 30), time(18), school_days=True),),
        "上学的日子写作业、看书、做小实验。",
        crowd="children",
        demand=1.1,
        partner="梧桐路小学",
        leader="沈老师",
        description="志愿老师带着写作业，写完看书。下课请家长到三楼接。",
        window=(-42, -28),
        fields=COURSE
        | {
            "min_age": 6,
            "max_age": 12,
            "reminder_hours": [],
            "counts_no_shows": False,
            "self_check_in": False,
            "is_fetched": True,
        },
    ),
    Offer(
        "寒假托管",
        "after-school",
        "青少年教室",
        40,
        (Hours(WORKDAYS, time(9), time(17), first=42, last=53),),
        "整期十天；放假日期以教育局通知为准。",
        crowd="children",
        demand=1.2,
        leader="沈老师",
        window=(-3, 11),
        fields=COURSE | {"min_age": 6, "max_age": 12},
    ),
]

NIGHT_SCHOOL = [
    Offer(
        "夜校：毛笔小楷入门",
        "night-school",
        "书画室",
        20,
        (Hours((TUE,), *EVENING, first=5, last=60),),
        "从握笔到一首小诗，整期八次。",
        crowd="adults",
        demand=0.6,
        partner="砚田书社",
        leader="文砚秋",
        description="每次一个半小时：看、写、讲评。最后一课每人写一首小诗带回家。",
        window=(-5, 5),
        fields=COURSE | {"min_age": 16, "bring": "自己带一支小楷笔，纸和墨我们备。"},
    ),
    Offer(
        "夜校：毛笔小楷试听",
        "night-school",
        "书画室",
        24,
        (Hours((THU,), *EVENING),),
        "第一次拿毛笔，也能写好自己的名字。",
        crowd="adults",
        demand=0.65,
        partner="砚田书社",
        leader="文砚秋",
        fields=WEEK_AHEAD | {"min_age": 16},
    ),
    Offer(
        "夜校：舒缓瑜伽",
        "night-school",
        "舞蹈室",
        30,
        (Hours((TUE, THU, SAT), time(19, 30), time(20, 30)),),
        "下班以后，把肩膀放下来。",
        crowd="adults",
        demand=0.8,
        partner="晨风体育",
        leader="风老师",
        fields=WEEK_AHEAD | {"min_age": 16, "bring": "宽松的衣服，垫子有。"},
    ),
    Offer(
        "夜校：日语五十音",
        "night-school",
        "培训室",
        30,
        (Hours((TUE,), time(19), time(20, 30)),),
        "从五十音到自我介绍，单次、整期都可以。",
        crowd="adults",
        demand=0.55,
        leader="宫老师",
        window=(-42, -28),
        fields={"booking_mode": BookingMode.EITHER, "min_age": 16},
    ),
    Offer(
        "夜校：短视频剪辑",
        "night-school",
        "培训室",
        24,
        (Hours((THU,), time(19), time(21), first=-21, last=21),),
        "用手机拍，用手机剪，最后放一场。",
        crowd="adults",
        demand=1.15,
        leader="肖老师",
        window=(-35, -21),
        fields=COURSE | {"min_age": 16},
    ),
    Offer(
        "夜校：木工小件",
        "night-school",
        "工坊",
        12,
        (Hours((THU,), *EVENING),),
        "一晚上做一把木勺。",
        crowd="adults",
        demand=1.0,
        partner="青禾手作",
        leader="木师傅",
        fields=WEEK_AHEAD | {"min_age": 16, "fee_text": "材料费 20 元", "fee_amount": 20},
    ),
    Offer(
        "夜校：吉他弹唱",
        "night-school",
        "活动厅东间",
        20,
        (Hours((SAT,), time(19), time(20, 30)),),
        "四个和弦，一首会唱的歌。",
        crowd="adults",
        demand=0.6,
        leader="唐老师",
        fields=WEEK_AHEAD | {"min_age": 14, "bring": "有吉他就带，没有可以借。"},
    ),
]

COMMUNITY_SCHOOL = [
    Offer(
        "社区学校：书法",
        "community-school",
        "书画室",
        24,
        (Hours((MON,), *MORNING),),
        "楷书一学期。",
        crowd="elders",
        demand=1.1,
        partner="临江区老年大学",
        leader="邓老师",
        window=(-42, -28),
        fields=COURSE | {"min_age": 50},
    ),
    Offer(
        "社区学校：国画",
        "community-school",
        "书画室",
        24,
        (Hours((WED,), *MORNING),),
        "花鸟写意，零基础。",
        crowd="elders",
        demand=0.8,
        partner="临江区老年大学",
        leader="邓老师",
        window=(-42, -28),
        fields=COURSE | {"min_age": 50},
    ),
    Offer(
        "社区学校：声乐",
        "community-school",
        "活动厅东间",
        40,
        (Hours((FRI,), *MORNING, first=4, last=46),),
        "气息、咬字，到期末合唱一首。",
        crowd="elders",
        demand=0.6,
        partner="临江区老年大学",
        leader="乐老师",
        window=(-6, 4),
        fields=COURSE | {"min_age": 50},
    ),
    Offer(
        "社区学校：椅子瑜伽",
        "community-school",
        "舞蹈室",
        25,
        (Hours((MON,), time(10), time(11), first=6, last=48),),
        "坐着也能练，膝盖不好也可以来。",
        crowd="elders",
        demand=1.1,
        partner="临江区老年大学",
        leader="风老师",
        window=(-8, 6),
        fields=COURSE | {"min_age": 50, "desk_places": 5},
    ),
    Offer(
        "社区学校：手机课堂",
        "community-school",
        "培训室",
        30,
        (Hours((THU,), *MORNING, first=12, last=54),),
        "挂号、打车、视频通话，一样一样学。",
        crowd="elders",
        partner="临江区老年大学",
        leader="孟老师",
        fields=COURSE
        | {
            "opens_days_before": 10,
            "min_age": 50,
            "attendance_mode": AttendanceMode.BOTH,
            "online_link": "https://meeting.example.org/phone-class",
        },
    ),
]

WEEKLY = [
    Offer(
        "家长学校",
        "parents-school",
        "多功能教室",
        60,
        (Hours((THU,), time(19), time(21)),),
        "一位家长带一个孩子，30 对。",
        crowd="pairs",
        demand=1.15,
        partner="启明社工服务中心",
        leader="明社工",
        description="前半场家长和孩子分开聊，后半场坐到一起。每家一个月最好只占一次名额。",
        topics=TOPICS_FOR_PARENTS,
        fields={
            "opens_days_before": 7,
            "opens_at_time": time(12),
            "party_limit": 2,
            "pass_on_minutes": 15,
        },
    ),
    Offer(
        "长者面点课",
        "crafts",
        "长者学堂",
        20,
        (Hours((TUE,), *MORNING),),
        "和面、包馅，做好带回家。",
        crowd="elders",
        demand=0.9,
        leader="花师傅",
        topics=("豆沙包", "葱油花卷", "南瓜饼", "饺子"),
        fields=WEEK_AHEAD | {"min_age": 60, "desk_places": 4, "bring": "围裙和饭盒"},
    ),
    Offer(
        "剪纸",
        "crafts",
        "长者学堂",
        20,
        (Hours((TUE,), *AFTERNOON),),
        "一把剪刀一张红纸。",
        demand=1.15,
        leader="金老师",
        topics=("窗花", "生肖", "团花", "喜字"),
        fields=WEEK_AHEAD,
    ),
    Offer(
        "民族舞",
        "exercise",
        "舞蹈室",
        30,
        (Hours((TUE,), *AFTERNOON),),
        "跟着音乐走，不比动作。",
        crowd="elders",
        demand=0.7,
        partner="晨风体育",
        leader="云老师",
        fields=WEEK_AHEAD,
    ),
    Offer(
        "合唱团排练",
        "music",
        "活动厅西间",
        40,
        (Hours((WED,), time(14, 30), time(16, 30)),),
        "爱唱就来，识谱不识谱都行。",
        demand=0.7,
        partner="榕荫合唱团",
        leader="何团长",
        fields=WEEK_AHEAD,
    ),
    Offer(
        "量血压",
        "health",
        "长者学堂",
        60,
        (Hours((MON,), time(9), time(10, 30)),),
        "卫生服务站的医生在，随到随量。",
        partner="榕荫社区卫生服务站",
        leader="康医生",
        fields={"is_drop_in": True},
    ),
    Offer(
        "健康讲座",
        "health",
        "多功能教室",
        50,
        (Hours((FRI,), time(15), time(16)),),
        "听一小时，问半小时也行。",
        crowd="elders",
        demand=0.6,
        partner="晴川牙科",
        leader="白医生",
        topics=("牙口好，吃得香", "血糖和早饭", "换季护膝盖", "睡个好觉"),
        fields=WEEK_AHEAD | {"desk_places": 8},
    ),
    Offer(
        "手机摄影",
        "crafts",
        "长者学堂",
        24,
        (Hours((FRI,), *AFTERNOON),),
        "拍花、拍人、拍一桌菜。",
        crowd="elders",
        demand=0.8,
        leader="孟老师",
        fields=WEEK_AHEAD,
    ),
    Offer(
        "绘本早读",
        "reading",
        "多功能教室",
        40,
        (Hours((SAT,), time(10), time(11)),),
        "大人念，孩子听，念完自己翻。",
        crowd="pairs",
        demand=0.6,
        partner="梧桐书屋",
        leader="叶店长",
        fields=WEEK_AHEAD | {"min_age": 3},
    ),
    Offer(
        "科学小实验",
        "after-school",
        "青少年教室",
        24,
        (Hours((SAT,), *AFTERNOON),),
        "火山、彩虹、电磁铁，动手做。",
        crowd="children",
        demand=0.95,
        partner="梧桐路小学",
        leader="沈老师",
        fields=WEEK_AHEAD | {"min_age": 6, "max_age": 12},
    ),
    Offer(
        "周末烘焙",
        "crafts",
        "烘焙教室",
        12,
        (Hours((SAT,), time(14), time(16)),),
        "称、揉、等、烤，香一层楼。",
        crowd="adults",
        demand=1.0,
        partner="麦香烘焙坊",
        leader="麦师傅",
        topics=("司康", "全麦面包", "戚风蛋糕", "曲奇"),
        fields=WEEK_AHEAD
        | {
            "freed_place": FreedPlace.OFFERED,
            "fee_text": "材料费 15 元",
            "fee_amount": 15,
            "bring": "围裙和一个盒子",
        },
    ),
    Offer(
        "围炉煮茶",
        "fair",
        "一楼院子",
        2,
        (Hours((SAT, SUN), time(10), time(11, 30), first=2, last=16),),
        "一只小炉子，烤橘子、煮老茶，坐得下两位。",
        demand=0,
        leader="小田",
        fields={"freed_place": FreedPlace.OFFERED, "smaller_may_pass": True},
    ),
    Offer(
        "周日电影",
        "fair",
        "活动厅",
        80,
        (Hours((SUN,), time(19), time(20, 40)),),
        "老片子，大银幕，自带杯子。",
        demand=0.55,
        leader="小田",
        fields={"opens_days_before": 14},
    ),
    Offer(
        "法律咨询",
        "advice",
        "调解室",
        1,
        (
            Hours((WED,), time(14), time(14, 30)),
            Hours((WED,), time(14, 30), time(15)),
            Hours((WED,), time(15), time(15, 30)),
            Hours((WED,), time(15, 30), time(16)),
        ),
        "一对一，每人半小时，只谈您的事。",
        demand=0.8,
        partner="临江司法所",
        leader="罗律师",
        fields={"opens_days_before": 14, "has_waitlist": False, "party_limit": 1},
    ),
    Offer(
        "邻里包汤圆",
        "fair",
        "活动厅",
        80,
        (Hours(EVERY_DAY, time(16, 45), time(18, 15), first=17, last=17),),
        "和面、包馅、下锅，一起吃。",
        fields={"opens_days_before": 14, "desk_places": 16, "own_residents_days": 3},
    ),
    Offer(
        "便民集市",
        "fair",
        "梧桐路口广场",
        500,
        (Hours((SAT,), time(9), time(12), first=-35, last=35, nth_of_month=(2,)),),
        "每月第二个周六：修伞、磨刀、义诊、旧书换绿植。",
        fields={"is_drop_in": True},
    ),
]

ELSEWHERE = [
    Offer(
        "太极拳",
        "exercise",
        "活动室",
        40,
        (Hours((TUE, FRI), time(9), time(10)),),
        "二十四式，从头教。",
        crowd="elders",
        demand=0.4,
        center="wanghu",
        leader="游师傅",
        fields=WEEK_AHEAD,
    ),
    Offer(
        "象棋角",
        "fair",
        "阅览室",
        24,
        (Hours((SAT,), time(14), time(16, 30)),),
        "摆好棋盘等您。",
        center="wanghu",
        fields={"is_drop_in": True},
    ),
    Offer(
        "广场舞教学",
        "exercise",
        "多功能厅",
        60,
        (Hours((MON, WED, FRI), time(19), time(20)),),
        "新歌新步，慢慢来。",
        demand=0.3,
        center="shiqiao",
        leader="凤老师",
        fields=WEEK_AHEAD,
    ),
    Offer(
        "少儿绘画",
        "crafts",
        "小画室",
        16,
        (Hours((SUN,), time(10), time(11, 30)),),
        "画一棵自己认得的树。",
        crowd="children",
        demand=0.9,
        center="shiqiao",
        leader="丹老师",
        fields=WEEK_AHEAD | {"min_age": 5, "max_age": 12},
    ),
]

OFFERS = [*DAILY, *NIGHT_SCHOOL, *COMMUNITY_SCHOOL, *WEEKLY, *ELSEWHERE]
