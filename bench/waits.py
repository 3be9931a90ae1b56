"""Who waits for a row of somebody else's, and for how long, seen from PostgreSQL."""

import statistics
import threading
import time
from contextlib import contextmanager

import psycopg2
from django.db import connection

EVERY = 0.02  # seconds; shorter waits may be missed, which makes the others look longer
WAITING = """
SELECT pid, waitstart, extract(epoch FROM clock_timestamp() - waitstart)
  FROM pg_locks WHERE NOT granted AND waitstart IS NOT NULL
"""


class Waits:
    def __init__(self):
        self.seconds = {}  # of each wait, by process and moment

    def in_words(self):
        found = sorted(self.seconds.values())
        if not found:
            return "none"
        return f"{len(found)}, {statistics.median(found):.2f} s, {found[-1]:.2f} s"


@contextmanager
def watching():
    """Look at all locks again and again, on a connection of its own, while the block runs."""
    waits, is_over = Waits(), threading.Event()
    thread = threading.Thread(target=_watch, args=(waits, is_over, _address()), daemon=True)
    thread.start()
    try:
        yield waits
    finally:
        is_over.set()
        thread.join(10)


def _address():
    connection.ensure_connection()
    at = connection.connection.get_dsn_parameters()
    return {name: at[name] for name in ("host", "port", "user", "dbname")}


def _watch(waits, is_over, address):
    server = psycopg2.connect(**address)
    server.autocommit = True
    cursor = server.cursor()
    while not is_over.is_set():
        cursor.execute(WAITING)
        for process, since, seconds in cursor.fetchall():
            waits.seconds[process, since] = float(seconds)
        time.sleep(EVERY)
    server.close()
