"""Single cells of a timetable as people write them: dates, times, ages, places, fees."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from activities.findings import Problem, Unclear
from activities.plain_text import plain, tidy
from activities.timetable import ZONE

Cells = Mapping[str, str]

# What the people who keep lists write for "no upper limit": 99, 100, 199, 999.
NO_UPPER_AGE = 99
MOST_PLACES = 9999

# What lists of classes write for places that are given by lot.
BY_LOT = {"b", "ballot", "draw", "by lot", "抽签", "摇号"}

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")

# `{0}` keeps the names apart where two times stand in one cell.
_CLOCK = r"""
    (?P<{0}half>凌晨|早上|上午|中午|下午|晚上|晚间|晚|am|pm)?\s*
    (?P<{0}hour>\d{{1,2}})
    (?:\s*[:点时]\s*(?P<{0}minute>\d{{1,2}}|半)?(?::00)?\s*分?)?\s*
    (?P<{0}after>am|pm|a\.m\.|p\.m\.)?
"""
_ONE_TIME = re.compile(_CLOCK.format(""), re.VERBOSE)
_TWO_TIMES = re.compile(
    rf"{_CLOCK.format('from_')} \s*(?:[-~至到]|to)\s* {_CLOCK.format('to_')}", re.VERBOSE
)
_AFTERNOON = {"下午", "晚上", "晚间", "晚", "pm", "p.m."}
_MORNING = {"凌晨", "早上", "上午", "am", "a.m."}

_MONEY = re.compile(
    r"(?:[¥$]|rmb|cny|hk\$|hkd|人民币|港币)?\s*(\d{1,6}(?:\.\d{1,2})?)\s*"
    r"(?:元|块|圆|人民币|港币|港元|rmb|yuan)?(?:/人|每人|/位|每位)?"
)
_YUAN = re.compile(r"(\d{1,6}(?:\.\d{1,2})?)\s*(?:元|块|圆)")
_FREE = {"", "免费", "free", "无", "不收费", "公益", "公益免费"}
_AGES = {"成人": ("18", ""), "长者": ("60", ""), "老人": ("60", ""), "老年人": ("60", "")}
_NO_LIMIT = {"", "不限", "无", "无限制", "all", "any", "全龄", "所有人", "所有年龄"}


@dataclass(frozen=True)
class Ages:
    """None is no limit on that side."""

    youngest: int | None = None
    oldest: int | None = None


@dataclass(frozen=True)
class Fee:
    """What is paid at the door; the words are empty where the amount says it all."""

    amount: Decimal = Decimal(0)
    words: str = ""


def needed(cells: Cells, column: str, label: str) -> str:
    if not cells.get(column):
        raise Unclear(Problem.MISSING, _("The row does not say %(what)s.") % {"what": label})
    return cells[column]


def short(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Unclear(
            Problem.TEXT,
            _("“%(text)s…” is longer than %(longest)s characters.")
            % {"text": text[:20], "longest": longest},
        )
    return text


def read_date(text: str) -> date:
    return _read_date_and_rest(text)[0]


def read_moment(text: str, *, end_of_day: bool = False) -> datetime:
    """A date with or without a time; a mere date is its first moment, or its last."""
    day, rest = _read_date_and_rest(text, may_have_rest=True)
    if rest:
        return datetime.combine(day, read_time(rest), tzinfo=ZONE)
    midnight = datetime.combine(day, time(0), tzinfo=ZONE)
    return midnight + timedelta(days=1) if end_of_day else midnight


def read_time(text: str) -> time:
    match = _ONE_TIME.fullmatch(plain(text))
    if not match:
        raise _no_time(text)
    return _time(match, "", text)


def read_times(text: str) -> tuple[time, time]:
    """Both ends of `19:30-21:00`; where only the start says afternoon, the end is too."""
    match = _TWO_TIMES.fullmatch(plain(text))
    if not match:
        raise _no_time(text)
    halves = match["from_half"] or match["from_after"], match["to_half"] or match["to_after"]
    start = _time(match, "from_", text, half=halves[0] or _shared_half(match, halves[1]))
    end = _time(match, "to_", text, half=halves[1])
    if not halves[1] and halves[0] in _AFTERNOON and end.hour < 12 and end <= start:
        end = end.replace(hour=end.hour + 12)
    return start, end


def read_ages(youngest: str, oldest: str, both: str = "") -> Ages:
    """Ages from two columns, or from one like `6-12岁` or `60岁以上`."""
    if both and not (youngest or oldest):
        youngest, oldest = _split_ages(both)
    low = read_number(youngest.removesuffix("岁")) if plain(youngest) not in _NO_LIMIT else None
    high = read_number(oldest.removesuffix("岁")) if plain(oldest) not in _NO_LIMIT else None
    if high is not None and high >= NO_UPPER_AGE:
        high = None
    if low is not None and high is not None and high < low:
        raise Unclear(
            Problem.NUMBERS,
            _("The upper age %(high)s is below the lower age %(low)s.")
            % {"high": high, "low": low},
        )
    return Ages(low or None, high)


def read_places(text: str) -> int:
    places = read_number(re.sub(r"[人位名个]$", "", plain(text)))
    if not 1 <= places <= MOST_PLACES:
        raise Unclear(
            Problem.NUMBERS,
            _("“%(text)s” places cannot be meant; 1 to %(most)s can.")
            % {"text": tidy(text), "most": MOST_PLACES},
        )
    return places


def read_fee(text: str) -> Fee:
    """An amount where the cell is one, else its words, with the amount if they name just one."""
    written = plain(text)
    if written in _FREE:
        return Fee()
    if match := _MONEY.fullmatch(written):
        return Fee(amount=Decimal(match[1]))
    amounts = _YUAN.findall(written)
    return Fee(Decimal(amounts[0]) if len(amounts) == 1 else Decimal(0), tidy(text))


def is_by_lot(cells: Cells) -> bool:
    return plain(cells.get("allocation", "")) in BY_LOT


def read_number(text: str) -> int:
    match = re.fullmatch(r"(\d{1,6})(?:\.0+)?", plain(text))
    if not match:
        raise Unclear(Problem.NUMBERS, _("“%(text)s” is no whole number.") % {"text": tidy(text)})
    return int(match[1])


def _read_date_and_rest(text: str, *, may_have_rest: bool = False) -> tuple[date, str]:
    written = plain(text)
    for pattern, order in ((_YEAR_FIRST, "ymd"), (_COMPACT, "ymd"), (_YEAR_LAST, "dmy")):
        if match := pattern.match(written):
            numbers = dict(zip(order, map(int, match.groups()), strict=True))
            rest = re.sub(
                r"^[\s,t]+|\(?(?:星期|周)[一二三四五六日天]\)?", "", written[match.end() :]
            )
            if rest in ("00:00:00", "0:00"):
                rest = ""
            if rest and not may_have_rest:
                break
            try:
                return date(numbers["y"], numbers["m"], numbers["d"]), rest
            except ValueError:
                break
    raise Unclear(
        Problem.DATES,
        _("“%(text)s” is no date. Please write it like 2026-12-01.") % {"text": tidy(text)},
    )


def _time(match: re.Match[str], prefix: str, text: str, half: str | None = None) -> time:
    hour = int(match[f"{prefix}hour"])
    minute = match[f"{prefix}minute"]
    half = half or match[f"{prefix}half"] or match[f"{prefix}after"]
    if half in _AFTERNOON and hour < 12:
        hour += 12
    elif half in _MORNING and hour == 12:
        hour = 0
    minutes = 30 if minute == "半" else int(minute or 0)
    try:
        return time(0 if (hour, minutes) == (24, 0) else hour, minutes)
    except ValueError:
        raise _no_time(text) from None


def _shared_half(match: re.Match[str], half: str | None) -> str | None:
    """In `2-4pm` the start is in the afternoon too, in `11-1pm` it is not."""
    earlier = int(match["from_hour"]) < int(match["to_hour"]) % 12
    return half if half in {"pm", "p.m."} and earlier else None


def _split_ages(both: str) -> tuple[str, str]:
    written = plain(both).replace("周岁", "岁")
    if match := re.fullmatch(r"(\d{1,3})岁?\s*(?:[-~至到]|to)\s*(\d{1,3})岁?", written):
        return match[1], match[2]
    if match := re.fullmatch(r"(?:年?满)?(\d{1,3})岁?(?:\+|或?及?以上|起)(?:人士|长者)?", written):
        return match[1], ""
    if match := re.fullmatch(r"(\d{1,3})岁?(?:或?及?以下)", written):
        return "", match[1]
    if written in _NO_LIMIT:
        return "", ""
    if written in _AGES:
        return _AGES[written]
    raise Unclear(Problem.NUMBERS, _("“%(text)s” cannot be read as ages.") % {"text": tidy(both)})


def _no_time(text: str) -> Unclear:
    return Unclear(
        Problem.TIMES,
        _("“%(text)s” is no time. Please write it like 19:30.") % {"text": tidy(text)},
    )
