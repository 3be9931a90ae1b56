"""Makes the database ready for this version of the code: before the first start and every other.

python -m config.prepare
"""

import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connection

from config.catalogs import compile_catalogs
from config.console import in_words, say


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    compile_catalogs()
    try:
        django.setup()
        _migrate()
        if settings.DEBUG:
            _load_the_demo_once()
            _write_down_how_to_sign_in()
    except ImproperlyConfigured as error:
        sys.exit(in_words(f"设置有误:{error}", f"The settings are not right: {error}"))
    except OperationalError as error:
        reason = " ".join(str(error).split())
        sys.exit(in_words(f"数据库用不了:{reason}", f"The database cannot be used: {reason}"))


def _migrate():
    connection.ensure_connection()
    say("正在建表…", "Preparing the tables…")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _load_the_demo_once():
    """A trial begins with a living center; once there is one, it is left alone."""
    from bookings.demo import building
    from venues.models import Center

    if not Center.objects.exists():
        say("正在装入演示数据…", "Loading the demo center…")
        building.build(lambda words: print(f"  {words}", flush=True))  # noqa: T201


def _write_down_how_to_sign_in():
    """For `make run`, which says it when the page is there."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "accounts.txt").open("w") as file:
        call_command("demo", accounts=True, stdout=file)


if __name__ == "__main__":
    main()
