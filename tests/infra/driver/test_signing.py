"""What the replay sends proves itself as its source's kind demands, to the adapter that the hook verifies with."""

from datetime import UTC, datetime

import pytest

from infra.cli.driver.sending import new_secret, signed
from ladder.adapters.sources import SOURCES
from ladder.domain.activities.source import HookRequest, Keys, Source, SourceKind
from ladder.domain.errors import InvalidSignature
from tests.infra.replay.examples import line

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def call(kind: SourceKind, secret: str) -> HookRequest:
    body, headers = signed(kind, secret, [line(1).raw, line(2).raw], clock=NOW.timestamp)
    return HookRequest(method="POST", url="https://here/hooks/academy/quiz", headers=headers, body=body)


@pytest.mark.parametrize("kind", ["standard", "xapi"])
def test_it_is_taken_under_its_secret_and_under_no_other(kind: SourceKind) -> None:
    source, secret = Source(key="quiz", kind=kind), new_secret(kind)
    SOURCES[kind].verify(call(kind, secret), source, Keys((secret,)), now=NOW)
    with pytest.raises(InvalidSignature):
        SOURCES[kind].verify(call(kind, secret), source, Keys((new_secret(kind),)), now=NOW)


def test_a_body_of_many_is_read_as_many() -> None:
    source = Source(key="quiz", kind="standard")
    found = SOURCES["standard"].read(call("standard", new_secret("standard")), source)
    assert [event.id for event in found.events] == ["e1", "e2"]
