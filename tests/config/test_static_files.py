"""What a real center serves of its own files, as whitenoise serves them there."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from whitenoise.middleware import WhiteNoiseMiddleware

FOR_EVER = "max-age=315360000, public, immutable"
PRODUCTION = "whitenoise.storage.CompressedManifestStaticFilesStorage"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Our own files; those of the libraries would only take longer."""
    with override_settings(
        STATIC_ROOT=str(tmp_path_factory.mktemp("static")),
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
        STORAGES=settings.STORAGES | {"staticfiles": {"BACKEND": PRODUCTION}},
        WHITENOISE_AUTOREFRESH=False,
        WHITENOISE_USE_FINDERS=False,
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield WhiteNoiseMiddleware(lambda request: HttpResponse(status=404))


def ours():
    root = Path(settings.BASE_DIR, "static")
    return [str(file.relative_to(root)) for file in root.rglob("*") if file.is_file()]


def test_each_file_is_named_by_its_content_and_kept_for_ever(server):
    for name in ours():
        address = staticfiles_storage.url(name)
        response = server(RequestFactory().get(address))
        response.close()

        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address), name
        assert response.status_code == 200, address
        assert response["Cache-Control"] == FOR_EVER, address


def test_a_name_that_says_nothing_of_the_content_is_not_kept_for_ever(server):
    response = server(RequestFactory().get("/static/css/site.css"))
    response.close()

    assert response.status_code == 200
    assert "immutable" not in response["Cache-Control"]


@pytest.mark.parametrize("name", ["css/site.css", "css/desk.css", "icons.svg", "js/roster.js"])
def test_words_are_sent_small_to_whoever_can_read_them_so(server, name):
    address = staticfiles_storage.url(name)
    plain, small = (
        server(RequestFactory().get(address, headers={"accept-encoding": way}))
        for way in ("identity", "gzip, deflate, br")
    )
    whole, packed = b"".join(plain), b"".join(small)
    plain.close()
    small.close()

    assert small["Content-Encoding"] == "gzip"
    assert small["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed) == whole
    assert len(packed) < len(whole) / 2
