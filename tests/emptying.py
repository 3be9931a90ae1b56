"""After a test that commits, only what it has filled is emptied.

Django's own flush truncates every table, some hundred of them, and makes content types and
permissions anew: a third of a second after each of several hundred tests.
"""

from functools import cache

from django.core.management import call_command
from django.db import connection, transaction

# The same for every test, and made with the tables.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty(test_case):
    """Takes the place of `TransactionTestCase._fixture_teardown`."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not _may_skip_triggers(cursor):
            call_command("flush", verbosity=0, interactive=False, allow_cascade=False)
            return
        full = _full(cursor)
        # Nothing is left that a foreign key could point to, so none has to be asked.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in full:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608


def _may_skip_triggers(cursor):
    cursor.execute("SHOW is_superuser")
    return cursor.fetchone() == ("on",)


def _full(cursor):
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")"  # noqa: S608
            for table in _tables()
        )
    )
    return [table for (table,) in cursor.fetchall()]


@cache
def _tables():
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - KEPT)
