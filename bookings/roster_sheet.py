"""The roster of a date as a spreadsheet: who, how to reach them, and what they answered."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from accounts.phones import masked
from activities.models import Question
from bookings.cells import safe
from bookings.rules import moment

WIDTH = 16


def of(roster, *, health=None):
    """The bytes of an .xlsx file. `health` is {booking id: [Line]}, read for this file."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Roster")
    for line in _lines(roster, health):
        sheet.append([safe(value) for value in line])
    sheet.freeze_panes = "C3"
    for number, cell in enumerate(sheet[2], start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _lines(roster, health):
    session = roster.session
    questions = _questions(session.activity, with_health=health is not None)
    yield [f"{session.activity} {moment(session.starts_at)}"]
    yield [
        _("No."), _("Name"), _("born"), _("Phone"), _("state"), _("booked by"), _("Remarks"),
        *map(_heading, questions),
    ]  # fmt: skip
    parties = set()
    for number, place in enumerate([*roster.places, *roster.waiting], start=1):
        is_first = place.booking_id not in parties
        parties.add(place.booking_id)
        lines = [*place.told, *_on_health(place, health or {})]
        said = {line.question: line for line in lines if line.person or is_first}
        yield [*_about(number, place), *(_words(said.get(question)) for question in questions)]


def _about(number, place):
    person, booking = place.person, place.booking
    return [
        number,
        person.name,
        person.birth_date.year if person.birth_date else "",
        masked(person.phone),
        _state(place),
        str(booking.booked_by),
        booking.note,
    ]


def _state(place):
    if place.checked_in_at:
        return _("came")
    return _("did not come") if place.absent_at else place.booking.get_status_display()


def _questions(activity, *, with_health):
    """Also those that are asked no more; their answers stand in the rows."""
    questions = Question.objects.filter(activity=activity)
    return list(questions if with_health else questions.filter(is_sensitive=False))


def _heading(question):
    if question.is_per_person:
        return question.text
    return _("%(question)s (once for a party)") % {"question": question.text}


def _on_health(place, health):
    lines = health.get(place.booking_id, [])
    return [line for line in lines if line.person in (None, place.person)]


def _words(line):
    if line is None:
        return ""
    return _("cannot be opened") if line.words is None else line.words
