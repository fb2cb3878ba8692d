"""Sealing by hand: what the clock does every quarter of an hour, where it runs. On a local stage it does not."""

import json
from collections.abc import Mapping

from infra.cli.audit.read import output
from infra.cli.ledger.stores import Place
from ladder.domain.errors import Unavailable


def seal(on: Place) -> Mapping[str, int]:
    """How many records, seals and anchors were written. Raises Unavailable where the function failed."""
    answer = on.client("lambda").invoke(
        FunctionName=output(on, "AdminFunction"), Payload=json.dumps({"seal": True}).encode()
    )
    told: Mapping[str, int | str] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise Unavailable(f"the sealer failed: {told.get('errorMessage', 'look at its log')}")
    return {name: int(count) for name, count in told.items()}
