"""The tools' own texts: no language lacks one, none is left over, and each says the same with the same parameters."""

import json
import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from infra.cli.program.notice import Processed
from infra.cli.texts import FOLDER, texts
from ladder.domain.challenges.completion import OUTCOMES
from ladder.domain.reviews.review import Kind
from ladder.messages.pattern import Argument, Pattern, parse

SOURCES = Path(FOLDER).parent
CODE = re.compile(r'"((?:demo|notice|report|simulate)\.\w+)"|say\(f?[\'"](demo\.\w+)[\'"]')
TITLES = ("learning", "ledgers", "balances", "usage", "cost")


def own(language: str) -> dict[str, str]:
    read = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return {f"{subject}.{name}": text for subject, named in read.items() for name, text in named.items()}


def parameters(pattern: Pattern) -> set[str]:
    arguments = [part for part in pattern if isinstance(part, Argument)]
    nested = [parameters(option) for argument in arguments for option in argument.options.values()]
    return {argument.name for argument in arguments}.union(*nested)


LANGUAGES = sorted(file.stem for file in FOLDER.glob("*.json"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text_with_the_same_parameters(language: str) -> None:
    english, other = own("en"), own(language)
    assert other.keys() == english.keys()
    for code, text in other.items():
        assert parameters(parse(text)) == parameters(parse(english[code])), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_but_names_is_left_as_it_is_in_english(language: str) -> None:
    same = {code for code, text in own(language).items() if text == own("en")[code]}
    assert language == "en" or same <= {"column.agent", "column.challenge", "column.level", "outcome.not_playing"}


def test_every_text_is_used_and_every_code_has_a_text() -> None:
    files = [*SOURCES.parent.rglob("*.py"), *SOURCES.parent.rglob("*.jinja")]
    source = "\n".join(file.read_text() for file in sorted(files))
    used = {code for match in CODE.findall(source) for code in match if code and not code.endswith("_")}
    used |= {f"column.{name}" for name in re.findall(r'"(\w+)"', (SOURCES / "demo" / "screen.py").read_text())}
    used |= {f"demo.title_{name}" for name in re.findall(r'_table\(say, "(\w+)"', source)}
    used |= {f"demo.title_{name}" for name in TITLES}
    used |= {f"demo.{prefix}{action}" for prefix in ("", "reason_") for action in ("approved", "rejected", "revoked")}
    used |= {
        "demo.case_grant",
        "demo.case_review",
        *(f"demo.console_{role}" for role in ("member", "supervisor", "reviewer", "admin")),
    }
    used |= {f"notice.column_{field.name}" for field in fields(Processed)}
    used |= {f"outcome.{outcome.replace(' ', '_')}" for outcome in (*OUTCOMES, "open")}
    used |= {f"review.{kind}" for kind in get_args(Kind)}
    assert own("en").keys() <= used
    assert {
        code for code in used if code.startswith(("demo.", "notice.", "report.", "simulate.", "outcome.", "review."))
    } <= own("en").keys()


def test_a_language_of_the_product_that_the_tools_lack_is_english_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    nonsense = replace(texts("de").catalogue, language="xx", patterns={"points.nonsense": "blub"})
    monkeypatch.setattr("infra.cli.texts.catalogue", lambda _: nonsense)
    assert (texts("xx")("demo.empty"), texts("xx")("points.nonsense")) == ("empty", "blub")
    assert texts("xx").number(1200.5) == "1.200,5"


def test_numbers_dates_and_plurals_are_those_of_the_language() -> None:
    german = texts("de")
    assert german("demo.title", program="Bank", agents=1, nights=2) == "Bank: 1 Agent, 2 Nächte"
    assert german("demo.capped", points=1200, reason="x") == "1.200 Punkte nicht gezahlt: x"
    assert german("demo.cost", usd=0.011).startswith("0,011 $ im Monat")
    assert (german.money(1234.5), texts("en").money(1234.5)) == ("1.234,50", "1,234.50")
    assert german.day(date(1999, 1, 15)) == "15.01.1999"
