"""The columns of a timetable file, and the header names that people give them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from activities.plain_text import plain

ALIASES = {
    "source_id": "source_id id code class_code 编号 课程编号 活动编号 班号 课程代码",
    "title": "title name class course activity program 名称 课程 课程名称 活动 活动名称 班名 课名 标题 主题 项目名称",
    "category": "category type 类别 分类 类型 课程类别 活动类别",
    "district": "district area 区 地区 区域 街道",
    "location": "location venue place 地点 地址 上课地点 活动地点 场馆",
    "room": "room hall 房间 场地 教室 课室 上课教室 活动室 场室",
    "days": "day days weekday weekdays weekday_raw 星期 周几 上课日 逢星期 每周 日子",
    "weekday_numbers": "weekdays_iso iso_weekdays weekday_numbers 星期数字",
    "dates": "date dates 日期 上课日期 活动日期",
    "first_day": "date_from from start_date first_date first_day 开始日期 开课日期 起始日期 首堂日期 由",
    "last_day": "date_to to until end_date last_date last_day 结束日期 结课日期 末堂日期 至",
    "except_on": "except_ddmm except exceptions except_dates no_class 除外 除外日期 停课 停课日期 不上课日期 休课",
    "starts": "start start_time starts from_time 开始 开始时间 上课开始",
    "ends": "end end_time ends to_time 结束 结束时间 下课时间",
    "times": "time times hours 时间 上课时间 活动时间 时段",
    "age_min": "age_min min_age age_from 最小年龄 年龄下限 年龄从",
    "age_max": "age_max max_age age_to 最大年龄 年龄上限 年龄至",
    "ages": "age ages 年龄 适合年龄 年龄要求 对象年龄",
    "places": "capacity places size quota 名额 人数 招生人数 人数上限 限额 容量",
    "fee": "fee price cost 费用 收费 学费 价格",
    "booking_opens": "enrol_from enroll_from booking_opens booking_from 报名开始 报名开始日期 报名开始时间 开始报名",
    "booking_closes": "enrol_to enroll_to booking_closes booking_to 报名截止 报名截止日期 报名结束 报名结束日期 截止报名",
    "allocation": "enrol_method enroll_method allocation 报名方式 取录方式 名额分配",
    "draw_on": "ballot_date draw_date draw_on 抽签日期",
    "notes": "notes note remarks description 备注 说明 注意事项 简介",
    # Read so that nobody is told it was not understood; places here are counted here.
    "places_left": "places_left vacancies 余额 剩余名额 余位",
}

# One of each line is needed, called by its label where all of them are missing.
NEEDED = (
    (("title",), _("the title (名称)")),
    (("places",), _("the number of places (名额)")),
    (("first_day", "dates"), _("the first date (开始日期)")),
    (("starts", "times"), _("the time (开始时间)")),
)


def _key(header: str) -> str:
    """The header without units in brackets, spaces and decoration."""
    without_unit = re.sub(r"\(.*?\)", "", plain(header)) or plain(header)
    return re.sub(r"[\s_*:.?/\"“”'-]", "", without_unit)


@dataclass(frozen=True)
class Columns:
    """What a kind of file may hold; of each line of `needed` one column must be there."""

    aliases: Mapping[str, str]
    needed: Sequence[tuple[Sequence[str], object]]
    _fields: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, headers in self.aliases.items():
            self._fields.update((_key(header), name) for header in headers.split())

    def field_of(self, header: str) -> str | None:
        return self._fields.get(_key(header))

    def missing(self, fields: Iterable[str | None]) -> list[str]:
        """What such a file needs and these columns do not have, in words."""
        have = set(fields)
        return [str(label) for wanted, label in self.needed if not have.intersection(wanted)]


TIMETABLE = Columns(ALIASES, NEEDED)
