"""Room bookings in a table, CSV or XLSX, as staff kept them before: one row, one use of a room."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.cell_texts import (
    needed,
    read_date,
    read_moment,
    read_number,
    read_time,
    read_times,
    short,
)
from activities.columns import Columns
from activities.findings import Problem, Unclear
from activities.plain_text import plain
from activities.spreadsheets import ZIP, FileUnreadable, Row, read_table
from activities.timetable import ZONE

MOST_BYTES = 5 * 1024 * 1024
MOST_BYTES_UNPACKED = 40 * 1024 * 1024
MOST_ROWS = 5_000
LOOKS_AHEAD = timedelta(days=730)
LONGEST_PURPOSE = 120
MOST_PEOPLE = 9_999

COLUMNS = Columns(
    aliases={
        "id": "id uid code 编号 单号 预约编号 预约号",
        "purpose": "purpose title subject summary name use 用途 事由 使用事由 活动 活动名称 名称 标题 主题 内容",
        "room": "room hall venue location place 房间 场地 场地名称 会议室 教室 活动室 场馆 地点 使用场地",
        "day": "day date on 日期 使用日期 预约日期 活动日期",
        "starts": "start starts start_time from from_time 开始 开始时间 起始时间 开始日期",
        "ends": "end ends end_time to to_time until 结束 结束时间 截止时间 结束日期",
        "times": "time times hours 时间 时段 使用时间 预约时间 使用时段",
        "headcount": "people headcount persons size attendees 人数 参加人数 预计人数 使用人数",
        "partner": "partner organization organisation company unit 合伙人 近邻合伙人 单位 共建单位 使用单位 机构 部门",
        "person": "person contact applicant booked_by 姓名 联系人 申请人 预约人 使用人 负责人",
        "phone": "phone mobile telephone tel 电话 手机 手机号 联系电话 联系方式",
        # Read so that nobody is told it was not understood.
        "notes": "notes note remarks description number 备注 说明 序号",
    },
    needed=(
        (("purpose",), gettext_lazy("what it is for (用途)")),
        (("day", "starts"), gettext_lazy("the date (日期)")),
        (("starts", "times"), gettext_lazy("the time (开始时间)")),
    ),
)


@dataclass(frozen=True)
class RoomRow:
    """One use of a room as a file has it, or the `problem` that keeps it from being read.

    `key` stays the same when the same file comes again. `day` stands for a whole day, as long
    as the room is open. `series` is the same for all dates of one thing that repeats.
    """

    number: int
    key: str = ""
    purpose: str = ""
    room: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    day: date | None = None
    headcount: int | None = None
    partner: str = ""
    person: str = ""
    phone: str = ""
    series: str = ""
    problem: str = ""


@dataclass(frozen=True)
class RoomRows:
    rows: tuple[RoomRow, ...]
    notes: tuple[str, ...] = ()


def read_rows(content: bytes) -> RoomRows:
    """Raises FileUnreadable."""
    if content.startswith(ZIP):
        _not_a_bomb(content)
    table = read_table(content, COLUMNS)
    if len(table.rows) > MOST_ROWS:
        raise too_many(MOST_ROWS)
    seen: dict[str, int] = {}
    return RoomRows(tuple(_read(row, seen) for row in table.rows), table.notes)


def key_of(*parts: object) -> str:
    return "import-" + sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:48]


def too_many(most: int) -> FileUnreadable:
    return FileUnreadable(
        _("The file holds more than %(most)s dates. Please split it.") % {"most": most}
    )


def _not_a_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return  # What is wrong with it is said by whoever opens it.
    if unpacked > MOST_BYTES_UNPACKED:
        raise FileUnreadable(
            _("This workbook is too big when it is unpacked. Please save the one sheet as CSV.")
        )


def _read(row: Row, seen: dict[str, int]) -> RoomRow:
    try:
        read = _row(row)
    except (Unclear, OverflowError) as error:
        return RoomRow(
            row.number,
            purpose=row.cells.get("purpose", "")[:LONGEST_PURPOSE],
            room=row.cells.get("room", ""),
            problem=error.finding.text if isinstance(error, Unclear) else _("That is no date."),
        )
    first = seen.setdefault(read.key, row.number)
    if first != row.number:
        again = _("Row %(number)s says the same.") % {"number": first}
        return RoomRow(row.number, purpose=read.purpose, room=read.room, problem=again)
    return read


def _row(row: Row) -> RoomRow:
    if row.surplus:
        raise Unclear(
            Problem.SURPLUS,
            _("The row has more cells than the header. Text with commas needs quotation marks."),
        )
    cells = row.cells
    purpose = short(needed(cells, "purpose", _("what it is for")), LONGEST_PURPOSE)
    starts_at, ends_at = _span(cells)
    if ends_at <= starts_at:
        raise Unclear(Problem.TIMES, _("The end must be after the start."))
    who = (cells.get("partner", ""), cells.get("person", ""), cells.get("phone", ""))
    own = (cells["id"],) if cells.get("id") else (purpose, cells.get("room"), starts_at, *who)
    return RoomRow(
        number=row.number,
        key=key_of(*own),
        purpose=purpose,
        room=cells.get("room", ""),
        starts_at=starts_at,
        ends_at=ends_at,
        headcount=_headcount(cells.get("headcount", "")),
        partner=who[0],
        person=who[1],
        phone=who[2],
    )


def _span(cells) -> tuple[datetime, datetime]:
    """The ends of a use: date and times in cells of their own, or date and time in one cell."""
    if not cells.get("day"):
        starts_at = read_moment(needed(cells, "starts", _("when")))
        return starts_at, _end(needed(cells, "ends", _("until when")), starts_at)
    day = read_date(cells["day"])
    if cells.get("times") and not cells.get("starts"):
        start, end = read_times(cells["times"])
        starts_at = datetime.combine(day, start, tzinfo=ZONE)
        ends_at = datetime.combine(day, end, tzinfo=ZONE)
    else:
        start = read_time(needed(cells, "starts", _("when")))
        starts_at = datetime.combine(day, start, tzinfo=ZONE)
        return starts_at, _end(needed(cells, "ends", _("until when")), starts_at)
    return starts_at, _not_midnight_before(ends_at, starts_at)


def _end(text: str, starts_at: datetime) -> datetime:
    try:
        clock = read_time(text)
    except Unclear:
        return read_moment(text)
    return _not_midnight_before(datetime.combine(starts_at.date(), clock, tzinfo=ZONE), starts_at)


def _not_midnight_before(ends_at: datetime, starts_at: datetime) -> datetime:
    """24:00 is the end of the day and not its beginning."""
    at_midnight = ends_at.hour == ends_at.minute == 0
    return ends_at + timedelta(days=1) if at_midnight and ends_at <= starts_at else ends_at


def _headcount(text: str) -> int | None:
    written = plain(text).removesuffix("人").removesuffix("位")
    if not written:
        return None
    people = read_number(written)
    if not 1 <= people <= MOST_PEOPLE:
        raise Unclear(
            Problem.NUMBERS,
            _("“%(text)s” people cannot be meant; 1 to %(most)s can.")
            % {"text": text, "most": MOST_PEOPLE},
        )
    return people
