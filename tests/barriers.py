"""What axe finds in the way of people on a page: WCAG 2.2 A and AA, as far as a machine can tell."""

from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}

# What it is, where, and for what it could not decide also why.
RUN = """async rules => {
  const found = await axe.run(document, rules);
  const why = node => [...node.any, ...node.all, ...node.none]
    .map(check => check.data && check.data.messageKey || "").find(key => key) || "";
  const said = results => results.flatMap(each => each.nodes.map(
    node => [each.id, why(node), node.html.slice(0, 200)]));
  return {wrong: said(found.violations), unsure: said(found.incomplete)};
}"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


class Window:
    """A window of a browser that shows pages we have already; no server is asked."""

    def __init__(self, browser, *, width, theme="light"):
        self.html = ""
        self.context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme=theme,
            # A color on its way to another one is neither.
            reduced_motion="reduce",
            locale="zh-CN",
        )
        self.context.route("**/*", self._answer)
        self.context.add_init_script(AXE_SCRIPT)
        self.page = self.context.new_page()

    def show(self, html):
        self.html = html
        self.page.goto("http://center.test/")

    def barriers(self):
        """(what is in the way, what a person must look at): lists of (rule, why, markup)."""
        found = self.page.evaluate(RUN, RULES)
        return found["wrong"], found["unsure"]

    def too_wide_by(self):
        return self.page.evaluate(TOO_WIDE)

    def _answer(self, route):
        path = urlsplit(route.request.url).path
        if path == "/":
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
        elif path.endswith((".css", ".svg")) and (
            file := finders.find(path.removeprefix("/static/"))
        ):
            route.fulfill(path=file)
        else:
            # Scripts too: a page has to be right before they come.
            route.abort()
