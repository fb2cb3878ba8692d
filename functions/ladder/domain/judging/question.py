"""What of a learner's text reaches a model: bounded, without invisible characters, addresses or numbers of people."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

MAX_CASE_CHARACTERS = 4_000  # characters of a case, all of its pieces together
MAX_DELIMITER_TRIES = 100
MASK = "[…]"
_ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+(\.[\w-]+)+|[a-z][a-z\d+.-]{1,30}://\S+|www\.\S+|(?<!\w)@\w[\w.-]*\w", re.IGNORECASE
)
_NUMBER = re.compile(r"\+?\d(?:[ /().\-\u2010-\u2015]{0,2}\d){6,}")  # of a telephone, a contract, an account
_BLANK = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_WHITE = re.compile(r"\s+")

type DelimiterSource = Callable[[], str]  # a new random word


@dataclass(frozen=True, slots=True)
class DataField:
    """Text as data: it stands between two lines that only whoever set them knows."""

    delimiter: str
    text: str


def clean(text: str) -> str:
    """One form for what is shown and what is quoted: control and invisible characters go, white space is one space.

    Invisible are those that nobody sees and a model reads: of direction, of zero width, tags, fillers, and selectors of
    variants, in which any text can be written.
    """
    visible = "".join(each if each.isspace() else "" if _hidden(each) else each for each in text)
    return _WHITE.sub(" ", unicodedata.normalize("NFC", visible)).strip()


def mask_personal_data(text: str) -> str:
    """Without what leads to a person: a model has no use for it."""
    return _NUMBER.sub(MASK, _ADDRESS.sub(MASK, text))


def prepare_texts(texts: Sequence[str]) -> tuple[str, ...]:
    """Pieces of text as a model may see them. Where they are longer together than a case may be, the longest are cut.

    So no piece crowds out another, the newest least of all: what a short one leaves of its equal part, others have.
    """
    pieces = [mask_personal_data(clean(text[: 4 * MAX_CASE_CHARACTERS])) for text in texts]
    cut = (piece[:part].strip() for piece, part in zip(pieces, _parts(pieces), strict=True))
    return tuple(piece for piece in cut if piece)


def data_field(texts: Sequence[str], token: DelimiterSource) -> DataField:
    """The texts in one data field. Its delimiter is drawn anew for each call, until it is in none of them."""
    text = "\n\n".join(texts)
    for _ in range(MAX_DELIMITER_TRIES):
        delimiter = token()
        if delimiter and delimiter.casefold() not in text.casefold():
            return DataField(delimiter, text)
    raise ValueError(f"{MAX_DELIMITER_TRIES} delimiters in a row were in the text: they are not drawn at random")


def _parts(pieces: Sequence[str]) -> list[int]:
    """Characters that each piece may have."""
    parts, left = [0] * len(pieces), MAX_CASE_CHARACTERS
    for done, place in enumerate(sorted(range(len(pieces)), key=lambda place: len(pieces[place]))):
        parts[place] = min(len(pieces[place]), left // (len(pieces) - done))
        left -= parts[place]
    return parts


def _hidden(character: str) -> bool:
    return unicodedata.category(character).startswith("C") or _BLANK.match(character) is not None


MAX_ANSWER_TOKENS = 700  # tokens of an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`schema`: of the input of the one tool that must be called; `version`: of the prompt, such as community-v1."""

    version: str
    system: str
    user: str
    schema: Mapping[str, Any]
    most_answered: int = MAX_ANSWER_TOKENS

    def once_more(self, mend: str) -> "Question":
        """Asked again after an answer that could not be taken; nothing of that answer is in it."""
        return replace(self, user=f"{self.user}\n\nYour last answer could not be taken. {mend}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`answer`: what the tool was called with; None where it was not called, or with what is no JSON object."""

    answer: Mapping[str, Any] | None
    input_tokens: int
    output_tokens: int
    model: str

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens
