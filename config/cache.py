"""Redis as a cache that may fail: it is then an empty cache, and pages are as fast as without one."""

import time

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.redis import RedisCache
from django.utils.functional import cached_property
from redis.exceptions import RedisError

from config import embedded

# Nobody waits for a Redis that did not answer a moment ago.
LEFT_ALONE_FOR = 5  # seconds


def _or_without_redis(name):
    with_redis = getattr(RedisCache, name)

    def method(self, *args, **kwargs):
        if time.monotonic() >= self.left_alone_until:
            try:
                return with_redis(self, *args, **kwargs)
            except (RedisError, embedded.NotStarted):
                self.left_alone_until = time.monotonic() + LEFT_ALONE_FOR
        return getattr(self.without_redis(*args), name)(*args, **kwargs)

    return method


class RedisOrNothing(RedisCache):
    left_alone_until = 0.0

    add = _or_without_redis("add")
    get = _or_without_redis("get")
    set = _or_without_redis("set")
    touch = _or_without_redis("touch")
    delete = _or_without_redis("delete")
    has_key = _or_without_redis("has_key")
    incr = _or_without_redis("incr")
    get_many = _or_without_redis("get_many")
    set_many = _or_without_redis("set_many")
    delete_many = _or_without_redis("delete_many")
    clear = _or_without_redis("clear")

    def without_redis(self, key=None, *_):
        """Nothing, except for what protects sign-in, which must not be forgotten meanwhile."""
        if isinstance(key, str) and key.startswith("allauth"):
            return caches["sign-in"]
        return DummyCache("", {})


class EmbeddedRedisOrNothing(RedisOrNothing):
    """The same on the embedded Redis, which starts with the first use."""

    @cached_property
    def _cache(self):
        sockets = embedded.start(settings.VAR_DIR)
        return self._class([f"unix://{sockets}/redis?db=1"], **self._options)
