"""What `make run` runs: the web server, the worker and the clock, with everything below them.

Each runs as a process in a group of its own that ends with us, also when we are killed.
One that dies is started again. Ctrl-C ends all of them, and we end when they are gone.
"""

import contextlib
import ctypes
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import embedded
from config.console import in_words, say
from config.processes import Process, ends_with_us, listen, stop

READY_WITHIN = 60


def main():
    _end_with_make()
    _end_when_told()
    _refuse_wrong_settings()
    host, port = _address()
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/"  # noqa: S104
    with _only_one_of_us(url):
        _refuse_a_taken_port(host, port)
        with _databases():
            _prepare()
            _run(_processes(host, port), host, port, url)


def _run(processes, host, port, url):
    web, *others = processes
    try:
        # First the page, which somebody waits for.
        web.start()
        _wait_until_ready(host, port, web)
        for process in others:
            process.start()
        say(f"\n可以了,请打开 {url}\n", f"\nReady: {url}\n")
        print(accounts_text())  # noqa: T201
        say("按 Ctrl-C 停止。", "Press Ctrl-C to stop.")
        while True:
            listen(processes, 0.5)
            _look_after(processes)
    finally:
        say("正在停止…", "Stopping…")
        stop(processes)


def accounts_text():
    """How to sign in to the demo center."""
    file = settings.VAR_DIR / "accounts.txt"
    return file.read_text() if settings.DEBUG else ""


def _processes(host, port):
    """Two web processes for two cores; few threads each, because Python's work is the limit."""
    web = f"--interface wsgi --host {host} --port {port} --no-ws --respawn-failed-workers"
    web += " --respawn-interval 0.5 --workers-kill-timeout 8 --log-level warning"
    os.environ.setdefault("GRANIAN_WORKERS", "2")
    os.environ.setdefault("GRANIAN_BLOCKING_THREADS", "4")
    # It warns of being root, which on a trial machine is nobody's fault.
    celery = ["-W", "ignore:You're running the worker", "-m", "celery", "-A", "config.celery", "-q"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Process("web", ["-m", "granian", *web.split(), "config.wsgi:application"]),
        # Threads are light, and unlike child processes they cannot outlive a killed worker.
        Process("worker", [*celery, "worker", "-P", "threads", "-c", "2", *alone]),
        # The timetable is in the code; a memory of its last run would only be in the way.
        Process("beat", [*celery, "beat", "-S", "celery.beat:Scheduler"]),
    ]


# Before the start: each thing that may be in the way has one sentence.


def _refuse_wrong_settings():
    try:
        settings.SECRET_KEY  # noqa: B018 -- all are read when the first is asked for
    except ImproperlyConfigured as error:
        raise SystemExit(
            in_words(f"设置有误:{error}", f"The settings are not right: {error}")
        ) from error


def _address():
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise SystemExit(in_words(f"没有 {port} 这个端口。", f"There is no port {port}."))
    return host, int(port)


@contextlib.contextmanager
def _only_one_of_us(url):
    """Hold var/run.lock, in which the one that runs says where it is."""
    try:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        lock = open(settings.VAR_DIR / "run.lock", "a+")  # noqa: SIM115 -- closed by `with lock`
    except OSError as error:
        raise SystemExit(
            in_words(
                f"无法写入 {settings.VAR_DIR}:{error.strerror}",
                f"Cannot write to {settings.VAR_DIR}: {error.strerror}",
            )
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            there = lock.read()
            raise SystemExit(
                in_words(f"已经在运行:{there}", f"It is running already: {there}")
            ) from None
        lock.truncate(0)
        lock.write(url)
        lock.flush()
        yield


def _refuse_a_taken_port(host, port):
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as error:
            raise SystemExit(
                in_words(
                    f"{host} 的端口 {port} 用不了({error.strerror}),换一个试试:make run PORT={port + 1}",
                    f"Port {port} of {host} is not to be had ({error.strerror}); "
                    f"try another: make run PORT={port + 1}",
                )
            ) from error


@contextlib.contextmanager
def _databases():
    """Keep the embedded servers, where they are used, as long as we live."""
    if settings.DATABASE_URL and settings.REDIS_URL:
        yield
        return
    say("正在启动数据库…", "Starting the database…")
    try:
        embedded.start(settings.VAR_DIR)
        yield
    except embedded.NotStarted as error:
        raise SystemExit(
            in_words(f"内置数据库没有启动:{error}", f"The embedded database did not start: {error}")
        ) from error
    finally:
        embedded.leave(settings.VAR_DIR)


def _prepare():
    done = subprocess.run(  # noqa: S603 -- our own module
        [*ends_with_us(), sys.executable, "-m", "config.prepare"],
        # Ctrl-C is for us, and we pass it on.
        start_new_session=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.returncode)


# While it runs.


def _wait_until_ready(host, port, web):
    deadline = time.monotonic() + READY_WITHIN
    while reason := _why_not_ready(host, port):
        listen([web], 0.1)
        _look_after([web])
        if time.monotonic() > deadline:
            raise SystemExit(in_words(f"没有启动成功:{reason}", f"It did not start: {reason}"))


def _why_not_ready(host, port):
    name = next((name for name in settings.ALLOWED_HOSTS if name != "*"), host)
    web = http.client.HTTPConnection(host, port, timeout=5)
    try:
        web.request("GET", "/readyz", headers={"Host": name.lstrip(".")})
        answer = web.getresponse()
        return None if answer.status == http.HTTPStatus.OK else answer.read().decode()
    except OSError as error:
        return str(error)
    finally:
        web.close()


def _look_after(processes):
    if not (settings.DATABASE_URL and settings.REDIS_URL):
        # Nobody else would notice that the keeper was killed.
        embedded.start(settings.VAR_DIR)
    for process in processes:
        process.start_again_if_dead()


def _end_when_told():
    """Turn the first signal into an orderly end from wherever we are, and ignore the rest."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def end(*_):
        for number in numbers:
            signal.signal(number, lambda *_: None)
        raise SystemExit(0)

    for number in numbers:
        signal.signal(number, end)


def _end_with_make():
    """Under `make`, stop when make is killed, which otherwise would leave us behind."""
    if "MAKELEVEL" in os.environ and sys.platform.startswith("linux"):
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
