"""Booking and rooms as a screen reader has them: the browser's own tree of roles and names."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

import pytest

from activities.models import BookingMode, Question
from bookings.models import RoomBooking
from tests.barriers import Window
from tests.bookings.booking import book_for
from tests.bookings.test_rooms import a_room, at
from tests.bookings.test_rooms import book as book_room
from tests.factories import ActivityFactory, PersonFactory, SessionFactory, carer_of

TO_PRESS_OR_FILL_IN = {
    "button", "checkbox", "combobox", "link", "radio", "searchbox", "spinbutton", "textbox",
}  # fmt: skip
ONCE = {"banner", "main", "contentinfo"}
# What a screen reader says unasked.
SAID_AT_ONCE = {"alert", "status", "log"}
NODE = re.compile(r"""^\s*- '?(?P<role>\w+)(?: "(?P<name>(?:[^"\\]|\\.)*)")?(?P<rest>.*)$""")


@dataclass(frozen=True)
class Node:
    role: str
    name: str
    level: int | None = None
    address: str = ""


def nodes(tree):
    found = []
    for line in tree.splitlines():
        if address := re.match(r"\s*- /url: (.*)", line):
            last = found.pop()
            found.append(Node(last.role, last.name, last.level, address[1]))
        elif node := NODE.match(line):
            level = re.search(r"\[level=(\d)\]", node["rest"])
            found.append(Node(node["role"], node["name"] or "", level and int(level[1])))
    return found


def troubles(tree, *, says=()):
    """What somebody who listens would stumble over; `says` are the roles that speak up here."""
    found = nodes(tree)
    roles = Counter(node.role for node in found)
    return [
        *_without_a_name(found),
        *_of_one_name(found),
        *_out_of_order([node.level for node in found if node.role == "heading"]),
        *(f"{roles[role]} {role}" for role in sorted(ONCE) if roles[role] != 1),
        *(f"speaks up: {role}" for role in sorted(SAID_AT_ONCE - set(says)) if roles[role]),
        *(f"is silent: {role}" for role in says if not roles[role]),
    ]


def _without_a_name(found):
    named = TO_PRESS_OR_FILL_IN | {"navigation", "heading", "img"}
    return [f"{each.role} without a name" for each in found if each.role in named and not each.name]


def _of_one_name(found):
    """Two links of one name lead to one place; of all else there is one."""
    meant = defaultdict(list)
    for each in found:
        # Of two groups the same may be chosen; the group is said before it.
        if each.role in (TO_PRESS_OR_FILL_IN | {"navigation"}) - {"radio"} and each.name:
            meant[each.role, each.name].append(each.address)
    return [
        f"{len(places)} of {role} “{name}”"
        for (role, name), places in meant.items()
        if (len(set(places)) if role == "link" else len(places)) > 1
    ]


def _out_of_order(levels):
    if levels.count(1) != 1:
        yield f"{levels.count(1)} first headings"
    before = 0
    for level in levels:
        if level > before + 1:
            yield f"heading {level} after {before}"
        before = level


@pytest.fixture
def spoken(browser):
    """The tree of an answer as the browser builds it."""
    window = Window(browser, width=390)

    def tree(response):
        window.show(response.content.decode())
        return window.page.locator("body").aria_snapshot()

    yield tree
    window.context.close()


@pytest.fixture
def family(client):
    people = [PersonFactory(name="李敏"), PersonFactory(name="小禾")]
    client.force_login(carer_of(*people))
    return people


def test_troubles_are_heard():
    tree = """
- main:
  - heading "A" [level=2]
  - button
  - button "取消"
  - button "取消"
  - link "See":
    - /url: /one
  - 'link "See"':
    - /url: /two
  - alert: B
"""

    assert troubles(tree, says=["status"]) == [
        "button without a name",
        "2 of button “取消”",
        "2 of link “See”",
        "0 first headings",
        "heading 2 after 0",
        "0 banner",
        "0 contentinfo",
        "speaks up: alert",
        "is silent: status",
    ]


def test_every_step_of_booking_is_heard_well(client, family, spoken):
    ana, bo = family
    activity = ActivityFactory(title="亲子陶艺", booking_mode=BookingMode.SINGLE)
    first, _second = SessionFactory.create_batch(2, activity=activity)
    Question.objects.create(
        activity=activity, text="对什么过敏？", purpose="备料用", is_sensitive=True
    )
    book, typed = f"/activities/{activity.pk}/book/", {"session": [first.pk]}
    with_people = typed | {"person": [ana.pk, bo.pk]}
    agreed = with_people | {f"consent_{ana.pk}": "yes", f"consent_{bo.pk}": "yes"}

    pages = {
        "activity": client.get(f"/activities/{activity.pk}/"),
        "dates": client.get(book),
        "who": client.post(book, typed | {"step": "who"}),
        "consent": client.post(book, with_people | {"step": "consent"}),
        "questions": client.post(book, agreed | {"step": "questions"}),
        "check": client.post(book, agreed | {"step": "check"}),
    }
    heard = {name: troubles(spoken(page)) for name, page in pages.items()}

    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(pages, 200)
    assert heard == {name: [] for name in pages}


def test_what_is_wrong_speaks_up_and_only_then(client, family, spoken):
    session = SessionFactory(activity__booking_mode=BookingMode.SINGLE)

    page = client.post(f"/activities/{session.activity_id}/book/", {"session": session.pk})
    tree = spoken(page)

    assert page.status_code == 422
    assert troubles(tree, says=["alert"]) == []
    assert Node("link", "谁来", None, '"#id_person"') in nodes(tree)


def test_my_bookings_and_how_to_cancel_are_heard_well(client, family, spoken):
    ana, bo = family
    user = client.get("/bookings/").wsgi_request.user
    sessions = SessionFactory.create_batch(3)
    mine = [book_for(ana, bo, session=session, by=user) for session in sessions]
    here = f"/bookings/{mine[0].reference}/"

    pages = [client.get(address) for address in ("/bookings/", here, f"{here}cancel/", "/people/")]

    assert [troubles(spoken(page)) for page in pages] == [[], [], [], []]


def test_rooms_are_heard_well(client, family, spoken):
    room = a_room(name="书画室")
    other = a_room(name="小会客室", floor=room.floor)
    book_room(other, 8, 10)
    wish = {
        "date": f"{at(10):%Y-%m-%d}", "start": "10:00", "end": "11:00",
        "purpose": "练字", "headcount": "4", "request_key": "once",
    }  # fmt: skip
    booked = client.post(f"/rooms/{room.pk}/book/", wish)

    pages = [
        client.get(f"/rooms/?date={at(10):%Y-%m-%d}"),
        client.get(f"/rooms/{room.pk}/?date={at(10):%Y-%m-%d}"),
        client.get(booked.url),
        client.get(f"{booked.url}cancel/"),
        client.get("/rooms/mine/"),
    ]
    taken = client.post(f"/rooms/{room.pk}/book/", wish | {"request_key": "again"})

    assert RoomBooking.objects.count() == 2
    assert [troubles(spoken(page)) for page in pages] == [[], [], [], [], []]
    assert taken.status_code == 409
    assert troubles(spoken(taken), says=["alert"]) == []
