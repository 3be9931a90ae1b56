"""A whole center in a folder of its own, with a crowd in it, in which things may break.

PostgreSQL, Redis, web server, worker, clock and mail server are real processes; whoever tests
breaks one of them while residents book. Residents do what people at a browser do: who is told to
try again sends the same form again, `request_key` and all.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.db import Error, connection

from bench.load import crowd
from bench.rush import TOKEN, make_residents, sign_in
from bookings.counting import drifts
from bookings.models import Booking, Place, Status
from config import embedded
from notices.models import Notice
from tests.factories import SessionFactory
from tests.notices.broker import Broker
from tests.notices.mail_server import MailServer

PATIENCE = 120
AT_ONCE = 16
COMMANDS = {
    "web": [
        "granian", "--interface", "wsgi", "--no-ws", "--workers", "2", "--blocking-threads", "4",
        "--host", "127.0.0.1", "--log-level", "warning", "config.wsgi:application",
    ],
    "worker": ["celery", "-A", "config.celery", "-q", "worker", "-P", "threads", "-c", "2", "--without-gossip"],
    "beat": ["celery", "-A", "config.celery", "-q", "beat", "-S", "celery.beat:Scheduler"],
}  # fmt: skip


class House:
    """Open as a context; the ORM of this process then works in the house's own database.

    That begins as a copy of the one it worked in before.
    """

    def __init__(self, folder):
        self.folder = folder
        self.var = folder / "var"
        self.mail = MailServer()
        self.broker = Broker(folder)
        self.port = _free_port()
        self.processes = {}

    def __enter__(self):
        self._before = settings.VAR_DIR, connection.settings_dict["NAME"]
        tables = _dump_of_this_database()
        connection.close()
        settings.VAR_DIR, connection.settings_dict["NAME"] = self.var, "center"
        threading.Thread(target=self.mail.serve_forever, daemon=True).start()
        self.broker.start()
        _ask(
            "psql", embedded.start(self.var), "center", "-q", "-v", "ON_ERROR_STOP=1", input=tables
        )
        for name in COMMANDS:
            self.start(name)
        wait_for(self._web_answers)
        return self

    def __exit__(self, *_):
        for name in self.processes:
            self.kill(name)
        self.broker.kill()
        self.mail.may_answer.set()
        self.mail.shutdown()
        self.mail.server_close()
        connection.close()
        embedded.leave(self.var)
        settings.VAR_DIR, connection.settings_dict["NAME"] = self._before

    # What may break, and be mended.

    def start(self, name):
        more = ["--port", str(self.port)] if name == "web" else []
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(  # noqa: S603 -- our own commands
                [sys.executable, "-m", *COMMANDS[name], *more],
                env=self._environment,
                cwd=settings.BASE_DIR,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    def kill(self, name):
        process = self.processes[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restart_postgresql(self):
        """As an administrator does: sessions are cut off, and the keeper starts it anew."""
        before = _started_at()
        os.kill(
            int((self.var / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGINT
        )
        connection.close()
        wait_for(lambda: _started_at() not in (None, before))

    # Who is in it.

    def rush(self, residents, places):
        """Residents who are on their way; see Rush."""
        found = make_residents(residents, named=uuid.uuid4().hex[:6])
        session = SessionFactory(capacity=places)
        cookies = sign_in([user for _, user in found], settings.AUTHENTICATION_BACKENDS[0])
        people = [person for person, _ in found]
        return Rush(self.port, session, dict(zip(cookies, people, strict=True)))

    @property
    def _environment(self):
        return os.environ | {
            "VAR_DIR": str(self.var),
            "DATABASE_URL": "",
            "REDIS_URL": self.broker.url,
            "EMAIL_URL": self.mail.url,
            "DEBUG": "1",
        }

    def _web_answers(self):
        with socket.socket() as door:
            return door.connect_ex(("127.0.0.1", self.port)) == 0


@dataclass
class Rush:
    """Residents who want a place in one session, each with a browser of their own."""

    port: int
    session: object
    people: dict  # by the cookie of their browser
    answers: list = field(default_factory=list)  # (moment, Answer), the repeated ones included
    served: int = 0

    def __post_init__(self):
        visits = [self._visit(cookie, person) for cookie, person in self.people.items()]
        self.thread = threading.Thread(
            target=crowd, args=(self.port, visits), kwargs={"at_once": AT_ONCE}, daemon=True
        )
        self.thread.start()

    def wait_until_served(self, number):
        wait_for(lambda: self.served >= number)

    def end(self):
        self.thread.join(PATIENCE)
        assert self.served == len(self.people), f"{self.served} of {len(self.people)} were served."

    def refused(self):
        """(moment, Answer) of whatever was no page."""
        return [(at, answer) for at, answer in self.answers if answer.status >= 400]

    def outcome(self):
        """What came of it, as the database has it."""
        bookings = Booking.objects.filter(session=self.session)
        places = Place.objects.filter(session=self.session, canceled_at=None)
        notices = Notice.objects.filter(link__in=[f"/bookings/{b.reference}/" for b in bookings])
        return Outcome(
            bookings=Counter(bookings.values_list("status", flat=True)),
            places_of_each={*Counter(places.values_list("person", flat=True)).values()},
            people=places.count(),
            notices_of_each={*Counter(notices.values_list("link", flat=True)).values()},
            notices=Counter(notices.values_list("kind", flat=True)),
            drifts=drifts(),
        )

    def expected(self, places):
        waiting = len(self.people) - places
        return Outcome(
            bookings=Counter({Status.CONFIRMED: places, Status.WAITING: waiting}),
            places_of_each={1},
            people=len(self.people),
            notices_of_each={1},
            notices=Counter({"bookings/confirmed": places, "bookings/waitlisted": waiting}),
            drifts=[],
        )

    def _visit(self, cookie, person):
        path = f"/activities/{self.session.activity_id}/"
        form = (
            f"csrfmiddlewaretoken={TOKEN}&person={person.pk}&session={self.session.pk}"
            f"&request_key={uuid.uuid4().hex}"
        )

        async def walk(browser):
            await self._insist(lambda: browser.get(path, cookie))
            done = await self._insist(lambda: browser.post(f"{path}book/", form, cookie))
            await self._insist(lambda: browser.get(done.location, cookie))
            self.served += 1

        return walk

    async def _insist(self, ask):
        """Ask again while the answer is to try again, as its page says one should."""
        while True:
            answer = await ask()
            self.answers.append((time.monotonic(), answer))
            if answer.status < 500:
                return answer
            await asyncio.sleep(0.3)


@dataclass
class Outcome:
    bookings: Counter
    places_of_each: set
    people: int
    notices_of_each: set
    notices: Counter
    drifts: list


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "It did not happen."
        time.sleep(0.05)


def all_sent():
    return not Notice.objects.unsent().exists()


def _dump_of_this_database():
    """Faster than to migrate once more."""
    connection.ensure_connection()
    at = connection.connection.get_dsn_parameters()
    return _ask("pg_dump", at["host"], at["dbname"], "--no-owner").stdout


def _ask(program, host, database, *options, **more):
    command = [embedded.binary(program), "-h", host, "-U", "postgres", *options, database]
    return subprocess.run(command, capture_output=True, check=True, **more)  # noqa: S603


def _started_at():
    """When PostgreSQL started; None while it is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_postmaster_start_time()")
            return cursor.fetchone()[0]
    except Error:
        connection.close()
        return None


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
