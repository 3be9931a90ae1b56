from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from venues import holidays
from venues.models import CalendarDay


class Command(BaseCommand):
    help = "Load holidays and make-up workdays; a year that is not announced yet stays unknown."

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", type=Path, help="A published file in the shape of holiday-cn."
        )
        parser.add_argument("--year", type=int, help="Without it: this year and the next one.")

    def handle(self, *args, file, year, **options):
        if file:
            self._load_file(file, year)
            return
        today = timezone.localdate()
        for each in [year] if year else [today.year, today.year + 1]:
            known = holidays.load_announced(each)
            if year and not known:
                raise CommandError(_unknown(year))
            self._say(each) if known else self.stdout.write(_unknown(each))

    def _load_file(self, file, year):
        try:
            named, days = holidays.read(file.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except (holidays.HolidaysUnclear, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: {error}") from error
        if year and named != year:
            raise CommandError(
                _("The file is about %(named)s, not %(year)s.") % {"named": named, "year": year}
            )
        holidays.load(days)
        self._say(named)

    def _say(self, year):
        days = CalendarDay.objects.filter(date__year=year)
        self.stdout.write(
            _("%(year)s: %(count)s days are known.") % {"year": year, "count": days.count()}
        )


def _unknown(year):
    return _(
        "%(year)s: the make-up workdays are not announced yet, so this year stays unknown. "
        "When they are: manage.py load_holidays FILE.json"
    ) % {"year": year}
