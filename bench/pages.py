"""What the main pages weigh on a cold phone, and what each of them costs the server."""

import gzip
import re
import time
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

import psutil
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from activities.models import Session
from bench.load import crowd
from bench.rush import sign_in
from bench.server import serving
from bench.shifts import BUDGET as NO_SHIFT
from bench.shifts import shifts
from bookings.demo import building
from bookings.demo.accounts import RESIDENT
from bookings.demo.places import SLUG
from bookings.room_pages import bookable

BUDGET, VISITS, AT_ONCE = "<= 100 KB", 100, 4
# As the proxy of deploy/README.md makes pages small; files are small already (whitenoise).
PROXY_LEVEL = 6
FETCHED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "use": "href"}
IN_A_STYLESHEET = re.compile(r"""(?:url\(|@import )["']?(?!data:|#)([^"')]+)""")
PHOTOS = "/media/"
NOT_LOADED = {"canonical", "alternate", "prev", "next"}


def measure(url):
    building.build(lambda words: None)
    [cookie] = sign_in([User.objects.get(email=RESIDENT)], settings.AUTHENTICATION_BACKENDS[0])
    with serving("config.wsgi:application", url) as port:
        pages = list(_pages(cookie))
        moved = shifts(port, [(path, who) for _name, path, who in pages])
        for (name, path, who), shift in zip(pages, moved, strict=True):
            weight, files, foreign = _weigh(port, path, who)
            yield f"{name}: weight without photos", f"{weight / 1000:.0f} KB", BUDGET
            yield f"{name}: requests, of these to others", f"{1 + files}, {foreign}", "0 to others"
            yield f"{name}: layout shift at 390 px", shift, NO_SHIFT
            yield f"{name}: server CPU, made anew each time", f"{_cpu(port, path, who):.0f} ms", ""


def _pages(cookie):
    session = Session.objects.open_for_booking().with_places().filter(
        activity__center__slug=SLUG, starts_at__gt=timezone.now()
    ).first()  # fmt: skip
    activity, room = session.activity_id, bookable().filter(floor__center__slug=SLUG).first()
    yield "home", "/", ""
    yield "home in the elder view", "/elder/", ""
    yield "catalog", "/activities/", ""
    yield "calendar", "/calendar/?view=week", ""
    yield "activity", f"/activities/{activity}/", ""
    yield "center", f"/centers/{SLUG}/", ""
    yield "rooms", "/rooms/", ""
    yield "one room", f"/rooms/{room.pk}/", ""
    yield "sign-in", "/accounts/login/", ""
    yield "booking", f"/activities/{activity}/book/?session={session.pk}", cookie
    yield "my bookings", "/bookings/", cookie


def _weigh(port, path, cookie):
    """(bytes, number of files, how many of them at somebody else's) of a first visit."""
    here = f"http://127.0.0.1:{port}"
    page = _get(here + path, cookie)
    weight, seen = len(gzip.compress(page, PROXY_LEVEL)), set()
    waiting = _Files(page.decode()).addresses
    while waiting:
        address = urljoin(here + path, waiting.pop()).partition("#")[0]
        if address in seen or urlsplit(address).path.startswith(PHOTOS):
            continue
        seen.add(address)
        if address.startswith(here):
            file = _get(address, cookie)
            weight += len(file)
            if urlsplit(address).path.endswith(".css"):
                words = gzip.decompress(file) if file.startswith(b"\x1f\x8b") else file
                waiting += IN_A_STYLESHEET.findall(words.decode())
    return weight, len(seen), sum(not address.startswith(here) for address in seen)


def _get(address, cookie):
    headers = {
        "Cookie": cookie,
        "X-Forwarded-Proto": "https",
        "Accept-Language": "zh-CN",
        # Pages are made small by the proxy, in the same way for all of them.
        "Accept-Encoding": "gzip" if "/static/" in address else "identity",
    }
    try:
        with urlopen(Request(address, headers=headers), timeout=30) as answer:  # noqa: S310 -- ours
            return answer.read()
    except HTTPError as error:
        raise SystemExit(f"{address}: {error}") from error


class _Files(HTMLParser):
    """What a browser fetches for a page, before any script asks for more."""

    def __init__(self, html):
        super().__init__()
        self.addresses = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        address = attrs.get(FETCHED.get(tag, ""))
        if address and attrs.get("rel") not in NOT_LOADED:
            self.addresses.append(address)


def _cpu(port, path, cookie):
    """Milliseconds of the web processes for one visit that no page cache answers."""

    def visit(n):
        address = f"{path}{'&' if '?' in path else '?'}fresh={n}"

        async def walk(browser):
            answer = await browser.get(address, cookie)
            if answer.status != 200:
                raise SystemExit(f"{address}: {answer.status}")

        return walk

    turn = time.monotonic_ns()
    crowd(port, [visit(f"{turn}-warm-{n}") for n in range(AT_ONCE * 4)], at_once=AT_ONCE)
    before = _spent()
    crowd(port, [visit(f"{turn}-{n}") for n in range(VISITS)], at_once=AT_ONCE)
    return (_spent() - before) / VISITS * 1000


def _spent():
    """Seconds of CPU that the server's processes have used so far."""
    mine = psutil.Process().children(recursive=True)
    web = [each for each in mine if "granian" in " ".join(each.cmdline())]
    return sum(sum(each.cpu_times()[:2]) for each in web)
