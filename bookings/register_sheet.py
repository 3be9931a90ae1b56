"""A register as a spreadsheet, in words."""

from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from bookings.cells import safe

NAME_WIDTH, DATE_WIDTH = 16, 9


def of(register):
    """The bytes of an .xlsx file."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Register")
    for line in _lines(register):
        sheet.append([safe(value) for value in line])
    _dress(sheet, register)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _lines(register):
    yield [str(register.activity)]
    dates = [_date(session) for session in register.sessions]
    yield [_("Name"), *dates, _("came"), _("did not come"), _("excused")]
    for row in register.rows:
        words = [str(cell.word) if cell.state else "" for cell in row.cells]
        yield [row.person.name, *words, row.came, row.absent, row.excused]
    yield [_("came"), *(column.came for column in register.columns), register.came]
    yield [_("booked"), *(column.booked for column in register.columns)]


def _date(session):
    day = f"{timezone.localtime(session.starts_at):%Y-%m-%d %H:%M}"
    return f"{day} {_('Called off')}" if session.canceled_at else day


def _dress(sheet, register):
    sheet.freeze_panes = "B3"
    sheet.column_dimensions["A"].width = NAME_WIDTH
    for number in range(2, len(register.sessions) + 5):
        sheet.column_dimensions[get_column_letter(number)].width = DATE_WIDTH
    for cell in sheet[2]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
