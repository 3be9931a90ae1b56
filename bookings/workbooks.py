"""Tables as the sheets of a workbook, the way all of ours look."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from bookings.cells import safe

WIDTH = 16


def book_of(sheets) -> bytes:
    """An .xlsx file of {title: lines}; of each the first line is its title, the second its head."""
    book = Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        add_sheet(book, title, lines)
    return bytes_of(book)


def add_sheet(book, title, lines):
    sheet = book.create_sheet(title)
    for line in lines:
        sheet.append([safe(value) for value in line])
    for number in range(1, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A3"
    return sheet


def bytes_of(book) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()
