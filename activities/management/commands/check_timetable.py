"""`manage.py check_timetable FILE`: what would clash. See docs/importing.md."""

from pathlib import Path

from django.core.management.base import BaseCommand

from activities.imports import SOURCE
from activities.management.commands.import_timetable import center_named, table_in
from activities.timetable_clashes import find_clashes


class Command(BaseCommand):
    help = "Say which dates of a timetable clash, each clash once; nothing is changed."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="CSV or XLSX, headers in Chinese or English")
        parser.add_argument("--center", metavar="SLUG", help="whose rooms are looked at")
        parser.add_argument("--source", metavar="NAME", default=SOURCE)

    def handle(self, *, file, center, source, **options):
        found = find_clashes(table_in(file), center_named(center), source=source)
        self.stdout.write("\n".join(found.lines()))
