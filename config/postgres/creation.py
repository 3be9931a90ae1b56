import contextlib
import errno
import hashlib
import os
import secrets

from django.conf import settings
from django.db import Error
from django.db.backends.postgresql import creation
from django.utils.functional import cached_property

# Two checkouts may share a server, and one may be tested twice at once.
CHECKOUT = f"test_{hashlib.sha256(os.fsencode(settings.BASE_DIR)).hexdigest()[:8]}"
THIS_RUN = f"{CHECKOUT}_{os.getpid()}_{secrets.token_hex(4)}"


class DatabaseCreation(creation.DatabaseCreation):
    """A test database of its own for each process that tests.

    It is copied from one in which the migrations have been run once; they take ten times as long.
    """

    def _get_test_db_name(self):
        return THIS_RUN

    def create_test_db(self, *args, **kwargs):
        name = super().create_test_db(*args, **kwargs)
        with self._nodb_cursor() as cursor:
            if not self._database_exists(cursor, self.migrated):
                self.connection.close()  # Nobody may be connected to what is copied.
                self._keep_as_migrated(cursor, name)
        return name

    @cached_property
    def migrated(self):
        """The database to copy. Another migration makes another one."""
        files = sorted(settings.BASE_DIR.glob("*/migrations/*.py"))
        files += [settings.BASE_DIR / "requirements-dev.txt"]
        said = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
        return f"migrated_{CHECKOUT}_{said[:8]}"

    def sql_table_creation_suffix(self):
        with self._nodb_cursor() as cursor:
            copied = self.migrated if self._database_exists(cursor, self.migrated) else None
        return self._get_database_create_suffix(template=copied)

    def _keep_as_migrated(self, cursor, name):
        cursor.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname <> %s",
            [f"migrated_{CHECKOUT}_", self.migrated],
        )
        # Another process may be as quick, here and there.
        with contextlib.suppress(Error):
            for (older,) in cursor.fetchall():
                self._drop(cursor, older)
            cursor.execute(f'CREATE DATABASE "{self.migrated}" TEMPLATE "{name}"')

    def _create_test_db(self, verbosity, autoclobber, keepdb=False):
        self.drop_left_over()
        return super()._create_test_db(verbosity, autoclobber, keepdb)

    def drop_left_over(self):
        """Drop the test databases of runs that were killed."""
        with self._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [CHECKOUT]
            )
            for (name,) in cursor.fetchall():
                if _is_left_over(name):
                    # Another run may be dropping the same one.
                    with contextlib.suppress(Error):
                        self._drop(cursor, name)

    def _destroy_test_db(self, test_database_name, verbosity):
        with self._nodb_cursor() as cursor:
            self._drop(cursor, test_database_name)

    def _drop(self, cursor, name):
        # Threads of a test that failed may still be connected.
        quoted = self.connection.ops.quote_name(name)
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")


def _is_left_over(name):
    """Whether the process that made it, whose id is in its name, is gone."""
    pid = int(name.split("_")[2])
    try:
        os.kill(pid, 0)
    except OSError as error:
        return error.errno == errno.ESRCH
    return False
