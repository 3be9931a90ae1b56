"""What reading a timetable file finds: problems that refuse a row, and cautions that do not."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Problem(TextChoices):
    """Why a row is refused, in general; the finding says it about the one row."""

    MISSING = "missing", _("Something needed is missing")
    TEXT = "text", _("A text is too long")
    DAYS = "days", _("The days cannot be read")
    CUT_OFF = "cut_off", _("The day column is cut off")
    DATES = "dates", _("The dates cannot be read")
    TIMES = "times", _("The times cannot be read")
    NUMBERS = "numbers", _("A number cannot be read")
    NO_SESSION = "no_session", _("No session is left")
    SURPLUS = "surplus", _("The row has too many cells")
    REPEATED = "repeated", _("The class is in the file twice")
    ROOM_UNKNOWN = "room_unknown", _("The room is not known")
    ROOM_TAKEN = "room_taken", _("The room is taken")
    BOOKED = "booked", _("People have booked what would change")
    BUSY = "busy", _("Somebody else was using it just then")


class Caution(TextChoices):
    """What somebody should look at although the row is in."""

    EXCEPTION_OUTSIDE = "exception_outside", _("A date to leave out is outside the run")
    EXCEPTION_IDLE = "exception_idle", _("A date to leave out is no class day")
    FIRST_DAY = "first_day", _("The first date is no class day")
    NOT_UNDERSTOOD = "not_understood", _("Words in the day column were passed over")
    MONTH_FIRST = "month_first", _("Dates were read as month/day")
    CONTINUED = "continued", _("The dates go on in the notes")
    COLUMNS_DIFFER = "columns_differ", _("Two columns say different things")
    HOLIDAYS_UNKNOWN = "holidays_unknown", _("Holidays of the year are not known yet")
    DATE_IN_NOTES = "date_in_notes", _("The notes speak about one of the dates")
    CATEGORY = "category", _("The category is missing")
    DRAW = "draw", _("Places were given by lot in the source")


@dataclass(frozen=True)
class Finding:
    kind: Problem | Caution
    text: str


class Unclear(Exception):
    """A text that cannot be read, with the reason for the person who wrote it."""

    def __init__(self, kind: Problem, text: str) -> None:
        super().__init__(text)
        self.finding = Finding(kind, text)


class RowRefused(Exception):
    """Every reason why a row cannot be read, so that all can be mended at once."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(" ".join(finding.text for finding in findings))
        self.findings = findings
