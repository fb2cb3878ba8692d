"""A long answer is sent as gzip to whoever accepts it."""

import base64
import gzip
import json
from typing import Any

import pytest

from ladder.web.app import LEAST_COMPRESSED, compressed

LONG = json.dumps({"text": "Für Sie: 50 Punkte. " * 200}, ensure_ascii=False)


def answer(body: str) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body, "isBase64Encoded": False}


def test_a_long_answer_is_an_eighth_and_the_same_after_unpacking() -> None:
    packed = compressed(answer(LONG), "gzip, deflate, br")
    assert packed["isBase64Encoded"] is True
    assert packed["headers"] == {"content-type": "application/json", "content-encoding": "gzip"}
    raw = base64.b64decode(packed["body"])
    assert gzip.decompress(raw).decode() == LONG
    assert len(raw) * 8 < len(LONG.encode())


@pytest.mark.parametrize(("body", "accepted"), [(LONG, ""), (LONG, "br"), ("x" * (LEAST_COMPRESSED - 1), "gzip")])
def test_a_short_one_and_one_for_who_cannot_read_it_stay_as_they_are(body: str, accepted: str) -> None:
    assert compressed(answer(body), accepted) == answer(body)
