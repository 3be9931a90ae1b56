"""What a bare machine needs before anything is installed."""

import re
import subprocess
import sys

import pytest
from django.conf import settings

LOCK_FILES = ["requirements.txt", "requirements-dev.txt"]


def lock(name):
    return (settings.BASE_DIR / name).read_text()


@pytest.mark.parametrize("name", LOCK_FILES)
def test_a_lock_file_names_no_place_to_fetch_from(name):
    assert "://" not in lock(name)


@pytest.mark.parametrize("name", LOCK_FILES)
def test_every_package_is_locked_with_its_hashes(name):
    entries = re.split(r"\n(?=\S)", lock(name))

    without = [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry]
    assert without == []


def test_who_has_the_test_tools_has_all_that_runs_too():
    run, everything = (set(re.findall(r"^\S+==\S+", lock(name), re.M)) for name in LOCK_FILES)

    assert run <= everything


def test_installing_needs_nothing_but_python_itself():
    code = f"import sys; sys.path.insert(0, {str(settings.BASE_DIR)!r}); import config.install"

    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)  # noqa: S603
