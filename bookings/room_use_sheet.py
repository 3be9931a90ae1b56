"""The report on the use of rooms as a workbook: rooms, parts of the period, hours, by whom."""

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from bookings.workbooks import add_sheet, bytes_of

SHADES = ["FFFFFF", "F9E3E0", "F1BDB6", "E58F85", "D65F52", "B3261E"]


def of(report):
    """The bytes of an .xlsx file."""
    book = Workbook()
    book.remove(book.active)
    add_sheet(book, _("Rooms"), _rooms(report))
    add_sheet(book, _("Course of the period"), _buckets(report))
    _shade(add_sheet(book, _("Weekday and hour"), _heat(report)), report)
    add_sheet(book, _("By whom"), _by_whom(report))
    return bytes_of(book)


def _rooms(report):
    yield [f"{report.center} {report.period}"]
    yield [
        _("floor"), _("room"), _("hours booked"), _("hours open"), _("use, percent"),
        _("a year before, percent"), _("target, percent"),
    ]  # fmt: skip
    target = report.center.use_target
    for floor, use, before, rows in report.floors:
        for room, own, own_before in rows:
            yield [str(floor), str(room), *_figures(own), own_before.percent, target]
        yield [str(floor), _("in all"), *_figures(use), before.percent, target]
    total = report.now.total
    yield [_("in all"), "", *_figures(total), report.before.total.percent, target]


def _buckets(report):
    yield [f"{report.center} {report.period}"]
    yield [
        _("when"), _("hours booked"), _("hours open"), _("use, percent"),
        _("a year before, percent"),
    ]  # fmt: skip
    for words, use, before in report.buckets:
        yield [words, *_figures(use), before.percent]


def _heat(report):
    yield [f"{report.center} {report.period}"]
    yield [_("weekday"), *(f"{hour}:00" for hour in report.hours)]
    for weekday, cells in report.heat:
        yield [str(weekday), *(percent for _hour, percent, _shade in cells)]


def _shade(sheet, report):
    for line, (_weekday, cells) in enumerate(report.heat, start=3):
        for column, (_hour, percent, shade) in enumerate(cells, start=2):
            if percent is not None:
                cell = sheet.cell(line, column)
                cell.fill = PatternFill("solid", fgColor=SHADES[shade])
                cell.font = Font(color="FFFFFF" if shade > 3 else "000000")


def _by_whom(report):
    yield [f"{report.center} {report.period}"]
    yield [_("used by"), _("hours booked"), _("times"), _("people, counted each time")]
    for each in report.now.by_whom:
        yield [str(each.who.label), round(each.hours, 1), each.times, each.people]


def _figures(use):
    return [round(use.booked, 1), round(use.open, 1), use.percent]
