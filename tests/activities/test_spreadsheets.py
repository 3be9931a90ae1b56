from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook

from activities import spreadsheets
from activities.columns import ALIASES, TIMETABLE
from activities.spreadsheets import FileUnreadable, read_table

HEADER = "课程名称,星期,开始时间,结束时间,开始日期,结束日期,名额"
YOGA = '瑜伽,"星期二,四",19:30,21:00,2026-12-01,2026-12-31,20'
YOGA_CELLS = {
    "title": "瑜伽",
    "days": "星期二,四",
    "starts": "19:30",
    "ends": "21:00",
    "first_day": "2026-12-01",
    "last_day": "2026-12-31",
    "places": "20",
}


def csv(*lines):
    return "\r\n".join(lines) + "\r\n"


def rows(content):
    return [(row.number, row.cells) for row in read_table(content).rows]


def workbook(*sheets):
    book = Workbook()
    book.remove(book.active)
    for lines in sheets:
        sheet = book.create_sheet()
        for line in lines:
            sheet.append(line)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_csv_file_is_read_in_the_encodings_that_programs_write(encoding):
    assert rows(csv(HEADER, YOGA).encode(encoding)) == [(2, YOGA_CELLS)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_cells_may_be_separated_by_comma_semicolon_or_tab(separator):
    yoga = YOGA.replace('"星期二,四"', "星期二、四")
    text = csv(HEADER, yoga).replace(",", separator)

    assert rows(text.encode()) == [(2, YOGA_CELLS | {"days": "星期二、四"})]


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_lines_may_end_in_any_way(line_end):
    text = csv(HEADER, YOGA).replace("\r\n", line_end)

    assert rows(text.encode()) == [(2, YOGA_CELLS)]


def test_headers_may_be_english_or_chinese_in_any_order():
    text = csv("Capacity,时间,Start date,Title,上課地點", "20,19:30-21:00,2026-12-01,Yoga,广场")

    assert rows(text.encode()) == [
        (
            2,
            {
                "places": "20",
                "times": "19:30-21:00",
                "first_day": "2026-12-01",
                "title": "Yoga",
                "location": "广场",
            },
        )
    ]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("名额(人)", "places"),
        ("名額（人）", "places"),
        ("* 课程名称", "title"),
        ("Start Time", "starts"),
        ("start_time", "starts"),
        (" 報名截止日期：", "booking_closes"),
        ("weekday_raw", "days"),
        ("weekdays_iso", "weekday_numbers"),
        ("序号", None),
        ("No.", None),
        ("", None),
    ],
)
def test_a_header_is_known_by_its_name_without_decoration(header, field):
    assert TIMETABLE.field_of(header) == field


def test_no_header_name_stands_for_two_columns():
    names = [name for names in ALIASES.values() for name in names.split()]

    assert [
        name for name in names if ALIASES[TIMETABLE.field_of(name)].split().count(name) != 1
    ] == []
    assert len(names) == len(set(names))


def test_a_title_may_stand_above_the_header_and_rows_keep_their_numbers():
    text = csv("2026年秋季课程表,,,,,,", "", HEADER, "", YOGA)

    assert rows(text.encode()) == [(5, YOGA_CELLS)]


def test_strange_and_repeated_columns_are_passed_over_with_a_note():
    text = csv(HEADER + ",负责人,title", YOGA + ",王老师,Yoga")

    table = read_table(text.encode())

    assert table.rows[0].cells == YOGA_CELLS
    assert len(table.notes) == 2
    assert "负责人" in table.notes[0]
    assert "title" in table.notes[1]


def test_a_comma_in_a_text_without_quotation_marks_shows_as_surplus():
    text = csv(HEADER, YOGA, YOGA.replace('"', ""))

    assert [row.surplus for row in read_table(text.encode()).rows] == [0, 1]


def test_a_separator_at_the_end_of_every_line_is_no_surplus():
    text = csv(HEADER, YOGA + ",", YOGA + ",")

    assert [row.surplus for row in read_table(text.encode()).rows] == [0, 0]


def test_cells_are_tidied_of_spaces_and_control_characters():
    text = csv(HEADER, YOGA.replace("瑜伽", '" 瑜伽\n\x0b 入门  班 "'))

    assert read_table(text.encode()).rows[0].cells["title"] == "瑜伽 入门 班"


def test_a_workbook_is_read_with_its_dates_and_times():
    content = workbook(
        [
            ["课程表"],
            [],
            HEADER.split(","),
            [
                "瑜伽",
                "星期二,四",
                time(19, 30),
                time(21),
                datetime(2026, 12, 1),  # noqa: DTZ001 -- so it stands in a workbook
                date(2026, 12, 31),
                20.0,
            ],
            [None] * 7,
            ["书法", 3, timedelta(hours=9), "10:00", "2026-12-02", None, "15人"],
        ]
    )

    calligraphy = YOGA_CELLS | {
        "title": "书法",
        "days": "3",
        "starts": "9:00",
        "ends": "10:00",
        "first_day": "2026-12-02",
        "last_day": "",
        "places": "15人",
    }
    assert rows(content) == [(4, YOGA_CELLS), (6, calligraphy)]


def test_the_timetable_may_be_on_any_sheet_and_the_others_are_mentioned():
    content = workbook([["说明"], ["请填写第二页"]], [HEADER.split(","), list(YOGA_CELLS.values())])

    table = read_table(content)

    assert [row.cells for row in table.rows] == [YOGA_CELLS]
    assert len(table.notes) == 1


def test_a_time_that_excel_rounds_badly_is_the_minute_it_means():
    content = workbook([HEADER.split(","), ["瑜伽", 2, time(19, 29, 59, 999999), 0, 0, 0, 0]])

    assert read_table(content).rows[0].cells["starts"] == "19:30"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf\r\n\r\n",
        b"\xff\xfe\x00",
        b"\x00" * 100,
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)),
        b"%PDF-1.7\n\x01\x02 1 0 obj",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Excel",
        b"PK\x03\x04 and nothing else",
        b"<html><body>502 Bad Gateway</body></html>",
        "姓名,电话\n王,138\n".encode(),
        "课程名称\n瑜伽\n".encode(),
        csv(HEADER, YOGA.replace('四"', "四")).encode(),
        "课程名称".encode()[:-1],
    ],
    ids=[
        "nothing",
        "blank",
        "half a character",
        "zeros",
        "picture",
        "pdf",
        "old Excel",
        "broken workbook",
        "web page",
        "other table",
        "columns missing",
        "open quotation mark",
        "cut text",
    ],
)
def test_a_file_that_is_no_timetable_gets_one_sentence(content):
    with pytest.raises(FileUnreadable) as unreadable:
        read_table(content)

    assert unreadable.value.reason.endswith((".", "。"))


def test_every_missing_column_is_named_at_once():
    with pytest.raises(FileUnreadable) as unreadable:
        read_table("名称,星期\n瑜伽,二\n".encode())

    assert "名额" in unreadable.value.reason
    assert "开始日期" in unreadable.value.reason
    assert "开始时间" in unreadable.value.reason
    assert "名称" not in unreadable.value.reason


def test_a_workbook_cut_anywhere_gets_a_sentence():
    content = workbook([HEADER.split(","), list(YOGA_CELLS.values())])

    for length in range(4, len(content), 97):
        with pytest.raises(FileUnreadable):
            read_table(content[:length])


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_BYTES_UNPACKED", 1000)

    with pytest.raises(FileUnreadable):
        read_table(workbook([HEADER.split(",")]))


def test_more_rows_than_a_timetable_has_are_refused(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 3)

    with pytest.raises(FileUnreadable):
        read_table(csv(HEADER, *[YOGA] * 4).encode())
    with pytest.raises(FileUnreadable):
        read_table(workbook([HEADER.split(","), *[["瑜伽"]] * 4]))


def test_empty_rows_below_a_timetable_are_not_counted(monkeypatch):
    monkeypatch.setattr(spreadsheets, "LONGEST_GAP", 5)
    lines = [HEADER.split(","), list(YOGA_CELLS.values()), *[[]] * 20, ["far below"]]

    assert rows(workbook(lines)) == [(2, YOGA_CELLS)]
