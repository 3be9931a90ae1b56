import time

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import override_settings

from config.cache import EmbeddedRedisOrNothing, RedisOrNothing

DEAD = "redis://127.0.0.1:1/0"


@pytest.fixture
def without_redis():
    return RedisOrNothing(DEAD, {"OPTIONS": settings.CACHES["default"]["OPTIONS"]})


@pytest.fixture
def with_redis():
    cache = EmbeddedRedisOrNothing("", {"KEY_PREFIX": "test"})
    cache.clear()
    yield cache
    cache.clear()


def test_with_redis_it_is_a_cache(with_redis):
    with_redis.set("page", "words")

    assert with_redis.get("page") == "words"
    assert with_redis.get_many(["page", "other"]) == {"page": "words"}


def test_without_redis_it_is_an_empty_one(without_redis):
    without_redis.set("page", "words")
    without_redis.set_many({"page": "words"})

    assert without_redis.get("page") is None
    assert without_redis.get_many(["page"]) == {}
    assert without_redis.get_or_set("page", lambda: "made anew") == "made anew"
    assert without_redis.has_key("page") is False
    assert without_redis.delete("page") is False


def test_without_redis_nobody_waits(without_redis):
    begin = time.perf_counter()

    for number in range(1000):
        without_redis.get(f"page-{number}")

    assert time.perf_counter() - begin < 1


def test_redis_is_asked_again_after_a_while(with_redis, monkeypatch):
    with_redis.set("page", "words")
    with_redis.left_alone_until = time.monotonic() + 0.1
    assert with_redis.get("page") is None

    time.sleep(0.1)

    assert with_redis.get("page") == "words"


@pytest.mark.django_db
def test_without_redis_the_limits_of_sign_in_are_still_kept(without_redis):
    key = "allauth:rl:login:ip:127.0.0.1"

    assert without_redis.add(key, [1]) is True
    assert without_redis.add(key, [2]) is False
    assert without_redis.get(key) == [1]


@pytest.mark.django_db
@override_settings(
    CACHES={
        **settings.CACHES,
        "default": {"BACKEND": "config.cache.RedisOrNothing", "LOCATION": DEAD},
    }
)
def test_without_redis_a_page_comes(client):
    assert client.get("/").status_code == 200
    assert caches["default"].get("page") is None
