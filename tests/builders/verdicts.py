"""A case put to the model, and what stands of it."""

from datetime import UTC, date, datetime

from ladder.domain.judging.evaluation import (
    Decision,
    EvaluationRequest,
    EvaluationResult,
    Verdict,
)
from ladder.domain.message import Message

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

QUOTE = "a secret sentence of somebody"

ASKED = EvaluationRequest(
    program="bank", member="m", badge="CHAMPION", case="case-one", event=("forum", "p#1"), criteria="k1",
    day=date(2026, 11, 20), max_tokens=400,
    daily_tokens=1_000, member_tokens=1_000, daily_cases=2,
)  # fmt: skip

RULING = EvaluationResult(
    verdict=Verdict(badge="CHAMPION", confidence=0.85, evidence=(QUOTE,), rationale="because"),
    decision=Decision("review", Message("judging.policy_asks_a_person", {"policy": "approve"})),
    prompt="community-v1",
    criteria="d1",
    model="m1",
    tokens=123,
    input_digest=b"\x01" * 32,
    at=NOW,
)
