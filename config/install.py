"""Makes .venv as a lock file says. Runs on a bare Python, and does nothing when nothing changed.

python3 -m config.install requirements.txt
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

from config.console import in_words, say

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"


def main(lock_file):
    checkout = os.open(CHECKOUT, os.O_RDONLY)
    # Two of us at once would install into each other.
    fcntl.flock(checkout, fcntl.LOCK_EX)
    if not _is_installed(lock_file):
        _make_venv()
        _install(lock_file)
        _stamp(lock_file).write_text(_fingerprint(lock_file))


def _is_installed(lock_file):
    """Whether this lock file, or the larger one that holds it too, is in place."""
    return _python_works() and any(
        _stamp(name).exists() and _stamp(name).read_text() == _fingerprint(name)
        for name in {lock_file, "requirements-dev.txt"}
    )


def _stamp(lock_file):
    return VENV / f"{lock_file}.installed"


def _fingerprint(lock_file):
    return hashlib.sha256((CHECKOUT / lock_file).read_bytes()).hexdigest()


def _python_works():
    """False after the system's Python was replaced under the links in .venv."""
    if not PYTHON.exists():
        return False
    return not _run("-c", "import pip", stderr=subprocess.DEVNULL).wait()


def _make_venv():
    if _python_works():
        return
    if not importlib.util.find_spec("ensurepip"):
        sys.exit(
            in_words(
                "这台机器的 Python 缺少 venv 模块,请先安装它,例如:apt install python3-venv",
                "Python lacks its venv module here; please install it first, for example: "
                "apt install python3-venv",
            )
        )
    say("正在准备 Python 环境…", "Preparing Python…")
    try:
        venv.create(VENV, clear=True, symlinks=True, with_pip=True)
    except OSError as error:
        sys.exit(in_words(f"无法写入 {VENV}:{error}", f"Cannot write to {VENV}: {error}"))


def _install(lock_file):
    """Install exactly what the lock file names, and tell how far it is."""
    total = len(re.findall(r"^\S+==", (CHECKOUT / lock_file).read_text(), re.M))
    say(
        f"正在安装 {total} 个组件,第一次约需一分钟…",
        f"Installing {total} packages, about a minute…",
    )
    pip = _run(
        *["-m", "pip", "install", "--disable-pip-version-check", "--no-input"],
        *["--progress-bar", "off", "--require-hashes", "-r", str(CHECKOUT / lock_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    last_words, done = [], 0
    for line in pip.stdout:
        last_words = [*last_words[-4:], line]
        done += line.startswith(("Collecting", "Requirement already"))
        if line.startswith("Collecting") and done % 20 == 0:
            say(f"  {done} / {total}", f"  {done} / {total}")
    if pip.wait():
        sys.exit(
            "".join(last_words)
            + in_words(
                "组件没有装好,请检查网络后再试一次。",
                "Not installed; please check the network and try again.",
            )
        )


def _run(*arguments, **kwargs):
    return subprocess.Popen([str(PYTHON), *arguments], **kwargs)  # noqa: S603 -- our own Python


if __name__ == "__main__":
    main(sys.argv[1])
