"""A database for one measurement, beside the run's own."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def bench_database():
    """Yields its address, for processes that are started to be measured."""
    old_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield _url()
    finally:
        connection.creation.destroy_test_db(old_name, verbosity=0)


def _url():
    connection.ensure_connection()
    at = connection.connection.get_dsn_parameters()
    if at["host"].startswith("/"):
        return f"postgres://{at['user']}@/{at['host']}/{at['dbname']}"
    return f"postgres://{at['user']}@{at['host']}:{at['port']}/{at['dbname']}"
