import pytest
from django.conf import settings
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as chance

from tests.emptying import empty

pytest.register_assert_rewrite("tests.bookings.any_steps")

# Nothing is timed in tests: machines are small and busy.
chance.register_profile("center", deadline=None, suppress_health_check=[HealthCheck.too_slow])
chance.load_profile("center")

TransactionTestCase._fixture_teardown = empty

# They wait more than they work: begun first, they wait beside the others and not after them.
WAITING = ("tests/config/test_serve.py", "tests/config/test_embedded.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not item.nodeid.startswith(WAITING))


@pytest.fixture(autouse=True)
def _in_chinese():
    """Every test begins in the language of the center, whatever the one before has read."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
