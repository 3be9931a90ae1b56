from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from accounts import demo_codes
from accounts.models import User


class Command(BaseCommand):
    help = "Prints the code that the authenticator app of an account shows now (trials only)."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, email, **options):
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {email}.")
        try:
            code = demo_codes.current_code(user)
        except ImproperlyConfigured as refused:
            raise CommandError(str(refused)) from None
        if code is None:
            raise CommandError(f"{email} has no authenticator app yet.")
        self.stdout.write(code)
