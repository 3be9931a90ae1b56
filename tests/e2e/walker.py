"""Somebody who walks through the site at phone width: with a finger, by keys alone, or with a
browser that runs no scripts. What they see they name by its words, as people do."""

from itertools import count

from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from notices.models import Notice

FINGER, KEYS, NO_SCRIPT = "by finger", "by keys alone", "without scripts"
MOST_TABS = 150
PHONES = count(1)

HAS_FOCUS = "one => one === document.activeElement"
# What is around it says so where the thing itself is drawn by something else.
SHOWS_FOCUS = """one => one.matches(":focus-visible") && [one, one.nextElementSibling]
  .some(each => each && getComputedStyle(each).outlineStyle !== "none")"""
IS_ON_THE_SCREEN = """one => {
  const box = one.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}"""


class Walker:
    def __init__(self, page, manner=FINGER):
        self.page = page
        self.manner = manner
        self.taps = 0

    def open(self, address):
        self.page.goto(address)

    def signed_in_as(self, user, address):
        """As if they had come in earlier; `address` is that of the server."""
        client, name = Client(), settings.SESSION_COOKIE_NAME
        client.force_login(user)
        cookie = {"name": name, "value": client.cookies[name].value, "url": address}
        self.page.context.add_cookies([cookie])
        return self

    def signs_in(self):
        """In the middle of whatever they were at, with a phone that nobody had before."""
        self.write("手机号或电子邮箱", f"139 0000 {next(PHONES):04}")
        self.tap("获取验证码")
        self.reads("填写验证码")
        code = Notice.objects.filter(kind="accounts/code").latest("pk").context["code"]
        self.write("验证码", code)
        self.tap("登录")

    def tap(self, words, *, exact=False):
        """Press the button or follow the link of these words; then another page is there."""
        main = self.page.locator("main")
        button = main.get_by_role("button", name=words, exact=exact)
        self._press(button.or_(main.get_by_role("link", name=words, exact=exact)), goes_on=True)

    def tick(self, words):
        box = self.page.get_by_role("checkbox", name=words)
        self._press(box, goes_on=False, key="Space")
        expect(box).to_be_checked()

    def untick(self, words):
        box = self.page.get_by_role("checkbox", name=words)
        self._press(box, goes_on=False, key="Space")
        expect(box).not_to_be_checked()

    def pick(self, label, words):
        """Out of a list that opens."""
        box = self.page.get_by_label(label, exact=True)
        if self.manner != KEYS:
            box.select_option(label=words)
            return
        self._go_to(box)
        for _ in range(box.locator("option").count()):
            if box.locator("option:checked").inner_text() == words:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{words} is not in the list")

    def write(self, label, text):
        field = self.page.locator("main").get_by_label(label).first
        if self.manner != KEYS:
            field.fill(text)
            return
        self._go_to(field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def reads(self, *words):
        for each in words:
            expect(self.page.locator("main")).to_contain_text(each)

    def _press(self, found, *, goes_on, key="Enter"):
        found = found.filter(visible=True).first
        self.taps += 1
        if self.manner == KEYS:
            self._go_to(found)
        if not goes_on:
            self._act(found, key)
            return
        with self.page.expect_navigation():
            self._act(found, key)

    def _act(self, found, key):
        if self.manner == KEYS:
            self.page.keyboard.press(key)
        else:
            found.click()

    def _go_to(self, found):
        """Tab until it has the focus, which one must be able to see."""
        wanted = found.element_handle()
        for _ in range(MOST_TABS):
            if wanted.evaluate(HAS_FOCUS):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"No way by keys to {found}")
        assert wanted.evaluate(SHOWS_FOCUS), f"Nobody sees the focus on {found}"
        assert wanted.evaluate(IS_ON_THE_SCREEN), f"The focus is out of sight on {found}"
