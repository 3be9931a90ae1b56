"""A real browser, a real server, real rows. Without a browser these tests are skipped, by name."""

import os
import shutil

import pytest

# Playwright keeps an event loop running in this thread, and Django takes any loop for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items):
    missing = pytest.mark.skip(reason="Chromium is not installed")
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if BROWSER is None:
                item.add_marker(missing)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {
        "executable_path": BROWSER,
        # Root has no sandbox; the flags keep the browser from calling home.
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture
def visit(browser, live_server):
    """Open the site as somebody new: a browser of their own, on a phone or at a desk."""
    contexts = []

    def open_page(size=PHONE, **options):
        context = browser.new_context(
            base_url=live_server.url, viewport=size, locale="zh-CN", **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.mistakes = []
        page.on("pageerror", lambda error: page.mistakes.append(str(error)))
        page.on(
            "console",
            lambda said: page.mistakes.append(said.text) if said.type == "error" else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
