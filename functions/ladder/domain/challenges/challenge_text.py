"""Write a challenge's text with today's target in it.

A library states its fallback target in the text ("keep it under 180 s"). Wherever the text holds that number, today's
target replaces it; every other number stays as it was written.
"""

import re

from ladder.domain.challenges.rules import Challenge
from ladder.domain.text import plain_number

# Not in a word or identifier (AHT180, AHT-180), and not in a longer number, a time, a date or a range (1805, .180,
# 3:00, 2026-01-31, 150-180). A hyphen after a letter of another script joins a word to the number ("ל-180").
_MINUS, _DASHES = "\u2212", "\u2013\u2014"
_BEFORE = rf"(?<![\w.{_MINUS}])(?<![0-9][,:/{_DASHES}])(?<![\x00-\x7f]-)"
_SIGN = rf"(?:(?<![^\s(])[-{_MINUS}])?"
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_AFTER = rf"(?![.,:/{_DASHES}-][0-9])"


def render(challenge: Challenge, target: float, *, unit: str = "") -> tuple[str, str]:
    """Return name and description as a member reads them. `unit` may follow a number without a space: "180s"."""
    fallback = challenge.target_value
    return _retold(challenge.name, fallback, target, unit), _retold(challenge.description, fallback, target, unit)


def _retold(text: str, fallback: float, target: float, unit: str) -> str:
    return _numbers(unit).sub(lambda found: _instead(found[0], fallback, target), text)


def _instead(token: str, fallback: float, target: float) -> str:
    """Today's target where the token is worth the fallback; separators of thousands are kept."""
    worth = float(token.replace(",", "").replace(_MINUS, "-"))
    if worth != fallback or (not worth and not token[0].isdigit()):  # "-0" is written for its sign
        return token
    shown = plain_number(target)
    whole, dot, fraction = shown.partition(".")
    return f"{int(whole):,}{dot}{fraction}" if "," in token else shown


def _numbers(unit: str) -> re.Pattern[str]:
    ends = rf"(?=(?:{re.escape(unit)})?(?!\w))" if unit else r"(?!\w)"
    return re.compile(rf"{_BEFORE}{_SIGN}{_DIGITS}{_AFTER}{ends}")
