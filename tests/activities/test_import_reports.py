from datetime import timedelta

import pytest
from django.utils import translation

from activities.findings import Caution, Finding, Problem
from activities.import_reports import Outcome, Report, What


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_a_report_says_what_became_of_every_row():
    report = Report(
        {
            2: Outcome(What.ADDED, sessions=9),
            3: Outcome(What.UPDATED, sessions=4, changes=("title", "2 dates added")),
            4: Outcome(What.UNCHANGED, sessions=1),
            7: Outcome(
                What.REFUSED,
                problems=(
                    Finding(Problem.DAYS, "“双周” names no weekday."),
                    Finding(Problem.NUMBERS, "“若干” is no whole number."),
                ),
            ),
            8: Outcome(What.REFUSED, problems=(Finding(Problem.DAYS, "“周八” names no weekday."),)),
        },
        notes=("Columns that were passed over: 负责人.",),
        shift=timedelta(weeks=313),
    )

    assert list(report.lines()) == [
        "5 rows read.",
        "All dates were moved by 313 weeks.",
        "Columns that were passed over: 负责人.",
        "New: 1. Changed: 1. Unchanged: 1. Refused: 2.",
        "They hold 14 sessions.",
        "",
        "Changed:",
        "  row 3: title, 2 dates added",
        "",
        "Refused, nothing of these rows is in:",
        "  A number cannot be read (1)",
        "    row 7: “若干” is no whole number.",
        "  The days cannot be read (2)",
        "    row 7: “双周” names no weekday.",
        "    row 8: “周八” names no weekday.",
    ]


def test_many_rows_of_one_caution_are_told_by_their_numbers():
    caution = (Finding(Caution.DRAW, "Places were given by lot."),)
    report = Report({n: Outcome(What.ADDED, 1, cautions=caution) for n in range(2, 42)})

    lines = list(report.lines())

    assert lines[4:7] == [
        "In, but please look at:",
        "  Places were given by lot in the source (40)",
        "    row 2: Places were given by lot.",
    ]
    assert lines[-1] == "    and rows " + ", ".join(map(str, range(12, 32))) + " …"
