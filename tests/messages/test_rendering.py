"""A code and its parameters become a sentence in the reader's language: numbers, plurals, dates and lists."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ladder.domain.errors import Conflict
from ladder.domain.message import Message, verbatim
from ladder.messages.catalogue import Catalogue, plural_rule
from ladder.messages.pattern import parse
from ladder.messages.render import catalogue, choose_language, error_text, render, with_text
from tests.messages.scan import CATALOGUES, catalogue_text

EN, DE = catalogue("en"), catalogue("de")


def said(language: Catalogue, pattern: str, **parameters: Any) -> str:
    return replace(language, patterns={"a.b": pattern}).render(Message("a.b", parameters))


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (0, "0", "0"),
        (1_200, "1,200", "1.200"),
        (1_234_567.5, "1,234,567.5", "1.234.567,5"),
        (4.35, "4.35", "4,35"),
        (-40, "-40", "-40"),
        (-0.0000001, "0", "0"),
        (180.0, "180", "180"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value: float, english: str, german: str) -> None:
    assert (said(EN, "{n, number}", n=value), said(DE, "{n, number}", n=value)) == (english, german)
    assert (EN.number(value), DE.number(value)) == (english, german)


@pytest.mark.parametrize(
    ("points", "english", "german"),
    [(0, "0 points", "0 Punkte"), (1, "1 point", "1 Punkt"), (1_200, "1,200 points", "1.200 Punkte")],
)
def test_one_is_one_and_nothing_is_many(points: int, english: str, german: str) -> None:
    assert said(EN, "{n, plural, one {# point} other {# points}}", n=points) == english
    assert said(DE, "{n, plural, one {# Punkt} other {# Punkte}}", n=points) == german


def test_a_number_can_have_a_form_of_its_own_and_a_form_can_hold_other_parameters() -> None:
    pattern = "{n, plural, =0 {nothing for {who}} one {#} other {{who} has # of {all, number}}}"
    assert said(EN, pattern, n=0, who="you", all=9) == "nothing for you"
    assert said(EN, pattern, n=1_000, who="Ada", all=9_000) == "Ada has 1,000 of 9,000"


def test_dates_have_their_names_and_their_order_in_each_language() -> None:
    day = date(2026, 11, 27).isoformat()
    forms = [
        (form, said(EN, f"{{d, date, {form}}}", d=day), said(DE, f"{{d, date, {form}}}", d=day)) for form in EN.dates
    ]
    assert forms == [
        ("short", "27/11/2026", "27.11.2026"),
        ("long", "27 November 2026", "27. November 2026"),
        ("day", "Friday 27 November", "Freitag, 27. November"),
    ]


def test_a_message_within_a_message_is_read_in_the_same_language() -> None:
    inner = Message("x.y", {"n": 1_200})
    language = replace(DE, patterns={"a.b": "{what} für {who}", "x.y": "{n, number} Punkte"})
    assert language.render(Message("a.b", {"what": inner, "who": "Ada"})) == "1.200 Punkte für Ada"


@pytest.mark.parametrize(("count", "text"), [(1, "a"), (2, "a und b"), (3, "a, b und c")])
def test_a_list_is_joined_as_the_language_does(count: int, text: str) -> None:
    assert said(DE, "{items}", items=tuple(verbatim(word) for word in "abc"[:count])) == text


def test_braces_and_apostrophes_can_be_written() -> None:
    assert said(EN, "don't, it''s '{name}' of {name}", name="Ada") == "don't, it's {name} of Ada"


@pytest.mark.parametrize(
    "broken",
    ["{", "}", "{n", "{n, plural, one {#}}", "{n, plural, one}", "{n, number, x}", "{}", "{n, select, other {x}"],
)
def test_a_pattern_that_is_none_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(broken)


def test_a_missing_parameter_and_an_unknown_code_are_errors() -> None:
    with pytest.raises(KeyError):
        said(EN, "{name}")
    with pytest.raises(KeyError):
        render(Message("no.such"))


POLISH = {"one": "i = 1 and v = 0", "few": "v = 0 and i % 10 = 2..4 and i % 100 != 12..14"}


def test_plural_rules_are_those_of_unicode() -> None:
    rules = {category: plural_rule(rule) for category, rule in POLISH.items()}
    polish = replace(EN, plurals=rules)
    assert [polish.plural(n) for n in (0, 1, 2, 4, 5, 12, 14, 22, 112, 1.5)] == [
        *("other", "one", "few", "few", "other", "other", "other", "few", "other", "other")
    ]
    with pytest.raises(ValueError, match="no relation"):
        plural_rule("n is 1")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("de-CH, en;q=0.8", "de"),
        ("fr, de;q=0.5, en;q=0.4", "de"),
        ("en;q=0.1, DE", "de"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("fr", "en"),
        ("de;q=x, ;;", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_language_is_the_best_that_the_reader_accepts(accepted: str | None, language: str) -> None:
    assert choose_language(accepted) == language


def test_a_message_is_the_same_after_it_was_stored() -> None:
    message = Message("a.b", {"n": 1, "x": 0.5, "who": verbatim("Ada"), "items": (verbatim("a"), Message("c.d"))})
    assert Message.from_dict(json.loads(json.dumps(message.to_dict()))) == message
    assert Message("c.d").to_dict() == {"code": "c.d"}


def test_an_answer_gets_the_text_of_all_its_messages() -> None:
    def shown(word: str, text: str) -> dict[str, Any]:
        return {"code": "text.verbatim", "parameters": {"text": word}, "text": text}

    body = {"why": shown("a", ""), "others": [shown("b", ""), 3], "none": None, "code": "x"}
    told = {"why": shown("a", "a"), "others": [shown("b", "b"), 3], "none": None, "code": "x"}
    assert with_text(body, "de") == told


def test_an_error_says_its_message_in_the_language_or_its_text_as_it_is() -> None:
    assert error_text(Conflict(verbatim("taken")), "de") == "taken"
    assert error_text(Conflict("taken"), "de") == "taken"
    assert error_text(Conflict()) == ""


@pytest.fixture
def with_a_third_language(tmp_path: Path) -> Path:
    """Nonsense: only some of it is said yet, two to four have a plural of their own, numbers have spaces in them."""
    for file in CATALOGUES.glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    nonsense = {
        **catalogue_text("en"),
        "name": "Blab",
        "plurals": {"one": "n = 0..1", "few": "n = 2..4"},
        "numbers": {"decimal": "'", "group": " "},
        "lists": {"between": "; ", "last": " & "},
        "messages": {"text": {"verbatim": "blab {text} blab"}},
    }
    (tmp_path / "xx.json").write_text(json.dumps(nonsense))
    return tmp_path


def test_a_third_language_is_one_file(with_a_third_language: Path) -> None:
    folder = with_a_third_language
    assert choose_language("xx-YY, de;q=0.9", folder=folder) == "xx"
    assert render(verbatim("hallo"), "xx", folder=folder) == "blab hallo blab"
    nonsense = catalogue("xx", folder)
    assert (nonsense.number(1_234.5), [nonsense.plural(n) for n in (0, 1, 3, 5)]) == (
        "1 234'5",
        ["one", "one", "few", "other"],
    )


def test_what_a_third_language_does_not_say_yet_is_said_in_english(with_a_third_language: Path) -> None:
    begun = replace(catalogue("xx", with_a_third_language), patterns={})
    assert begun.render(verbatim("hallo")) == "hallo"
