"""Real servers of their own for these tests, because they are killed in them."""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest
from redis import Redis

from config import embedded

STARTS = "import sys, time; from config import embedded; embedded.start(sys.argv[1]); "


@pytest.fixture
def var(tmp_path):
    var = tmp_path / "中心 var"
    yield var
    embedded.leave(var)


def sql(var, statement):
    connection = psycopg2.connect(host=embedded.start(var), user="postgres", dbname="center")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def redis(var):
    return Redis.from_url(f"unix://{embedded.start(var)}/redis")


def somebody_else(var, then):
    """Another process that uses the servers."""
    return subprocess.Popen(  # noqa: S603 -- our own Python
        [sys.executable, "-c", STARTS + then, str(var)], stdout=subprocess.PIPE, text=True
    )


def eventually(question, within=15):
    deadline = time.monotonic() + within
    while not (answer := question()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def is_gone(var):
    """No keeper, no server: nobody holds their locks."""
    return all(embedded._is_free(var / f"{name}.lock") for name in ("keeper", "postgres", "redis"))


def pid_of_the_keeper(var):
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if embedded.__file__.encode() in words and os.fsencode(var) in words:
            return int(process.name)
    return None


def pid_of_postgres(var):
    return int((var / "postgres" / "postmaster.pid").read_text().split()[0])


def test_both_servers_answer_and_what_they_know_survives_a_restart(var):
    sql(var, "CREATE TABLE classes AS SELECT 'calligraphy' AS name")
    redis(var).set("left", "in the queue")
    embedded.leave(var)
    assert is_gone(var)

    assert sql(var, "SELECT name FROM classes") == [("calligraphy",)]
    assert redis(var).get("left") == b"in the queue"


def test_a_folder_deeper_than_a_socket_may_be_is_no_obstacle(tmp_path):
    var = tmp_path / "社区服务中心" / ("deep" * 30)

    assert sql(var, "SELECT 1") == [(1,)]

    embedded.leave(var)


def test_the_folder_of_the_sockets_is_private_and_goes_with_them(var):
    sockets = embedded.start(var)
    assert sockets.stat().st_mode & 0o777 == 0o700

    embedded.leave(var)

    assert not sockets.exists()


def test_a_killed_postgresql_comes_back_with_its_data(var):
    sql(var, "CREATE TABLE classes AS SELECT 'calligraphy' AS name")

    os.kill(pid_of_postgres(var), signal.SIGKILL)
    time.sleep(0.5)

    assert sql(var, "SELECT name FROM classes") == [("calligraphy",)]


def test_a_killed_redis_comes_back(var):
    os.kill(redis(var).info("server")["process_id"], signal.SIGKILL)
    time.sleep(0.5)

    assert redis(var).ping()


def test_after_the_keeper_was_killed_the_next_who_asks_gets_a_new_one(var):
    sql(var, "CREATE TABLE classes AS SELECT 'calligraphy' AS name")

    os.kill(pid_of_the_keeper(var), signal.SIGKILL)
    time.sleep(0.5)

    assert sql(var, "SELECT name FROM classes") == [("calligraphy",)]


def test_the_servers_go_with_their_last_user_however_it_goes(var):
    first = somebody_else(var, "print('here', flush=True); time.sleep(60)")
    first.stdout.readline()
    second = somebody_else(var, "print('here', flush=True); time.sleep(60)")
    second.stdout.readline()

    first.kill()
    first.communicate()
    time.sleep(1)
    assert not is_gone(var)

    second.kill()
    second.communicate()
    assert eventually(lambda: is_gone(var))


def test_leaving_does_not_wait_for_servers_that_others_use(var):
    embedded.start(var)
    other = somebody_else(var, "print('here', flush=True); time.sleep(60)")
    other.stdout.readline()

    embedded.leave(var)

    assert not is_gone(var)
    other.kill()
    other.communicate()
    assert eventually(lambda: is_gone(var))


def test_many_who_come_at_once_share_one_keeper(var):
    others = [somebody_else(var, "print(embedded.start(sys.argv[1]))") for _ in range(6)]

    folders = {other.communicate()[0] for other in others}

    assert len(folders) == 1
    assert {other.returncode for other in others} == {0}


def test_a_first_start_that_was_cut_off_leaves_no_half_database(var):
    half = var / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")

    assert sql(var, "SELECT 1") == [(1,)]
    assert not half.exists()


def test_a_pid_file_that_names_a_stranger_is_not_believed(var):
    sql(var, "SELECT 1")
    embedded.leave(var)
    (var / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{var}/postgres\n")

    assert sql(var, "SELECT 1") == [(1,)]


def test_a_server_that_does_not_start_says_why(var):
    sql(var, "SELECT 1")
    embedded.leave(var)
    (var / "postgres" / "PG_VERSION").write_text("7.4")

    with pytest.raises(embedded.NotStarted, match="incompatible with server"):
        embedded.start(var)


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(embedded.NotStarted, match=r"Not a directory.*file"):
        embedded.start(tmp_path / "file" / "var")


def test_a_socket_folder_laid_out_by_a_stranger_is_refused(var, tmp_path):
    var.mkdir()
    name = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    trap = Path(tempfile.gettempdir(), f"center-{embedded._owner(var).pw_uid}-{name}")
    trap.symlink_to(tmp_path)

    try:
        with pytest.raises(embedded.NotStarted, match="belongs to somebody else"):
            embedded.start(var)
    finally:
        trap.unlink()


def test_no_port_is_opened(var):
    embedded.start(var)
    keeper = pid_of_the_keeper(var)
    children = Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()

    listening = [
        line.split()[9]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]
    open_files = [os.readlink(fd) for pid in children for fd in Path(f"/proc/{pid}/fd").iterdir()]
    assert not {f"socket:[{inode}]" for inode in listening} & set(open_files)
