from dataclasses import replace

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from partners.fitting import POINTS, Gift, Record, Wish, fit_of
from partners.models import DayPart

PARTS = list(DayPart.values)
CENTERS = [1, 2]
ages = st.one_of(st.none(), st.integers(0, 99))
parts = st.lists(st.sampled_from(PARTS), unique=True).map(tuple)
pairs = st.tuples(ages, ages).map(
    lambda pair: pair if None in pair else (min(pair), max(pair))  # As the database has them.
)
kinds = st.one_of(st.none(), st.integers(1, 3))
records = st.builds(
    Record,
    held=st.integers(0, 40),
    promised=st.integers(0, 40),
    marks=st.one_of(st.none(), st.floats(1, 5)),
)


@st.composite
def wishes(draw):
    low, high = draw(pairs)
    return Wish(draw(kinds), low, high, draw(parts), draw(st.sampled_from(CENTERS)))


@st.composite
def gifts(draw):
    low, high = draw(pairs)
    where = draw(st.frozensets(st.sampled_from(CENTERS)))
    return Gift(draw(kinds), low, high, draw(parts), where, draw(records))


def closer(wish, gift):
    """The same gift, agreeing more in one respect."""
    record = gift.record
    yield replace(gift, category=wish.category)
    yield replace(gift, min_age=wish.min_age and min(wish.min_age, gift.min_age or 0))
    yield replace(gift, min_age=None)
    yield replace(gift, max_age=None)
    yield replace(gift, day_parts=())
    if gift.day_parts:
        yield replace(gift, day_parts=(*gift.day_parts, *wish.day_parts))
    yield replace(gift, centers=gift.centers | {wish.center})
    yield replace(gift, record=replace(record, held=record.held + 1))
    yield replace(gift, record=replace(record, marks=5.0))


@given(wishes(), gifts())
def test_more_agreement_never_ranks_lower(wish, gift):
    before = fit_of(wish, gift)

    for better in closer(wish, gift):
        assert fit_of(wish, better).order <= before.order


@given(wishes(), gifts())
def test_points_stay_within_the_table_and_everything_has_its_words(wish, gift):
    with translation.override("en"):
        fit = fit_of(wish, gift, "Chess")

    assert 0 <= fit.points <= sum(POINTS.values()) == 100
    assert all(reason.words for reason in fit.reasons)
    assert fit.fits == all(
        reason.is_good for reason in fit.reasons if "another center" not in reason.words
    )


def test_the_reasons_are_said_in_words():
    wish = Wish(category=1, min_age=6, max_age=10, day_parts=("weekend",), center=1)
    gift = Gift(
        category=1,
        min_age=5,
        max_age=12,
        day_parts=("evening", "weekend"),
        centers=frozenset({1}),
        record=Record(held=12, promised=24, marks=4.75),
    )

    with translation.override("en"):
        fit = fit_of(wish, gift, "Calligraphy")

    assert [reason.words for reason in fit.reasons] == [
        "same kind: Calligraphy",
        "right for 5–12 years",
        "free weekends",
        "12 sessions held of 24 promised, 4.8 of 5 from those who came",
    ]
    assert (fit.fits, fit.points) == (True, 98)


def test_what_speaks_against_it_is_said_too():
    wish = Wish(category=1, min_age=60, day_parts=("weekday",), center=1)
    gift = Gift(category=2, max_age=12, day_parts=("weekend",), centers=frozenset({2}))

    with translation.override("en"):
        fit = fit_of(wish, gift, "Phones")

    assert [(reason.words, reason.is_good) for reason in fit.reasons] == [
        ("another kind of activity", False),
        ("only for up to 12 years", False),
        ("only weekends", False),
        ("works with another center so far", False),
    ]
    assert (fit.fits, fit.points) == (False, 0)
