"""`manage.py import_timetable FILE`: see docs/importing.md."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from activities.imports import SOURCE, import_timetable
from activities.spreadsheets import FileUnreadable, read_table
from venues.models import Center

# It is kept together with the number of the center.
LONGEST_SOURCE = 25


class Command(BaseCommand):
    help = "Bring a timetable of classes in, from CSV or XLSX. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="CSV or XLSX, headers in Chinese or English")
        parser.add_argument(
            "--center",
            metavar="SLUG",
            help="take rooms of this center; without it every place is one outside",
        )
        parser.add_argument(
            "--starting",
            metavar="DATE",
            type=_day,
            help="move the whole file by whole weeks to begin on that day or soon after",
        )
        parser.add_argument(
            "--source",
            metavar="NAME",
            default=SOURCE,
            type=_source,
            help="tells lists apart that number their classes alike",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and leave nothing"
        )

    def handle(self, *, file, center, starting, source, dry_run, **options):
        report = import_timetable(
            table_in(file),
            center_named(center),
            takes_rooms=bool(center),
            source=source,
            starting=starting,
            dry_run=dry_run,
        )
        self.stdout.write("\n".join(report.lines()))
        if dry_run:
            self.stdout.write(_("This was a trial; nothing has been changed."))


def _day(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("Please write the date like 2026-12-01.")) from None


def _source(text):
    if len(text) > LONGEST_SOURCE:
        raise CommandError(
            _("The name of a source has at most %(longest)s characters.")
            % {"longest": LONGEST_SOURCE}
        )
    return text


def table_in(file):
    try:
        return read_table(file.read_bytes())
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be read: %(reason)s") % {"file": file, "reason": error.strerror}
        ) from error
    except FileUnreadable as unreadable:
        raise CommandError(unreadable.reason) from unreadable


def center_named(slug):
    """The center that was named, or the only one there is."""
    centers = list(Center.objects.filter(slug=slug) if slug else Center.objects.all()[:2])
    if len(centers) == 1:
        return centers[0]
    slugs = ", ".join(Center.objects.values_list("slug", flat=True))
    if not slugs:
        raise CommandError(_("There is no center yet. Please make one in the admin first."))
    raise CommandError(_("Please say which center with --center: %(slugs)s.") % {"slugs": slugs})
