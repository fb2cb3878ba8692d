"""Write numbers and words as people write them."""

from ladder.domain.validation.constraints import Direction


def plain_number(value: float) -> str:
    """Without trailing zeros, and without an exponent: 180, 4.35."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def bound(direction: Direction) -> str:
    """What a value has to be, before the target."""
    return "at or below" if direction == "lower" else "at or above"


def quantity(number: int, noun: str) -> str:
    """1 point, 1,200 points. The noun is one that takes an s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def join_words(words: str) -> str:
    """As the end of a sentence that goes on to its own full stop, whether the writer had set one or not."""
    return words.strip().removesuffix(".")


def opening(words: str) -> str:
    """As the beginning of a sentence; only the first letter is touched."""
    return f"{words[:1].upper()}{words[1:]}"
