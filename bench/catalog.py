"""The catalog with 10,000 activities, for visitors who are not signed in."""

import statistics
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from activities.models import Activity, Category, Session, Status
from bench.bare_tables import TABLES
from bench.load import crowd
from bench.server import serving
from tests.factories import CategoryFactory, CenterFactory

ACTIVITIES, VISITS, AT_ONCE = 10_000, 600, 16
PAGES = {
    "catalog": "/activities/",
    "with a filter": "/activities/?category={category}&free=1",
    "search": "/activities/?q=yoga",
    "calendar": "/calendar/?view=week",
}


def measure(url):
    make_activities(ACTIVITIES)
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute("ANALYZE")
    category = Category.objects.first().slug
    with serving("bench.bare:application", url) as port:
        bare = _rate(port, "/list/")
    yield "a bare list of 20 per second", f"{bare:.0f}", ""
    for name, page in PAGES.items():
        path = page.format(category=category)
        with serving("config.wsgi:application", url) as port:
            fresh = _rate(port, path, cached=False)
            cached = _rate(port, path)
        yield f"{name}, made anew each time", f"{fresh / bare:.0%}", ">= 70 % of bare"
        yield f"{name}, with the page cache", f"{cached / bare:.0%}", ">= 200 %"


def make_activities(number):
    """So many published activities, each with one session in the coming weeks."""
    center = CenterFactory()
    categories = CategoryFactory.create_batch(12)
    activities = Activity.objects.bulk_create(
        Activity(
            center=center,
            category=categories[n % 12],
            title=f"Yoga {n}" if n % 20 == 0 else f"Class {n}",
            search_text=f"yoga {n}" if n % 20 == 0 else f"class {n}",
            status=Status.PUBLISHED,
        )
        for n in range(number)
    )
    start = timezone.now() + timedelta(hours=1)
    Session.objects.bulk_create(
        Session(
            activity=activity,
            outside_place="Square",
            starts_at=start + timedelta(minutes=5 * n),
            ends_at=start + timedelta(minutes=5 * n + 60),
            booking_closes_at=start + timedelta(minutes=5 * n),
            capacity=20,
        )
        for n, activity in enumerate(activities)
    )


def _rate(port, path, *, cached=True):
    """Pages per second; the median of three rounds after one to warm up."""

    def visit(n):
        # The page cache holds a page by its whole address: another number, another page.
        address = path if cached else f"{path}{'&' if '?' in path else '?'}fresh={n}"

        async def walk(browser):
            answer = await browser.get(address)
            if answer.status != 200:
                raise SystemExit(f"{address}: {answer.status}")

        return walk

    rates = []
    for turn in range(4):
        visits = [visit(f"{turn}-{n}") for n in range(VISITS)]
        _, seconds = crowd(port, visits, at_once=AT_ONCE)
        rates.append(VISITS / seconds)
    return statistics.median(rates[1:])
