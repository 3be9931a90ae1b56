"""Lots are plain hashes: the same for everybody, fair, and never more than the places there are."""

import shutil
import subprocess
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bookings import lots
from bookings.counting import drifts
from bookings.draw_records import differences, record_of
from bookings.models import Booking, Place
from tests.bookings.drawing import apply_for, course_to_draw, draw_of, held, session_to_draw

references = st.text("0123456789", min_size=8, max_size=8)
applications = st.lists(
    st.tuples(references, st.integers(1, 5), st.integers(1, 3)),
    max_size=12,
    unique_by=lambda entry: entry[0],
).map(lambda entries: [list(entry) for entry in entries])
numbers = st.text("0123456789", min_size=1, max_size=12)
secrets = st.text("0123456789abcdef", min_size=64, max_size=64)


def test_one_example_by_hand():
    """Written down, so that no later change of the code changes what was drawn."""
    entries = [["20000002", 1, 2], ["10000001", 2, 1]]
    secret = "ab" * 32

    assert lots.entries_text(entries) == "10000001 2 1\n20000002 1 2\n"
    assert lots.seed_text(secret, "0512", entries) == (
        f"{secret}\n0512\n10000001 2 1\n20000002 1 2\n"
    )
    seed = lots.seed_of(secret, "0512", entries)
    assert seed == "03344ab9bc6001bb6adb3f8e3c5606b1cef704ce06305fba74064ec77c470afa"
    assert (
        lots.lot(seed, "10000001", 1)
        == "2eb0e813e0ff6527f42d2d34b330269ff914820f3038e1339544c9a0d5132720"
    )
    assert lots.in_drawn_order(seed, entries) == ["20000002", "10000001"]


def test_anybody_gets_the_same_from_sha256sum():
    text = lots.seed_text("ab" * 32, "0512", [["10000001", 2, 1]])

    said = subprocess.run(  # noqa: S603 - a tool of every Linux
        [shutil.which("sha256sum")], input=text.encode(), capture_output=True, check=True
    )

    assert said.stdout.decode().split()[0] == lots.sha256(text)


@given(applications, secrets, numbers)
def test_the_same_inputs_give_the_same_order(entries, secret, number):
    first, second = (
        lots.in_drawn_order(lots.seed_of(secret, number, entries), entries) for _ in range(2)
    )

    assert first == second
    assert sorted(first) == sorted(reference for reference, _people, _lots in entries)


@given(applications, secrets, numbers, st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_listed_makes_no_difference(entries, secret, number, chance):
    shuffled = list(entries)
    chance.shuffle(shuffled)

    seeds = [lots.seed_of(secret, number, each) for each in (entries, shuffled)]
    assert seeds[0] == seeds[1]
    assert lots.in_drawn_order(seeds[0], entries) == lots.in_drawn_order(seeds[0], shuffled)


@pytest.mark.parametrize("change", ["secret", "number", "people", "lots", "one more"])
def test_every_input_counts(change):
    entries = [["10000001", 2, 1], ["20000002", 1, 1]]
    inputs = {"secret": "a" * 64, "number": "0512", "entries": entries}
    other = {
        "secret": inputs | {"secret": "b" * 64},
        "number": inputs | {"number": "512"},
        "people": inputs | {"entries": [["10000001", 1, 1], entries[1]]},
        "lots": inputs | {"entries": [["10000001", 2, 2], entries[1]]},
        "one more": inputs | {"entries": [*entries, ["30000003", 1, 1]]},
    }[change]

    assert lots.seed_of(*inputs.values()) != lots.seed_of(*other.values())


SEEDS = [lots.sha256(f"seed {n}") for n in range(6000)]


def test_everybody_has_the_same_chance_at_every_rank():
    """6,000 draws of four: each of the 24 orders about 250 times, give or take five sigma."""
    entries = [[reference, 1, 1] for reference in "ABCD"]

    found = Counter("".join(lots.in_drawn_order(seed, entries)) for seed in SEEDS)

    assert set(found) == {"".join(order) for order in permutations("ABCD")}
    assert all(abs(times - 250) < 5 * 15.5 for times in found.values())


def test_two_lots_are_twice_the_chance_and_three_are_three_times():
    """Of six lots A has one, B two, C three; 6,000 draws, within five sigma."""
    entries = [["A", 1, 1], ["B", 1, 2], ["C", 1, 3]]

    first = Counter(lots.in_drawn_order(seed, entries)[0] for seed in SEEDS)

    for reference, share in {"A": 1 / 6, "B": 2 / 6, "C": 3 / 6}.items():
        sigma = (len(SEEDS) * share * (1 - share)) ** 0.5
        assert abs(first[reference] - len(SEEDS) * share) < 5 * sigma


@given(applications, st.integers(0, 12), st.booleans(), st.booleans(), numbers)
def test_no_party_is_split_and_no_place_given_twice(entries, places, may_pass, waits, number):
    order = lots.in_drawn_order(lots.seed_of("s", number, entries), entries)
    sizes = {reference: people for reference, people, _lots in entries}
    wants = {reference: {"1": people} for reference, people in sizes.items()}

    found = lots.outcomes(
        order, wants, {"1": places}, smaller_may_pass=may_pass, has_waitlist=waits
    )

    given_ = [reference for reference, outcome in found if outcome == lots.PLACED]
    left = places - sum(sizes[reference] for reference in given_)
    assert [reference for reference, _outcome in found] == order
    assert left >= 0
    rest = order[len(given_) :] if not may_pass else [r for r in order if r not in given_]
    if not may_pass:
        assert given_ == order[: len(given_)]
        assert not rest or sizes[rest[0]] > left
    else:
        assert all(sizes[reference] > left for reference in rest)


@given(st.text(max_size=20))
def test_a_number_is_its_digits_however_it_is_written(text):
    digits = lots.digits_of(text)

    assert digits == lots.digits_of(" ".join(text)) == lots.digits_of(digits)
    assert all(letter in "0123456789" for letter in digits)


@pytest.mark.parametrize("typed", ["05 12 19", "05,12,19", "05-12-19", " 051219 ", "０５１２１９"])
def test_one_number_has_one_form(typed):
    assert lots.digits_of(typed) == "051219"


class ADraw(TestCase):
    """The draw gives places by the waitlist's own rules; whoever checks it, by `outcomes`."""

    @settings(max_examples=25)
    @given(
        sizes=st.lists(st.integers(1, 4), max_size=7),
        withdrawn=st.sets(st.integers(0, 6)),
        capacity=st.integers(0, 8),
        may_pass=st.booleans(),
        waits=st.booleans(),
        is_course=st.booleans(),
    )
    def test_gives_what_its_record_says(
        self, sizes, withdrawn, capacity, may_pass, waits, is_course
    ):
        rules = {"smaller_may_pass": may_pass, "has_waitlist": waits}
        if is_course:
            course, session = course_to_draw(dates=2, capacity=capacity, **rules), None
        else:
            session = session_to_draw(
                capacity=capacity, **{f"activity__{name}": rule for name, rule in rules.items()}
            )
            course = session.activity
        bookings = apply_for(session, *sizes, activity=course)
        draw = draw_of(session, course)
        for number in withdrawn & set(range(len(bookings))):
            Place.objects.filter(booking=bookings[number]).update(canceled_at=draw.closes_at)
            Booking.objects.filter(pk=bookings[number].pk).update(status="canceled")

        draw = held(draw)

        assert differences(record_of(draw)) == []
        assert drifts() == []
        placed = {r for r, outcome in draw.result["order"] if outcome == lots.PLACED}
        assert set(Booking.objects.confirmed().values_list("reference", flat=True)) == placed
        for each in course.sessions.all():
            assert each.places_taken == sum(b.party_size for b in bookings if b.reference in placed)
            assert each.places_taken <= capacity
