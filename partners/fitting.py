"""How well something that is given fits something that is asked for, and why, over plain values.

There is nothing else to it than the table of points and the words: whoever sees an order can read
why. More agreement never ranks lower; where there is nothing between two, the older one is first.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.day_parts import spoken
from partners.models import DayPart

# At most so many points each, 100 in all. A partner who has not done anything yet loses no more
# than the last line.
POINTS = {"category": 40, "ages": 20, "times": 20, "place": 10, "record": 10}

OLDEST = 100
ALL_PARTS = tuple(DayPart.values)
# So many sessions held are as good as any number of them.
WELL_KNOWN = 10
BEST_MARKS = 5


@dataclass(frozen=True)
class Record:
    """What a partner has done so far; `marks` is None as long as too few people answered."""

    held: int = 0
    promised: int = 0
    marks: float | None = None


@dataclass(frozen=True)
class Wish:
    """What is asked for. None: any; no day parts: at any time."""

    category: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    day_parts: tuple[str, ...] = ()
    center: int | None = None


@dataclass(frozen=True)
class Gift:
    """What can be given, by whom: at which centers they work, what they have done.

    No record: it is not compared, as where all is of one partner.
    """

    category: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    day_parts: tuple[str, ...] = ()
    centers: frozenset[int] = frozenset()
    record: Record | None = None


@dataclass(frozen=True)
class Reason:
    words: str
    is_good: bool = True


@dataclass(frozen=True)
class Fit:
    """`fits` says that nothing speaks against it."""

    fits: bool
    points: int
    reasons: tuple[Reason, ...]

    @property
    def order(self) -> tuple[int, int]:
        """The best first, where it is sorted by this."""
        return (not self.fits, -self.points)


def fit_of(wish: Wish, gift: Gift, category_name: str = "") -> Fit:
    """`category_name` is what the category that is asked for is called, for the words."""
    kind, ages, times = _category(wish, gift), _ages(wish, gift), _times(wish, gift)
    place = POINTS["place"] if wish.center in gift.centers else 0
    reasons = (
        _kind_in_words(wish, gift, category_name),
        _ages_in_words(ages, gift),
        _times_in_words(wish, gift, times),
        None if place else Reason(_("works with another center so far"), False),
        _record_in_words(gift.record) if gift.record else None,
    )
    return Fit(
        fits=bool(kind and ages and times),
        points=kind + ages + times + place + _record(gift.record or Record()),
        reasons=tuple(reason for reason in reasons if reason),
    )


def _category(wish, gift) -> int:
    """Half of it where one of the two says that any will do."""
    if wish.category is None or gift.category is None:
        return POINTS["category"] // 2
    return POINTS["category"] if wish.category == gift.category else 0


def _ages(wish, gift) -> int:
    """By how many of the years asked for are served."""
    wanted, given = _years(wish), _years(gift)
    served = len(range(max(wanted.start, given.start), min(wanted.stop, given.stop)))
    # Even one year in a hundred is something.
    return -(-POINTS["ages"] * served // len(wanted)) if served else 0


def _times(wish, gift) -> int:
    wanted, given = _parts(wish), _parts(gift)
    if not wish.day_parts:
        return POINTS["times"]
    return POINTS["times"] * len(wanted & given) // len(wanted)


def _record(record: Record) -> int:
    """Half for having held sessions at all, a quarter each for keeping promises and for marks."""
    most = POINTS["record"]
    held = min(record.held, WELL_KNOWN) / WELL_KNOWN / 2
    kept = min(record.held / record.promised, 1) / 4 if record.promised else 0.25 * (held > 0)
    liked = (record.marks - 1) / (BEST_MARKS - 1) / 4 if record.marks else 0
    return int(most * (held + kept + liked))


def _years(said) -> range:
    lowest = said.min_age or 0
    highest = OLDEST if said.max_age is None else min(said.max_age, OLDEST)
    return range(min(lowest, OLDEST), max(highest, min(lowest, OLDEST)) + 1)


def _parts(said) -> set[str]:
    return set(said.day_parts or ALL_PARTS)


def _kind_in_words(wish, gift, name) -> Reason | None:
    if wish.category is None:
        return None
    if gift.category is None:
        return Reason(_("for any kind of activity"))
    if wish.category == gift.category:
        return Reason(_("same kind: %(category)s") % {"category": name})
    return Reason(_("another kind of activity"), False)


def _ages_in_words(points, gift) -> Reason:
    lowest, highest = gift.min_age, gift.max_age
    if points == POINTS["ages"]:
        if lowest is None and highest is None:
            return Reason(_("for every age"))
        return Reason(_("right for %(ages)s") % {"ages": _spoken_ages(lowest, highest)})
    return Reason(_("only for %(ages)s") % {"ages": _spoken_ages(lowest, highest)}, points > 0)


def _spoken_ages(lowest, highest) -> str:
    if highest is None:
        return _("%(age)s years and older") % {"age": lowest}
    if not lowest:
        return _("up to %(age)s years") % {"age": highest}
    return _("%(lowest)s–%(highest)s years") % {"lowest": lowest, "highest": highest}


def _times_in_words(wish, gift, points) -> Reason:
    if not points:
        return Reason(_("only %(times)s") % {"times": spoken(gift.day_parts)}, False)
    both = _parts(wish) & _parts(gift)
    if len(both) == len(ALL_PARTS):
        return Reason(spoken(()))
    return Reason(_("free %(times)s") % {"times": spoken(both)})


def _record_in_words(record: Record) -> Reason:
    if not record.held:
        return Reason(_("nothing held yet"))
    words = ngettext("%(n)s session held", "%(n)s sessions held", record.held)
    if record.promised:
        words = ngettext(
            "%(n)s session held of %(promised)s promised",
            "%(n)s sessions held of %(promised)s promised",
            record.held,
        )
    words %= {"n": record.held, "promised": record.promised}
    if record.marks is None:
        return Reason(words)
    return Reason(
        _("%(record)s, %(marks)s of 5 from those who came")
        % {"record": words, "marks": f"{record.marks:.1f}"}
    )
