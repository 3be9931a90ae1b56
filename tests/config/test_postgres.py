import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from config.postgres.creation import CHECKOUT, THIS_RUN

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(settings.DATABASE_URL), reason="the database is not the embedded one"),
]


def databases():
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def make_database():
    made = []

    def make(name):
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        made.append(name)
        return name

    yield make
    with connection._nodb_cursor() as cursor:
        for name in made:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def test_tests_have_a_database_of_their_own_beside_that_of_the_center():
    assert connection.settings_dict["NAME"] == THIS_RUN
    assert {"center", THIS_RUN} <= databases()


def test_the_migrations_are_run_once_for_all_tests_of_a_checkout():
    assert connection.creation.migrated in databases()
    assert connection.creation.migrated in connection.creation.sql_table_creation_suffix()


def test_what_a_killed_run_left_is_dropped_and_what_others_use_is_kept(make_database):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left_over = make_database(f"{CHECKOUT}_{ended.pid}_aaaa")
    in_use = make_database(f"{CHECKOUT}_{os.getppid()}_bbbb")
    of_another_checkout = make_database(f"test_00000000_{ended.pid}_cccc")

    connection.creation.drop_left_over()

    assert databases() & {left_over, in_use, of_another_checkout} == {in_use, of_another_checkout}


def test_the_shell_of_the_database_finds_it(capfd):
    call_command("dbshell", "--", "-Atc", "SELECT 'here'")

    assert capfd.readouterr().out == "here\n"


def test_asking_nothing_starts_nothing(tmp_path):
    subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "VAR_DIR": str(tmp_path / "var")},
        check=True,
        capture_output=True,
    )

    assert not (tmp_path / "var").exists()
