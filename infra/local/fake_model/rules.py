"""Plain rules in the place of a model: what an answer, a long try and a clear explanation look like on the surface."""

import re
from dataclasses import dataclass

from infra.local.fake_model.question import Put
from ladder.domain.judging.question import MASK

SAYS = "This is a stand-in that judges by plain rules, no model."
NONE = "none"
SURE = 0.9
SHORTEST = 60  # characters of an answer that somebody can act on
SHORTEST_QUOTE, LONGEST_QUOTE = 20, 300
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
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_TRY = re.compile(r"(?P<ago>\d+) days? before.*passed no|on the day.*passed no")
_SCORE = re.compile(r"\bscore (\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Opinion:
    badge: str
    confidence: float
    evidence: tuple[str, ...]
    rationale: str

    @property
    def as_dict(self) -> dict[str, object]:
        return {
            "badge": self.badge,
            "confidence": self.confidence,
            "evidence": list(self.evidence),
            "rationale": self.rationale,
        }


def judge(put: Put) -> Opinion:
    """By the rules of the prompt that it was put with."""
    kind = put.prompt.partition("-")[0]
    evidence = {"perseverance": _persevered, "skill": _explained}.get(kind, _answered)(put)
    if not evidence:
        return Opinion(NONE, SURE, (), f"{SAYS} The criteria are not met on the surface of the case.")
    return Opinion(put.badge, SURE, evidence, f"{SAYS} The quotes show on their surface what the criteria ask for.")


def answers(text: str) -> tuple[str, ...]:
    """Sentences that make a text an answer somebody can act on; none where it is no answer."""
    if len(text) < SHORTEST or text.rstrip().endswith("?") or _NO_ANSWER.search(text):
        return ()
    signs = [found for sign in _SIGNS if (found := sign.search(text))]
    if len(signs) < 2:  # noqa: PLR2004 - one word alone is chance
        return ()
    return tuple(dict.fromkeys(_sentence(text, found.start()) for found in signs))[:3]


def _answered(put: Put) -> tuple[str, ...]:
    return answers(put.text)


def _explained(put: Put) -> tuple[str, ...]:
    found = [sentences[0] for piece in put.text.split("\n\n") if (sentences := answers(piece))]
    return tuple(found[:5]) if len(found) >= _asked_for(put.criteria, "at least", 3) else ()


def _persevered(put: Put) -> tuple[str, ...]:
    """Failed tries enough, and work between them: scores that rise, or days in between."""
    tries = [line for line in put.facts if _TRY.search(line)]
    scores = [float(found[1]) for line in tries if (found := _SCORE.search(line))]
    rising = len(scores) > 1 and scores[-1] > scores[0]
    apart = len({found["ago"] for line in tries if (found := _TRY.search(line))}) > 1
    enough = len(tries) >= _asked_for(put.criteria, "after", 3) and (rising or apart)
    return (tries[0], put.facts[-1]) if enough else ()


def _asked_for(criteria: str, before: str, usual: int) -> int:
    """The number in the published criteria."""
    found = re.search(rf"\b{before} (\w+)", criteria, re.IGNORECASE)
    word = found[1].lower() if found else ""
    return _NUMBERS.get(word, int(word) if word.isdecimal() else usual)


def _sentence(text: str, place: int) -> str:
    """What stands around a place and can be quoted; where that is too little, the longest part that can."""
    found = next((each[0] for each in _SENTENCE.finditer(text) if each.start() <= place < each.end()), "")
    sentence, whole = (max(each.split(MASK), key=len).strip() for each in (found, text))
    return (sentence if len(sentence) >= SHORTEST_QUOTE else whole)[:LONGEST_QUOTE].strip()
