"""1,000 signed-in residents want one of 200 places, 64 of them at once: page, POST, page."""

import statistics
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection
from django.utils import timezone

from accounts.models import Care, Person, Role, User
from activities.models import BookingMode
from bench.bare_tables import TABLES
from bench.load import crowd
from bench.server import serving
from bench.waits import watching
from bookings.counting import drifts
from bookings.models import Booking
from tests.factories import ActivityFactory, SessionFactory

RESIDENTS, PLACES, AT_ONCE = 1000, 200, 64
DATES = 8
TOKEN = "a" * 32


@dataclass(frozen=True)
class Wanted:
    """What one resident asks for: a session, or (None) the whole course."""

    activity: int
    session: int | None


def measure(url):
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    users = [user for _, user in make_residents(RESIDENTS, named="bare")]
    cookies = sign_in(users, "django.contrib.auth.backends.ModelBackend")
    with serving("bench.bare:application", url) as port:
        # Once to warm up, then three times: a bare server's speed swings on a small machine.
        bare = statistics.median([_bare(port, cookies) for _ in range(4)][1:])
    yield "a bare Django serves residents per second", f"{bare:.0f}", ""
    with serving("config.wsgi:application", url) as port:
        yield from _rush(port, bare, "one session", one_of(1), "< 5 s", ">= 65 %")
        yield from _rush(port, bare, "10 sessions", one_of(10))
        yield from _rush(port, bare, "50 sessions", one_of(50))
        yield from _rush(port, bare, f"a course of {DATES} dates", the_course())


def one_of(number):
    """So many sessions open at once, each with its part of the places and of the residents."""
    sessions = SessionFactory.create_batch(number, capacity=PLACES // number)
    return [Wanted(session.activity_id, session.pk) for session in sessions]


def the_course():
    activity = ActivityFactory(booking_mode=BookingMode.COURSE)
    SessionFactory.create_batch(DATES, activity=activity, capacity=PLACES)
    return [Wanted(activity.pk, None)]


def _rush(port, bare, name, wanted, p99="", of_bare=""):
    people, users = zip(*make_residents(RESIDENTS, named=uuid.uuid4().hex[:8]), strict=True)
    cookies = sign_in(users, settings.AUTHENTICATION_BACKENDS[0])
    crowd(port, [_look(wanted[0], cookie) for cookie in cookies[:AT_ONCE]], at_once=8)
    visits = [
        _visit(wanted[n % len(wanted)], person, cookie)
        for n, (person, cookie) in enumerate(zip(people, cookies, strict=True))
    ]
    with watching() as waits:
        answers, seconds = crowd(port, visits, at_once=AT_ONCE)
    slowest = sorted(each.seconds for visit in answers for each in visit)
    errors = sum(each.status >= 400 for visit in answers for each in visit)
    bookings = Booking.objects.filter(activity__in={each.activity for each in wanted})
    posts = [post for _, post, _ in answers if post.status < 400]
    counts = f"{bookings.confirmed().count()}, {bookings.waiting().count()}"
    yield f"{name}: confirmed, waiting", counts, "200, 800"
    yield f"{name}: nobody passed anybody, counters right", _in_order(posts, bookings), "yes"
    yield f"{name}: errors", errors, "0"
    yield f"{name}: 99 of 100 answers within", f"{slowest[int(len(slowest) * 0.99)]:.2f} s", p99
    yield f"{name}: waited for a row, half of them, longest", waits.in_words(), ""
    yield f"{name}: ours of bare", f"{RESIDENTS / seconds / bare:.0%}", of_bare


def _in_order(posts, bookings):
    """Whether nobody passed anybody: who was answered before another asked stands before them.

    Whoever has a place stands before all who wait.
    """
    place_in_line = {
        f"/bookings/{reference}/": (activity, session, number or 0)
        for reference, activity, session, number in bookings.values_list(
            "reference", "activity", "session", "queue_no"
        )
    }
    latest_before = {}
    for post in sorted(posts, key=lambda each: (place_in_line[each.location][2], each.sent_at)):
        *line, _ = place_in_line[post.location]
        if post.answered_at < latest_before.get(tuple(line), 0):
            return "NO"
        latest_before[tuple(line)] = max(latest_before.get(tuple(line), 0), post.sent_at)
    return "yes" if drifts() == [] else "NO"


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


def _look(wanted, cookie):
    async def walk(browser):
        await browser.get(f"/activities/{wanted.activity}/", cookie)

    return walk


def _visit(wanted, person, cookie):
    async def walk(browser):
        path = f"/activities/{wanted.activity}/"
        form = f"csrfmiddlewaretoken={TOKEN}&person={person.pk}&request_key={uuid.uuid4().hex}"
        if wanted.session:
            form += f"&session={wanted.session}"
        page = await browser.get(path, cookie)
        done = await browser.post(f"{path}book/", form, cookie)
        return page, done, await browser.get(done.location or "/", cookie)

    return walk
