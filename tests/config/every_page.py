"""Every page of the site for residents, partners and the door, as somebody reads it in Chinese.

Which pages there are, and who may open them, is in the table of test_access.py: a new page is
among them by itself. The workplace under /admin/ is not, since most of it is not our own markup.
"""

from dataclasses import dataclass

from django.conf import settings
from django.test import Client

from tests.config.test_access import VISITS, addresses_in, is_a_page, read, the_house

VIEWS = ("standard", "elder")
# As in the table: the first who may, and where there is one, the next who may.
ROLES = (
    "nobody", "resident", "neighbor", "member", "rival", "worker", "elsewhere", "district",
    "superuser",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    name: str
    view: str
    reader: str
    html: str

    def __str__(self):
        return f"{self.name}, {self.view} view, read by {self.reader}"


def every_page(db_blocker, only=()):
    """A list of pages, or of those with these names; nothing of their house is left."""
    with the_house(db_blocker) as house:
        addresses = addresses_in(house)
        browsers = {role: _browser_of(user) for role, user in house.users.items()}
        return [
            Page(name, view, role, response.content.decode())
            for name, answers in read(VISITS).items()
            if "200" in answers and (name in only if only else not name.startswith("admin"))
            for view, role in _readers(answers.split())
            if is_a_page(response := _visit(browsers[role], addresses[name], view))
        ]


def _browser_of(user):
    browser = Client(headers={"accept-language": "zh-CN"})
    if user:
        browser.force_login(user)
    return browser


def _readers(answers):
    """In the elder view somebody who is signed in, where anybody may look."""
    may = [role for role, answer in zip(ROLES, answers, strict=True) if answer == "200"]
    return zip(VIEWS, (may[0], may[:2][-1]), strict=True)


def _visit(browser, address, view):
    browser.cookies[settings.ELDER_COOKIE_NAME] = str(VIEWS.index(view))
    return browser.get(address)
