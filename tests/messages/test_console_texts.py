"""The console's own texts: each page's code has one, none is left over, and every language says the same."""

import json
import re

import pytest

from ladder.messages.pattern import parse
from ladder.messages.render import languages
from tests.messages.scan import arguments, catalogue_text, kinds
from tests.paths import FUNCTIONS

CONSOLE = FUNCTIONS / "console"
LANGUAGES = sorted(languages())
OTHERS = [language for language in LANGUAGES if language != "en"]
SOURCES = {file: file.read_text(encoding="utf-8") for file in sorted((CONSOLE / "client").rglob("*.ts*"))}
CALL = re.compile(r"""\bt\((?P<code>"[^"]+"|`[^`]+`|[^()"`]*?\? "[^"]+" : "[^"]+")(?:, (?P<given>\{[^}]*\}))?""")
NAMED = re.compile(r'"([a-z_]+\.[a-z0-9_]+)"')
NAMES = {"Level"}  # what a language does not translate


def texts(language: str) -> dict[str, str]:
    subjects = json.loads((CONSOLE / "messages" / f"{language}.json").read_text(encoding="utf-8"))
    return {f"{subject}.{name}": text for subject, named in subjects.items() for name, text in named.items()}


ENGLISH = texts("en")


def codes(expression: str) -> set[str]:
    """The codes that an argument of `t` may be; one that is put together stands for all that begin like it."""
    if expression.startswith("`"):
        beginning = expression[1:].partition("${")[0]
        return {code for code in ENGLISH if code.startswith(beginning)}
    return set(NAMED.findall(expression))


def test_the_console_speaks_the_languages_of_the_api() -> None:
    assert {file.stem for file in (CONSOLE / "messages").glob("*.json")} == set(LANGUAGES)
    written = (CONSOLE / "client" / "texts.ts").read_text()
    assert {*re.findall(r'import\("\.\./messages/(\w+)\.json"\)', written)} == set(LANGUAGES)


def test_no_text_is_kept_that_no_page_shows() -> None:
    used = {code for source in SOURCES.values() for code in NAMED.findall(source)}
    used |= {code for source in SOURCES.values() for call in CALL.finditer(source) for code in codes(call["code"])}
    assert sorted(ENGLISH.keys() - used) == []


def test_every_text_gets_its_parameters_where_a_page_shows_it() -> None:
    """The compiler knows the codes; what a text holds, it does not know."""
    missing = [
        f"{file.name}: {code} lacks {sorted(wanted - given)}"
        for file, source in SOURCES.items()
        for call in CALL.finditer(source)
        if "..." not in (call["given"] or "")
        for given in [set(re.findall(r"(\w+)(?=\s*[:,}])", call["given"] or ""))]
        for code in codes(call["code"])
        if (wanted := kinds(ENGLISH[code]).keys()) - given
    ]
    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_text_with_the_same_parameters(language: str) -> None:
    theirs = texts(language)
    assert sorted(theirs) == sorted(ENGLISH)
    assert [code for code, text in theirs.items() if kinds(text) != kinds(ENGLISH[code])] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_was_left_in_english(language: str) -> None:
    left = [code for code, text in texts(language).items() if text == ENGLISH[code]]
    assert [code for code in left if ENGLISH[code].split(" {")[0] not in NAMES and len(ENGLISH[code]) > 12] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_the_forms_that_its_language_knows(language: str) -> None:
    forms = {*catalogue_text(language)["plurals"], "other"}
    wrong = [
        code
        for code, text in texts(language).items()
        for argument in arguments(parse(text))
        if argument.kind == "plural" and {form for form in argument.options if form[0] != "="} != forms
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_are_sorted_so_that_two_people_can_add_to_them(language: str) -> None:
    written = (CONSOLE / "messages" / f"{language}.json").read_text(encoding="utf-8")
    content = {subject: dict(sorted(named.items())) for subject, named in sorted(json.loads(written).items())}
    assert written == json.dumps(content, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_has_no_space_too_many_and_no_markup(language: str) -> None:
    assert [code for code, text in texts(language).items() if text != text.strip() or "  " in text or "<" in text] == []
