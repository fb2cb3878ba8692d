"""An HTTP/1.1 server on loopback: one thread a connection, kept alive, each response in one write.

It can do what no framework's server lets an application do: drop a connection without a response, or in the middle.
"""

import json
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import msgspec


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    target: str
    authorization: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def json(self) -> dict[str, Any]:
        """Raises HttpError (400) unless the body is a JSON object or empty."""
        try:
            return msgspec.json.decode(self.body or b"{}", type=dict[str, Any])
        except ValueError as error:
            raise HttpError(400, "bad.request", f"the body must be a JSON object: {error}") from error


@dataclass(frozen=True, slots=True)
class Response:
    """`delay`: seconds before it is sent; with `cut` the connection closes in the middle of the body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False


def json_response(status: int, payload: object, headers: Mapping[str, str] | None = None) -> Response:
    """`payload`: also dataclasses and structs."""
    return Response(status, json.dumps(payload, default=msgspec.to_builtins).encode(), headers or {})


@dataclass(frozen=True, slots=True)
class HttpError(Exception):
    """An error that the server turns into a response."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Server(ThreadingMixIn, TCPServer):
    """`respond` returns None to close the connection without a response. `stop` closes every open connection."""

    allow_reuse_address = daemon_threads = True
    request_queue_size = 64

    def __init__(self, respond: Callable[[Request], Response | None]) -> None:
        super().__init__(("127.0.0.1", 0), RequestHandler)
        self.respond = respond
        self.open: set[socket.socket] = set()
        self._loop = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        self.shutdown()
        self._loop.join()
        for connection in list(self.open):
            with suppress(OSError):  # the client may have closed it already
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that went away."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize: ClassVar[int] = 1 << 16  # head and body leave in one write
    server: Server

    def handle(self) -> None:
        self.server.open.add(self.connection)
        try:
            super().handle()
        finally:
            self.server.open.discard(self.connection)

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        authorization = self.headers.get("Authorization", "")
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            response = self.server.respond(Request(self.command, self.path, authorization, body, headers))
        except HttpError as error:
            payload = {"status": error.status, "code": error.code, "message": error.message}
            response = json_response(error.status, payload, error.headers)
        if response is None:
            self.close_connection = True
            return
        time.sleep(response.delay)
        self.send_response_only(response.status)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(response.body)), **response.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body[: len(response.body) // 2] if response.cut else response.body)
        self.close_connection |= response.cut

    do_GET = _handle  # noqa: N815 (the standard library looks for these names)
    do_POST = _handle  # noqa: N815
    do_PUT = _handle  # noqa: N815
    do_PATCH = _handle  # noqa: N815
    do_DELETE = _handle  # noqa: N815
