"""The real processes, as `make run` starts them, in a center of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from tests.config.test_embedded import eventually, is_gone


class Run:
    """A `make run` without make, as in production: no demo center is loaded."""

    def __init__(self, var, **environment):
        self.var, self.port = var, free_port()
        self.output = var.parent / f"{self.port}.txt"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.serve"],
                cwd=settings.BASE_DIR,
                env={
                    **{name: value for name, value in os.environ.items() if name != "MAKELEVEL"},
                    "LANG": "zh_CN.UTF-8",
                    "LOG_LEVEL": "WARNING",
                    "DEBUG": "0",
                    "SECRET_KEY": "for this test",
                    "ALLOWED_HOSTS": "center.example.org",
                    "VAR_DIR": str(var),
                    "PORT": str(self.port),
                    **environment,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def words(self):
        return self.output.read_text()

    def is_up(self):
        eventually(lambda: "可以了" in self.words() or self.process.poll() is not None, within=240)
        assert "可以了" in self.words(), self.words()
        return self

    def ends_with(self):
        """All it said, and its exit code."""
        code = self.process.wait(60)
        return self.words(), code

    def children(self):
        """The processes it runs, by name."""
        found = {}
        for pid in children(self.process.pid):
            words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            found |= {name: pid for name in ("granian", "worker", "beat") if name in words}
        return found

    def is_ready(self):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/readyz", headers={"Host": "center.example.org"}
        )
        try:
            return urllib.request.urlopen(request, timeout=5).status == 200  # noqa: S310
        except OSError:
            return False


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    run = Run(tmp_path_factory.mktemp("center") / "var").is_up()
    yield run
    run.process.terminate()
    run.process.wait(60)
    assert is_gone(run.var)


def test_it_tells_what_it_does_until_the_page_is_there(run):
    words = run.words()

    assert re.findall("正在.*?…", words) == ["正在启动数据库…", "正在建表…"]
    assert f"http://127.0.0.1:{run.port}/" in words
    assert run.is_ready()


def test_a_second_one_says_where_the_first_is(run):
    second = Run(run.var)

    assert second.ends_with() == (f"已经在运行:http://127.0.0.1:{run.port}/\n", 1)


@pytest.mark.parametrize("name", ["granian", "worker", "beat"])
def test_a_killed_process_is_started_again(run, name):
    before = run.children()
    assert set(before) == {"granian", "worker", "beat"}

    os.kill(before[name], signal.SIGKILL)

    assert eventually(lambda: run.children().get(name, before[name]) != before[name])
    assert eventually(run.is_ready)


def test_after_the_keeper_was_killed_it_is_soon_ready_again(run):
    os.kill(keeper_of(run.var), signal.SIGKILL)

    assert eventually(lambda: keeper_of(run.var))
    assert eventually(run.is_ready)


def keeper_of(var):
    with (var / "keeper.lock").open() as lock:
        inode = os.fstat(lock.fileno()).st_ino
    for line in Path("/proc/locks").read_text().splitlines():
        words = line.split()
        if words[-3].endswith(f":{inode}"):
            return int(words[-4])
    return None


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_it_ends_nothing_is_left(tmp_path, how):
    run = Run(tmp_path / "var").is_up()
    pids = [pid for child in run.children().values() for pid in [child, *children(child)]]

    run.process.send_signal(how)
    run.process.wait(60)

    if how == signal.SIGKILL:
        assert eventually(lambda: is_gone(run.var) and not any(map(is_alive, pids)))
    else:
        assert run.process.returncode == 0
        assert is_gone(run.var)
        assert not any(map(is_alive, pids))


def test_a_taken_port_is_said_in_one_sentence(tmp_path):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]

        words, code = Run(tmp_path / "var", PORT=str(port)).ends_with()

    assert words.startswith(f"127.0.0.1 的端口 {port} 用不了")
    assert (words.count("\n"), code) == (1, 1)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORT": "eighty"}, "没有 eighty 这个端口。"),
        ({"SECRET_KEY": ""}, "设置有误:"),
        ({"ANSWERS_KEYS": "short"}, "设置有误:ANSWERS_KEYS: "),
        ({"DATABASE_URL": "mysql://host/center"}, "设置有误:DATABASE_URL: postgres://"),
        ({"DATABASE_URL": "postgres://host:port/center"}, "设置有误:DATABASE_URL: postgres://"),
        ({"DATABASE_URL": "postgres://127.0.0.1:1/center"}, "数据库用不了:"),
        ({"VAR_DIR": "/proc/nowhere"}, "无法写入 /proc/nowhere:"),
        ({"LANG": "en_US.UTF-8", "PORT": "eighty"}, "There is no port eighty."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path, environment, sentence):
    words, code = Run(tmp_path / "var", **environment).ends_with()

    assert words.splitlines()[-1].startswith(sentence)
    assert "Traceback" not in words
    assert code == 1
