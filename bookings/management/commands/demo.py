from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from bookings.demo import building
from bookings.demo.accounts import how_to_sign_in


class Command(BaseCommand):
    help = "Build the demo center once; with --accounts only say how to sign in to it."

    def add_arguments(self, parser):
        parser.add_argument("--accounts", action="store_true", help="Say how to sign in.")

    def handle(self, *args, accounts, **options):
        if accounts:
            self._say("\n".join(how_to_sign_in()))
            return
        if building.is_built():
            self._say(_("The demo center is already there; nothing was changed."))
            return
        try:
            building.build(self._say)
        except ImproperlyConfigured as refused:
            raise CommandError(str(refused)) from None
        self._say("\n".join(how_to_sign_in()))

    def _say(self, text):
        if text:
            self.stdout.write(text)
            self.stdout.flush()
