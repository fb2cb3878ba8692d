"""Prepare members' texts for a model, and read what it replies; independent of any service.

A member's text reaches a model cut to a length, without invisible characters, addresses or numbers of people, and
inside a data field. What the model is told stands in `functions/badges/prompts`; which texts it gets, in `case`.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAX_CASE_CHARACTERS = 4_000  # of all pieces of a case together
MAX_DELIMITER_TRIES = 100
MAX_ANSWER_TOKENS = 700
MASK = "[…]"


@dataclass(frozen=True, slots=True)
class _LazyPattern:
    """A pattern that is compiled when it is first used: functions that only read verdicts mask nothing."""

    pattern: str
    flags: re.RegexFlag = re.NOFLAG

    def sub(self, replacement: str, text: str) -> str:
        return re.sub(self.pattern, replacement, text, flags=self.flags)


_AT_WORD = r"at|\u00e4t|arobase|arroba|\u0441\u043e\u0431\u0430\u043a\u0430"
_DOT_WORD = r"dot|punkt|punto|\u0442\u043e\u0447\u043a\u0430"
_AT = rf"(?:[@\uff20\ufe6b]|\s[@\uff20\ufe6b]\s|\s?[(\[{{<]\s?(?:{_AT_WORD}|a|@)\s?[)\]}}>]\s?|\s(?:{_AT_WORD})\s)"
_DOT = rf"(?:[.\uff0e\u3002]|\s?[(\[{{<]\s?(?:{_DOT_WORD}|point|[.])\s?[)\]}}>]\s?|\s(?:{_DOT_WORD})\s)"
# Each alternative begins at the first character of a word only, and no part of it may be read in two ways: a text of
# one letter, or of nothing but hyphens, takes no longer than any other.
_ADDRESS = _LazyPattern(
    rf"(?<![\w.+-])[\w.+-]+{_AT}[\w-]+(?:{_DOT}[\w-]+)*{_DOT}[^\W\d_]{{2,24}}"  # jo (at) example (dot) com
    r"|(?<![\w.+-])[a-z\d.]+[-_*]at[-_*][a-z\d]+(?:[-_*]dot[-_*][a-z\d]+)+"
    r"|(?<![\w.+-])[\w.+-]+ arobase [\w-]+(?: point [\w-]+)* point [^\W\d_]{2,24}"
    r"|(?<![a-z\d+.-])[a-z][a-z\d+.-]{1,30}\s?:\s?//\S+|www\.\S+"
    r"|(?<![\w.-])(?:[a-z\d-]+\.)+[a-z]{2,24}/\S+"  # linkedin.com/in/jo
    rf"|(?<![\w.-])[a-z\d-]+{_DOT}(?:com|org|net|io|me|de)(?:\s(?:slash|schr\u00e4gstrich)\s\S+)+"
    r"|(?<!\w)[@\uff20\ufe6b]\w[\w.-]*\w"
    r"|(?<!\w)\w{2,32}#\d{4}(?!\w)",  # of a chat
    re.IGNORECASE,
)
# Digits of every script, raised and circled ones, too.
_DIGIT = r"[\d\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u2468\u24ea\u2776-\u277e]"
_DIGIT_WORD = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|null|eins|zwei|zwo|drei|vier|f\u00fcnf|sechs|sieben|acht|neun"
    r"|z\u00e9ro|un|deux|trois|quatre|cinq|sept|huit|neuf|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
)
_NUMBER = _LazyPattern(  # of a telephone, a contract, an account
    rf"\+?{_DIGIT}\u20e3?(?:[ /().*_\-\u00b7\u2010-\u2015]{{0,3}}{_DIGIT}\u20e3?){{6,}}"
    rf"|(?<!\w){_DIGIT_WORD}(?:[ ,./-]{{1,2}}{_DIGIT_WORD}){{6,}}(?!\w)"
    r"|[\u3007\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d]{7,}",
    re.IGNORECASE,
)
_HANDLE = _LazyPattern(  # "WhatsApp me on jo42", "my Telegram: jo_doe"
    r"\b((?:whats?app|telegram|signal|threema|viber|we ?chat|line|skype|discord|slack|teams|insta(?:gram)?"
    r"|snap(?:chat)?|tik ?tok|facebook|messenger|linkedin|xing)"
    r"(?:\s(?:id|name|user(?:name)?|account|handle|nick)\s?[:=]\s?"
    r"|\s(?:me|us|mich|uns)\s(?:on|at|under|as|unter|als|an)\s"
    r"|(?:\s?[:=]\s?|\s(?:is|ist|on|at|under|as|unter|als|es|est)\s)(?=@?[\w-]*[\d_.]\w)))@?[\w.-]*\w",
    re.IGNORECASE,
)
# a capital, then small letters
_NAME = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff][a-z\u00df-\u00f6\u00f8-\u00ff'\u2019][\w'\u2019-]*"
_ADDRESSED = _LazyPattern(  # who is greeted, thanked or called by a title, in English, German, French and Spanish
    r"\b((?:(?i:hi|hey|hello|dear|thanks|thank you|cheers|regards|mrs?|ms|dr|hallo|liebe[rs]?|danke|herrn?|frau"
    r"|gr\u00fc\u00dfe|bonjour|merci|ch\u00e8re?|monsieur|madame|mme|hola|gracias|se\u00f1ora?)[.,]?\s)+)"
    rf"{_NAME}(?:\s{_NAME})?"
)
_BLANK = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_WORD = re.compile(r"\w(?:[\w.'\u2019-]*\w)?")
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
    unreachable = _HANDLE.sub(rf"\1{MASK}", _NUMBER.sub(MASK, _ADDRESS.sub(MASK, text)))
    return _ADDRESSED.sub(rf"\1{MASK}", unreachable)


def mask_names(text: str, names: Collection[str]) -> str:
    """Return the text without the words of these names, as they are written in the roster: capitals and all."""
    return _WORD.sub(lambda word: MASK if word[0] in names else word[0], text) if names else text


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
