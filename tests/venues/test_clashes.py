"""What would clash, held against a comparison of each with each."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import RoomFactory
from venues import clashes, takings
from venues.clashes import Wanted
from venues.free_times import leaves_of_each
from venues.models import TakingKind

MONDAY = datetime(2026, 12, 7, tzinfo=UTC)
# A hall (1) of two halves (2, 3), of which one is divided again (4, 5); and a room beside it (6).
LEAVES = {1: {2, 4, 5}, 2: {2}, 3: {4, 5}, 4: {4}, 5: {5}, 6: {6}}


def wanted(room, start, minutes):
    starts_at = MONDAY + timedelta(minutes=start)
    return Wanted(room, starts_at, starts_at + timedelta(minutes=minutes))


wishes = st.lists(
    st.builds(wanted, st.sampled_from(sorted(LEAVES)), st.integers(0, 90), st.integers(1, 40)),
    max_size=25,
)


def each_with_each(wishes):
    return {
        (one, other)
        for (one, a), (other, b) in combinations(enumerate(wishes), 2)
        if LEAVES[a.room] & LEAVES[b.room] and a.starts_at < b.ends_at and b.starts_at < a.ends_at
    }


@settings(max_examples=50, deadline=None)
@given(wishes)
def test_every_clash_is_found_once_and_nothing_else(wishes):
    found = list(clashes.among(wishes, LEAVES))

    assert len(found) == len(set(found))
    assert set(found) == each_with_each(wishes)


@pytest.mark.django_db
def test_what_is_there_is_found_in_one_statement_parts_and_whole(django_assert_num_queries):
    hall = RoomFactory()
    left, right = [RoomFactory(floor=hall.floor, whole=hall) for _ in range(2)]
    kind = {"kind": TakingKind.SESSION}
    in_left = takings.take(left, MONDAY, MONDAY + timedelta(hours=2), **kind)
    in_hall = takings.take(hall, MONDAY + timedelta(hours=3), MONDAY + timedelta(hours=4), **kind)
    takings.free(takings.take(right, MONDAY, MONDAY + timedelta(hours=1), **kind))
    leaves = leaves_of_each([hall, left, right])
    wishes = [
        wanted(hall.pk, 60, 60),
        wanted(right.pk, 0, 180),
        wanted(right.pk, 170, 30),
        wanted(left.pk, 0, 240),
        wanted(left.pk, 120, 60),
    ]

    with django_assert_num_queries(1):
        found = clashes.with_takings(wishes, leaves)

    assert found == {0: [in_left.pk], 2: [in_hall.pk], 3: [in_left.pk, in_hall.pk]}
    assert clashes.with_takings([], leaves) == {}
