"""The pages of elders by the Tab key alone: nothing is skipped, hidden or out of order."""

import pytest

from tests.barriers import Window
from tests.config.every_page import every_page
from tests.e2e.conftest import BROWSER, browser_type_launch_args  # noqa: F401

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.e2e,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]

WALKED = ("home", "elder", "activities:detail")
# What one press of Tab leads to, and how it is seen: the outline against what is around it, what
# covers its middle, whether it stands before what was reached earlier.
STOP = """() => {
  const stop = document.activeElement;
  if (stop === document.body) return null;
  const box = stop.getBoundingClientRect();
  const shown = stop.matches(".chip input") ? stop.nextElementSibling : stop;
  const {outlineStyle, outlineWidth, outlineColor} = getComputedStyle(shown);
  const top = document.elementFromPoint(
    Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1), box.top + box.height / 2);
  const light = color => color.match(/[\\d.]+/g).slice(0, 3).map(c => c / 255)
    .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0);
  let below = stop.parentElement;
  while (below !== document.documentElement
    && /, 0\\)|transparent/.test(getComputedStyle(below).backgroundColor)) below = below.parentElement;
  const [less, more] = [outlineColor, getComputedStyle(below).backgroundColor]
    .map(light).sort((a, b) => a - b);
  const all = [...document.querySelectorAll("*")];
  return {
    name: (stop.textContent.trim() || stop.getAttribute("aria-label") || stop.name).slice(0, 40),
    at: all.indexOf(stop),
    isOutlined: outlineStyle === "solid" && parseFloat(outlineWidth) >= 3,
    contrast: (more + .05) / (less + .05),
    isInSight: box.top >= 0 && box.bottom <= innerHeight && box.width > 0,
    isOnTop: stop.contains(top) || top?.contains(stop) || false,
  };
}"""
TO_REACH = """() => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary")].filter(each =>
  !each.disabled && each.checkVisibility({visibilityProperty: true})
  // Of radio buttons with one name Tab reaches one.
  && !(each.type === "radio" && document.querySelector(`[name="${each.name}"]`) !== each)).length"""
STICKY = "<style>.site-header { position: sticky; top: 0; background: #fff; z-index: 5 }</style>"
WITHOUT_OUTLINE = "<style>:focus-visible { outline: none !important }</style>"


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    found = every_page(django_db_blocker, only=WALKED)
    return {page.name: page.html for page in found if page.view == "elder"}


@pytest.fixture(scope="module")
def window(browser):
    window = Window(browser, width=390)
    yield window
    window.context.close()


def walk(page, back=False, at_most=200):
    """Every stop from one end of the page to the other."""
    stops = []
    while len(stops) < at_most:
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if (stop := page.evaluate(STOP)) is None:
            break
        stops.append(stop)
    return stops


def faults(stops):
    found = {stop["name"]: "not in sight" for stop in stops if not stop["isInSight"]}
    found |= {stop["name"]: "under something else" for stop in stops if not stop["isOnTop"]}
    found |= {stop["name"]: "outline" for stop in stops if not stop["isOutlined"]}
    return found | {stop["name"]: "outline too faint" for stop in stops if stop["contrast"] < 3}


@pytest.mark.parametrize("name", WALKED)
def test_by_tab_everything_is_reached_in_order_and_seen(pages, window, name):
    window.show(pages[name])
    there = window.page.evaluate(TO_REACH)

    stops = walk(window.page)

    assert stops[0]["name"] == "跳到正文"
    assert [stop["at"] for stop in stops] == sorted(stop["at"] for stop in stops)
    assert len(stops) == there
    assert faults(stops) == {}


def test_nothing_covers_the_way_back(pages, window):
    window.show(pages["home"])
    there = window.page.evaluate(TO_REACH)

    stops = walk(window.page, back=True)

    assert len(stops) == there
    assert faults(stops) == {}


def test_the_skip_link_leads_to_the_text(pages, window):
    window.show(pages["home"])
    page = window.page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_what_hides_the_focus_is_seen(pages, window):
    window.show(pages["home"].replace("</head>", f"{STICKY}</head>"))
    stops = walk(window.page, back=True, at_most=40)
    assert "under something else" in faults(stops).values()

    window.show(pages["home"].replace("</head>", f"{WITHOUT_OUTLINE}</head>"))
    assert "outline" in faults(walk(window.page, at_most=3)).values()
