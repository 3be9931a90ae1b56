import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from bookings.draw_records import differences, record_of
from bookings.models import Draw


class Command(BaseCommand):
    help = (
        "Draw again from what is published and compare; exits non-zero on any difference. "
        "With --file it reads what the page of the draw offers for download, and no database."
    )

    def add_arguments(self, parser):
        parser.add_argument("activity", type=int, help="The number in the address of its page.")
        parser.add_argument("--session", type=int, help="Only the draw of this session.")
        parser.add_argument("--file", type=Path, help="The record from the page of the draw.")

    def handle(self, *args, activity, session, file, **options):
        records = _of_file(file) if file else _of_database(activity)
        records = [
            record
            for record in records
            if record["activity"] == activity and session in (None, record["session"])
        ]
        if not records:
            raise CommandError("There is no such draw.")
        found = [line for record in records for line in self._look_at(record)]
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError("The published result is not what was drawn.")

    def _look_at(self, record):
        name = f"session {record['session']}" if record["session"] else "the whole course"
        try:
            found = [f"{name}: {difference}" for difference in differences(record)]
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            return [f"{name}: the record is incomplete or garbled ({wrong!r})"]
        if not found and "drawn_at" in record:
            placed = sum(outcome == "placed" for _ref, outcome in record["result"]["order"])
            self.stdout.write(
                f"{name}: {len(record['entries'])} applications drawn again with the same "
                f"result, {placed} with a place."
            )
        elif not found:
            self.stdout.write(f"{name}: not drawn yet.")
        return found


def _of_database(activity):
    draws = Draw.objects.filter(activity=activity).select_related("activity", "session")
    return [record_of(draw) for draw in draws.order_by("pk")]


def _of_file(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))["draws"]
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise CommandError(f"This is no record of a draw: {wrong}") from wrong
