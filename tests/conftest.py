import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_chinese():
    """Every test begins in the language of the center, whatever the one before has read."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
