"""The real clock: Celery's beat and worker as processes, a real broker, a real mail server."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from urllib.parse import quote

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from django.utils import timezone

from notices.models import Notice
from notices.services import leave
from tests.bookings.booking import book_for
from tests.factories import (
    AgreementFactory,
    NoticeFactory,
    PartnerMemberFactory,
    PersonFactory,
    SessionFactory,
)
from tests.notices.broker import Broker
from tests.notices.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

# Processes take a while to start on a busy machine; what is promised is counted from then on.
PATIENCE = 90
PROMISED = 10


def wait_for(condition, seconds=PATIENCE):
    """How long it took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "It did not happen."
        time.sleep(0.05)
    return time.monotonic() - start


@pytest.fixture
def mail_server():
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.may_answer.set()
        server.shutdown()


@pytest.fixture
def broker(tmp_path):
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def start(transactional_db, broker, mail_server):
    """Starts Celery's `worker` or `beat` on the test database; all are killed at the end."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "REDIS_URL": broker.url,
        "EMAIL_URL": mail_server.url,
        "DEBUG": "1",
        "QUIET_HOURS": "0",
    }
    arguments = {
        "worker": ["worker", "-P", "threads", "-c", "2", "--without-gossip"],
        "beat": ["beat", "-S", "celery.beat:Scheduler"],
    }
    started = []

    def start(name):
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "-q", *arguments[name]]
        process = subprocess.Popen(  # noqa: S603 -- our own command
            command, env=environment, cwd=settings.BASE_DIR, start_new_session=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        kill(process)


def database_url():
    connection.ensure_connection()
    to = connection.connection.get_dsn_parameters()
    password = quote(connection.settings_dict["PASSWORD"], safe="")
    # The folder of a socket stands in the path, a host before the port.
    host, folder = ("", to["host"]) if to["host"].startswith("/") else (to["host"], "")
    who = f"{to['user']}:{password}" if password else to["user"]
    return f"postgres://{who}@{host}:{to['port']}/{folder and folder + '/'}{to['dbname']}"


def kill(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def leave_one(key):
    leave("accounts/code", key=key, address="ana@example.org", context={"code": key})


def test_notices_and_reminders_arrive_within_ten_seconds(start, broker, mail_server):
    start("worker")
    start("beat")
    leave_one("to see that they run")
    wait_for(lambda: mail_server.messages)
    soon = timezone.now() + timedelta(hours=1)
    session = SessionFactory(starts_at=soon, ends_at=soon + timedelta(hours=1))
    person = PersonFactory(name="李敏")
    book_for(person, session=session, at=soon - timedelta(days=2))
    Notice.objects.filter(kind="bookings/confirmed").delete()

    # What beat says once a minute.
    Celery(broker=broker.url).send_task("bookings.tasks.leave_reminders")

    wait_for(lambda: len(mail_server.messages) == 2, PROMISED)
    reminder = mail_server.messages[1]
    assert "李敏" in reminder.get_payload(decode=True).decode()
    assert wait_for(lambda: not Notice.objects.unsent().exists()) < PROMISED

    # And what it says once a day.
    in_a_month = timezone.localdate() + timedelta(days=30)
    partner = PartnerMemberFactory(partner__name="砚田书社").partner
    AgreementFactory(partner=partner, ends_on=in_a_month)
    Celery(broker=broker.url).send_task("partners.tasks.remind_of_ends")

    wait_for(lambda: len(mail_server.messages) == 3, PROMISED)
    assert "砚田书社" in mail_server.messages[2].get_payload(decode=True).decode()


def test_a_worker_killed_in_the_middle_loses_nothing(start, mail_server):
    notices = NoticeFactory.create_batch(20)
    mail_server.hold_at = 7
    first = start("worker")
    start("beat")
    wait_for(mail_server.is_holding.is_set)

    kill(first)

    repeated = mail_server.ids()[6]
    start("worker")
    wait_for(lambda: not Notice.objects.unsent().exists())
    ids = Counter(mail_server.ids())
    assert len(ids) == len(notices)
    assert [name for name, times in ids.items() if times > 1] == [repeated]
    assert ids[repeated] == 2


def test_without_a_broker_bookings_go_on_and_notices_leave_later(start, broker, mail_server):
    mail_server.hold_at = 2
    session = SessionFactory()
    start("worker")
    start("beat")
    leave_one("to see that they run")
    wait_for(lambda: mail_server.messages)
    leave_one("being sent while the broker goes")
    wait_for(mail_server.is_holding.is_set)
    broker.kill()
    mail_server.may_answer.set()
    wait_for(lambda: not Notice.objects.unsent().exists())

    begin = time.monotonic()
    book_for(PersonFactory(), session=session)
    assert time.monotonic() - begin < 2

    # Longer than the clock's next tick, which nobody hears.
    time.sleep(4)
    broker.start()
    wait_for(lambda: not Notice.objects.unsent().exists())
    assert len(mail_server.messages) == 3
