"""A web server to be measured, as `make run` starts it, and the bare one beside it."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager


@contextmanager
def serving(application, database_url):
    """Serve a WSGI application on a free port of this machine; yields the port."""
    port = _free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--no-ws", "--workers", "2", "--blocking-threads", "4",
        "--log-level", "warning", application,
    ]  # fmt: skip
    server = subprocess.Popen(  # noqa: S603 -- our own command
        command,
        env=os.environ | {"DATABASE_URL": database_url, "DEBUG": "1", "BENCH": "1"},
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _wait_for(port, server, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The server to be measured did not start.")
