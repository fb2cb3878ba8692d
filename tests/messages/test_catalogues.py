"""Every message that is said can be read in every language, and none is kept that nobody says."""

import json
import re

import pytest

from ladder.messages.pattern import parse
from tests.messages.scan import (
    CATALOGUES,
    SOURCES,
    arguments,
    catalogue_text,
    kinds,
    messages,
    quoted,
    said,
    tool_texts,
)

LANGUAGES = sorted(file.stem for file in CATALOGUES.glob("*.json"))
OTHERS = [language for language in LANGUAGES if language != "en"]
ENGLISH = messages("en")
KNOWN = {**tool_texts(), **ENGLISH}
SAID = [each for file in SOURCES if file.suffix == ".py" for each in said(file)]
SAME_IN_GERMAN = {"text.verbatim"}  # what no language says in other words


def test_english_and_german_are_there() -> None:
    assert {"en", "de"} <= set(LANGUAGES)


def test_every_message_names_its_code_where_it_is_said() -> None:
    assert not [each.where for each in SAID if not each.codes]


def test_every_code_that_is_said_has_a_text() -> None:
    assert not [f"{each.where} {code}" for each in SAID for code in each.codes if code not in KNOWN]


def test_every_text_finds_its_parameters_where_its_code_is_said() -> None:
    assert not [
        f"{each.where} {code}: {sorted(kinds(KNOWN[code]).keys() - each.parameters)}"
        for each in SAID
        if each.parameters is not None
        for code in each.codes
        if code in KNOWN and kinds(KNOWN[code]).keys() - each.parameters
    ]


def test_no_text_is_kept_that_nobody_says() -> None:
    used = {code for file in SOURCES for code in quoted(file)}
    assert not sorted(ENGLISH.keys() - used)


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_same_messages_as_english(language: str) -> None:
    assert sorted(messages(language)) == sorted(ENGLISH)


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_has_the_same_parameters_in_every_language(language: str) -> None:
    theirs = messages(language)
    different = [code for code in ENGLISH if code in theirs and kinds(theirs[code]) != kinds(ENGLISH[code])]
    assert not different


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_was_left_in_english(language: str) -> None:
    left = {code for code, text in messages(language).items() if text == ENGLISH.get(code)}
    assert left == SAME_IN_GERMAN


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_the_forms_that_its_language_knows_and_no_other(language: str) -> None:
    forms = {*catalogue_text(language)["plurals"], "other"}
    wrong = [
        code
        for code, text in messages(language).items()
        for argument in arguments(parse(text))
        if argument.kind == "plural" and {form for form in argument.options if form[0] != "="} != forms
    ]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_a_sentence_without_a_space_too_many(language: str) -> None:
    assert not [code for code, text in messages(language).items() if text != text.strip() or "  " in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_sorted_so_that_two_people_can_add_to_it(language: str) -> None:
    written = (CATALOGUES / f"{language}.json").read_text(encoding="utf-8")
    content = {**catalogue_text(language)}
    content["messages"] = {
        subject: dict(sorted(texts.items())) for subject, texts in sorted(content["messages"].items())
    }
    assert written == json.dumps(content, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_a_subject_and_a_name(language: str) -> None:
    assert not [code for code in messages(language) if not re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", code)]
