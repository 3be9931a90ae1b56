"""The year of a center as a workbook: in all, by month, by category, by partner."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bookings.workbooks import book_of


def of(report):
    """The bytes of an .xlsx file."""
    title = [f"{report.center} {report.year}"]
    return book_of(
        {
            _("The year"): [title, *_in_all(report)],
            _("By month"): [title, *_months(report)],
            _("By category"): [title, *_categories(report)],
            _("Partners"): [title, *_partners(report)],
            _("Kinds of partners"): [title, *_kinds(report)],
        }
    )


def _in_all(report):
    total, needs, marks = report.total, report.needs, report.satisfaction.marks
    yield [_("figure"), _("number")]
    yield [_("sessions planned for the year"), report.plan]
    yield [_("sessions in the timetable"), total.planned]
    yield [_("sessions held"), total.held]
    yield [_("sessions called off"), total.called_off]
    yield [_("activities in the timetable"), report.activities.planned]
    yield [_("activities held"), report.activities.held]
    yield [_("activities somebody came to"), report.activities.attended]
    yield [_("times somebody came"), total.person_times]
    yield [_("different people"), total.persons]
    yield [_("how it was, 1 to 5"), None if marks is None else round(marks, 1)]
    yield [_("answers on how it was"), report.satisfaction.answers]
    yield [_("needs received"), needs.received]
    yield [_("needs answered in time"), needs.in_time]
    yield [_("needs answered late"), needs.late]
    yield [_("needs that wait too long"), needs.overdue]
    yield [_("needs done"), needs.done]
    yield [_("needs still open"), needs.open]


def _sums_head(first):
    return [
        first, _("in the timetable"), pgettext("of sessions", "held"), _("called off"), _("times somebody came"),
        _("different people"),
    ]  # fmt: skip


def _sums(sums):
    return [sums.planned, sums.held, sums.called_off, sums.person_times, sums.persons]


def _months(report):
    yield _sums_head(_("month"))
    for month, sums in report.months.items():
        yield [f"{report.year}-{month:02}", *_sums(sums)]


def _categories(report):
    yield _sums_head(_("category"))
    for category, sums in report.categories:
        yield [str(category), *_sums(sums)]


def _partners(report):
    yield [
        _("partner"), _("kind"), _("sessions held"), _("hours given to residents"),
        _("hours of room used"), _("times somebody came"), _("different people"),
    ]  # fmt: skip
    for row in report.partners:
        yield [
            row.partner.name, str(row.partner.get_kind_display()), row.sessions,
            round(row.hours_served, 1), round(row.hours_of_room, 1), row.person_times, row.persons,
        ]  # fmt: skip


def _kinds(report):
    yield [_("kind"), _("partners"), _("with sessions"), _("sessions held")]
    for row in report.kinds:
        yield [str(row.kind.label), row.partners, row.with_sessions, row.sessions]
