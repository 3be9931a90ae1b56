"""What the norm for elders asks for in numbers, on the pages that people come for."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from accounts.services import introduce
from tests.barriers import Window
from tests.bookings.booking import book_for
from tests.config.every_page import every_page
from tests.e2e.conftest import BROWSER, browser_type_launch_args  # noqa: F401
from tests.factories import SessionFactory, UserFactory
from tests.numbers import ELDER, HIGH_CONTRAST, LARGER, LARGEST, STANDARD, measure

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.e2e,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]

PHONE, DESK = 390, 1280
MAIN_PAGES = (
    "home", "elder", "activities:list", "activities:calendar", "activities:detail",
    "bookings:book", "bookings:detail", "bookings:cancel", "bookings:list", "bookings:my_day",
    "rooms:all", "rooms:room", "notices:messages", "accounts:me", "accounts:people",
    "account_login", "help", "display",
)  # fmt: skip
# Classes of the root, width, theme, and what is demanded.
LOOKS = {
    "elder view on a phone": ("elder", PHONE, "light", ELDER),
    "elder view in the dark": ("elder", PHONE, "dark", ELDER),
    "elder view at a desk": ("elder", DESK, "light", ELDER),
    "elder view, larger letters": ("elder letters-larger", PHONE, "light", LARGER),
    "elder view, largest letters": ("elder letters-largest", PHONE, "light", LARGEST),
    "standard view on a phone": ("", PHONE, "light", STANDARD),
    "high contrast": ("high-contrast", PHONE, "light", HIGH_CONTRAST),
    "high contrast in the dark": ("high-contrast", PHONE, "dark", HIGH_CONTRAST),
}
WITHOUT_FAULT = """<!doctype html><html lang="zh-CN" class="elder"><head>
<link rel="stylesheet" href="/static/css/site.css"></head><body><main><div class="wrap flow">
<h1>一</h1><p>二</p><a class="button main" href="/">三</a>{}</div></main></body></html>"""
# A longer text, so that it takes two lines.
TEXT = "字" * 60
FAULTS = [
    ("body", "", "body { font-size: 21px }"),
    ("wide", f"<p class='fault'>{TEXT}</p>", ".fault { white-space: nowrap }"),
    ("text", "<p class='fault'>小</p>", ".fault { font-size: 19px }"),
    ("line", "<p class='fault'>密</p>", ".fault { line-height: 1.2 }"),
    ("contrast", "<p class='fault'>淡</p>", ".fault { color: #666 }"),
    ("contrast", "<p class='fault'>透</p>", ".fault { opacity: .6 }"),
    ("contrast", "<input class='fault' placeholder='写'>",
     ".fault { min-height: 60px } .fault::placeholder { color: #888 }"),
    ("target", "<button class='fault'>按</button>", ".fault { padding: 0 }"),
    ("target", "<a class='fault' href='/'>窄</a>", ".fault { display: block; width: 50px }"),
    ("columns", "<div class='fault'><section><p>左</p></section><section><p>右</p></section></div>",
     ".fault { display: flex }"),
    ("paragraph", f"<div><p>{TEXT}</p><p class='fault'>{TEXT}</p></div>",
     ".flow > div > .fault { margin: 4px 0 0 }"),
    ("hurry", "<p class='fault'>动</p>",
     "@keyframes go { to { color: red } } .fault { animation: go 9s infinite }"),
    ("hurry", "<p class='fault'>盖</p>", ".fault { position: fixed }"),
    ("hurry", "<div role='dialog'>挡</div>", ""),
    ("hurry", "<meta http-equiv='refresh' content='900'>", ""),
    ("hurry", "<audio autoplay></audio>", ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def window(browser):
    window = Window(browser, width=PHONE)
    yield window
    window.context.close()


@pytest.fixture(scope="module")
def found(django_db_setup, django_db_blocker, window):
    """{look: {page: what was found}}; each page is shown once, and measured in each of its looks."""
    found = {name: {} for name in LOOKS}
    for page in every_page(django_db_blocker, only=MAIN_PAGES):
        window.show(page.html)
        for name, (classes, width, theme, demands) in LOOKS.items():
            if ("elder" in classes) is (page.view == "elder"):
                _dress(window.page, classes, width, theme)
                found[name][page.name] = measure(window.page, demands)
    return found


def _dress(page, classes, width, theme):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    page.evaluate("classes => document.documentElement.className = classes", classes)


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_people_come_for_keeps_to_the_numbers(found, look):
    assert sorted(found[look]) == sorted(MAIN_PAGES)
    assert {page: wrong for page, wrong in found[look].items() if wrong} == {}


def test_a_full_day_prints_on_one_sheet_whatever_the_letters(client, window):
    user = UserFactory()
    myself = introduce(user, "李奶奶")
    morning = timezone.make_aware(datetime.combine(timezone.localdate(), time(8))) + timedelta(
        days=3
    )
    for hour in range(0, 10, 2):
        session = SessionFactory(starts_at=morning + timedelta(hours=hour), activity__bring="笔")
        book_for(myself, session=session, by=user)
    client.force_login(user)
    client.cookies["elder"], client.cookies["letters"] = "1", "largest"

    window.show(client.get("/my-day/", {"date": f"{morning:%Y-%m-%d}"}).content.decode())

    assert window.page.locator(".stop").count() == 5
    assert window.page.pdf(format="A4").count(b"/Type /Page\n") == 1


def test_each_fault_is_seen_and_nothing_else(window):
    _dress(window.page, "elder", PHONE, "light")
    seen = []
    for _demand, fault, style in [(None, "", ""), *FAULTS]:
        window.show(WITHOUT_FAULT.format(f"{fault}<style>{style}</style>"))
        seen.append({demand for demand, _where in measure(window.page, ELDER)})

    assert seen == [set()] + [{demand} for demand, _fault, _style in FAULTS]
