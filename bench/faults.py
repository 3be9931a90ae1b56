"""500 residents book while PostgreSQL restarts, Redis stops, and a worker is killed."""

import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.faults.house import House, all_sent, wait_for

RESIDENTS, PLACES = 500, 200


def measure(url):
    with tempfile.TemporaryDirectory() as folder, House(Path(folder)) as house:
        for fault in (_postgresql_restarts, _redis_stops, _a_worker_is_killed):
            yield from _rush_with(fault, house)


def _rush_with(fault, house):
    name = fault.__name__.strip("_").replace("_", " ")
    before = set(house.mail.ids())
    rush = house.rush(RESIDENTS, PLACES)
    rush.wait_until_served(RESIDENTS // 4)
    start = time.monotonic()
    fault(house)
    seconds = time.monotonic() - start
    rush.end()
    if not house.broker.answers():
        house.broker.start()
    wait_for(all_sent)
    statuses = Counter(answer.status for _, answer in rush.refused())
    right = rush.outcome() == rush.expected(PLACES)
    mails = Counter(name for name in house.mail.ids() if name not in before)
    yield f"{name}: away for", f"{seconds:.1f} s", ""
    yield f"{name}: asked to try again (503)", statuses.pop(503, 0), "only while away"
    yield f"{name}: errors", statuses.total(), "0"
    yield f"{name}: each has one place and one notice, counters right", _word(right), "yes"
    yield f"{name}: messages sent, twice", f"{len(mails)}, {_twice(mails)}", "500, <= 1"


def _postgresql_restarts(house):
    house.restart_postgresql()


def _redis_stops(house):
    house.broker.kill()


def _a_worker_is_killed(house):
    house.kill("worker")
    house.start("worker")


def _twice(mails):
    return sum(times > 1 for times in mails.values())


def _word(right):
    return "yes" if right else "NO"
