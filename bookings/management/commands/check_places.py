from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.counting import drifts


class Command(BaseCommand):
    help = "Recount every coming session; exits non-zero when a counter or a line is wrong."

    def handle(self, *args, **options):
        found = drifts()
        for drift in found:
            self.stderr.write(f"{drift.session.pk} {drift.session}: {drift.text}")
        if found:
            raise CommandError(
                ngettext("%(n)s session disagrees.", "%(n)s sessions disagree.", len(found))
                % {"n": len(found)}
            )
        self.stdout.write(_("All counters agree with their places."))
