"""How far things jump on a phone while a page comes in over a slow line."""

from playwright.sync_api import sync_playwright

from tests.e2e.conftest import BROWSER

PHONE = {"width": 390, "height": 844}
# A middling line of a phone: bytes per second, and the way there and back in milliseconds.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
BUDGET = "< 0.01"

# What moves by itself; not what somebody has just opened with a finger.
WATCH = """
  window.moved = 0;
  new PerformanceObserver((seen) => {
    for (const shift of seen.getEntries()) if (!shift.hadRecentInput) window.moved += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
"""
SCROLL = """
  async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 400) {
      window.scrollTo(0, y);
      await new Promise((done) => setTimeout(done, 40));
    }
    await new Promise((done) => setTimeout(done, 200));
    return window.moved;
  }
"""


def shifts(port, visits):
    """For each first visit (path, cookie) its layout shift, in words; all at once, as nothing else
    that has a loop of its own runs beside a browser."""
    if BROWSER is None:
        return ["no browser"] * len(visits)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        moved = [
            _shift(browser, f"http://127.0.0.1:{port}{path}", cookie) for path, cookie in visits
        ]
        browser.close()
    return [f"{each:.4f}" for each in moved]


def _shift(browser, address, cookie):
    context = browser.new_context(
        viewport=PHONE,
        is_mobile=True,
        has_touch=True,
        device_scale_factor=2,
        locale="zh-CN",
        # As the proxy says it.
        extra_http_headers={"X-Forwarded-Proto": "https"},
    )
    if cookie:
        pairs = [pair.split("=", 1) for pair in cookie.split("; ")]
        context.add_cookies([{"name": n, "value": v, "url": address} for n, v in pairs])
    page = context.new_page()
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", LINE)
    page.add_init_script(WATCH)
    page.goto(address, wait_until="networkidle")
    moved = page.evaluate(SCROLL)
    context.close()
    return moved
