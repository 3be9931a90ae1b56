"""Processes that say their name before each line, are started again, and end with us."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from config.console import in_words

# A request or a task in the middle may finish; then it is cut off, which loses nothing.
PATIENCE = 12
# A process that dies so soon after its start again and again will not live.
TOO_SOON = 5
TOO_OFTEN = 3


@dataclass
class Process:
    name: str
    command: list[str]
    popen: subprocess.Popen | None = None
    started_at: float = 0.0
    early_deaths: int = 0
    half_a_line: bytes = b""

    def start(self):
        self.started_at = time.monotonic()
        self.popen = subprocess.Popen(  # noqa: S603 -- our own commands
            [*ends_with_us(), sys.executable, *self.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
        )

    def pass_on_its_words(self):
        said = self.popen.stdout.read(65536)
        if not said:
            self.popen.stdout.close()
        *lines, self.half_a_line = (self.half_a_line + said).split(b"\n")
        for line in lines:
            # With nobody reading us any more, it must still be heard, or it would block.
            with contextlib.suppress(OSError):
                print(f"{self.name:>6} | {line.decode(errors='replace')}", flush=True)  # noqa: T201

    def start_again_if_dead(self):
        if self.popen.poll() is None:
            return
        self.kill()
        while not self.popen.stdout.closed:
            self.pass_on_its_words()
        lived_long = time.monotonic() - self.started_at > TOO_SOON
        self.early_deaths = 0 if lived_long else self.early_deaths + 1
        if self.early_deaths == TOO_OFTEN:
            raise SystemExit(
                in_words(
                    f"{self.name} 一再退出(代码 {self.popen.returncode}),原因见上文。",
                    f"{self.name} keeps ending with {self.popen.returncode}; see above.",
                )
            )
        self.start()

    def is_alive(self):
        """Whether anything of its group is left."""
        self.popen.poll()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, 0)
            return True
        return False

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)


def listen(processes, seconds):
    """Wait, and pass on what is said meanwhile.

    A thread for each would be simpler. But the kernel tells children of our end once for each
    thread that ends, and granian hangs when it is told twice at once.
    """
    pipes = {p.popen.stdout: p for p in processes if not p.popen.stdout.closed}
    for pipe in select.select(pipes, [], [], seconds)[0]:
        pipes[pipe].pass_on_its_words()


def stop(processes):
    """Ask all to end, and return when nothing is left of them."""
    started = [process for process in processes if process.popen]
    for process in started:
        process.popen.terminate()
    deadline = time.monotonic() + PATIENCE
    while any(process.is_alive() for process in started):
        if time.monotonic() > deadline:
            for process in started:
                process.kill()
        listen(started, 0.05)


def ends_with_us():
    """The words before a command that make the kernel end it when we are gone."""
    return ["setpriv", "--pdeathsig=TERM"] if shutil.which("setpriv") else []
