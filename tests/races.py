"""Threads against each other on real rows, and looking at them while they wait."""

import threading
import time
from contextlib import contextmanager
from functools import partial

from django.db import connection, transaction
from django.db.models import QuerySet


def together(*calls):
    """Run the calls at the same moment, each on a connection of its own.

    Returns what each answered, an exception included, in the order of the calls.
    """
    start = threading.Barrier(len(calls))
    answers = [None] * len(calls)

    def run(i, call):
        try:
            start.wait(10)
            answers[i] = call()
        except Exception as error:
            answers[i] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(i, call), daemon=True) for i, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@contextmanager
def while_held(rows, *calls, all_wait=True):
    """Hold these rows until every call waits for one; then the block's changes are committed.

    A model instead of rows holds its whole table against changes. Yields a list that has the
    calls' answers after the block. Where not `all_wait`, some may be through already: they
    needed none of the rows.
    """
    answers, through = [], []
    with transaction.atomic():
        _hold(rows)
        calls = [partial(_noting, through, call) for call in calls]
        runner = threading.Thread(target=lambda: answers.extend(together(*calls)), daemon=True)
        runner.start()
        wait_for_waiters(lambda: len(calls) - (0 if all_wait else len(through)))
        yield answers
    runner.join(60)


def _noting(through, call):
    try:
        return call()
    finally:
        through.append(call)


def _hold(rows):
    if isinstance(rows, QuerySet):
        list(rows.select_for_update(no_key=True))
        return
    with connection.cursor() as cursor:
        cursor.execute(f'LOCK TABLE "{rows._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')


def wait_for_waiters(number):
    """Until as many connections to this database wait for a lock as `number()` says."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            # Within a transaction the view would answer from its first look.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= number():
                return
        time.sleep(0.02)
    raise AssertionError(f"{number()} should be waiting for a lock by now")


@contextmanager
def without_constraint(model, name):
    """The table without one of its constraints; afterwards it is there again."""
    constraint = next(each for each in model._meta.constraints if each.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'TRUNCATE "{model._meta.db_table}" CASCADE')
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)
