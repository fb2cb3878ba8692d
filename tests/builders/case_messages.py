"""Messages of the cases queue: a post, and a new entry as the ledger's stream sends it."""

import base64
from typing import Any

from ladder.adapters.dynamodb import ledger
from ladder.adapters.dynamodb.table import encode
from ladder.domain.points.apply import evaluate
from ladder.domain.points.ledger import State
from ladder.domain.programs.pausing import compile_program
from tests.builders.judged_badges import ANSWER, KEY, NOW, post, program

POST = {
    "program": "academy", "member": "m1", "source": "academy", "id": "post-1", "text": ANSWER, "text_key": KEY,
    "occurred_at": NOW.isoformat(), "attributes": {"helpful": 3},
}  # fmt: skip


def image(activity: Any = None) -> dict[str, Any]:
    """As a stream has it: bytes in base64."""
    _, (entry,) = evaluate(compile_program(program()), State(), [activity or post(helpful=3)], allowances={})
    told = encode(ledger.to_item("academy#m1", entry))
    return {name: {"B": base64.b64encode(each["B"]).decode()} if "B" in each else each for name, each in told.items()}


def record(**changed: Any) -> dict[str, Any]:
    return {"eventName": "INSERT", "dynamodb": {"NewImage": image()}} | changed
