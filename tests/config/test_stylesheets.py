"""What the stylesheets promise to everybody, whatever page they dress."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = sorted(Path(settings.BASE_DIR, "static/css").glob("*.css"))
MOVES = re.compile(r"(?<![\w-])(?:animation|transition|scroll-behavior)(?:-\w+)*\s*:")
STILL = re.compile(r"@media \(prefers-reduced-motion: no-preference\) \{(?:[^{}]|\{[^{}]*\})*\}")
HIDES_FOCUS = re.compile(r"outline(?:-width|-style)?\s*:\s*(?:0|none)\b")

by_name = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)


def rules(sheet):
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)


@by_name
def test_nothing_moves_for_who_asked_for_stillness(sheet):
    assert MOVES.findall(STILL.sub("", rules(sheet))) == []


@by_name
def test_what_has_the_focus_is_always_seen(sheet):
    assert HIDES_FOCUS.findall(rules(sheet)) == []
    assert re.search(r":focus-visible \{ outline: 3px solid", rules(sheet))


@by_name
def test_letters_grow_with_those_of_the_browser(sheet):
    """No size of letters in pixels, but for icons that are letters of a font."""
    sized = re.findall(r"([^{}]*)\{[^{}]*font-size:\s*\d+px", rules(sheet))

    assert [each.strip() for each in sized if "symbols" not in each] == []
