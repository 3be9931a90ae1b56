"""A web server to be measured, as `make run` starts it, and the bare one beside it."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

# As a real center runs, but for a secret key that both servers know.
PRODUCTION = {"DEBUG": "0", "SECRET_KEY": "only-for-a-trial", "ALLOWED_HOSTS": "127.0.0.1"}


def collect_static():
    """As before every start in production; the pages name files by their content."""
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(command, env=os.environ | PRODUCTION, check=True)  # noqa: S603


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
        command, env=os.environ | PRODUCTION | {"DATABASE_URL": database_url}
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _wait_for(port, server, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The server to be measured did not start.")
