"""What people write in the day column: `逢星期二,四(24/12除外)`, `周一至周五`, `星期二╱四╱六`.

Brackets with 除外 name dates that are left out; brackets with nothing but dates name the dates
that are held; other brackets are passed over when they cannot speak about one of the dates.
What cannot be read for certain is refused rather than guessed.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from activities.date_texts import Run, days_named, read_dates
from activities.findings import Caution, Finding, Problem, Unclear
from activities.plain_text import plain
from activities.timetable import LAST_OF_MONTH
from activities.weekday_texts import read_weekdays

_EXCEPT = r"(?:除外|停课|暂停|不上课|休息|休课|excepted|excluded|except|excluding|excl\.?|no class(?:es)? on)"
_HOLIDAYS = r"(?:国家)?(?:法定|公众|公共)*(?:节假日|假日|假期)|(?:public |bank )?holidays?"
# Possessive, because a long list could be split in too many ways.
_LIST = rf"[,;\s]*+(?:(?:{_HOLIDAYS}|\d++[/.月-][\d/.月日号年,;\s~至-]*+|和|及)[,;\s]*+)++"

# One part is what stands before a bracket, the bracket, and a 除外 that belongs to it.
_PART = re.compile(rf"(?P<head>[^()]*)(?:\((?P<inside>[^()]*)\)?\s*(?P<after>{_EXCEPT})?)?")
_LEFT_OUT = (
    re.compile(rf"除了?(?P<list>{_LIST})(?:之|以)?外"),
    re.compile(rf"(?P<list>{_LIST}){_EXCEPT}"),
    re.compile(rf"{_EXCEPT}\s*(?P<list>{_LIST})$"),
)
_SCHOOL_DAYS = re.compile(r"每个?上学日|上学日|教学日|工作日|school days|working days|workdays")
_EVERY_SECOND = re.compile(
    r"隔周|隔一?个?(?:星期|礼拜)(?=[一二三四五六日天])|每两个?(?:周|星期)|every other(?: week)?|fortnightly"
)
_NTH_OF_MONTH = re.compile(
    r"每个?月的?(?:第?(?P<nth>[一二三四五1-5](?:[,和及]?第?[一二三四五1-5])*)个?|(?P<last>最后一?个?)"
    r"|(?P<first>首个))(?=星期|周|礼拜)"
)
_NTH = {sign: number for number, sign in enumerate("一二三四五", start=1)}
# A bracket with one of these may change the days, even when it names no date.
_MAY_MATTER = re.compile(r"[周月隔双单每逢首停改除休补]|星期|礼拜|week|month|except|^[\d,;\s]+$")


@dataclass(frozen=True)
class Days:
    """The days a class meets on.

    Every week on `weekdays` (or as the rhythm says), besides on the dates of `held_on`, and
    never on those of `except_on`. `cautions` say what somebody should look at.
    """

    weekdays: frozenset[int] = frozenset()
    held_on: frozenset[date] = frozenset()
    except_on: frozenset[date] = frozenset()
    every_weeks: int = 1
    nth_of_month: frozenset[int] = frozenset()
    skip_holidays: bool = False
    school_days: bool = False
    cautions: tuple[Finding, ...] = ()

    def __or__(self, other: "Days") -> "Days":
        return replace(
            self,
            weekdays=self.weekdays | other.weekdays,
            held_on=self.held_on | other.held_on,
            except_on=self.except_on | other.except_on,
            skip_holidays=self.skip_holidays or other.skip_holidays,
            cautions=self.cautions + other.cautions,
        )


def read_days(text: str, first_day: date, last_day: date) -> Days:
    """The days that a day column names, for a class that runs between these dates.

    Raises Unclear with a reason where the text cannot be read for certain.
    """
    if is_cut_off(text):
        reason = _("“%(text)s” ends in the middle of a bracket. Please complete it.")
        raise Unclear(Problem.CUT_OFF, reason % {"text": text.strip()})
    written, days = _rhythm(plain(text))
    parts = [match for match in _PART.finditer(written) if match[0]]
    named = [_head(match["head"]) for match in parts]
    run = Run(first_day, last_day, frozenset().union(*(weekdays for weekdays, _list in named)))
    for match, (weekdays, left_out) in zip(parts, named, strict=True):
        days |= _bracket(match, weekdays, run)
        for dates in left_out:
            days |= _left_out(dates, run)
    if doubt := _doubt(days, run):
        raise Unclear(Problem.DAYS, doubt % {"text": text.strip()})
    return days


def is_cut_off(text: str) -> bool:
    """Whether a bracket is opened and neither closed nor ended by 除外."""
    _before, opened, inside = plain(text).rpartition("(")
    return bool(opened) and ")" not in inside and not re.search(rf"{_EXCEPT}$", inside)


def _rhythm(written: str) -> tuple[str, Days]:
    """How often, taken out of the text, and the rest of the text."""
    days = Days()
    if match := _NTH_OF_MONTH.search(written):
        days = replace(days, nth_of_month=_which_of_month(match))
    if _EVERY_SECOND.search(written):
        days = replace(days, every_weeks=2)
    if _SCHOOL_DAYS.search(written):
        days = replace(days, school_days=True)
    for pattern in (_NTH_OF_MONTH, _EVERY_SECOND, _SCHOOL_DAYS):
        written = pattern.sub("", written, count=1)
    return written, days


def _which_of_month(match: re.Match[str]) -> frozenset[int]:
    if match["last"]:
        return frozenset({LAST_OF_MONTH})
    signs = re.findall(r"[一二三四五1-5]", match["nth"] or "1")
    return frozenset(_NTH.get(sign) or int(sign) for sign in signs)


def _head(head: str) -> tuple[frozenset[int], list[str]]:
    """The weekdays before a bracket, and the lists of what is left out without any bracket."""
    left_out = []
    for pattern in _LEFT_OUT:
        while match := pattern.search(head):
            left_out.append(match["list"])
            head = head[: match.start()] + head[match.end() :]
    return read_weekdays(head), left_out


def _bracket(match: re.Match[str], weekdays: frozenset[int], run: Run) -> Days:
    """What one head and its bracket say together."""
    inside = match["inside"]
    if not inside:
        return Days(weekdays=weekdays)
    if match["after"] or re.search(_EXCEPT, inside) or re.search(r"除.+外", inside):
        return Days(weekdays=weekdays) | _left_out(inside, run)
    if not weekdays:
        return Days(weekdays=read_weekdays(inside))
    try:
        dates, cautions = read_dates(inside, replace(run, weekdays=weekdays))
    except Unclear:
        return Days(weekdays=weekdays, cautions=(_passed_over(inside, run),))
    for day in dates:
        _check_held(day, replace(run, weekdays=weekdays))
    return Days(held_on=frozenset(dates), cautions=cautions)


def _left_out(text: str, run: Run) -> Days:
    without_words = re.sub(rf"{_EXCEPT}|除了?|(?:之|以)?外", ",", text)
    dates_only, holidays = re.subn(_HOLIDAYS, ",", without_words)
    if not re.sub(r"[,;和及\s]", "", dates_only):
        return Days(skip_holidays=bool(holidays))
    dates, cautions = read_dates(dates_only.strip(" ,;"), run)
    return Days(except_on=frozenset(dates), skip_holidays=bool(holidays), cautions=cautions)


def _check_held(day: date, run: Run) -> None:
    if day not in run:
        reason = _("%(day)s is listed as held, but lies outside the first and the last date.")
    elif not run.meets_on(day):
        reason = _("%(day)s is listed as held, but is another weekday than the one before it.")
    else:
        return
    raise Unclear(Problem.DAYS, reason % {"day": day})


def _doubt(days: Days, run: Run) -> str | None:
    if not (days.weekdays or days.held_on or days.school_days):
        return _("“%(text)s” names no weekday.")
    # A forgotten 除外 would turn the one meaning into its opposite.
    ends = {run.first_day, run.last_day}
    if days.held_on and not days.weekdays and not ends <= days.held_on:
        return _(
            "“%(text)s” lists dates without the first or the last one. "
            "Please write 除外 after dates that are left out."
        )
    return None


def _passed_over(inside: str, run: Run) -> Finding:
    """A caution about words that change nothing; raises Unclear where they might."""
    anything = replace(run, weekdays=frozenset())
    if _MAY_MATTER.search(inside) or days_named(inside, anything, either_way=True):
        reason = _("“(%(text)s)” in the day column cannot be read for certain.")
        raise Unclear(Problem.DAYS, reason % {"text": inside})
    note = _("“(%(text)s)” in the day column was passed over.") % {"text": inside}
    return Finding(Caution.NOT_UNDERSTOOD, note)
