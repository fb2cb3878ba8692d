"""A verdict: the form that a model must answer in, and the reasons for which an answer is not accepted.

The model is trusted with none of this. An answer is checked as if whoever wrote the case had written it, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ladder.domain.judging.case import Case
from ladder.domain.judging.question import MASK, clean

TOOL = "verdict"
NONE = "none"  # the answer that no badge is due
MAX_QUOTES = 5
MIN_QUOTE, MAX_QUOTE, MAX_RATIONALE = 12, 500, 600  # characters

EVIDENCE_HINT = (
    f"Each piece of evidence is copied word for word from one part of the case, {MIN_QUOTE} characters or more, "
    f"without {MASK} in it."
)

type Reason = Literal[
    "no tool call", "malformed", "badge not offered", "confidence not from 0 to 1", "no evidence", "evidence not there"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A model's answer that was accepted. `badge` None: no badge is due, and then there is no evidence."""

    badge: str | None
    confidence: float
    evidence: tuple[str, ...]
    rationale: str


@dataclass(frozen=True, slots=True)
class InvalidAnswer:
    reason: Reason
    hint: str  # sent to the model when it is asked again: our words, never its own or the learner's


def schema(badge: str) -> Mapping[str, Any]:
    """Return the JSON Schema of the tool's input; it can name no badge but the one that is asked about."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["badge", "confidence", "evidence", "rationale"],
        "properties": {
            "badge": {"type": "string", "enum": [badge, NONE]},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "evidence": {"type": "array", "maxItems": MAX_QUOTES, "items": {"type": "string"}},
            "rationale": {"type": "string", "maxLength": MAX_RATIONALE},
        },
    }


def check_answer(answer: Mapping[str, Any] | None, case: Case) -> Verdict | InvalidAnswer:
    """Return the verdict, or why the answer is not accepted; None stands for a model that did not call its tool."""
    if answer is None:
        return InvalidAnswer("no tool call", f"Call the tool {TOOL} once, and write nothing else.")
    badge, evidence, rationale = (answer.get(name) for name in ("badge", "evidence", "rationale"))
    if not (isinstance(badge, str) and isinstance(evidence, list) and isinstance(rationale, str)):
        return InvalidAnswer(
            "malformed", "Give badge, confidence, evidence and rationale as the tool's schema has them."
        )
    if badge not in {case.badge, NONE}:
        return InvalidAnswer("badge not offered", f"badge is {case.badge} or {NONE}, nothing else.")
    confidence = answer.get("confidence")
    if not isinstance(confidence, int | float) or isinstance(confidence, bool) or not 0 <= confidence <= 1:
        return InvalidAnswer("confidence not from 0 to 1", "confidence is a number from 0 to 1.")
    rationale = clean(rationale)[:MAX_RATIONALE]
    if badge == NONE:
        return Verdict(badge=None, confidence=float(confidence), evidence=(), rationale=rationale)
    quotes = _check_evidence(evidence, case)
    if isinstance(quotes, InvalidAnswer):
        return quotes
    return Verdict(badge=case.badge, confidence=float(confidence), evidence=quotes, rationale=rationale)


def _check_evidence(evidence: list[Any], case: Case) -> tuple[str, ...] | InvalidAnswer:
    """Return the quotes if each stands word for word in one part of the case and is long enough to say something."""
    if not evidence:
        return InvalidAnswer("no evidence", "Quote what the verdict rests on, word for word.")
    if len(evidence) > MAX_QUOTES or not all(isinstance(quote, str) for quote in evidence):
        return InvalidAnswer("malformed", f"evidence is a list of 1 to {MAX_QUOTES} texts.")
    quotes = tuple(clean(quote) for quote in evidence)
    for quote in quotes:
        if len(quote) < MIN_QUOTE or MASK in quote or not any(quote in part for part in case.parts):
            return InvalidAnswer("evidence not there", EVIDENCE_HINT)
    return tuple(quote[:MAX_QUOTE] for quote in quotes)
