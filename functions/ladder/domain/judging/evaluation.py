"""The evaluation of a case: the model's answer and its check, the decision on it, what is stored, and its cost.

The model is trusted with nothing. Its answer is checked as if whoever wrote the case had written it, too.

Why a text alone never grants anything, whatever the policy: everything in a verdict, the confidence of 1.0 and the
evidence quoted word for word included, can be dictated by whoever wrote the text, to a model that obeys it. A quote
from an attack is a true quote. So no check of the answer can tell an honest verdict from a dictated one, and no
threshold can. Nor can a number that came in the same event, such as `helpful: 3`: whoever sent the text sent the number
too, and nothing shows that three other people stand behind it. `auto` therefore asks for two independent signals, the
model's and a record that no text came with (`Case.corroborated`): tries that were recorded. Without it the case goes to
a person, as under `approve`, who sees the numbers (`confirmed_by`) beside the text. The worst that a text can then do
is to cost a reviewer a minute, and the budget of cases per member and day bounds how many.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, Self

from ladder.domain.activities.activity import Key
from ladder.domain.judging.case import Case
from ladder.domain.judging.question import MASK, Question, clean
from ladder.domain.message import Message
from ladder.domain.points.judged_badge import JudgedBadge, JudgeModel

TOOL = "verdict"
NONE = "none"  # the answer that no badge is due
MAX_QUOTES = 5
MIN_QUOTE, MAX_QUOTE, MAX_RATIONALE = 12, 500, 600  # characters
MIN_WIDE = 4  # of scripts with a word a character

EVIDENCE_HINT = (
    f"Copy each quote word for word from one part of the case: {MIN_QUOTE} characters or more "
    f"({MIN_WIDE} of Chinese or Japanese), without {MASK}, not what several texts share."
)

CONTEST_DAYS = timedelta(days=30)  # after a verdict that proposes nothing: its case is stored for so long
MAX_ATTEMPTS = 2
MAX_CALLS = 2  # of an attempt: the question, and again after an invalid answer
FURTHER_CASES = 0.5  # of a day's tokens: the most that is spent when a member's second case begins
TOOL_OVERHEAD_TOKENS = 600  # that a service adds to a question with a tool, by its own account
HINT_TOKENS = 200  # that asking again adds
ASK_AGAIN = "\n\nYour last answer could not be taken. "  # before the hint; nothing of that answer is repeated

type Reason = Literal[
    "no tool call", "malformed", "badge not offered", "confidence not from 0 to 1", "no evidence", "evidence not there"
]
type Outcome = Literal["nothing", "review", "grant"]


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
    """Return the verdict, or why the answer is not accepted; None stands for a model that did not call its tool.

    Each quote stands word for word in one part of the case, and is long enough to say something. Words that several
    of a member's texts share are a greeting or a signature, and no evidence.
    """
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
    if not evidence:
        return InvalidAnswer("no evidence", "Quote what the verdict rests on, word for word.")
    if len(evidence) > MAX_QUOTES or not all(isinstance(quote, str) for quote in evidence):
        return InvalidAnswer("malformed", f"evidence is a list of 1 to {MAX_QUOTES} texts.")
    quotes = tuple(clean(quote) for quote in evidence)
    for quote in quotes:
        shared = sum(quote in text for text in case.texts) > 1
        wide = sum(unicodedata.east_asian_width(character) in "WF" for character in quote)
        too_short = wide < MIN_WIDE and len(quote) < MIN_QUOTE
        if too_short or MASK in quote or shared or not any(quote in part for part in case.parts):
            return InvalidAnswer("evidence not there", EVIDENCE_HINT)
    evidence = tuple(quote[:MAX_QUOTE] for quote in quotes)
    return Verdict(badge=case.badge, confidence=float(confidence), evidence=evidence, rationale=rationale)


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    because: Message


def decide(verdict: Verdict, badge: JudgedBadge, case: Case, *, today: date) -> Decision:
    """Decide on a verdict; `today` is a local day of the program."""
    if verdict.badge is None:
        return Decision("nothing", Message("judging.no_badge_proposed"))
    if verdict.confidence < badge.confidence:
        confidence = {"confidence": verdict.confidence, "least": badge.confidence}
        return Decision("nothing", Message("judging.low_confidence", confidence))
    if today < probation_ends(badge):
        return Decision("review", Message("judging.on_probation", {"until": probation_ends(badge).isoformat()}))
    if badge.policy != "auto":
        return Decision("review", Message("judging.policy_asks_a_person", {"policy": badge.policy}))
    if badge.confirmations:
        confirmed = {"least": badge.confirmations.at_least}
        if case.corroborated:
            return Decision("grant", Message("judging.granted_on_confirmations", confirmed))
        return Decision("review", Message("judging.too_few_independent", confirmed))
    if not case.corroborated:
        return Decision("review", Message("judging.no_independent_evidence"))
    return Decision("grant", Message("judging.granted_on_record"))


def probation_ends(badge: JudgedBadge) -> date:
    """Return the first day on which the badge's own policy applies."""
    return badge.since + timedelta(days=badge.probation_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRequest:
    """A claim on the model. `criteria`: a digest of them, of the badge's name and of the prompt's version.

    `day`: local; `max_tokens`: of both calls. One member's cases take `member_tokens` of a day, and never the tokens of
    the others: a member's first case may use whatever the day has left, a further one only FURTHER_CASES of the day. So
    whatever one member sends, everybody's first case of the day comes before anybody's second.
    """

    program: str
    member: str
    badge: str
    case: str
    event: Key  # whose case it is
    criteria: str
    day: date
    max_tokens: int
    daily_tokens: int  # of the program
    member_tokens: int  # of the member, for all badges
    daily_cases: int  # of the member and badge

    @classmethod
    def of(cls, badge: JudgedBadge, case: Case, question: Question, *, day: date, model: JudgeModel) -> Self:
        """Return the claim. If a badge's name, its criteria or the prompt change, a case may be judged again."""
        criteria = json.dumps([badge.key, badge.name, badge.criteria, question.version], ensure_ascii=False)
        return cls(
            program=case.program,
            member=case.member,
            badge=badge.key,
            case=case.id,
            event=case.event,
            criteria=hashlib.sha256(criteria.encode()).hexdigest()[:16],
            day=day,
            max_tokens=MAX_CALLS * max_call_tokens(question) + HINT_TOKENS,
            daily_tokens=model.daily_tokens,
            member_tokens=int(model.member_share * model.daily_tokens),
            daily_cases=badge.per_member_daily,
        )

    @property
    def key(self) -> str:
        """Return the key of the verdict: the case is judged once under the same criteria."""
        return hashlib.sha256(f"{self.case}:{self.criteria}".encode()).hexdigest()[:32]

    def exceeds_share(self, own: int) -> bool:
        """Return whether the member's other cases of the day, which took `own` tokens, leave too little for it."""
        return own > 0 and own + self.max_tokens > self.member_tokens

    def must_wait(self, *, spent: int, own: int) -> bool:
        """Return whether the day has too little left. `spent`: by everybody; `own`: by the member's other cases."""
        return spent + self.max_tokens > (self.daily_tokens * FURTHER_CASES if own else self.daily_tokens)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to ask the model, for a limited time. `number` counts the case's attempts, from 1."""

    request: EvaluationRequest
    number: int

    @property
    def last(self) -> bool:
        return self.number >= MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Every attempt was made and none left a result: a person reviews the case."""


@dataclass(frozen=True, slots=True)
class OverBudget:
    """The member's cases or tokens of this day are used up: the case is not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationResult:
    """The first result stored is final, with the decision taken on it: later rules change neither.

    `verdict` None: no model gave an answer that was accepted. `input_digest`: of what the model was shown.
    """

    verdict: Verdict | None
    decision: Decision
    prompt: str  # its version
    criteria: str  # a digest of them
    model: str
    tokens: int
    input_digest: bytes
    at: datetime


type ClaimResult = EvaluationResult | Lease | Exhausted | OverBudget


def case_shown(verdict: str) -> Key:
    """Return the key under which the case of a verdict is stored among its member's texts: no source has that name."""
    return "", verdict


def input_digest(case: Case) -> bytes:
    return hashlib.sha256(json.dumps(case.parts, ensure_ascii=False).encode()).digest()


def max_call_tokens(question: Question) -> int:
    """Return the most that one call may cost: no token is shorter than a byte."""
    text = f"{question.system}{question.user}{json.dumps(dict(question.schema))}"
    return len(text.encode()) + TOOL_OVERHEAD_TOKENS + question.max_answer_tokens
