"""Nothing on any page is in the way of somebody who listens to it, walks it by keys, or reads
it in large letters, in the dark, on a narrow screen."""

import gzip
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import find

from tests.barriers import Window
from tests.config.every_page import VIEWS, every_page
from tests.config.markup import mistakes
from tests.e2e.conftest import BROWSER, browser_type_launch_args  # noqa: F401

pytestmark = pytest.mark.django_db

PHONE, DESK, NARROW = 390, 1280, 320
# `make test` looks at the main pages, each in one of these by turns; `make access` at every page,
# in all that are of its view.
LOOKS = (
    ("standard", PHONE, "light"),
    ("elder", DESK, "light"),
    ("standard", DESK, "dark"),
    ("elder", PHONE, "dark"),
)
# What people come for.
MAIN_PAGES = (
    "home", "activities:list", "activities:calendar", "activities:detail", "bookings:book",
    "bookings:list", "rooms:room", "rosters:roster",
)  # fmt: skip
HEAVIEST = 100_000  # bytes
EVERYWHERE = bool(os.environ.get("EVERYWHERE"))
# A sheet for paper: its table may be wider than a phone (WCAG 1.4.10 excepts tables).
FOR_PAPER = ("rosters:print",)
# The table in the docs: | `rule` | `what axe could not tell` | where | why it is all right |
REVIEWED = set(
    re.findall(
        r"^\| `([\w-]+)` \| `?([\w-]*?)`? \|",
        Path(settings.BASE_DIR, "docs/accessibility.md").read_text(),
        re.MULTILINE,
    )
)
needs_a_browser = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    return every_page(django_db_blocker, only=() if EVERYWHERE else MAIN_PAGES)


def test_the_markup_of_every_page_is_sound(pages):
    found = {str(page): wrong for page in pages if (wrong := mistakes(page.html))}

    assert found == {}


def test_what_is_wrong_with_markup_is_seen():
    assert mistakes(
        """<html><title> · </title><main><h1>A</h1><h3>B</h3><p><b id="a"></b></p><div id="a"></div>
        <input id="b"><a id="c" href="#d"><img src="//e.example/e"></a><ul><b>F</b></ul><p><div></div></p>
        <i onclick="g"></main></html>"""
    ) == [
        "</main> stands where <i> is open",
        "</html> stands where <i> is open",
        "<html> is never closed",
        "<main> is never closed",
        "<i> is never closed",
        "the page does not say its language",
        "the page has no title",
        "the heading “B” skips from level 1 to 3",
        "2 things have the id 'a'",
        '<a id="c" href="#d"> leads to nothing on this page',
        "<b> stands in a list and is no part of it",
        "<div> stands in a paragraph",
        "<i> brings its own style or script",
        '<input id="b"> has no label',
        '<a id="c" href="#d"> has no name',
        "<img> does not say what it shows",
        "<img> asks somebody else for //e.example/e",
        "<img> does not say how large it is, and moves what follows",
    ]


def test_no_page_is_heavy_for_a_cold_phone(pages):
    heavy = {str(page): weight for page in pages if (weight := _weight(page)) > HEAVIEST}

    assert heavy == {}
    assert _weight(replace(pages[0], html=pages[0].html + os.urandom(HEAVIEST).hex())) > HEAVIEST


def _weight(page):
    """Bytes of the page and the files it names, as they travel; without its photos."""
    names = set(re.findall(r'(?:src|href)="/static/([^"#]+)', page.html))
    files = [Path(find(name)).read_bytes() for name in names]
    return sum(len(gzip.compress(each)) for each in [page.html.encode(), *files])


@pytest.mark.e2e
@needs_a_browser
def test_a_machine_finds_nothing_in_the_way_on_any_page(pages, browser):
    windows = {look: Window(browser, width=look[1], theme=look[2]) for look in LOOKS}
    in_the_way, unsure = {}, {}
    for page, look in _to_look_at(pages):
        window = windows[look]
        window.show(page.html)
        wrong, undecided = window.barriers()
        if wrong:
            in_the_way[f"{page}, {look[1]} px, {look[2]}"] = wrong
        unsure |= {
            (rule, why): f"{page}: {markup}"
            for rule, why, markup in undecided
            if (rule, why) not in REVIEWED
        }
    for window in windows.values():
        window.context.close()

    assert in_the_way == {}
    assert unsure == {}


@pytest.mark.e2e
@needs_a_browser
def test_no_page_scrolls_sideways_on_the_narrowest_phone(pages, browser):
    window, too_wide = Window(browser, width=NARROW), {}
    for page in pages:
        # Letters of the elder view are the widest.
        if page.name not in FOR_PAPER and (EVERYWHERE or page.view == "elder"):
            window.show(page.html)
            if by := window.too_wide_by():
                too_wide[str(page)] = by
    window.context.close()

    assert too_wide == {}


def _to_look_at(pages):
    """(page, look): all there are of each, or one for each page, the looks by turns."""
    looks = {view: [look for look in LOOKS if look[0] == view] for view in VIEWS}
    if EVERYWHERE:
        return [(page, look) for page in pages for look in looks[page.view]]
    return [(page, looks[page.view][n // len(VIEWS) % 2]) for n, page in enumerate(pages)]
