import pytest
from django.db import connection
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db


def test_it_lives(client):
    assert client.get("/healthz").content == b"ok"


def test_it_is_ready(client):
    response = client.get("/readyz")

    assert (response.status_code, response.content) == (200, b"ok")


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_without_a_broker_it_is_not_ready_and_says_so(client):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.content.decode().startswith("broker: ")


def test_with_a_migration_missing_it_is_not_ready_and_says_so(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'bookings'")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.content.decode().startswith("migrations: ")


def test_a_form_whose_page_was_open_too_long_is_opened_anew():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/accounts/login/?next=/bookings/")

    assert response.status_code == 403
    assert 'href="/accounts/login/?next=/bookings/"' in response.content.decode()


@pytest.mark.parametrize("path", ["/nowhere/", "/activities/0/"])
def test_what_is_not_here_says_so_kindly(client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert "<h1>" in response.content.decode()
