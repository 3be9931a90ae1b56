"""Reading a timetable file, CSV or XLSX, into rows under the names of our columns.

Reads what Excel, WPS and mail programs leave behind: UTF-8 with and without BOM, GB18030,
UTF-16; comma, semicolon, tab; a title above the header. A file that is none of these gets
one sentence, never a traceback.
"""

import csv
import io
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from activities.columns import TIMETABLE, Columns
from activities.plain_text import tidy

MOST_BYTES = 30 * 1024 * 1024
MOST_BYTES_UNPACKED = 300 * 1024 * 1024
MOST_ROWS = 50_000
# A title and a few remarks may stand above the header.
HEADER_WITHIN = 15
# Excel keeps formatted but empty rows by the million; a timetable has no such gap.
LONGEST_GAP = 500

ZIP = b"PK\x03\x04"
# Word and Excel before 2007, and every newer file with a password.
OLE = b"\xd0\xcf\x11\xe0"

Lines = list[list[str]]


class FileUnreadable(Exception):
    """A file that is no timetable, with the reason for the person who sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Row:
    """`number` is the one a spreadsheet shows in front of the row.

    `surplus` cells stand beyond the header: mostly a comma in a text without quotation marks.
    """

    number: int
    cells: dict[str, str]
    surplus: int = 0


@dataclass(frozen=True)
class Table:
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def read_table(content: bytes, columns: Columns = TIMETABLE) -> Table:
    """Raises FileUnreadable."""
    if not content.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise FileUnreadable(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise _too_big()
    if content.startswith(OLE):
        raise FileUnreadable(
            _("This is an old Excel file, or one with a password. Please save it as .xlsx or CSV.")
        )
    sheets = _sheets(content) if content.startswith(ZIP) else [_lines(_decoded(content), columns)]
    for at, lines in enumerate(sheets):
        for number, line in enumerate(lines[:HEADER_WITHIN], start=1):
            if not columns.missing(map(columns.field_of, line)):
                others = [other for other in sheets[:at] + sheets[at + 1 :] if any(other)]
                return _table(columns, lines, number, has_other_sheets=bool(others))
    raise _no_header(sheets, columns)


def _table(columns: Columns, lines: Lines, header_number: int, *, has_other_sheets: bool) -> Table:
    header = lines[header_number - 1]
    fields = [columns.field_of(name) for name in header]
    places = {field: index for index, field in reversed(list(enumerate(fields))) if field}
    body = [
        (number, line)
        for number, line in enumerate(lines[header_number:], start=header_number + 1)
        if any(line)
    ]
    # A separator at the end of every line is a habit of some programs and no surplus.
    width = max(len(header), min((len(line) for _number, line in body), default=0))
    rows = tuple(
        Row(
            number=number,
            cells={field: line[at] for field, at in places.items() if at < len(line)},
            surplus=max(0, len(line) - width),
        )
        for number, line in body
    )
    notes = list(_notes_about(header, fields))
    if has_other_sheets:
        notes.append(_("Only the first sheet with a timetable was read."))
    return Table(rows, tuple(notes))


def _notes_about(header: list[str], fields: list[str | None]) -> Iterable[str]:
    strange = [name for name, field in zip(header, fields, strict=True) if name and not field]
    if strange:
        yield _("Columns that were passed over: %(names)s.") % {"names": ", ".join(strange)}
    known = [name for name, field in zip(header, fields, strict=True) if field]
    seen = [field for field in fields if field]
    again = [name for at, name in enumerate(known) if seen[at] in seen[:at]]
    if again:
        yield _("Columns that say the same as an earlier one and were passed over: %(names)s.") % {
            "names": ", ".join(again)
        }


def _decoded(content: bytes) -> str:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(sign) == "Cc" and not sign.isspace() for sign in set(text)):
            return text
    raise FileUnreadable(
        _("This is no text that can be read. Please save the timetable as .xlsx or as CSV (UTF-8).")
    )


def _encodings(content: bytes) -> list[str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if b"\x00" in content:
        # Only digits, commas and line ends hold a zero byte, and on the same side of each pair.
        return ["utf-16-le" if content[1::2].count(0) > content[::2].count(0) else "utf-16-be"]
    return ["utf-8-sig", "gb18030"]


def _lines(text: str, columns: Columns) -> Lines:
    """The cells, cut by whichever separator finds the most headers on one line."""
    start = text.splitlines()[:HEADER_WITHIN]
    delimiter = max(
        ",;\t",
        key=lambda sign: max(
            sum(map(bool, map(columns.field_of, line.split(sign)))) for line in start
        ),
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: Lines = []
    try:
        for line in reader:
            lines.append([tidy(cell) for cell in line])
            if len(lines) > MOST_ROWS:
                raise _too_big()
    except csv.Error as error:
        raise FileUnreadable(
            _(
                "Near line %(line)s a quotation mark opens and is not closed, or the other way round."
            )
            % {"line": reader.line_num}
        ) from error
    return lines


def _sheets(content: bytes) -> list[Lines]:
    """The visible sheets of a workbook; whatever is wrong with one, the answer is a sentence."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_BYTES_UNPACKED:
                raise _too_big()
        with warnings.catch_warnings(action="ignore"):
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            return [_sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except FileUnreadable:
        raise
    except Exception as error:
        raise FileUnreadable(
            _(
                "This file cannot be opened as an Excel workbook. Please save it again as .xlsx or CSV."
            )
        ) from error


def _sheet(sheet) -> Lines:
    # Some programs write the size of the sheet wrong, and rows would be missing.
    sheet.reset_dimensions()
    lines: Lines = []
    gap = 0
    for values in sheet.iter_rows(values_only=True):
        line = [tidy(_cell(value)) for value in values]
        while line and not line[-1]:
            line.pop()
        gap = 0 if line else gap + 1
        if gap > LONGEST_GAP:
            break
        if len(lines) > MOST_ROWS:
            raise _too_big()
        lines.append(line)
    return lines


def _cell(value: object) -> str:
    """What the cell shows, dates as 2026-12-01 and times as 19:30."""
    match value:
        case None:
            return ""
        case datetime():
            value += timedelta(seconds=30)
            if value.year < 1901:
                return f"{value:%H:%M}"
            return f"{value:%Y-%m-%d}" if value.time() < time(0, 1) else f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{datetime.combine(date(2000, 1, 1), value) + timedelta(seconds=30):%H:%M}"
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


def _no_header(sheets: list[Lines], columns: Columns) -> FileUnreadable:
    lines = [line for lines in sheets for line in lines[:HEADER_WITHIN]]
    best = max(lines, key=lambda line: sum(map(bool, map(columns.field_of, line))), default=[])
    return FileUnreadable(
        _("The header row has no column for %(columns)s.")
        % {"columns": ", ".join(columns.missing(map(columns.field_of, best)))}
    )


def _too_big() -> FileUnreadable:
    return FileUnreadable(
        _("The file is too big: at most %(rows)s rows and %(size)s MB. Please split it.")
        % {"rows": MOST_ROWS, "size": MOST_BYTES // 1024 // 1024}
    )
