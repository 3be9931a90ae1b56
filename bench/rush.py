"""1,000 signed-in residents want one of 200 places, 64 of them at once: page, POST, page."""

import statistics
import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection
from django.utils import timezone

from accounts.models import Care, Person, Role, User
from bench.bare_tables import TABLES
from bench.load import crowd
from bench.server import serving
from bookings.counting import drifts
from bookings.models import Booking
from tests.factories import SessionFactory

RESIDENTS, PLACES, AT_ONCE = 1000, 200, 64
TOKEN = "a" * 32


def measure(url):
    people, users = zip(*make_residents(RESIDENTS), strict=True)
    session = SessionFactory(capacity=PLACES)
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    cookies = sign_in(users, "django.contrib.auth.backends.ModelBackend")
    with serving("bench.bare:application", url) as port:
        # Once to warm up, then three times: a bare server's speed swings on a small machine.
        bare = statistics.median([_bare(port, cookies) for _ in range(4)][1:])
    cookies = sign_in(users, settings.AUTHENTICATION_BACKENDS[0])
    with serving("config.wsgi:application", url) as port:
        crowd(port, [_look(session, cookie) for cookie in cookies[:AT_ONCE]], at_once=8)
        visits = [
            _visit(session, person, cookie) for person, cookie in zip(people, cookies, strict=True)
        ]
        answers, seconds = crowd(port, visits, at_once=AT_ONCE)
    slowest = sorted(each.seconds for visit in answers for each in visit)
    errors = sum(each.status >= 400 for visit in answers for each in visit)
    confirmed = list(Booking.objects.confirmed().values_list("created_at", flat=True))
    waiting = list(Booking.objects.waiting().values_list("queue_no", flat=True))
    yield "confirmed, waiting", f"{len(confirmed)}, {len(waiting)}", "200, 800"
    yield "waiting in the order of their numbers, counters right", _in_order(waiting), "yes"
    yield "errors", errors, "0"
    yield "99 of 100 answers within", f"{slowest[int(len(slowest) * 0.99)]:.2f} s", "< 5 s"
    yield "residents served per second", f"{RESIDENTS / seconds:.0f}", ""
    yield "a bare Django does", f"{bare:.0f}", ""
    yield "ours of bare", f"{RESIDENTS / seconds / bare:.0%}", ">= 65 %"


def _in_order(waiting):
    return "yes" if waiting == sorted(waiting) and drifts() == [] else "NO"


def make_residents(number, named="r"):
    """[(person, user)], each of them the other."""
    users = User.objects.bulk_create(
        User(email=f"{named}{n}@example.org", password="!", name=f"R{n}") for n in range(number)
    )
    people = Person.objects.bulk_create(
        Person(name=f"R{n}", sort_key=f"r{n}") for n in range(number)
    )
    Care.objects.bulk_create(
        Care(user=user, person=person, role=Role.SELF)
        for user, person in zip(users, people, strict=True)
    )
    return list(zip(people, users, strict=True))


def sign_in(users, backend):
    """The cookies of these users' browsers."""
    keys = [uuid.uuid4().hex for _ in users]
    BrowserSession.objects.bulk_create(
        BrowserSession(
            session_key=key,
            session_data=SessionStore().encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: backend,
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
            ),
            expire_date=timezone.now() + timedelta(days=1),
        )
        for user, key in zip(users, keys, strict=True)
    )
    return [f"sessionid={key}; csrftoken={TOKEN}" for key in keys]


def _bare(port, cookies):
    def visit(cookie):
        async def walk(browser):
            page = await browser.get("/page/1/", cookie)
            done = await browser.post("/page/1/book/", f"csrfmiddlewaretoken={TOKEN}", cookie)
            last = await browser.get(done.location, cookie)
            if (page.status, done.status, last.status) != (200, 302, 200):
                raise SystemExit(f"bare: {page.status} {done.status} {last.status}")

        return walk

    _, seconds = crowd(port, [visit(cookie) for cookie in cookies], at_once=AT_ONCE)
    return len(cookies) / seconds


def _look(session, cookie):
    async def walk(browser):
        await browser.get(f"/activities/{session.activity_id}/", cookie)

    return walk


def _visit(session, person, cookie):
    async def walk(browser):
        path = f"/activities/{session.activity_id}/"
        form = (
            f"csrfmiddlewaretoken={TOKEN}&person={person.pk}&session={session.pk}"
            f"&request_key={uuid.uuid4().hex}"
        )
        page = await browser.get(path, cookie)
        done = await browser.post(f"{path}book/", form, cookie)
        return page, done, await browser.get(done.location or "/", cookie)

    return walk
