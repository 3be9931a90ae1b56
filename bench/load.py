"""Many browsers in one lean process: plain HTTP/1.1 on connections that are kept."""

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: bytes
    sent_at: float
    answered_at: float

    @property
    def seconds(self):
        return self.answered_at - self.sent_at


# As the proxy in front of us says it.
HEADERS = "Host: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nReferer: https://127.0.0.1/\r\n"


class Browser:
    """One connection; opened again when the server closes it."""

    def __init__(self, port):
        self.port = port
        self.reader = self.writer = None

    async def get(self, path, cookie=""):
        return await self._send(f"GET {path} HTTP/1.1\r\n{HEADERS}Cookie: {cookie}\r\n\r\n")

    async def post(self, path, form, cookie=""):
        return await self._send(
            f"POST {path} HTTP/1.1\r\n{HEADERS}Cookie: {cookie}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(form)}\r\n\r\n{form}"
        )

    async def close(self):
        if self.writer:
            self.writer.close()
            await self.writer.wait_closed()
            self.writer = None

    async def _send(self, request):
        start = time.perf_counter()
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(
                "127.0.0.1", self.port, limit=2**20
            )
        self.writer.write(request.encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        body = await self._body(headers)
        if headers.get("connection") == "close":
            await self.close()
        location = headers.get("location", "")
        return Answer(int(lines[0].split()[1]), location, body, start, time.perf_counter())

    async def _body(self, headers):
        if "content-length" in headers:
            return await self.reader.readexactly(int(headers["content-length"]))
        body = b""
        while headers.get("transfer-encoding") == "chunked":
            size = int(await self.reader.readline(), 16)
            body += (await self.reader.readexactly(size + 2))[:-2]
            if not size:
                break
        return body


def crowd(port, visits, *, at_once):
    """Run the visits, `at_once` side by side; returns (answers of each, seconds in all).

    A visit is a coroutine function of a browser that returns its answers.
    """

    async def walk():
        waiting = list(reversed(visits))
        answers = []

        async def visitor():
            browser = Browser(port)
            while waiting:
                answers.append(await waiting.pop()(browser))
            await browser.close()

        start = time.perf_counter()
        await asyncio.gather(*[visitor() for _ in range(at_once)])
        return answers, time.perf_counter() - start

    return asyncio.run(walk())
