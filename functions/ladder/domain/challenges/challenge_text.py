"""Write a challenge's text with today's target in it.

A library states its fallback target in the text ("keep it under 180 s"). Wherever the text holds that number, today's
target replaces it; every other number stays as it was written.
"""

import re

from ladder.domain.challenges.rules import Challenge

# Not in a word or identifier (AHT180, AHT-180), and not in a longer number, a time, a date or a range (1805, .180,
# 3:00, 2026-01-31, 150-180). A hyphen after a letter of another script joins a word to the number ("ל-180").
_MINUS, _DASHES = "\u2212", "\u2013\u2014"
_BEFORE = rf"(?<![\w.{_MINUS}])(?<![0-9][,:/{_DASHES}])(?<![\x00-\x7f]-)"
_SIGN = rf"(?:(?<![^\s(])[-{_MINUS}])?"
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_AFTER = rf"(?![.,:/{_DASHES}-][0-9])"


def with_target(challenge: Challenge, target: float, *, unit: str = "") -> tuple[str, str]:
    """Return name and description as a member reads them. `unit` may follow a number without a space: "180s"."""
    end = rf"(?=(?:{re.escape(unit)})?(?!\w))" if unit else r"(?!\w)"
    number = re.compile(rf"{_BEFORE}{_SIGN}{_DIGITS}{_AFTER}{end}")

    def replaced(match: re.Match[str]) -> str:
        """Return today's target for a number that is the fallback; separators of thousands are kept."""
        written = match[0]
        value = float(written.replace(",", "").replace(_MINUS, "-"))
        if value != challenge.target_value or (not value and not written[0].isdigit()):  # "-0" is written for its sign
            return written
        shown = plain_number(target)
        whole, dot, fraction = shown.partition(".")
        return f"{int(whole):,}{dot}{fraction}" if "," in written else shown

    return number.sub(replaced, challenge.name), number.sub(replaced, challenge.description)


def plain_number(value: float) -> str:
    """Return a number without trailing zeros and without an exponent: 180, 4.35."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
