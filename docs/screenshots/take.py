"""Takes the pictures in this folder from a demo center of its own: `make screenshots`.

It starts the site on a free port with a new VAR_DIR, which is gone at the end like the site
itself. Needs Chromium with a Chinese font.
"""

import contextlib
import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import sync_playwright

from config.processes import ends_with_us
from tests.e2e.conftest import BROWSER

HERE = Path(__file__).parent
READY_WITHIN, STOPPED_WITHIN = 180, 40  # seconds
PHONE, TABLET, DESK = 390, 768, 1280
HEIGHTS = {PHONE: 844, TABLET: 1024, DESK: 860}
HEAVIEST = 150_000  # bytes
RESIDENT, WORKER = "resident@example.org", "worker@example.org"
IN_THE_README = ("home-390", "activity-390", "bookings-390", "elder-390-elder")


@dataclass(frozen=True)
class Picture:
    page: str
    address: str
    width: int = PHONE
    elder: bool = False
    dark: bool = False
    user: str = ""

    @property
    def name(self):
        """As a file: what it shows, how wide, and what is not as usual."""
        unusual = [word for word in ("elder", "dark") if getattr(self, word)]
        return "-".join([self.page, str(self.width), *unusual])


PICTURES = (
    Picture("home", "/"),
    Picture("home", "/", dark=True),
    Picture("elder", "/elder/", elder=True),
    Picture("activities", "/activities/", TABLET),
    Picture("calendar", "/calendar/?view=week", DESK),
    Picture("activity", "first activity"),
    Picture("activity", "first activity", DESK, dark=True),
    Picture("bookings", "/bookings/", user=RESIDENT),
    Picture("bookings", "/bookings/", elder=True, dark=True, user=RESIDENT),
    Picture("rooms", "/rooms/", TABLET),
    Picture("desk", "/admin/", DESK, user=WORKER),
)


def main():
    if BROWSER is None:
        sys.exit("没有 Chromium。 / There is no Chromium.")
    with running_demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        taken = {each.name: take(browser, url, each) for each in PICTURES}
        browser.close()
    taken["phones"] = side_by_side([taken[name] for name in IN_THE_README])
    for name, picture in taken.items():
        save(picture, HERE / f"{name}.webp")


@contextlib.contextmanager
def running_demo():
    """The site with the demo center, as `make run` starts it; yields its address."""
    with tempfile.TemporaryDirectory(prefix="screenshots-") as var:
        port = _free_port()
        environment = os.environ | {"PORT": str(port), "VAR_DIR": var, "DEBUG": "1"}
        command = [*ends_with_us(), sys.executable, "-m", "config.serve"]
        site = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, site)
            yield url
        finally:
            site.terminate()
            site.wait(STOPPED_WITHIN)


def _free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def _wait_for(url, site):
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and site.poll() is None:
        with contextlib.suppress(URLError), urlopen(f"{url}/readyz", timeout=5):  # noqa: S310
            return
        time.sleep(0.5)
    raise SystemExit("The site did not start.")


def take(browser, url, picture):
    """The picture as an image in memory."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": picture.width, "height": HEIGHTS[picture.width]},
        color_scheme="dark" if picture.dark else "light",
        device_scale_factor=2 if picture.width == PHONE else 1,
        reduced_motion="reduce",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    if picture.user:
        _sign_in(page, picture.user)
    if picture.elder:
        page.goto("/elder/")
    page.goto(_address(page, picture))
    page.wait_for_load_state("networkidle")
    shot = page.screenshot()
    context.close()
    return Image.open(io.BytesIO(shot)).convert("RGB")


def _sign_in(page, user):
    """Through the one door, with the code in the outbox of the demo."""
    seen = _messages(page)
    page.goto("/accounts/login/")
    page.locator("main form [name=login]").fill(user)
    page.locator("main form button.main").click()
    _write(page, _code_to(page, user, seen))
    if page.locator("main [name=code]").count():
        _write(page, _second_step(page))


def _write(page, code):
    page.locator("main [name=code]").fill(code)
    with page.expect_navigation():
        page.locator("main form button.main").first.click()


def _messages(page):
    return page.request.get("/dev/outbox/").text().split("<li>")[1:]


def _code_to(page, user, seen):
    """The code that goes to this user; a worker sends it within seconds."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for message in _messages(page):
            code = re.search(r"(?<!\d)\d{6}(?!\d)", message)
            if code and user in message and message not in seen:
                return code[0]
        time.sleep(0.5)
    raise SystemExit(f"No code came for {user}.")


def _second_step(page):
    return re.search(r"<b>(\d{6})</b>", page.request.get("/dev/outbox/").text())[1]


def _address(page, picture):
    if picture.address.startswith("/"):
        return picture.address
    page.goto("/activities/")
    return page.locator("main .session h3 a").first.get_attribute("href")


def side_by_side(pictures, gap=24):
    width = sum(each.width for each in pictures) + gap * (len(pictures) - 1)
    row = Image.new("RGB", (width, max(each.height for each in pictures)), "white")
    left = 0
    for each in pictures:
        row.paste(each, (left, 0))
        left += each.width + gap
    return row.resize((row.width // 2, row.height // 2), Image.Resampling.LANCZOS)


def save(picture, path):
    """As small as it may be, and said aloud."""
    for quality in (90, 80, 70, 60, 50):
        picture.save(path, quality=quality, method=6)
        if path.stat().st_size <= HEAVIEST:
            break
    print(f"{path.name:<28} {path.stat().st_size / 1000:>6.0f} KB")  # noqa: T201


if __name__ == "__main__":
    main()
