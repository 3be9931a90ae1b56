import os
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from config import middleware
from tests.config.urls import tries
from tests.factories import DistrictFactory, UserFactory
from venues.models import District

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.config.urls")]


@pytest.fixture(autouse=True)
def no_tries():
    tries.clear()


@pytest.fixture
def district():
    return DistrictFactory(name="Old town")


@pytest.fixture
def somebody_else(district):
    """Holds the district's row until told to let go."""
    holds, lets_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            District.objects.select_for_update().get(pk=district.pk)
            holds.set()
            lets_go.wait(20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait(10)
    yield lets_go
    lets_go.set()
    thread.join()


def test_who_lost_against_another_is_tried_again(client, district, somebody_else):
    def let_go_at_the_second_try():
        while len(tries) < 2:
            time.sleep(0.005)
        somebody_else.set()

    threading.Thread(target=let_go_at_the_second_try, daemon=True).start()

    response = client.post("/test/rename/", {"name": "New town"})

    assert response.content == b"renamed"
    assert tries == ["New town", "New town"]
    district.refresh_from_db()
    assert district.name == "New town"


def test_who_keeps_losing_gets_the_form_again_with_nothing_lost(client, district, somebody_else):
    response = client.post(
        "/test/rename/?page=2", {"name": "<New town>", "day": ["1", "2"], "password1": "secret"}
    )

    assert response.status_code == 503
    assert len(tries) == 3
    page = response.content.decode()
    assert 'action="/test/rename/?page=2"' in page
    assert '<input type="hidden" name="name" value="&lt;New town&gt;">' in page
    assert page.count('name="day"') == 2
    assert "csrfmiddlewaretoken" in page
    assert "secret" not in page


def test_the_form_that_was_given_back_can_be_sent(district, somebody_else):
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = token = "a" * 32
    page = client.post("/test/rename/", {"name": "New town", "csrfmiddlewaretoken": token})
    somebody_else.set()

    token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    response = client.post("/test/rename/", {"name": "New town", "csrfmiddlewaretoken": token})

    assert response.content == b"renamed"


def test_a_page_whose_connection_broke_is_read_again(client, district):
    assert client.get("/test/read/").content == b"Old town"


def test_a_post_whose_connection_broke_is_not_sent_again_by_itself(client, district):
    response = client.post("/test/write/")

    assert response.status_code == 503
    assert tries == ["write"]


@pytest.fixture
def cut_off_after_the_first_look(monkeypatch):
    """PostgreSQL ends the connection after it has been found to be alive."""
    look = middleware._database_answers

    def look_and_be_cut_off():
        answers = look()
        pid = connection.connection.get_backend_pid()
        with connection.copy().cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            cursor.connection.close()
        return answers

    monkeypatch.setattr(middleware, "_database_answers", look_and_be_cut_off)


@pytest.mark.parametrize("send", [Client.get, Client.post])
def test_a_connection_that_broke_before_anything_was_done_costs_nothing(
    client, cut_off_after_the_first_look, send
):
    client.force_login(UserFactory())

    assert send(client, "/test/who/").content == b"somebody"


def test_the_next_request_gets_a_new_connection(client, district):
    client.post("/test/write/")
    tries.append("anything")

    assert client.get("/test/read/").content == b"Old town"


ASKS = """
import django; django.setup()
from django.test import Client
for path in ("/", "/activities/", "/healthz", "/readyz"):
    answer = Client().get(path)
    print(answer.status_code, answer.content.decode().replace(chr(10), " "))
"""


@pytest.mark.parametrize("debug", ["0", "1"])
def test_without_a_database_there_is_a_kind_page_and_never_an_error(debug):
    answers = subprocess.run(  # noqa: S603 -- our own Python
        [sys.executable, "-c", ASKS],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": "postgres://127.0.0.1:1/center",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "DEBUG": debug,
            "SECRET_KEY": "for this test",
            "ALLOWED_HOSTS": "testserver",
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    if debug == "1":
        assert [answer[:3] for answer in answers] == ["503", "503", "200", "503"]
        assert "请稍等一会儿" in answers[0]
    assert answers[2] == "200 ok"
    assert answers[3].startswith("503 database:")
    assert "broker:" in answers[3]


@pytest.mark.parametrize("address", ["/activities/?q=%00", "/no%00where/"])
def test_a_nul_in_an_address_is_refused_politely(client, address):
    assert client.get(address).status_code == 400
