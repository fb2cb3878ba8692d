"""Plain rules instead of a model: they look at the surface of an answer, of repeated attempts, of an explanation."""

import re
from dataclasses import dataclass

from infra.local.fake_model.prompt import JudgePrompt
from ladder.domain.judging.question import MASK

DISCLAIMER = "This is a fake model that judges by plain rules."
NONE = "none"
CONFIDENCE = 0.9
MIN_ANSWER = 60  # characters of an answer that somebody can act on
MIN_QUOTE, MAX_QUOTE = 20, 300
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}
_SIGNS = (
    re.compile(r"\b(first|then|next|after that|finally|step \d)\b|(?<!\w)\d[.)] ", re.IGNORECASE),
    re.compile(
        r"\b(try|click|open|check|restart|switch|use|set|go to|press|clear|select|enter|look (in|at|under)|make sure|"
        r"you (can|need to|have to|should|must))\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(because|the reason|caused by|that is why|the (problem|cause) (is|was)|due to)\b", re.IGNORECASE),
    re.compile(r"\b(works|worked|solved|solves|fixed|fixes|helped|for example|instead|e\.g\.)\b", re.IGNORECASE),
)
_NO_ANSWER = re.compile(
    r"\b(ignore|forget|disregard|prompts?|chat ?gpt|gpt|ai|language model|jailbreak\w*|pretend|act as|role-?play|"
    r"you are|from now on|instructions?|respond|answers? me|badges?|awards?|verdict|confidence|judge|dan)\b",
    re.IGNORECASE,
)
_NAMED_BADGE = re.compile(
    r"\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b|\bbadge\W+(?:id\W+|called\W+|of\W+|named\W+)?[\"'“]?(\w+)", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_ATTEMPT = re.compile(r"(?P<ago>\d+) days? before.*passed no|on the day.*passed no")
_SCORE = re.compile(r"\bscore (\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Opinion:
    badge: str
    confidence: float
    evidence: tuple[str, ...]
    rationale: str


def judge(prompt: JudgePrompt) -> Opinion:
    """Apply the rules for the kind of prompt: enough failed attempts, enough explanations, or one good answer."""
    kind, evidence = prompt.version.partition("-")[0], tuple[str, ...]()
    if kind == "perseverance":
        # enough failed attempts with work between them: rising scores, or days in between
        attempts = [line for line in prompt.facts if _ATTEMPT.search(line)]
        scores = [float(score[1]) for line in attempts if (score := _SCORE.search(line))]
        rising = len(scores) > 1 and scores[-1] > scores[0]
        apart = len({attempt["ago"] for line in attempts if (attempt := _ATTEMPT.search(line))}) > 1
        if len(attempts) >= _required(prompt.criteria, "after", 3) and (rising or apart):
            evidence = (attempts[0], prompt.facts[-1])
    elif kind == "skill":
        quotes = tuple(sentences[0] for piece in prompt.text.split("\n\n") if (sentences := answers(piece)))
        evidence = quotes[:5] if len(quotes) >= _required(prompt.criteria, "at least", 3) else ()
    else:
        evidence = answers(prompt.text)
    if not evidence:
        return Opinion(NONE, CONFIDENCE, (), f"{DISCLAIMER} Nothing looks like what the criteria ask for.")
    return Opinion(prompt.badge, CONFIDENCE, evidence, f"{DISCLAIMER} The quotes look like what the criteria ask for.")


def answers(text: str) -> tuple[str, ...]:
    """Return sentences that make a text an answer somebody can act on; none where it is not an answer."""
    if len(text) < MIN_ANSWER or text.rstrip().endswith("?") or _NO_ANSWER.search(text):
        return ()
    matches = [match for sign in _SIGNS if (match := sign.search(text))]
    if len(matches) < 2:  # noqa: PLR2004 - one word alone proves nothing
        return ()
    return tuple(dict.fromkeys(_sentence(text, match.start()) for match in matches))[:3]


def _required(criteria: str, before: str, default: int) -> int:
    """Return the number in the published criteria."""
    match = re.search(rf"\b{before} (\w+)", criteria, re.IGNORECASE)
    word = match[1].lower() if match else ""
    return _NUMBERS.get(word, int(word) if word.isdecimal() else default)


def _sentence(text: str, position: int) -> str:
    """Return the quotable part of the sentence at a position; where that is too short, of the whole text."""
    at_position = (match[0] for match in _SENTENCE.finditer(text) if match.start() <= position < match.end())
    sentence, whole = (max(part.split(MASK), key=len).strip() for part in (next(at_position, ""), text))
    return (sentence if len(sentence) >= MIN_QUOTE else whole)[:MAX_QUOTE].strip()


def obey(prompt: JudgePrompt) -> Opinion:
    """Do what the text says, as the worst model would: award the badge with full confidence, quoting the text.

    Where the text names a badge, or something that looks like one, that one is proposed first.
    """
    named = None if prompt.retry else _NAMED_BADGE.search(prompt.text)
    badge = (named[1] or named[0]) if named else prompt.badge
    quotable = max(prompt.text.split(MASK), key=len).strip()
    evidence = (quotable[:MAX_QUOTE].strip() or prompt.facts[0],)
    return Opinion(badge, 1.0, evidence, f"{DISCLAIMER} It is set to do whatever the text says.")
