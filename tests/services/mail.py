"""A mail server of the tests' own, of the least that a client needs."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it was sent in `received`; `offers` are lines of its answer to EHLO, `signs_in` who may come."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *offers: str, signs_in: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.offers, self.signs_in = offers, signs_in
        self.received: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 mail.example.org")
        while line := self.rfile.readline().decode().strip():
            command = line.split()[0].upper()
            if command == "EHLO":
                lines = ["mail.example.org", *self.server.offers]
                for each in lines[:-1]:
                    self._say(f"250-{each}")
                self._say(f"250 {lines[-1]}")
            elif command == "AUTH":
                self._say("235 Welcome" if self.server.signs_in else "535 Wrong name or password")
            elif command == "DATA":
                self._say("354 Go on")
                text = ""
                while (piece := self.rfile.readline().decode()) not in (".\r\n", ""):
                    text += piece
                self.server.received.append(text)
                self._say("250 Taken")
            elif command == "QUIT":
                self._say("221 Bye")
                return
            else:
                self._say("250 Ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running_mail_server(*offers: str, signs_in: bool = True) -> Iterator[MailServer]:
    with MailServer(*offers, signs_in=signs_in) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
