"""Weekdays as people write them: `星期二/四/六`, `周一至周五`, `每天`, `Mon-Fri`, `2,4`."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from activities.findings import Problem, Unclear
from activities.plain_text import plain
from activities.timetable import EVERY_DAY, WORKING_WEEK

_SIGNS = {sign: number for number, sign in enumerate("一二三四五六日", start=1)} | {"天": 7}
_NAMES = {
    name: number
    for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=1)
}
_GROUPS = {
    "每天": EVERY_DAY,
    "每日": EVERY_DAY,
    "天天": EVERY_DAY,
    "every day": EVERY_DAY,
    "daily": EVERY_DAY,
    "周末": frozenset({6, 7}),
    "weekends": frozenset({6, 7}),
    "平日": WORKING_WEEK,
    "weekdays": WORKING_WEEK,
}
_TOKEN = re.compile(
    rf"""
      (?P<group>{"|".join(_GROUPS)})
    | (?P<name>mon(?:days?)?|tue(?:s(?:days?)?)?|wed(?:nesdays?)?|thu(?:rs?(?:days?)?)?
              |fri(?:days?)?|sat(?:urdays?)?|sun(?:days?)?)(?![a-z])\.?
    | (?P<prefix>星期|礼拜|周)
    | (?P<sign>[一二三四五六日天])
    | (?P<digit>[1-7](?!\d))
    | (?P<range>\s*(?:[-~至到]|\bto\b)\s*)
    | (?P<other>[,;/.和及&+\s]|and\b|每逢|每个|每|逢|every\b|on\b|上午|下午|中午|晚上|早上|上课|的)
    """,
    re.VERBOSE,
)


def read_weekdays(text: str) -> frozenset[int]:
    """ISO numbers of the weekdays a text names, none for an empty one; raises Unclear."""
    tokens = list(_tokens(plain(text)))
    # `星期二1/1` is a weekday and a date, not Tuesday and twice Monday.
    if any(match["digit"] for match in tokens) and any(m["sign"] or m["name"] for m in tokens):
        raise _no_weekdays(text)
    days: set[int] = set()
    last: int | None = None
    in_range = False
    for match in tokens:
        if match["range"]:
            if last is None or in_range:
                raise _no_weekdays(text)
            in_range = True
        elif match["group"]:
            days |= _GROUPS[match["group"]]
        elif number := _number(match):
            days |= _from_to(last, number) if in_range and last else {number}
            last, in_range = number, False
    if in_range:
        raise _no_weekdays(text)
    return frozenset(days)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _no_weekdays(text[at:])
        yield match
        at = match.end()


def _number(match: re.Match[str]) -> int | None:
    if match["sign"]:
        return _SIGNS[match["sign"]]
    if match["digit"]:
        return int(match["digit"])
    return _NAMES[match["name"][:3]] if match["name"] else None


def _from_to(first: int, last: int) -> set[int]:
    """Both ends and what is between them, over the weekend where it must be."""
    length = (last - first) % 7
    return {(first - 1 + n) % 7 + 1 for n in range(length + 1)}


def _no_weekdays(text: str) -> Unclear:
    return Unclear(
        Problem.DAYS,
        _("“%(text)s” in the day column cannot be read as weekdays.") % {"text": text.strip()},
    )
