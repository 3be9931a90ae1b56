"""What happens to a crowd that books while something breaks: nothing that anybody has to mend."""

import time
from collections import Counter

import pytest
from django.conf import settings

from tests.faults.house import House, all_sent, wait_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.fault,
    # Its servers are restarted, so they have to be its own.
    pytest.mark.skipif(bool(settings.DATABASE_URL), reason="needs the embedded servers"),
]

# Small enough for two cores; `make bench ARGS=faults` has 500.
RESIDENTS, PLACES = 60, 25


@pytest.fixture(scope="module")
def house(tmp_path_factory, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), House(tmp_path_factory.mktemp("house")) as house:
        yield house


def test_postgresql_restarts(house):
    rush = house.rush(RESIDENTS, PLACES)
    rush.wait_until_served(RESIDENTS // 4)

    gone_at = time.monotonic()
    house.restart_postgresql()
    back_at = time.monotonic()
    rush.end()

    for at, answer in rush.refused():
        assert answer.status == 503
        assert "Try again" in answer.body.decode()
        # Whoever asked in the last moment of its absence is answered a little later.
        assert gone_at < at < back_at + 5
    assert rush.outcome() == rush.expected(PLACES)
    wait_for(all_sent)


def test_redis_stops(house):
    rush = house.rush(RESIDENTS, PLACES)
    rush.wait_until_served(RESIDENTS // 4)

    house.broker.kill()
    rush.end()

    assert rush.refused() == []
    assert rush.outcome() == rush.expected(PLACES)
    house.broker.start()
    wait_for(all_sent)


def test_a_worker_is_killed_while_it_delivers(house):
    wait_for(all_sent)
    before = set(house.mail.ids())
    house.mail.hold_at = len(house.mail.messages) + 7
    rush = house.rush(RESIDENTS, PLACES)
    wait_for(house.mail.is_holding.is_set)

    house.kill("worker")
    repeated = house.mail.ids()[house.mail.hold_at - 1]
    house.start("worker")
    rush.end()

    assert rush.refused() == []
    assert rush.outcome() == rush.expected(PLACES)
    wait_for(all_sent)
    ids = Counter(name for name in house.mail.ids() if name not in before)
    assert len(ids) == RESIDENTS
    assert {name: times for name, times in ids.items() if times > 1} == {repeated: 2}
