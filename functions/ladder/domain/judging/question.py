"""Prepare members' texts for a model, and read what it replies; independent of any service.

A member's text reaches a model cut to a length, without invisible characters, addresses or numbers of people, and
inside a data field. What the model is told stands in `functions/badges/prompts`; which texts it gets, in `case`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAX_CASE_CHARACTERS = 4_000  # of all pieces of a case together
MAX_DELIMITER_TRIES = 100
MAX_ANSWER_TOKENS = 700
MASK = "[…]"
_AT = r"(?:[@\uff20\ufe6b]|\s?[(\[{<]\s?(?:at|\u00e4t)\s?[)\]}>]\s?|\sat\s)"
_DOT = r"(?:[.\uff0e]|\s?[(\[{<]\s?(?:dot|punkt|point)\s?[)\]}>]\s?|\s(?:dot|punkt)\s)"
_ADDRESS = re.compile(
    rf"[\w.+-]+{_AT}[\w-]+(?:{_DOT}[\w-]+)*{_DOT}[^\W\d_]{{2,24}}"  # jo.doe@example.com, jo (at) example (dot) com
    r"|[a-z][a-z\d+.-]{1,30}://\S+|www\.\S+"
    r"|(?<![\w.])(?:[a-z\d-]+\.)+[a-z]{2,24}/\S+"  # linkedin.com/in/jo
    r"|(?<!\w)[@\uff20\ufe6b]\w[\w.-]*\w",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\+?\d(?:[ /().\-\u2010-\u2015]{0,3}\d){6,}")  # of a telephone, a contract, an account
# a capital, then small letters
_NAME = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff][a-z\u00df-\u00f6\u00f8-\u00ff'\u2019][\w'\u2019-]*"
_ADDRESSED = re.compile(  # who is greeted, thanked or called by a title, in English, German, French and Spanish
    r"\b((?:(?i:hi|hey|hello|dear|thanks|thank you|cheers|regards|mrs?|ms|dr|hallo|liebe[rs]?|danke|herrn?|frau"
    r"|gr\u00fc\u00dfe|bonjour|merci|ch\u00e8re?|monsieur|madame|mme|hola|gracias|se\u00f1ora?)[.,]?\s)+)"
    rf"{_NAME}(?:\s{_NAME})?"
)
_BLANK = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_WHITE = re.compile(r"\s+")

type DelimiterSource = Callable[[], str]  # returns a new random word


@dataclass(frozen=True, slots=True)
class DataField:
    """Text as data, between two delimiter lines that its writer cannot know."""

    delimiter: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`schema`: of the input of the one tool that must be called; `version`: of the prompt, such as community-v1."""

    version: str
    system: str
    user: str
    schema: Mapping[str, Any]
    max_answer_tokens: int = MAX_ANSWER_TOKENS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`answer`: the arguments of the tool call; None where the tool was not called with a JSON object."""

    answer: Mapping[str, Any] | None
    input_tokens: int
    output_tokens: int
    model: str

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


def clean(text: str) -> str:
    """Return the one form for display and quotes: no control or invisible characters, white space as one space.

    Invisible characters are those that nobody sees and a model reads: of direction, of zero width, tags, fillers, and
    variation selectors, in which any text can be written.
    """
    visible = "".join(
        character
        for character in text
        if character.isspace() or not (unicodedata.category(character).startswith("C") or _BLANK.match(character))
    )
    return _WHITE.sub(" ", unicodedata.normalize("NFC", visible)).strip()


def prepare_texts(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the pieces of text as a model may see them; where they exceed the length of a case, the longest are cut.

    Addresses, numbers and names that lead to a person are masked: a model has no use for them. No piece crowds out
    another, least of all the newest: what a short piece leaves of its equal share goes to others.
    """
    pieces = [_masked(clean(text[: 4 * MAX_CASE_CHARACTERS])) for text in texts]
    shares, left = [0] * len(pieces), MAX_CASE_CHARACTERS
    for done, index in enumerate(sorted(range(len(pieces)), key=lambda index: len(pieces[index]))):
        shares[index] = min(len(pieces[index]), left // (len(pieces) - done))
        left -= shares[index]
    cut = (piece[:share].strip() for piece, share in zip(pieces, shares, strict=True))
    return tuple(piece for piece in cut if piece)


def _masked(text: str) -> str:
    """Return the text without addresses, numbers and names of people: names as far as a greeting or a title shows them.

    A name in the middle of a sentence stays: to know it as one takes a language model, which does not fit here.
    """
    return _ADDRESSED.sub(rf"\1{MASK}", _NUMBER.sub(MASK, _ADDRESS.sub(MASK, text)))


def data_field(texts: Sequence[str], new_delimiter: DelimiterSource) -> DataField:
    """Return the texts in one data field, with a new delimiter that occurs in none of them.

    Raises ValueError where the delimiters are not random.
    """
    text = "\n\n".join(texts)
    for _ in range(MAX_DELIMITER_TRIES):
        delimiter = new_delimiter()
        if delimiter and delimiter.casefold() not in text.casefold():
            return DataField(delimiter, text)
    raise ValueError(f"{MAX_DELIMITER_TRIES} delimiters in a row were in the text: they are not drawn at random")
