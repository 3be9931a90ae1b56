import pytest
from django.core.cache import caches
from django.test import Client


@pytest.fixture(autouse=True)
def _limits_start_anew(db):
    """Spent codes are not rolled back with a transactional test."""
    caches["sign-in"].clear()


@pytest.fixture
def client():
    """Speaks English, so that tests can be read."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def signed_in(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
