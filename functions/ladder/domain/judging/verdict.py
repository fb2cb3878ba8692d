"""A verdict: the form that a model must answer in, and everything for which an answer is not taken.

None of this is asked of the model. An answer is checked as if whoever wrote the case had written it, too.
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
    """What a model found. `badge` None: none is due, and then there is no evidence."""

    badge: str | None
    confidence: float
    evidence: tuple[str, ...]
    rationale: str


@dataclass(frozen=True, slots=True)
class InvalidAnswer:
    reason: Reason
    mend: str  # what the model is told when it is asked once more: our words, never its own or the learner's


def schema(badge: str) -> Mapping[str, Any]:
    """JSON Schema of the tool's input: the only badge that can be named is the one that is asked about."""
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
    """The verdict, or why there is none in the answer; None: the model did not call its tool."""
    if answer is None:
        return InvalidAnswer("no tool call", f"Call the tool {TOOL} once, and write nothing else.")
    if (wrong := _wrong(answer, case)) is not None:
        return wrong
    confidence, rationale = float(answer["confidence"]), clean(answer["rationale"])[:MAX_RATIONALE]
    if answer["badge"] == NONE:
        return Verdict(badge=None, confidence=confidence, evidence=(), rationale=rationale)
    quotes = _quotes(answer["evidence"], case)
    if isinstance(quotes, InvalidAnswer):
        return quotes
    return Verdict(badge=case.badge, confidence=confidence, evidence=quotes, rationale=rationale)


def _wrong(answer: Mapping[str, Any], case: Case) -> InvalidAnswer | None:
    """What is wrong with an answer by its form alone."""
    badge, evidence, rationale = (answer.get(name) for name in ("badge", "evidence", "rationale"))
    if not (isinstance(badge, str) and isinstance(evidence, list) and isinstance(rationale, str)):
        return InvalidAnswer(
            "malformed", "Give badge, confidence, evidence and rationale as the tool's schema has them."
        )
    if badge not in {case.badge, NONE}:
        return InvalidAnswer("badge not offered", f"badge is {case.badge} or {NONE}, nothing else.")
    if not _is_share(answer.get("confidence")):
        return InvalidAnswer("confidence not from 0 to 1", "confidence is a number from 0 to 1.")
    return None


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _quotes(told: list[Any], case: Case) -> tuple[str, ...] | InvalidAnswer:
    """Each is found word for word in one part of the case, and long enough to say something."""
    if not told:
        return InvalidAnswer("no evidence", "Quote what the verdict rests on, word for word.")
    if len(told) > MAX_QUOTES or not all(isinstance(each, str) for each in told):
        return InvalidAnswer("malformed", f"evidence is a list of 1 to {MAX_QUOTES} texts.")
    quotes = tuple(clean(each) for each in told)
    if not all(_is_there(quote, case) for quote in quotes):
        return InvalidAnswer("evidence not there", EVIDENCE_HINT)
    return tuple(quote[:MAX_QUOTE] for quote in quotes)


def _is_there(quote: str, case: Case) -> bool:
    return len(quote) >= MIN_QUOTE and MASK not in quote and any(quote in part for part in case.parts)
