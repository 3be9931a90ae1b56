"""A real mail server on this machine, as small as can be, that a test may stop in the middle."""

import contextlib
import email
import socketserver
import threading


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it is given; holds back the answer to message number `hold_at`, once."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.messages = []
        self.hold_at = None
        self.is_holding = threading.Event()
        self.may_answer = threading.Event()

    @property
    def url(self):
        host, port = self.server_address
        return f"smtp://{host}:{port}"

    def ids(self):
        return [message["Message-ID"] for message in self.messages]

    def take(self, message):
        self.messages.append(message)
        if len(self.messages) == self.hold_at:
            self.is_holding.set()
            self.may_answer.wait(60)


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        # Whoever talks to us may be killed at any word.
        with contextlib.suppress(OSError):
            self._say("220 ready")
            for line in self.rfile:
                word = line.strip().upper()
                if word == b"DATA":
                    self._say("354 go on")
                    self.server.take(self._message())
                self._say("221 bye" if word == b"QUIT" else "250 ok")

    def _message(self):
        lines = iter(self.rfile.readline, b".\r\n")
        return email.message_from_bytes(b"".join(lines))

    def _say(self, words):
        self.wfile.write(f"{words}\r\n".encode())
