"""Tables with room bookings, as staff kept them before."""

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from activities.spreadsheets import FileUnreadable
from activities.timetable import ZONE
from bookings import room_rows

HEADER = "用途,场地,日期,开始时间,结束时间,人数,单位"
CHOIR = "合唱排练,音乐室,2026-12-01,19:00,21:00,12,春晖合唱团"


def csv(*lines, header=HEADER):
    return "\n".join([header, *lines])


def read(content):
    return room_rows.read_rows(content.encode() if isinstance(content, str) else content).rows


def at(hour, minute=0, day=1):
    return datetime(2026, 12, day, hour, minute, tzinfo=ZONE)


def spans(*lines, header):
    return [(row.starts_at, row.ends_at) for row in read(csv(*lines, header=header))]


@pytest.mark.parametrize(
    "content",
    [
        csv(CHOIR).encode(),
        csv(CHOIR).encode("gb18030"),
        csv(CHOIR).replace(",", "\t").encode("utf-16"),
        csv(CHOIR).replace(",", ";").encode("utf-8-sig"),
        ("\n某中心场地预订表\n" + csv(CHOIR)).encode(),
    ],
    ids=["utf-8", "gb18030", "tabs in utf-16", "semicolons and BOM", "title above"],
)
def test_a_row_says_who_uses_which_room_when(content):
    (row,) = read(content)

    assert (row.purpose, row.room, row.partner, row.headcount) == (
        "合唱排练", "音乐室", "春晖合唱团", 12,
    )  # fmt: skip
    assert (row.starts_at, row.ends_at) == (at(19), at(21))


def test_a_workbook_says_the_same_as_a_text():
    book, file = Workbook(), io.BytesIO()
    book.active.append(HEADER.split(","))
    book.active.append(
        ["合唱排练", "音乐室", at(0).replace(tzinfo=None), "19:00", "21:00", 12, "春晖合唱团"]
    )
    book.save(file)

    assert read(file.getvalue()) == read(csv(CHOIR))


def test_date_and_times_stand_in_one_cell_or_in_several():
    both = (at(19), at(21))

    assert spans("a,2026-12-01,19:00-21:00", header="用途,日期,时间") == [both]
    assert spans("a,12/1/2026,19:00-21:00", header="用途,日期,时间") == [
        (at(19).replace(month=1, day=12), at(21).replace(month=1, day=12))
    ]
    assert spans("a,2026-12-01 19:00,2026-12-01 21:00", header="用途,开始时间,结束时间") == [both]
    assert spans("a,2026年12月1日 晚上7点,21:00", header="用途,开始时间,结束时间") == [both]
    assert spans("a,2026-12-01,21:00,24:00", header="用途,日期,开始,结束") == [
        (at(21), at(0, day=2))
    ]


def test_the_same_row_has_the_same_key_and_is_there_once():
    first, second, third = read(csv(CHOIR, CHOIR, CHOIR.replace("19:00", "18:00")))

    assert second.problem == "与第 2 行重复。"
    assert (first.problem, third.problem) == ("", "")
    assert first.key == read(csv(CHOIR))[0].key != third.key


def test_a_number_of_its_own_stays_the_key_when_the_row_changes():
    header = f"编号,{HEADER}"
    before, after = (f"7,{CHOIR}", f"7,{CHOIR.replace('19:00', '18:00')}")

    assert read(csv(before, header=header))[0].key == read(csv(after, header=header))[0].key


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("2026-12-01", "soon", "没有读成日期"),
        ("2026-12-01", "2026-02-30", "没有读成日期"),
        ("2026-12-01", "9999-12-31", ""),
        ("19:00", "late", "没有读成时间"),
        ("19:00", "22:00", "结束时间要在开始之后"),
        ("合唱排练", "", "没有写用途"),
        ("合唱排练", "长" * 121, "120"),
        (",12,", ",many,", "不是整数"),
        (",12,", ",0,", "应在 1 到"),
        ("春晖合唱团", "春晖,合唱团", "格"),
    ],
)
def test_a_row_that_cannot_be_read_says_why_and_the_others_are_read(old, new, problem):
    broken, fine = read(csv(CHOIR.replace(old, new), CHOIR))

    assert problem in broken.problem
    assert bool(broken.problem) is bool(problem)
    assert fine.problem == ""


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (41 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "空的"),
        (bytes(range(256)) * 20, "无法读取"),
        (b"PK\x03\x04garbage", "Excel"),
        (bomb(), "解压后太大"),
        (b"a,b,c\n1,2,3", "表头里缺少这些栏"),
        (csv(*[CHOIR] * 5_001).encode(), "超过 5000 个时间"),
    ],
    ids=["empty", "binary", "no workbook", "bomb", "other columns", "long"],
)
def test_a_file_that_is_none_gets_a_sentence(content, reason):
    with pytest.raises(FileUnreadable, match=reason):
        read(content)
