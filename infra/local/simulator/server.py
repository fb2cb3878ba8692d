"""HTTP/1.1 on loopback: one thread a connection, kept alive, every reply in one write."""

import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread
from typing import Any, ClassVar

from infra.local.simulator.wire import Arrival, Reply

type Answer = Callable[[Arrival], Reply | None]


class Server(ThreadingHTTPServer):
    """Stops by itself what it started: open connections are closed, so no thread outlives it."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer: Answer, port: int) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.answer = answer
        self._open: set[socket.socket] = set()
        self._loop = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def server_bind(self) -> None:
        """Without the look-up of the host's name that the standard library adds: it can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.socket.getsockname()[1])

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        self.shutdown()
        self._loop.join()
        for connection in list(self._open):
            with suppress(OSError):  # its client may have been quicker
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize: ClassVar[int] = 1 << 16  # head and body leave in one write
    server: Server

    def _converse(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        answer = self.server.answer(Arrival(self.command, self.path, self.headers.get("Authorization", ""), body))
        if answer is None:
            self.close_connection = True
            return
        time.sleep(answer.late)
        self._write(answer)

    def _write(self, answer: Reply) -> None:
        self.send_response_only(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if answer.cut else answer.body)
        self.close_connection |= answer.cut

    do_GET = _converse  # noqa: N815 (the standard library looks for these names)
    do_POST = _converse  # noqa: N815
    do_PATCH = _converse  # noqa: N815
    do_DELETE = _converse  # noqa: N815
