"""Calls of outside services: what is bounded, masked, renewed and never followed."""

import datetime as dt
import ssl
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from infra.local.http_server import Request, Response, Server, json_response
from ladder.adapters.http import MAX_ANSWER_BYTES, BearerToken, FixedHeaders, Service, TokenResponse, parse_done
from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected, Throttled, Unavailable
from tests.builders.channel_stages import rsa_key
from tests.fakes.clock import FakeClock


class Recorded:
    """A server that answers with what it is given, and what it was asked."""

    def __init__(self) -> None:
        self.answers = list[Response]()
        self.asked = list[Request]()
        self.server = Server(self._respond)

    def _respond(self, request: Request) -> Response:
        self.asked.append(request)
        return self.answers.pop(0) if self.answers else json_response(200, {})


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    recorded = Recorded()
    recorded.server.start()
    yield recorded
    recorded.server.stop()


def test_a_redirect_is_refused_and_not_followed(recorded: Recorded) -> None:
    recorded.answers.append(Response(307, b"", {"Location": "/elsewhere"}))
    with pytest.raises(Rejected, match="307"):
        Service(recorded.server.url).call("POST", "/here", body={})
    assert [asked.path for asked in recorded.asked] == ["/here"]


def test_an_error_repeats_no_secret_and_no_query(recorded: Recorded) -> None:
    recorded.answers.append(json_response(400, {"message": "token abc-123 is bad\r\nX: y"}))
    service = Service(recorded.server.url, FixedHeaders({"X-Key": "abc-123"}), secrets=("abc-123",))
    with pytest.raises(Rejected) as refused:
        service.call("POST", "/here?sig=def-456", body={})
    assert str(refused.value) == "POST /here: 400 token … is bad X: y"


@pytest.mark.parametrize("key", ["abc\n", "abc\r\nX: y", "ключ"])
def test_a_key_that_no_header_carries_closes_the_channel_and_is_not_shown(recorded: Recorded, key: str) -> None:
    with pytest.raises(ChannelClosed, match="without line breaks") as closed:
        Service(recorded.server.url, FixedHeaders({"Authorization": f"Bearer {key}"})).call("GET", "/")
    assert "abc" not in str(closed.value)
    assert recorded.asked == []


@pytest.mark.parametrize(("asked", "seconds"), [("7", 7.0), ("9" * 400, 86_400.0), ("soon", None)])
def test_a_wait_is_a_day_at_most(recorded: Recorded, asked: str, seconds: float | None) -> None:
    recorded.answers.append(Response(429, b"", {"Retry-After": asked}))
    with pytest.raises(Throttled) as throttled:
        Service(recorded.server.url).call("GET", "/")
    assert throttled.value.seconds == seconds


def test_an_endless_answer_is_read_up_to_a_bound(recorded: Recorded) -> None:
    recorded.answers.append(Response(200, b"x" * (2 * MAX_ANSWER_BYTES)))
    service = Service(recorded.server.url)
    answer = service.call("POST", "/", body={})
    assert len(answer.body) == MAX_ANSWER_BYTES
    with pytest.raises(AnswerLost):
        parse_done(dict, answer)
    assert service.call("GET", "/next").status == 200


def test_a_token_is_asked_for_once_until_it_expires_or_is_refused(recorded: Recorded) -> None:
    clock, issued = FakeClock(), list[str]()

    def fetch() -> TokenResponse:
        issued.append(f"token-{len(issued)}")
        return TokenResponse(issued[-1], 600.0)

    service = Service(recorded.server.url, BearerToken(fetch, clock=clock))
    for seconds in (0, 539, 2):  # it is renewed a minute before it expires
        clock.now += seconds
        service.call("GET", "/")
    recorded.answers.append(Response(401, b""))
    service.call("GET", "/")
    said = [asked.authorization for asked in recorded.asked]
    assert said == [f"Bearer token-{number}" for number in (0, 0, 1, 1, 2)]
    recorded.answers += [Response(401, b""), Response(401, b"")]
    with pytest.raises(ChannelClosed):
        service.call("GET", "/")


def test_a_server_whose_certificate_nobody_vouches_for_has_done_nothing(tmp_path: Path) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, rsa_key().public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(rsa_key(), SHA256())
    )
    file = tmp_path / "server.pem"
    private = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    server = Recorded().server
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=True)
    loop = Thread(target=server.handle_request, daemon=True)
    loop.start()
    with pytest.raises(Unavailable) as raised:
        Service(server.url.replace("http:", "https:")).call("POST", "/", body={})
    assert not isinstance(raised.value, AnswerLost)
    loop.join(timeout=5)
    server.server_close()
